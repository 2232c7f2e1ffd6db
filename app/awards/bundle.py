"""A batch's certificates as one ZIP, written while it is sent: never more than one file in memory."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.awards import renditions
from app.awards.models import Batch, BatchItem, Certificate


class _Outlet(io.RawIOBase):
    """A file that can only be written on, and hands over what was written since last time."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def issued(session: Session, batch: Batch) -> list[tuple[uuid.UUID, str]]:
    """Id and serial of each certificate that the batch has made so far, by number."""
    rows = session.execute(
        select(Certificate.id, Certificate.serial)
        .join(BatchItem, BatchItem.certificate_id == Certificate.id)
        .where(BatchItem.batch_id == batch.id, Certificate.state == "issued")
        .order_by(Certificate.number)
    )
    return [(row[0], row[1]) for row in rows]


def stream(session: Session, certificates: list[tuple[uuid.UUID, str]]) -> Iterator[bytes]:
    """The ZIP, piece by piece: each certificate's newest file under its serial number."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as made:
        for certificate_id, serial in certificates:
            last = renditions.newest(session, session.get_one(Certificate, certificate_id))
            if last is not None:
                stamped = zipfile.ZipInfo(f"{serial}.pdf", last.at.timetuple()[:6])
                made.writestr(stamped, last.content)
            session.rollback()  # no snapshot is held while a slow reader reads
            session.expunge_all()
            yield outlet.taken()
    yield outlet.taken()
