"""The coach's rows as pages show them: filtered, summed up, followed through time. Constant numbers of queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.clock import STOCKHOLM
from app.coaching.models import Answer, Hours, Mentoring, SigningLink
from app.coaching.signing import answer_of, links_of
from app.learners import service as learners
from app.mail import Mail
from app.organisations.models import Organisation
from app.schemes import service as schemes

#: What a reader may choose among, and the states that each choice shows.
STATE_FILTERS: dict[str, tuple[str, ...]] = {
    "open": ("waiting", "corrected"),
    "waiting": ("waiting",),
    "signed": ("signed",),
    "corrected": ("corrected",),
    "refused": ("refused",),
    "over": ("replaced", "withdrawn", "voided"),
}
PAGE = 50
MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the address asks for; None or an empty text leaves it open. ``year`` is Stockholm's."""

    state: str = ""
    client: uuid.UUID | None = None
    paid: bool | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One row with its client's name. ``undelivered`` is why the last letter did not arrive; ``expired``: its
    link has run out."""

    row: Hours
    client: str
    undelivered: str = ""
    expired: bool = False

    @property
    def to_act_on(self) -> bool:
        """Whether the coach has to do something."""
        return self.row.state in ("corrected", "refused") or bool(self.undelivered) or self.expired


@dataclass(frozen=True, slots=True)
class Totals:
    """Minutes signed, waiting for an answer (corrections included) and refused; paid and clients of the signed."""

    signed: int = 0
    waiting: int = 0
    refused: int = 0
    paid: int = 0
    clients: int = 0


def _within(person: uuid.UUID, chosen: Filter, *, states: bool = True) -> list[ColumnElement[bool]]:
    wanted = [Hours.person_id == person]
    if states and chosen.state in STATE_FILTERS:
        wanted.append(Hours.state.in_(STATE_FILTERS[chosen.state]))
    if chosen.client is not None:
        wanted.append(Hours.client_id == chosen.client)
    if chosen.paid is not None:
        wanted.append(Hours.paid.is_(chosen.paid))
    if chosen.year is not None:
        begins = datetime(chosen.year, 1, 1, tzinfo=STOCKHOLM).astimezone(UTC)
        ends = datetime(chosen.year + 1, 1, 1, tzinfo=STOCKHOLM).astimezone(UTC)
        wanted += [Hours.starts >= begins, Hours.starts < ends]
    return wanted


def totals(session: Session, person: uuid.UUID, chosen: Filter | None = None) -> Totals:
    """The sums over the chosen client, year and kind; of every state, whichever one is looked at."""
    chosen = chosen or Filter()
    within = _within(person, chosen, states=False)
    summed = select(Hours.state, Hours.paid, func.sum(Hours.minutes)).group_by(Hours.state, Hours.paid)
    found = session.execute(summed.where(*within)).all()
    clients = select(func.count(Hours.client_id.distinct())).where(Hours.state == "signed", *within)
    served = session.scalar(clients)

    def minutes(states: Iterable[str], *, paid: bool | None = None) -> int:
        return sum(int(total) for state, was, total in found if state in states and paid in (None, was))

    return Totals(
        signed=minutes(["signed"]),
        waiting=minutes(["waiting", "corrected"]),
        refused=minutes(["refused"]),
        paid=minutes(["signed"], paid=True),
        clients=int(served or 0),
    )


def _last_letters(
    session: Session, rows: Sequence[Hours]
) -> dict[uuid.UUID, tuple[SigningLink, Mail | None]]:
    waiting = [row.id for row in rows if row.state == "waiting"]
    if not waiting:
        return {}
    wanted = select(SigningLink, Mail).outerjoin(Mail, Mail.id == SigningLink.mail_id)
    found = session.execute(wanted.where(SigningLink.hours_id.in_(waiting)).order_by(SigningLink.id))
    return {link.hours_id: (link, letter) for link, letter in found}


def _listed(session: Session, found: Sequence[tuple[Hours, str]], *, now: datetime) -> list[Listed]:
    last = _last_letters(session, [row for row, _name in found])
    listed = []
    for row, client in found:
        link, letter = last.get(row.id, (None, None))
        listed.append(
            Listed(
                row,
                client,
                letter.error if letter is not None and letter.state == "failed" else "",
                link is not None and now >= link.expires_at,
            )
        )
    return listed


def page(
    session: Session,
    person: uuid.UUID,
    chosen: Filter,
    *,
    before: Hours | None = None,
    limit: int = PAGE,
    now: datetime,
) -> list[Listed]:
    """The person's rows, the latest hours first, after ``before``."""
    wanted = select(Hours, Organisation.name).join(Organisation, Organisation.id == Hours.client_id)
    wanted = wanted.where(*_within(person, chosen))
    if before is not None:
        wanted = wanted.where(
            or_(Hours.starts < before.starts, and_(Hours.starts == before.starts, Hours.id < before.id))
        )
    found = session.execute(wanted.order_by(Hours.starts.desc(), Hours.id.desc()).limit(limit)).all()
    return _listed(session, [(row, name) for row, name in found], now=now)


def years(session: Session, person: uuid.UUID) -> list[int]:
    """The years, as Stockholm counts them, from the first hours to the last, the latest first."""
    first, last = session.execute(
        select(func.min(Hours.starts), func.max(Hours.starts)).where(Hours.person_id == person)
    ).one()
    if first is None:
        return []
    return list(range(last.astimezone(STOCKHOLM).year, first.astimezone(STOCKHOLM).year - 1, -1))


def waiting_for_coach(session: Session, person: uuid.UUID, *, now: datetime) -> list[Listed]:
    """What the coach has to act on: corrected, refused and not yet logged anew, undelivered, run out."""
    later = select(Hours.replaces_id).where(Hours.person_id == person, Hours.replaces_id.is_not(None))
    wanted = select(Hours, Organisation.name).join(Organisation, Organisation.id == Hours.client_id)
    wanted = wanted.where(
        Hours.person_id == person,
        Hours.state.in_(("waiting", "corrected", "refused")),
        Hours.id.not_in(later),
    )
    found = session.execute(wanted.order_by(Hours.id)).all()
    listed = _listed(session, [(row, name) for row, name in found], now=now)
    return [one for one in listed if one.to_act_on]


# ---- one row through time -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a row. ``tone`` as in ``app.ui.status``."""

    at: datetime
    title: str
    text: str = ""
    tone: str = "quiet"


@dataclass(frozen=True, slots=True)
class History:
    """A row with everything around it: its client, answer, letters, the rows before and after."""

    listed: Listed
    answer: Answer | None
    link: SigningLink | None
    before: Hours | None
    after: Hours | None
    happenings: Sequence[Happening]


_MAILED = {"queued": "wait", "sent": "now", "failed": "bad"}


def history(session: Session, row: Hours, *, now: datetime) -> History:
    """The row's page: what was logged, mailed, reminded, answered, and what came of it."""
    client = session.get_one(Organisation, row.client_id).name
    sent = links_of(session, row)
    answer = answer_of(session, row)
    before = session.get(Hours, row.replaces_id) if row.replaces_id else None
    after = session.scalars(
        select(Hours).where(Hours.replaces_id == row.id).order_by(Hours.id.desc())
    ).first()
    happened = [Happening(row.created_at, _("Logged and signed by you"), tone="good")]
    for link, letter in sent:
        title = _("Reminder mailed") if link.kind == "reminder" else _("Mailed for signature")
        text = link.email
        state = letter.state if letter is not None else "sent"
        if state == "failed" and letter is not None:
            title, text = _("The mail could not be delivered"), f"{link.email}: {letter.error}"
        happened.append(Happening(link.sent_at, title, text, _MAILED.get(state, "quiet")))
    if answer is not None:
        titles = {
            "confirm": (_("Signed by the client"), "good"),
            "correct": (_("The client proposed a correction"), "wait"),
            "refuse": (_("Refused by the client"), "bad"),
        }
        title, tone = titles[answer.action]
        happened.append(
            Happening(answer.at, title, "\n".join(filter(None, (answer.name, answer.comment))), tone)
        )
    elif row.signed_at is not None:  # made from the client's own figures
        happened.append(
            Happening(row.signed_at, _("You accepted the client's figures: signed by both"), tone="good")
        )
    if row.closed_at is not None:
        closed = {
            "replaced": (_("You accepted the correction; a new row counts"), "quiet"),
            "withdrawn": (_("Withdrawn by you"), "quiet"),
            "voided": (_("Voided by you"), "bad"),
        }
        title, tone = closed[row.state]
        happened.append(Happening(row.closed_at, title, row.close_reason, tone))
    (listed,) = _listed(session, [(row, client)], now=now)
    happened.sort(key=lambda one: one.at)
    return History(listed, answer, sent[-1][0] if sent else None, before, after, happened)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What voiding would mean on one path: the scheme's name by language, minutes now, minutes needed."""

    scheme: dict[str, str]
    amount: int
    target: int


def consequences(session: Session, row: Hours) -> list[Consequence]:
    """The coach's open candidacies in which coaching hours are a criterion, as they stand now."""
    found = []
    for candidacy in learners.of_person(session, row.person_id):
        if candidacy.state != "open":
            continue
        version = schemes.load(session, candidacy.scheme_version_id)
        for standing in candidacy.standings:
            if version.criterion(standing.criterion).kind == "coaching_hours":
                amount, target = standing.figures.get("amount", 0), standing.figures.get("target", 0)
                found.append(Consequence(dict(version.name), amount, target))
    return found


# ---- a person's own copy --------------------------------------------------------------------------


def person_data(session: Session, person_id: uuid.UUID) -> dict[str, Any]:
    """Everything this room holds about the person, as plain JSON; no secrets."""

    def when(instant: datetime | None) -> str | None:
        return instant.isoformat() if instant else None

    def facts(row: Hours, client: str) -> dict[str, Any]:
        return {
            "id": str(row.id),
            "client": client,
            "starts": when(row.starts),
            "minutes": row.minutes,
            "paid": row.paid,
            "group_size": row.group_size,
            "about": row.about,
            "state": row.state,
            "logged_at": when(row.created_at),
            "signed_at": when(row.signed_at),
            "closed_at": when(row.closed_at),
            "reason": row.close_reason,
            "replaces": str(row.replaces_id) if row.replaces_id else None,
        }

    named = select(Hours, Organisation.name).join(Organisation, Organisation.id == Hours.client_id)
    mine = session.execute(named.where(Hours.person_id == person_id).order_by(Hours.id)).all()
    answered = session.execute(named.where(Hours.signer_id == person_id).order_by(Hours.id)).all()
    sent: dict[uuid.UUID, list[dict[str, Any]]] = {}
    links = select(SigningLink).join(Hours, Hours.id == SigningLink.hours_id)
    for link in session.scalars(links.where(Hours.person_id == person_id).order_by(SigningLink.id)):
        sent.setdefault(link.hours_id, []).append(
            {"kind": link.kind, "sent_at": when(link.sent_at), "expires_at": when(link.expires_at)}
        )
    answers = (
        select(Answer)
        .join(Hours, Hours.id == Answer.hours_id)
        .where(or_(Hours.person_id == person_id, Hours.signer_id == person_id))
    )
    given = {
        one.hours_id: {"action": one.action, "at": when(one.at), "name": one.name, "comment": one.comment}
        for one in session.scalars(answers)
    }
    held = select(Mentoring).where(or_(Mentoring.mentor_id == person_id, Mentoring.mentee_id == person_id))
    return {
        "hours": [
            {
                **facts(row, client),
                "contact": {"name": row.contact_name, "email": row.contact_email},
                "mailed": sent.get(row.id, []),
                "answer": given.get(row.id),
            }
            for row, client in mine
        ],
        "answered": [{**facts(row, client), "answer": given.get(row.id)} for row, client in answered],
        "mentor_coaching": [
            {
                "id": str(one.id),
                "as": "mentor" if one.mentor_id == person_id else "mentee",
                "with": str(one.other(person_id)),
                "starts": when(one.starts),
                "minutes": one.minutes,
                "one_to_one": one.one_to_one,
                "state": one.state,
                "logged_by_me": one.logged_by == person_id,
                "answered_at": when(one.answered_at),
                "reason": one.close_reason,
            }
            for one in session.scalars(held.order_by(Mentoring.id))
        ],
    }
