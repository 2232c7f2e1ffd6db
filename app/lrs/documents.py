"""State, agent profile and activity profile documents: kept, merged, and guarded by their entity tags."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.lrs.keys import identity
from app.lrs.models import Document
from app.lrs.reading import InvalidJson, json_of

STATE, AGENT_PROFILE, ACTIVITY_PROFILE = "state", "agent profile", "activity profile"


class PreconditionFailed(Exception):
    """The document is not the one that the sender has seen."""


class DocumentConflict(Exception):
    """The document exists, and the sender does not say what they have seen of it."""


class PreconditionRequired(Exception):
    """The sender does not say whether they replace a document or none."""


class CannotMerge(ValueError):
    """Merging needs two JSON objects."""


@dataclass(frozen=True, slots=True)
class Place:
    """What documents belong to: an activity, an agent, or both; a state perhaps to a registration too."""

    tenant: uuid.UUID
    kind: str
    activity: str | None = None
    agent: Mapping[str, Any] | None = None
    registration: str | None = None

    @property
    def context(self) -> bytes:
        """The digest under which the place's documents lie."""
        who = identity(self.agent) if self.agent is not None else ""
        said = json.dumps([str(self.tenant), self.kind, self.activity or "", who])
        return hashlib.sha256(said.encode()).digest()


@dataclass(frozen=True, slots=True)
class Conditions:
    """If-Match and If-None-Match as the sender wrote them; empty where they did not."""

    match: str = ""
    none_match: str = ""

    @property
    def given(self) -> bool:
        return bool(self.match or self.none_match)

    def hold(self, document: Document | None) -> bool:
        """Whether the sender's idea of the document is right."""
        if self.match:
            if document is None:
                return False
            return self.match.strip() == "*" or _opaque(document.etag) in _tags(self.match)
        if self.none_match:
            if document is None:
                return True
            return self.none_match.strip() != "*" and _opaque(document.etag) not in _tags(self.none_match)
        return True


def _tags(header: str) -> list[str]:
    return [_opaque(tag) for tag in header.split(",")]


def _opaque(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"').lower()


def find(session: Session, place: Place, name: str, *, lock: bool = False) -> Document | None:
    """The document ``name``, or None."""
    query = select(Document).where(
        Document.context == place.context,
        Document.name == name,
        Document.registration == (place.registration or ""),
    )
    query = query.where(Document.tenant == place.tenant)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def names(session: Session, place: Place, *, since: datetime | None = None) -> Sequence[tuple[str, datetime]]:
    """(name, last change) of the place's documents, changed after ``since``; of every registration if it names none."""
    query = select(Document.name, Document.updated).where(
        Document.context == place.context, Document.tenant == place.tenant
    )
    if place.registration:
        query = query.where(Document.registration == place.registration)
    if since is not None:
        query = query.where(Document.updated > since)
    return [(row.name, row.updated) for row in session.execute(query.order_by(Document.name))]


def put(
    session: Session,
    place: Place,
    name: str,
    *,
    content: bytes,
    content_type: str,
    conditions: Conditions,
    guarded: bool,
    now: datetime,
) -> Document:
    """Write the document. ``guarded`` asks the sender to say what they have seen.

    Raises :class:`PreconditionFailed`, :class:`PreconditionRequired` and :class:`DocumentConflict`.
    """
    before = find(session, place, name, lock=True)
    if not conditions.hold(before):
        raise PreconditionFailed
    if guarded and not conditions.given:
        if before is not None:
            raise DocumentConflict
        if place.kind != STATE:
            raise PreconditionRequired
    return _write(session, place, name, before, content, content_type, now)


def post(
    session: Session,
    place: Place,
    name: str,
    *,
    content: bytes,
    content_type: str,
    conditions: Conditions,
    now: datetime,
) -> Document:
    """Merge ``content``'s top-level properties into the document, or write it if there is none.

    Raises :class:`PreconditionFailed`, :class:`CannotMerge`.
    """
    before = find(session, place, name, lock=True)
    if not conditions.hold(before):
        raise PreconditionFailed
    is_json = media_type(content_type) == "application/json"
    new = _json_object(content, "the document") if is_json else None
    if before is not None:
        if new is None or media_type(before.content_type) != "application/json":
            raise CannotMerge("only documents of type application/json can be merged")
        merged = {**_json_object(before.content, "the stored document"), **new}
        content = json.dumps(merged, ensure_ascii=False).encode()
    return _write(session, place, name, before, content, content_type, now)


def remove(session: Session, place: Place, name: str | None, *, conditions: Conditions) -> None:
    """Delete the document ``name``, or every document of the place where it is None."""
    if name is None:
        query = delete(Document).where(Document.context == place.context, Document.tenant == place.tenant)
        if place.registration:
            query = query.where(Document.registration == place.registration)
        session.execute(query)
        return
    before = find(session, place, name, lock=True)
    if not conditions.hold(before):
        raise PreconditionFailed
    if before is not None:
        session.delete(before)


def media_type(content_type: str) -> str:
    """The type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _json_object(content: bytes, what: str) -> dict[str, Any]:
    try:
        value = json_of(content)
    except InvalidJson as error:
        raise CannotMerge(f"{what}: {error}") from None
    if not isinstance(value, dict):
        raise CannotMerge(f"{what} is not a JSON object")
    return value


def _write(
    session: Session,
    place: Place,
    name: str,
    before: Document | None,
    content: bytes,
    content_type: str,
    now: datetime,
) -> Document:
    document = before
    if document is None:
        document = Document(
            tenant=place.tenant,
            kind=place.kind,
            context=place.context,
            name=name,
            registration=place.registration or "",
            activity=place.activity,
            agent=identity(place.agent) if place.agent is not None else None,
        )
        session.add(document)
    document.content, document.content_type = content, content_type
    document.etag = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    document.updated = now
    session.flush()
    return document
