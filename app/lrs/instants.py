"""Instants as xAPI writes them, and a statement's position, which is the instant at which it was stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
SHIFT = 12
"""Bits of a position below the microsecond."""

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?",
    re.ASCII,
)
_MICROSECOND = timedelta(microseconds=1)


def parse(value: str) -> datetime:
    """The instant that an ISO 8601 date and time names; without a zone it is UTC. Digits beyond microseconds go.

    Raises ``ValueError`` for anything else, for dates that do not exist, and for the offset -00:00 (RFC 3339
    lets it mean that the zone is unknown).
    """
    found = _TIMESTAMP.fullmatch(value)
    if not found:
        raise ValueError("it is not an ISO 8601 date and time")
    year, month, day, hour, minute, second, fraction, _zulu, sign, off_hour, off_minute = found.groups()
    zone: timezone = UTC
    if sign:
        if int(off_hour) > 23 or int(off_minute or 0) > 59:
            raise ValueError("the offset does not exist")
        offset = timedelta(hours=int(off_hour), minutes=int(off_minute or 0))
        if sign == "-" and not offset:
            raise ValueError("the offset -00:00 says that the zone is unknown")
        zone = timezone(-offset if sign == "-" else offset)
    leap = second == "60"
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            59 if leap else int(second or 0),
            micro,
            zone,
        )
        return (moment + timedelta(seconds=1) if leap else moment).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the date is out of range") from error


def write(moment: datetime) -> str:
    """``moment`` in UTC as xAPI writes it, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def first_position(moment: datetime) -> int:
    """The lowest position that a statement stored at ``moment`` can have."""
    return ((moment - EPOCH) // _MICROSECOND) << SHIFT


def stored_at(position: int) -> datetime:
    """When the statement at ``position`` was stored."""
    return EPOCH + timedelta(microseconds=position >> SHIFT)
