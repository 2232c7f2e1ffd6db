"""Who gave the session that a use came of, who trained them, and so on: as the record knew it when the use came."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.cascade import service as cascade


class Lineage:
    """Asks the cascade for one use after another, and the same thing only once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[uuid.UUID, datetime], tuple[uuid.UUID, ...]] = {}

    def of(self, statement: uuid.UUID, at: datetime, generations: int) -> tuple[uuid.UUID, ...]:
        """The trainers behind the use that ``statement`` told of at ``at``, the nearest first; none of them twice.
        Empty for what was studied at one's own pace: nobody gave it."""
        giver = cascade.giver(self._session, statement)
        if giver is None:
            return ()
        key = giver, at
        if key not in self._known:
            self._known[key] = tuple(cascade.lineage(self._session, giver, at=at, most=generations))
        return self._known[key][:generations]
