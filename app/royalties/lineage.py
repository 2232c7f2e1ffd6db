"""Who trained whoever gave a session, who trained those, and so on: as the record knew it when the use came."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.cascade import service as cascade


class Lineage:
    """Asks the cascade once for each person, however many uses there are."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[uuid.UUID, list[tuple[uuid.UUID, datetime, datetime | None]]] = {}

    def of(self, giver: uuid.UUID | None, at: datetime, most: int) -> tuple[uuid.UUID, ...]:
        """``giver``, who trained them first, who trained those first: at most so many, and nobody twice. Empty for
        what was studied at one's own pace: nobody gave it."""
        if giver is None:
            return ()
        line = [giver]
        while len(line) < most:
            found = self._first(line[-1], at)
            if found is None or found in line:
                break
            line.append(found)
        return tuple(line)

    def _first(self, person: uuid.UUID, at: datetime) -> uuid.UUID | None:
        """Who trained the person first, as known ``at``."""
        if person not in self._known:
            self._known[person] = [
                (one.giver_id, one.recorded_at, one.withdrawn_at)
                for one in cascade.trainings(self._session, person)
            ]
        for giver, recorded, withdrawn in self._known[person]:
            if recorded <= at and (withdrawn is None or withdrawn > at):
                return giver
        return None
