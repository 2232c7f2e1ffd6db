"""Further training: declared by who took part, judged by somebody else, taken back where it was wrong."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.clock import local_date
from app.db import new_id
from app.declarations import letters
from app.declarations.models import (
    CATEGORIES,
    LINK_LIMIT,
    MOST_CREDITS,
    REASON_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    FurtherTraining,
)
from app.events import CreditsAccepted, EvidenceVoided
from app.ledger import service as ledger
from app.ledger.statements import statement_id
from app.organisations import service as organisations
from app.rules.months import add_months
from app.ui import formatting

OLDEST_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A kept file that shows it: a course certificate, a programme."""

    name: str
    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the person writes down. ``form_token`` names the form that was filled in."""

    title: str
    organiser: str
    day: date
    category: str
    credits: int
    about: str
    link: str = ""
    proof: Proof | None = None
    form_token: str


def declare(session: Session, entry: Entry, *, by: uuid.UUID, now: datetime) -> FurtherTraining:
    """Ask for credits. The same form twice is one row.

    Raises :class:`Refused`: ``title``, ``organiser``, ``day``, ``category``, ``credits``, ``about``, ``link`` or
    ``proof`` (neither a link nor a file shows it).
    """
    first = session.scalars(
        select(FurtherTraining).where(
            FurtherTraining.person_id == by, FurtherTraining.form_token == entry.form_token
        )
    ).first()
    if first is not None:
        return first
    _check(entry, now=now)
    proof = entry.proof
    row = FurtherTraining(
        id=new_id(),
        owner_id=organisations.scheme_owner(session).id,
        person_id=by,
        title=" ".join(entry.title.split()),
        organiser=" ".join(entry.organiser.split()),
        day=entry.day,
        category=entry.category,
        credits=entry.credits,
        about=entry.about.strip(),
        link=entry.link.strip(),
        file_name=proof.name if proof else "",
        file_digest=proof.digest if proof else "",
        file_size=proof.size if proof else 0,
        file_type=proof.media_type if proof else "",
        form_token=entry.form_token,
        declared_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, "training.declared", row, by=by, now=now)
    return row


def _check(entry: Entry, *, now: datetime) -> None:
    if not entry.title.strip() or len(entry.title) > TITLE_LIMIT:
        raise Refused(
            "title", _l("Write what it is called, in at most %(most)s characters.", most=TITLE_LIMIT)
        )
    if not entry.organiser.strip() or len(entry.organiser) > TITLE_LIMIT:
        raise Refused("organiser", _l("Write who held it, in at most %(most)s characters.", most=TITLE_LIMIT))
    today = local_date(now)
    if entry.day > today:
        raise Refused("day", _l("That day has not come yet. Declare it when you have been there."))
    oldest = add_months(today, -12 * OLDEST_YEARS)
    if entry.day < oldest:
        raise Refused(
            "day",
            _l(
                "Training from before %(day)s cannot be declared, since nobody can check it any more.",
                day=formatting.day(oldest),
            ),
        )
    if entry.category not in CATEGORIES:
        raise Refused("category", _l("Choose what it was about."))
    _check_credits(entry.credits)
    if not entry.about.strip() or len(entry.about) > TEXT_LIMIT:
        raise Refused(
            "about",
            _l("Write what you learnt, in at most %(most)s characters.", most=formatting.number(TEXT_LIMIT)),
        )
    link = entry.link.strip()
    if link and (
        urlsplit(link).scheme != "https" or "." not in urlsplit(link).netloc or len(link) > LINK_LIMIT
    ):
        raise Refused("link", _l("Write the whole link, beginning with https://."))
    if not link and entry.proof is None:
        raise Refused("proof", _l("Add a file or a link that shows it: a course certificate or a programme."))


def _check_credits(credits: int) -> None:
    if not 1 <= credits <= MOST_CREDITS:
        raise Refused("credits", _l("Write how many credits, between 1 and %(most)s.", most=MOST_CREDITS))


# ---- judged by somebody else ----------------------------------------------------------------------


def accept(
    session: Session,
    row: FurtherTraining,
    *,
    credits: int,
    category: str,
    answer: str = "",
    by: uuid.UUID,
    now: datetime,
) -> FurtherTraining:
    """Let it count, with as many credits of the kind that is right. Twice is once.

    Raises :class:`Refused`: ``oneself``, ``state``, ``credits``, ``category``, or ``answer`` where other credits
    than the declared ones are given without a word why.
    """
    row = _to_judge(session, row, by=by, done="accepted")
    if row.state == "accepted":
        return row
    _check_credits(credits)
    if category not in CATEGORIES:
        raise Refused("category", _l("Choose what it was about."))
    changed = (credits, category) != (row.credits, row.category)
    row.answer = _checked_answer(answer, required=changed)
    row.state, row.given, row.given_category = "accepted", credits, category
    row.judged_by, row.judged_at = by, now
    session.flush()
    _note(session, "training.accepted", row, by=by, now=now)
    ledger.record(
        session,
        CreditsAccepted(
            id=row.id,
            person=row.person_id,
            at=datetime.combine(row.day, time(12), UTC),
            declaration=row.id,
            category=category,  # type: ignore[arg-type]
            credits=credits,
        ),
        by=by,
        now=now,
    )
    letters.judged(session, row, now=now)
    return row


def decline(
    session: Session, row: FurtherTraining, *, answer: str, by: uuid.UUID, now: datetime
) -> FurtherTraining:
    """Say no, and why. Twice is once. Raises :class:`Refused`: ``oneself``, ``state`` or ``answer``."""
    row = _to_judge(session, row, by=by, done="declined")
    if row.state == "declined":
        return row
    row.answer = _checked_answer(answer, required=True)
    row.state, row.judged_by, row.judged_at, row.closed_at = "declined", by, now, now
    session.flush()
    _note(session, "training.declined", row, by=by, now=now)
    letters.judged(session, row, now=now)
    return row


def void(session: Session, row: FurtherTraining, *, reason: str, by: uuid.UUID, now: datetime) -> None:
    """Take accepted credits back: they no longer count, and the row stays. Twice is once.

    Raises :class:`Refused`: ``oneself``, ``state`` or ``answer``.
    """
    row = lock(session, row)
    if row.state == "voided":
        return
    if by == row.person_id:
        raise Refused("oneself", _l("You cannot judge your own training. Somebody else has to."))
    if row.state != "accepted":
        raise Refused("state", _l("Only credits that count can be taken back."))
    row.close_reason = _checked_answer(reason, required=True)
    row.state, row.closed_at = "voided", now
    session.flush()
    _note(session, "training.voided", row, by=by, now=now)
    ledger.record(
        session,
        EvidenceVoided(
            id=uuid.uuid5(row.id, "voided"),
            person=row.person_id,
            at=now,
            statement=statement_id(row.id, "holder"),
            reason="credits taken back",
        ),
        by=by,
        now=now,
    )
    letters.judged(session, row, now=now)


def withdraw(session: Session, row: FurtherTraining, *, by: uuid.UUID, now: datetime) -> None:
    """Take back one's own declaration before it is judged. Raises :class:`Refused` ``state``."""
    row = lock(session, row)
    if row.state == "withdrawn":
        return
    if row.state != "waiting":
        raise Refused("state", _l("It has been judged already, so it stays as it is."))
    row.state, row.closed_at = "withdrawn", now
    session.flush()
    _note(session, "training.withdrawn", row, by=by, now=now)


def lock(session: Session, row: FurtherTraining) -> FurtherTraining:
    """The row as it stands now, held for this transaction."""
    wanted = select(FurtherTraining).where(FurtherTraining.id == row.id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def _to_judge(session: Session, row: FurtherTraining, *, by: uuid.UUID, done: str) -> FurtherTraining:
    row = lock(session, row)
    if by == row.person_id:
        raise Refused("oneself", _l("You cannot judge your own training. Somebody else has to."))
    if row.state not in ("waiting", done):
        raise Refused("state", _l("Somebody else has just judged it, or it was withdrawn."))
    return row


def _checked_answer(answer: str, *, required: bool) -> str:
    answer = answer.strip()
    if (required and not answer) or len(answer) > REASON_LIMIT:
        raise Refused(
            "answer", _l("Write why, in at most %(most)s characters.", most=formatting.number(REASON_LIMIT))
        )
    return answer


def _note(session: Session, action: str, row: FurtherTraining, *, by: uuid.UUID, now: datetime) -> None:
    audit.record(
        session, action, by=by, now=now, subject=row, person=row.person_id, organisation=row.owner_id
    )


# ---- read -----------------------------------------------------------------------------------------


def of_person(session: Session, person: uuid.UUID) -> Sequence[FurtherTraining]:
    """Everything that the person has declared, the latest training first."""
    mine = select(FurtherTraining).where(FurtherTraining.person_id == person)
    return session.scalars(mine.order_by(FurtherTraining.day.desc(), FurtherTraining.id.desc())).all()


def load(session: Session, row_id: uuid.UUID, *, person: uuid.UUID | None = None) -> FurtherTraining | None:
    """One declaration; with ``person`` only if it is theirs."""
    found = session.get(FurtherTraining, row_id)
    return found if found is not None and person in (None, found.person_id) else None


def waiting(
    session: Session, *, owner: uuid.UUID, besides: uuid.UUID, after: uuid.UUID | None = None, limit: int = 50
) -> Sequence[FurtherTraining]:
    """What waits to be judged by anybody but ``besides``, the longest waiting first; pages by id."""
    wanted = select(FurtherTraining).where(
        FurtherTraining.owner_id == owner,
        FurtherTraining.state == "waiting",
        FurtherTraining.person_id != besides,
    )
    if after is not None:
        wanted = wanted.where(FurtherTraining.id > after)
    return session.scalars(wanted.order_by(FurtherTraining.id).limit(limit)).all()


def count_waiting(session: Session, *, owner: uuid.UUID, besides: uuid.UUID) -> int:
    """How many wait to be judged by somebody else than ``besides``."""
    wanted = select(func.count()).where(
        FurtherTraining.owner_id == owner,
        FurtherTraining.state == "waiting",
        FurtherTraining.person_id != besides,
    )
    return session.scalar(wanted) or 0


def totals(rows: Sequence[FurtherTraining]) -> dict[str, int]:
    """Accepted credits by kind."""
    sums = dict.fromkeys(CATEGORIES, 0)
    for row in rows:
        if row.state == "accepted" and row.given and row.given_category:
            sums[row.given_category] += row.given
    return sums
