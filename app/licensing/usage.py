"""What was used under a licence in a month, line by line, each against the statement that caused it.

The publisher reads pseudonyms: a person's is the same within one licence and says nothing outside it. The licensee
reads names, and may show them to the publisher.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app import audit
from app.accounts.models import Person
from app.licensing.models import Licence, LicenceChange, Seat, UsageLine
from app.lrs.models import Statement
from app.rules.profile import USE_CORRECTED

SHOWS, HIDES = "shows_names", "hides_names"
CHUNK = 1000
#: What a spreadsheet program takes for the beginning of a formula.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One use (``quantity`` 1) or correction (-1), which ``corrects`` another line. ``who`` names or stands for the
    person; ``borne_out``: the statement that it cites is in the record and tells of this seat."""

    id: uuid.UUID
    seat: uuid.UUID
    way: str
    who: str
    quantity: int
    recorded_at: datetime
    statement: uuid.UUID
    corrects: uuid.UUID | None
    borne_out: bool


def pseudonym(licence: Licence, person: uuid.UUID, secret: str) -> str:
    """How the publisher reads of the person: the same within the licence, another one in every other."""
    said = hmac.new(secret.encode(), licence.id.bytes + person.bytes, hashlib.sha256).hexdigest()
    return f"P-{said[:10]}"


def shows_names(session: Session, licence: Licence) -> bool:
    """Whether the licensee lets the publisher read names."""
    told = select(LicenceChange.kind).where(
        LicenceChange.licence_id == licence.id, LicenceChange.kind.in_((SHOWS, HIDES))
    )
    last = told.order_by(LicenceChange.at.desc(), LicenceChange.id.desc()).limit(1)
    return session.scalar(last) == SHOWS


def show_names(session: Session, licence: Licence, *, show: bool, by: uuid.UUID, now: datetime) -> None:
    """The licensee lets the publisher read names, or no longer."""
    if show == shows_names(session, licence):
        return
    kind = SHOWS if show else HIDES
    session.add(LicenceChange(licence_id=licence.id, kind=kind, reason="", by_id=by, at=now))
    session.flush()
    audit.record(
        session, f"licence.{kind}", by=by, now=now, subject=licence, organisation=licence.licensee_id
    )


def months(session: Session, licence: Licence) -> Sequence[tuple[str, int, int]]:
    """Each month with lines, the newest first: (month, uses, corrections)."""
    rows = (
        select(
            UsageLine.month,
            func.sum(UsageLine.quantity).label("net"),
            func.count().label("lines"),
        )
        .where(UsageLine.licence_id == licence.id)
        .group_by(UsageLine.month)
        .order_by(UsageLine.month.desc())
    )
    return [
        (row.month, (row.lines + int(row.net)) // 2, (row.lines - int(row.net)) // 2)
        for row in session.execute(rows)
    ]


def _rows(licence: Licence, month: str) -> Select[Any]:
    countered, voided = aliased(UsageLine), aliased(Statement)
    return (
        select(UsageLine, Seat, Person.name, Statement.statement_id, Statement.received, Statement.voids)
        .join(Seat, Seat.id == UsageLine.seat_id)
        .join(Person, Person.id == Seat.person_id)
        .join(Statement, Statement.position == UsageLine.statement)
        .outerjoin(countered, countered.id == UsageLine.counters_id)
        .outerjoin(voided, voided.position == countered.statement)
        .add_columns(voided.statement_id)
        .where(UsageLine.licence_id == licence.id, UsageLine.month == month)
        .order_by(UsageLine.id)
    )


def _bears_out(
    line: UsageLine, seat: Seat, received: bytes, voids: uuid.UUID | None, countered: uuid.UUID | None
) -> bool:
    """A use: the statement names the person and what was used. A correction: it voids the one that was cited, or says
    of its line that a dispute was accepted."""
    text = bytes(received).lower()  # a launched session may write a registration's id in capitals
    if line.quantity < 0:
        agreed = USE_CORRECTED.encode() in text and str(line.counters_id).encode() in text
        return agreed or (voids is not None and voids == countered)
    return str(seat.person_id).encode() in text and str(seat.use_id).encode() in text


def line(session: Session, licence: Licence, row: UsageLine, *, names: bool, secret: str) -> Line:
    """One line, as :func:`lines` reads it."""
    found = session.execute(_rows(licence, row.month).where(UsageLine.id == row.id)).one()
    return _read(licence, found, names=names, secret=secret)


def _read(licence: Licence, row: Any, *, names: bool, secret: str) -> Line:
    line, seat, name, statement, received, voids, countered = row
    return Line(
        id=line.id,
        seat=seat.id,
        way=seat.way,
        who=name if names else pseudonym(licence, seat.person_id, secret),
        quantity=line.quantity,
        recorded_at=line.recorded_at,
        statement=statement,
        corrects=line.counters_id,
        borne_out=_bears_out(line, seat, received, voids, countered),
    )


def lines(
    session: Session,
    licence: Licence,
    month: str,
    *,
    names: bool,
    secret: str,
    after: uuid.UUID | None = None,
    limit: int | None = None,
) -> Iterator[Line]:
    """The lines of a month in their order, read in steps; with ``names``, or with pseudonyms."""
    wanted = _rows(licence, month)
    if after is not None:
        wanted = wanted.where(UsageLine.id > after)
    if limit is not None:
        wanted = wanted.limit(limit)
    for row in session.execute(wanted.execution_options(yield_per=CHUNK)):
        yield _read(licence, row, names=names, secret=secret)


def harmless(value: object) -> object:
    """Text led by an apostrophe where a spreadsheet would otherwise calculate it."""
    text = "" if value is None else value if isinstance(value, int) else str(value)
    return f"'{text}" if isinstance(text, str) and text.startswith(_DANGEROUS) else text


def table(head: Sequence[str], rows: Iterator[Sequence[object]]) -> Iterator[bytes]:
    """A file for a spreadsheet, a line at a time: UTF-8 with a byte order mark and semicolons."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(one) for one in row])
        if text.tell() > 32_000:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def as_table(found: Iterator[Line], month: str, ways: Mapping[str, str]) -> Iterator[bytes]:
    """The report of a month as a file; the head is in the reader's language."""
    head = [
        _("Month"),
        _("Line"),
        _("Quantity"),
        _("How"),
        _("Who"),
        _("Seat"),
        _("Recorded"),
        _("Statement"),
        _("Corrects"),
        _("Borne out"),
    ]
    yes, no = _("yes"), _("no")
    return table(
        head,
        (
            [
                month,
                one.id,
                one.quantity,
                ways[one.way],
                one.who,
                one.seat,
                one.recorded_at.isoformat(timespec="seconds"),
                one.statement,
                one.corrects,
                yes if one.borne_out else no,
            ]
            for one in found
        ),
    )
