"""A candidate's work: gathered in a draft, handed in for good. Every hand-in is an attempt of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app import audit
from app.accounts.errors import Refused
from app.assessments.models import Attempt, AttemptItem, DraftItem, HandInDraft
from app.files import Stored, shown_name
from app.learners import standing
from app.learners.models import Candidacy
from app.rules.criteria import Assessment
from app.rules.scheme import AssessmentForm, walk
from app.schemes import service as schemes

TEXT_LIMIT = 20_000
MOST_ITEMS = 20
LINK_LIMIT = 1_000


def forms_of(session: Session, candidacy: Candidacy) -> list[AssessmentForm]:
    """The assessments that the candidacy's criteria ask for, in the scheme's order."""
    asked = {
        part.assessment
        for criterion in standing.criteria_of(session, candidacy)
        for part in walk(criterion)
        if isinstance(part, Assessment)
    }
    version = schemes.load(session, candidacy.scheme_version_id)
    return [form for form in version.assessments if form.code in asked]


def form_of(session: Session, candidacy: Candidacy, code: str) -> AssessmentForm | None:
    """The assessment ``code`` of the candidacy, if examiners judge it."""
    found = (form for form in forms_of(session, candidacy) if form.code == code and form.method != "quiz")
    return next(found, None)


def attempts_of(
    session: Session, person: uuid.UUID, *, scheme: str | None = None, assessment: str | None = None
) -> Sequence[Attempt]:
    """A person's attempts, newest first."""
    query = select(Attempt).where(Attempt.person_id == person).options(selectinload(Attempt.items))
    if scheme is not None:
        query = query.where(Attempt.scheme == scheme)
    if assessment is not None:
        query = query.where(Attempt.assessment == assessment)
    return session.scalars(query.order_by(Attempt.handed_in_at.desc(), Attempt.id.desc())).all()


def may_hand_in(candidacy: Candidacy, latest: Attempt | None) -> bool:
    """Whether a new attempt can be begun: none yet, or the last one was not passed."""
    return candidacy.state == "open" and (latest is None or latest.outcome in ("failed", "repeat"))


# ---- the draft ------------------------------------------------------------------------------------


def draft_of(session: Session, candidacy: Candidacy, code: str, *, lock: bool = False) -> HandInDraft | None:
    """What the candidate has gathered, or None."""
    query = select(HandInDraft).where(
        HandInDraft.person_id == candidacy.person_id,
        HandInDraft.scheme == candidacy.scheme,
        HandInDraft.assessment == code,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def drafts_of(session: Session, person: uuid.UUID) -> dict[tuple[str, str], HandInDraft]:
    """A person's drafts by scheme and assessment."""
    found = session.scalars(select(HandInDraft).where(HandInDraft.person_id == person))
    return {(one.scheme, one.assessment): one for one in found}


def save_draft(
    session: Session, candidacy: Candidacy, form: AssessmentForm, text: str, *, by: uuid.UUID, now: datetime
) -> HandInDraft:
    """Keep what is written so far. Raises :class:`Refused` ``not_now`` (nothing can be handed in) or ``text``."""
    latest = next(
        iter(attempts_of(session, candidacy.person_id, scheme=candidacy.scheme, assessment=form.code)), None
    )
    if by != candidacy.person_id or not may_hand_in(candidacy, latest):
        raise Refused("not_now", _l("You have already handed in this work, or it has been passed."))
    if len(text) > TEXT_LIMIT:
        raise Refused(
            "text", _l("The text is longer than 20,000 characters. Shorten it, or hand it in as a file.")
        )
    draft = draft_of(session, candidacy, form.code, lock=True)
    if draft is None:
        draft = HandInDraft(
            person_id=candidacy.person_id, scheme=candidacy.scheme, assessment=form.code, saved_at=now
        )
        try:
            with session.begin_nested():
                session.add(draft)
        except IntegrityError:  # begun in another tab a moment ago
            kept = draft_of(session, candidacy, form.code, lock=True)
            if kept is None:
                raise
            draft = kept
    draft.text, draft.saved_at = text.replace("\r\n", "\n"), now
    session.flush()
    return draft


def add_file(session: Session, draft: HandInDraft, stored: Stored, name: str) -> DraftItem:
    """Put a kept file into the draft; the same bytes under the same name once. Raises :class:`Refused` ``many``."""
    shown = shown_name(name, stored.media_type)
    for one in draft.items:
        if (one.digest, one.name) == (stored.digest, shown):
            return one
    item = DraftItem(
        kind="file",
        name=shown,
        digest=stored.digest,
        size=stored.size,
        media_type=stored.media_type,
        has_location=stored.has_location,
    )
    return _add(session, draft, item)


def add_link(session: Session, draft: HandInDraft, url: str) -> DraftItem:
    """Put a link into the draft. Raises :class:`Refused` ``link`` or ``many``."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        plain = parts.scheme == "https" and "." in host and not parts.username
    except ValueError:
        plain, host = False, ""
    if not plain or len(url) > LINK_LIMIT or any(not one.isprintable() or one.isspace() for one in url):
        raise Refused(
            "link", _l("Write a link that begins with https://, for example https://example.org/plan.")
        )
    for one in draft.items:
        if one.url == url:
            return one
    return _add(session, draft, DraftItem(kind="link", name=host[:300], url=url))


def _add(session: Session, draft: HandInDraft, item: DraftItem) -> DraftItem:
    if len(draft.items) >= MOST_ITEMS:
        raise Refused("many", _l("You can hand in at most 20 files and links. Remove one first."))
    draft.items.append(item)
    session.flush()
    return item


def remove_item(session: Session, draft: HandInDraft, item_id: uuid.UUID) -> DraftItem | None:
    """Take an item out of the draft; what was taken out, or None."""
    for one in draft.items:
        if one.id == item_id:
            draft.items.remove(one)
            session.flush()
            return one
    return None


# ---- for good -------------------------------------------------------------------------------------


def lacking(form: AssessmentForm, draft: HandInDraft | None) -> Refused | None:
    """Why the draft cannot be handed in yet, as a :class:`Refused`; None if it can."""
    if form.hand_in and (draft is None or not draft.items):
        return Refused("items", _l("Add at least one file or link."))
    if not form.hand_in and (draft is None or not draft.text.strip()):
        return Refused("text", _l("Write when it suits you, and how to reach you."))
    return None


def hand_in(
    session: Session, candidacy: Candidacy, form: AssessmentForm, *, by: uuid.UUID, now: datetime
) -> Attempt:
    """Make the draft an attempt that waits for its examiners.

    Raises :class:`Refused`: ``not_now`` (nobody's turn, or somebody else's work), ``items`` or ``text``.
    """
    draft = draft_of(session, candidacy, form.code, lock=True)
    before = attempts_of(session, candidacy.person_id, scheme=candidacy.scheme, assessment=form.code)
    latest = before[0] if before else None
    if by != candidacy.person_id or not may_hand_in(candidacy, latest):
        raise Refused("not_now", _l("You have already handed in this work, or it has been passed."))
    missing = lacking(form, draft)
    if missing is not None or draft is None:
        raise missing or Refused("items", _l("Add at least one file or link."))
    attempt = Attempt(
        owner_id=candidacy.owner_id,
        person_id=candidacy.person_id,
        candidacy_id=candidacy.id,
        scheme=candidacy.scheme,
        scheme_version_id=candidacy.scheme_version_id,
        assessment=form.code,
        number=(latest.number if latest else 0) + 1,
        text=draft.text.strip(),
        examiners=max(form.examiners, 1),
        handed_in_at=now,
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        raise Refused("not_now", _l("You have already handed in this work, or it has been passed.")) from None
    for position, item in enumerate(draft.items, 1):
        session.add(
            AttemptItem(
                attempt_id=attempt.id,
                position=position,
                kind=item.kind,
                name=item.name,
                url=item.url,
                digest=item.digest,
                size=item.size,
                media_type=item.media_type,
            )
        )
    session.delete(draft)
    audit.record(
        session,
        "attempt.handed_in",
        by=by,
        now=now,
        subject=attempt,
        person=attempt.person_id,
        organisation=attempt.owner_id,
        scheme=attempt.scheme,
        assessment=attempt.assessment,
        number=attempt.number,
    )
    session.flush()
    session.refresh(attempt)
    return attempt
