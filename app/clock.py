"""The only place where the service asks what time it is. Services are handed ``now``; the edges ask here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime, zone: ZoneInfo = STOCKHOLM) -> date:
    """The calendar day that people in ``zone`` call ``instant``."""
    return instant.astimezone(zone).date()
