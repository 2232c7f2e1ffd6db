"""From a request to a licence: asked, offered, accepted, signed and installed. Every step is kept, and told by mail.

Only the two sides take steps: whoever asks for the licensee, whoever sells for the publisher. A step that has been
taken already is not taken again, so that a double click does nothing more.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.licensing import licences, market_letters, publishers
from app.licensing.market_models import OPEN_STATES, LicenceRequest, RequestStep
from app.licensing.models import Licence
from app.organisations.models import Organisation
from app.rules.terms import Terms, read

LONGEST_MESSAGE = 1000

_OVER = _l("The other side has just answered, or this was settled before. Read what was said last.")

_REPLACED = _l("A newer offer for the course has taken this one's place. Read that one before you answer.")
_ACCEPTED = _l(
    "Another offer of yours for the course has been accepted and waits for your signature. Sign that one first."
)


def ask(
    session: Session,
    course: str,
    *,
    licensee: uuid.UUID,
    kind: str,
    amount: int | None,
    starts: date,
    message: str,
    form: str,
    more_of: uuid.UUID | None = None,
    by: uuid.UUID,
    now: datetime,
) -> LicenceRequest:
    """The licensee asks for a licence, once for each ``form``.

    Raises :class:`Refused`: ``course`` (needs no licence), ``licensee`` or ``message``.
    """
    publisher = publishers.publisher_of(session, course)
    if publisher is None:
        raise Refused("course", _l("The course needs no licence. Everybody can start it."))
    asking = session.get(Organisation, licensee)
    if asking is None or asking.kind not in licences.LICENSEES or licensee == publisher:
        raise Refused(
            "licensee", _l("This organisation needs no licence for the course, or cannot hold one.")
        )
    named = uuid.uuid5(licensee, form)
    known = select(LicenceRequest).where(LicenceRequest.form == named)
    made = LicenceRequest(
        form=named,
        course=course,
        publisher_id=publisher,
        licensee_id=licensee,
        licence_id=more_of,
        kind=kind,
        amount=amount,
        starts=starts,
        asked_by=by,
        asked_at=now,
        state="asked",
    )
    found = session.scalars(known).first()
    if found is not None:
        return found
    message = _checked(message)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:  # the other click was quicker
        return session.scalars(known).one()
    _keep(session, made, "asked", message=message, by=by, now=now)
    return made


def offer(
    session: Session,
    request: LicenceRequest,
    terms: bytes,
    *,
    message: str = "",
    by: uuid.UUID,
    now: datetime,
) -> None:
    """The publisher offers these terms; they take the place of every offer for the course that is not answered yet.

    Raises :class:`Refused`: ``terms`` (about another course or other sides), ``accepted`` (another offer was, and is
    not signed yet), ``over`` or ``message``.
    """
    said = read(terms)
    sides = (said.publisher.id, said.licensee.id, said.course)
    if sides != (request.publisher_id, request.licensee_id, request.course):
        raise Refused("terms", _l("The terms are about something else than what was asked for."))
    others = [one for one in _hold(session, request) if one.id != request.id]
    last = last_offer(session, request)
    if last is not None and last.terms == terms:
        return
    if any(one.state == "accepted" for one in others):
        raise Refused("accepted", _ACCEPTED)
    _move(session, request, "offered", since=("asked", "offered"))
    for one in others:
        if one.state == "offered":
            _move(session, one, "replaced", since=("offered",))
            _keep(session, one, "replaced", by=by, now=now)
    _keep(session, request, "offered", message=_checked(message), terms=terms, by=by, now=now)


def accept(
    session: Session, request: LicenceRequest, offered: uuid.UUID, *, by: uuid.UUID, now: datetime
) -> None:
    """The licensee accepts the offer that it has read. Raises :class:`Refused`: ``over`` (another one holds now) or
    ``replaced`` (by one that answers another request)."""
    _hold(session, request)
    if request.state == "replaced":
        raise Refused("replaced", _REPLACED)
    last = last_offer(session, request)
    if last is None or last.id != offered:
        raise Refused("over", _OVER)
    if request.state not in ("accepted", "installed"):
        _move(session, request, "accepted", since=("offered",))
        _keep(session, request, "accepted", by=by, now=now)


def end(
    session: Session, request: LicenceRequest, how: str, *, message: str, by: uuid.UUID, now: datetime
) -> None:
    """``withdrawn`` or ``declined`` by the licensee, ``refused`` by the publisher, with words for the other side.

    Raises :class:`Refused`: ``over`` or ``message``.
    """
    since = {"withdrawn": ("asked",), "declined": ("offered",), "refused": ("asked", "offered")}[how]
    message = _checked(message)
    if request.state == how:
        return
    if how == "refused" and not message:
        raise Refused("message", _l("Write why, so that the other side can ask for something else."))
    _move(session, request, how, since=since)
    _keep(session, request, how, message=message, by=by, now=now)


def install(session: Session, file: bytes, *, by: uuid.UUID | None, now: datetime) -> Licence:
    """Put a signed licence in force; a request of which it is the accepted offer is thereby fulfilled.

    Raises :class:`Refused` as ``licences.install`` does.
    """
    made = licences.install(session, file, by=by, now=now)
    wanted = select(LicenceRequest).where(
        LicenceRequest.publisher_id == made.publisher_id,
        LicenceRequest.licensee_id == made.licensee_id,
        LicenceRequest.state == "accepted",
    )
    for request in session.scalars(wanted).all():
        last = last_offer(session, request)
        if last is not None and last.terms is not None and file.endswith(last.terms):
            _move(session, request, "installed", since=("accepted",))
            _keep(session, request, "installed", licence=made.id, by=by, now=now)
    return made


def _hold(session: Session, request: LicenceRequest) -> Sequence[LicenceRequest]:
    """The requests of the same two sides about the same course, as they are at this moment: until this transaction ends
    nobody else takes a step that holds them too, so that no two offers are open at once."""
    same = select(LicenceRequest).where(
        LicenceRequest.publisher_id == request.publisher_id,
        LicenceRequest.licensee_id == request.licensee_id,
        LicenceRequest.course == request.course,
    )
    held = same.order_by(LicenceRequest.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).all()


def _checked(message: str) -> str:
    message = message.strip()
    if len(message) > LONGEST_MESSAGE:
        raise Refused("message", _l("Use at most 1,000 characters."))
    return message


def _move(session: Session, request: LicenceRequest, state: str, *, since: tuple[str, ...]) -> None:
    """Let the request become ``state``, if it is in one of ``since`` at this very moment."""
    moved = session.execute(
        update(LicenceRequest)
        .where(LicenceRequest.id == request.id, LicenceRequest.state.in_(since))
        .values(state=state)
        .execution_options(synchronize_session=False)
    )
    session.refresh(request)
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise Refused("over", _OVER)


def _keep(
    session: Session,
    request: LicenceRequest,
    kind: str,
    *,
    message: str = "",
    terms: bytes | None = None,
    licence: uuid.UUID | None = None,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    session.add(
        RequestStep(
            request_id=request.id,
            kind=kind,
            message=message,
            terms=terms,
            licence_id=licence,
            by_id=by,
            at=now,
        )
    )
    session.flush()
    audit.record(
        session,
        f"licence.request_{kind}",
        by=by,
        now=now,
        subject=request,
        organisation=request.licensee_id,
        course=request.course,
    )
    if kind != "replaced":  # the letter about the newer offer says enough
        market_letters.tell(session, request, kind, message=message, now=now)


# ---- reading --------------------------------------------------------------------------------------


def steps(session: Session, request: LicenceRequest) -> Sequence[RequestStep]:
    """What was said so far, the first first."""
    mine = select(RequestStep).where(RequestStep.request_id == request.id)
    return session.scalars(mine.order_by(RequestStep.id)).all()


def last_offer(session: Session, request: LicenceRequest) -> RequestStep | None:
    """The offer that holds now, or None."""
    offers = select(RequestStep).where(RequestStep.request_id == request.id, RequestStep.kind == "offered")
    return session.scalars(offers.order_by(RequestStep.id.desc()).limit(1)).first()


def successor(session: Session, request: LicenceRequest) -> uuid.UUID | None:
    """The request whose offer took the place of this one's; None where none has."""
    if request.state != "replaced":
        return None
    when = select(RequestStep.at).where(RequestStep.request_id == request.id, RequestStep.kind == "replaced")
    newer = (
        select(RequestStep.request_id)
        .join(LicenceRequest, LicenceRequest.id == RequestStep.request_id)
        .where(
            LicenceRequest.publisher_id == request.publisher_id,
            LicenceRequest.licensee_id == request.licensee_id,
            LicenceRequest.course == request.course,
            LicenceRequest.id != request.id,
            RequestStep.kind == "offered",
            RequestStep.at >= when.scalar_subquery(),
        )
        .order_by(RequestStep.at, RequestStep.id)
    )
    return session.scalar(newer.limit(1))


def terms_of(step: RequestStep) -> Terms:
    """What an offer says."""
    return read(step.terms or b"")


def find(
    session: Session,
    id: uuid.UUID,
    *,
    publishing: frozenset[uuid.UUID] | None,
    asking: frozenset[uuid.UUID] | None,
) -> LicenceRequest | None:
    """The request, if one of these organisations is asked or asks (None: any); else None."""
    found = session.get(LicenceRequest, id)
    if found is None or publishing is None or asking is None:
        return found
    return found if found.publisher_id in publishing or found.licensee_id in asking else None


def listed(
    session: Session,
    *,
    publishing: frozenset[uuid.UUID] | None,
    asking: frozenset[uuid.UUID] | None,
    before: uuid.UUID | None = None,
    limit: int = licences.PAGE,
) -> Sequence[LicenceRequest]:
    """Requests to or from these organisations (None: any), the newest first."""
    wanted = select(LicenceRequest).order_by(LicenceRequest.id.desc()).limit(limit)
    if publishing is not None and asking is not None:
        wanted = wanted.where(
            or_(LicenceRequest.publisher_id.in_(publishing), LicenceRequest.licensee_id.in_(asking))
        )
    if before is not None:
        wanted = wanted.where(LicenceRequest.id < before)
    return session.scalars(wanted).all()


def open_ones(session: Session, course: str, licensees: frozenset[uuid.UUID]) -> Sequence[LicenceRequest]:
    """What these organisations have asked for about the course that is not settled yet."""
    wanted = select(LicenceRequest).where(
        LicenceRequest.licensee_id.in_(licensees),
        LicenceRequest.state.in_(OPEN_STATES),
        LicenceRequest.course == course,
    )
    return session.scalars(wanted.order_by(LicenceRequest.id)).all()


def waiting(session: Session, *, publishing: frozenset[uuid.UUID], asking: frozenset[uuid.UUID]) -> int:
    """How many requests wait for a step of these organisations: to offer or sign, or to answer an offer."""
    wanted = (
        select(func.count())
        .select_from(LicenceRequest)
        .where(
            or_(
                LicenceRequest.publisher_id.in_(publishing) & LicenceRequest.state.in_(("asked", "accepted")),
                LicenceRequest.licensee_id.in_(asking) & (LicenceRequest.state == "offered"),
            )
        )
    )
    return session.scalar(wanted) or 0
