"""Certification schemes: drafted, compared, published, read. What is published stays as it is."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import audit
from app.clock import local_date
from app.organisations import service as organisations
from app.rules import scheme as rules
from app.rules.brought import Brought
from app.rules.comparison import Difference
from app.rules.comparison import compare as differences
from app.rules.criterion import Criterion
from app.rules.holding import CertificateHeld
from app.rules.months import add_months
from app.schemes import brought
from app.schemes.models import Scheme, SchemeDraft, SchemeVersion
from app.schemes.source import Checked, Mistake, check

DATA = Path(__file__).parent / "data"
#: Lowest scheme first, so that prerequisites are there.
DEMONSTRATION = ("participant", "pollinator", "certified-coach", "lead-trainer")
CERTIFICATE_KINDS = CertificateHeld.kinds

_VERSION_LINE = re.compile(r"(?m)^version\s*=\s*\d+")
_loaded: dict[uuid.UUID, rules.SchemeVersion] = {}


class UnknownScheme(LookupError):
    """There is no scheme, version or draft by that name."""


class NotPublishable(ValueError):
    """A text that cannot be published; ``mistakes`` says why."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(f"{one.line or '-'}: {one.key}: {one.says}" for one in self.mistakes))


def every(session: Session) -> Sequence[Scheme]:
    """All schemes with their versions, lowest level first."""
    found = session.scalars(select(Scheme).options(selectinload(Scheme.versions))).all()

    def level(scheme: Scheme) -> tuple[int, str]:
        return (load(session, scheme.versions[0].id).level if scheme.versions else 0, scheme.code)

    return sorted(found, key=level)


def by_code(session: Session, code: str) -> Scheme:
    """The scheme. Raises :class:`UnknownScheme`."""
    scheme = session.scalars(select(Scheme).where(Scheme.code == code)).one_or_none()
    if scheme is None:
        raise UnknownScheme(code)
    return scheme


def current(session: Session, code: str) -> SchemeVersion:
    """The version that new candidates begin on. Raises :class:`UnknownScheme`."""
    version = session.scalars(
        select(SchemeVersion).join(Scheme).where(Scheme.code == code, SchemeVersion.state == "published")
    ).one_or_none()
    if version is None:
        raise UnknownScheme(code)
    return version


def numbered(session: Session, code: str, number: int) -> SchemeVersion:
    """One version of a scheme by its number. Raises :class:`UnknownScheme`."""
    version = session.scalars(
        select(SchemeVersion).join(Scheme).where(Scheme.code == code, SchemeVersion.number == number)
    ).one_or_none()
    if version is None:
        raise UnknownScheme(f"{code} {number}")
    return version


def load(session: Session, version_id: uuid.UUID) -> rules.SchemeVersion:
    """What a published version says, as the rules know it. Kept in memory: it never changes."""
    kept = _loaded.get(version_id)
    if kept is None:
        row = session.get(SchemeVersion, version_id)
        if row is None:
            raise UnknownScheme(str(version_id))
        read = check(row.source.decode())
        if read.version is None or read.version.digest != row.digest:
            raise NotPublishable(read.mistakes or (Mistake(None, "", "the digest is another one"),))
        kept = _loaded[version_id] = read.version
    return kept


def granting(session: Session, role: str) -> list[str]:
    """The codes of the schemes whose current version comes with ``role``, lowest level first."""
    return [
        scheme.code
        for scheme in every(session)
        for version in scheme.versions
        if version.state == "published" and role in load(session, version.id).grants
    ]


def certificate_held(code: str) -> CertificateHeld:
    """The criterion that a certificate of this scheme is active."""
    return CertificateHeld(code=f"holds-{code}", held_scheme=code)


def drafts(session: Session) -> dict[uuid.UUID, SchemeDraft]:
    """All drafts, by their scheme's id."""
    return {one.scheme_id: one for one in session.scalars(select(SchemeDraft))}


def draft_of(session: Session, code: str) -> SchemeDraft | None:
    """The scheme's draft, where somebody has begun one."""
    return session.scalars(select(SchemeDraft).join(Scheme).where(Scheme.code == code)).one_or_none()


def draft(session: Session, code: str, *, by: uuid.UUID | None, now: datetime) -> SchemeDraft:
    """The scheme's draft; a new one begins as the current version's text with the next number."""
    found = draft_of(session, code)
    if found is not None:
        return found
    version = current(session, code)
    text = _VERSION_LINE.sub(f"version = {version.number + 1}", version.source.decode(), count=1)
    begun = SchemeDraft(
        scheme=version.scheme, text=text, begun_at=now, begun_by=by, saved_at=now, saved_by=by
    )
    session.add(begun)
    session.flush()
    audit.record(session, "scheme.drafted", by=by, now=now, subject=begun, scheme=code)
    return begun


def save_draft(
    session: Session, draft: SchemeDraft, text: str, *, by: uuid.UUID | None, now: datetime
) -> Checked:
    """Keep the text as it is, right or wrong, and say what is wrong with it."""
    draft.text = text.replace("\r\n", "\n")
    draft.saved_at, draft.saved_by = now, by
    session.flush()
    return examine(session, draft)


def examine(session: Session, draft: SchemeDraft) -> Checked:
    """What the draft says, or every reason why it cannot be published."""
    read = check(draft.text)
    if read.version is None:
        return read
    return Checked(read.version, tuple(_misfits(session, draft.scheme, read.version)))


def discard_draft(session: Session, draft: SchemeDraft, *, by: uuid.UUID | None, now: datetime) -> None:
    """Throw the draft away."""
    audit.record(session, "scheme.draft_discarded", by=by, now=now, subject=draft, scheme=draft.scheme.code)
    session.delete(draft)
    session.flush()


def compare(
    session: Session, old: SchemeVersion, new: SchemeVersion | rules.SchemeVersion
) -> tuple[Difference, ...]:
    """Criterion by criterion, what ``new`` changes in ``old``."""
    later = new if isinstance(new, rules.SchemeVersion) else load(session, new.id)
    return differences(load(session, old.id), later)


def honoured_until(today: date, keep_months: int) -> date:
    """The last day of the older version for those who began on it, when the newer is published today."""
    return add_months(today, keep_months)


def publish(
    session: Session,
    draft: SchemeDraft,
    *,
    keep_months: int | None = None,
    by: uuid.UUID | None,
    now: datetime,
) -> SchemeVersion:
    """Publish the draft as the scheme's current version, for good. Raises :class:`NotPublishable`.

    Who has begun on the version before keeps it for ``keep_months`` (the version's own number where None).
    """
    read = examine(session, draft)
    if read.version is None or read.mistakes:
        raise NotPublishable(read.mistakes)
    row = _publish(session, draft.scheme, draft.text, read.version, keep_months, by=by, now=now)
    session.delete(draft)
    session.flush()
    return row


def publish_from_files(
    session: Session, *, by: uuid.UUID | None, now: datetime, paths: Sequence[Path] | None = None
) -> list[SchemeVersion]:
    """Publish scheme files, the demonstration's unless others are named. What is published already is left
    alone; a file that says something else under the same number raises :class:`NotPublishable`."""
    rows = []
    for path in paths if paths is not None else [DATA / f"{code}.toml" for code in DEMONSTRATION]:
        text = path.read_text(encoding="utf-8")
        read = check(text, file=path.name)
        if read.version is None:
            raise NotPublishable(read.mistakes)
        code = read.version.code
        scheme = session.scalars(select(Scheme).where(Scheme.code == code)).one_or_none()
        if scheme is None:
            owner = organisations.scheme_owner(session)
            scheme = Scheme(owner_id=owner.id, code=code, created_at=now)
            session.add(scheme)
            session.flush()
        same = session.scalars(
            select(SchemeVersion).where(
                SchemeVersion.scheme_id == scheme.id, SchemeVersion.digest == read.version.digest
            )
        ).one_or_none()
        if same is None:
            mistakes = _misfits(session, scheme, read.version)
            if mistakes:
                raise NotPublishable(mistakes)
            same = _publish(session, scheme, text, read.version, None, by=by, now=now)
        rows.append(same)
    return rows


def _publish(
    session: Session,
    scheme: Scheme,
    text: str,
    version: rules.SchemeVersion,
    keep_months: int | None,
    *,
    by: uuid.UUID | None,
    now: datetime,
) -> SchemeVersion:
    keep = version.transition_months if keep_months is None else keep_months
    last_day = honoured_until(local_date(now), keep)
    before = session.scalars(
        select(SchemeVersion).where(SchemeVersion.scheme_id == scheme.id, SchemeVersion.state == "published")
    ).one_or_none()
    if before is not None:
        before.state, before.retired_at, before.honoured_until = "retired", now, last_day
        session.flush()
    row = SchemeVersion(
        scheme=scheme,
        number=version.version,
        source=text.encode(),
        digest=version.digest,
        published_at=now,
        published_by=by,
        keep_months=keep,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        "scheme.published",
        by=by,
        now=now,
        subject=row,
        scheme=scheme.code,
        number=row.number,
        digest=row.digest,
        keep_months=keep,
    )
    return row


def _misfits(session: Session, scheme: Scheme, version: rules.SchemeVersion) -> list[Mistake]:
    """What is right in itself but does not fit the scheme's history, or the other schemes."""
    mistakes = []
    if version.code != scheme.code:
        mistakes.append(
            Mistake(None, "code", "%(code)s is expected: a scheme keeps its code", {"code": scheme.code})
        )
    numbers = session.scalars(select(SchemeVersion.number).where(SchemeVersion.scheme_id == scheme.id)).all()
    expected = max(numbers, default=0) + 1
    if version.version != expected:
        mistakes.append(
            Mistake(None, "version", "%(number)s is expected: the next number", {"number": expected})
        )
    for code in version.prerequisites:
        if session.scalars(select(Scheme.id).where(Scheme.code == code)).one_or_none() is None:
            mistakes.append(Mistake(None, "prerequisites", "there is no scheme %(code)s", {"code": code}))
    return [*mistakes, *filter(None, map(_misnamed, version.every()))]


def _misnamed(criterion: Criterion) -> Mistake | None:
    """What a criterion asks of a course package that does not have it."""
    if not isinstance(criterion, Brought):
        return None
    named = {"course": criterion.course, "version": criterion.version, "criterion": criterion.criterion}
    kind = brought.kind(**named)
    if kind is None:
        return Mistake(
            None,
            "criteria",
            "%(code)s: no course %(course)s %(version)s with the criterion kind %(criterion)s is installed",
            {"code": criterion.code, **named},
        )
    expected = sorted(kind.examples[0].parameters)
    if [name for name, _ in criterion.parameters] == expected:
        return None
    return Mistake(
        None,
        "criteria",
        "%(code)s: %(criterion)s takes the parameters %(parameters)s",
        {"code": criterion.code, "criterion": criterion.criterion, "parameters": ", ".join(expected)},
    )
