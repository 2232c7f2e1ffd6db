"""Where in the database a person is named: every column that can hold words is looked through.

E-mail addresses are looked for anywhere, a name as whole words. Where somebody else has the same name, only rows that
belong to the person are meant. A name of a single word is not looked for: it may be any word.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, String, Table, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from app.accounts.models import Invitation, Person
from app.awards.models import Certificate
from app.db import Model
from app.mail import Mail

KEPT: dict[str, frozenset[str]] = {
    # the certificate keeps its holder's name, so that it stays verifiable
    "certificates": frozenset({"holder", "facts"}),
    "renditions": frozenset({"content"}),
    # other people's own names
    "people": frozenset({"email", "name", "certificate_name", "fs_uniquifier", "fs_webauthn_user_handle"}),
    # names of places, public texts, keys
    "organisations": frozenset({"name", "registration_number"}),
    "signing_keys": frozenset({"certificate", "chain"}),
    "scheme_versions": frozenset({"source"}),
    # signed as it is, and naming organisations alone
    "licences": frozenset({"content"}),
    "licence_request_steps": frozenset({"terms"}),
    "publisher_keys": frozenset({"public_key"}),
}
"""Columns in which a name stays."""

ERASED = "[erased]"
NOBODY = "@erased.invalid"


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Named:
    """How a person is known. ``shared``: somebody else has the same name."""

    person: uuid.UUID
    emails: frozenset[str]
    names: frozenset[str]
    shared: bool

    @property
    def hashes(self) -> frozenset[str]:
        """The addresses as xAPI hides them (``mbox_sha1sum``): known to whoever knows the address."""
        return frozenset(_sha1(f"mailto:{one}") for one in self.emails)

    def pattern(self, *, own: bool) -> re.Pattern[str] | None:
        """What to look for, in rows that belong to the person (``own``) or in any others."""
        names = {one for one in self.names if " " in one} if own or not self.shared else set()
        words = sorted({*self.emails, *self.hashes, *names}, key=len, reverse=True)
        if not words:
            return None
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)

    def instead(self, word: str) -> str:
        """What stands there afterwards: for an address one that nobody has, salted by the person's id."""
        if word.lower() in self.hashes:
            return _sha1(f"mailto:{self.instead_of_address(word)}")
        return self.instead_of_address(word) if "@" in word else ERASED

    def instead_of_address(self, word: str) -> str:
        salted = hashlib.sha256(f"{self.person}{word.lower()}".encode()).hexdigest()[:16]
        return f"erased-{salted}{NOBODY}"


def named(session: Session, person: Person) -> Named:
    """Every address and name under which the service has known the person."""
    mails = session.scalars(select(Mail.to).where(Mail.person_id == person.id).distinct())
    invited = session.scalars(select(Invitation.email).where(Invitation.person_id == person.id))
    emails = {
        one.strip().lower() for one in (person.email, *mails, *invited) if one and not one.endswith(NOBODY)
    }
    holders = session.scalars(select(Certificate.holder).where(Certificate.person_id == person.id))
    names = {" ".join(one.split()) for one in (person.name, person.certificate_name, *holders) if one}
    others = session.scalars(select(Person.name).where(Person.id != person.id, Person.name.in_(names)))
    return Named(person.id, frozenset(emails), frozenset(names), others.first() is not None)


def _holds_words(column: Column[Any]) -> bool:
    if isinstance(column.type, TypeDecorator):
        return False
    return isinstance(column.type, String | JSON | LargeBinary) and not column.foreign_keys


def _belongs(table: Table) -> list[Column[Any]]:
    return [
        c
        for c in table.columns
        if c.name == "person_id" or any(f.column.table.name == "people" for f in c.foreign_keys)
    ]


def replaced(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(key): replaced(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, change) for one in value]
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return value
        if "\\u" in text:
            try:
                said = json.loads(text)
            except ValueError:
                return change(text).encode()
            changed = replaced(said, change)
            return value if changed == said else json.dumps(changed, ensure_ascii=False).encode()
        return change(text).encode()
    return value


@dataclass(frozen=True, slots=True)
class Place:
    """A row that names the person, and what would stand in its columns instead."""

    table: Table
    key: tuple[Any, ...]
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.table.name}: {', '.join(self.values)}"


def places(
    session: Session, who: Named, *, kept: bool = False, tell: Callable[[str], None] = lambda _name: None
) -> Iterator[Place]:
    """Every row in which the person is named, table by table; with ``kept`` also those where it may stay."""
    own, any_ = who.pattern(own=True), who.pattern(own=False)
    if own is None:
        return
    for table in Model.metadata.sorted_tables:
        tell(table.name)
        stays = frozenset() if kept else KEPT.get(table.name, frozenset())
        columns = [c for c in table.columns if _holds_words(c) and c.name not in stays and not c.primary_key]
        if columns:
            yield from _in_table(session, table, columns, who, own, any_)


def _in_table(
    session: Session,
    table: Table,
    columns: list[Column[Any]],
    who: Named,
    own: re.Pattern[str],
    any_: re.Pattern[str] | None,
) -> Iterator[Place]:
    keys, belongs = list(table.primary_key.columns), _belongs(table)
    rows = session.execute(
        select(*keys, *belongs, *columns), execution_options={"yield_per": 1000, "stream_results": True}
    )
    for row in rows:
        mine = who.person in row[len(keys) : len(keys) + len(belongs)]
        pattern = own if mine else any_
        if pattern is None:
            continue

        def change(text: str, pattern: re.Pattern[str] = pattern) -> str:
            return pattern.sub(lambda found: who.instead(found.group()), text)

        changed: dict[str, Any] = {}
        for column, value in zip(columns, row[len(keys) + len(belongs) :], strict=True):
            if value is None:
                continue
            better = replaced(value, change)
            if better != value:
                changed[column.name] = better
        if changed:
            yield Place(table, tuple(row[: len(keys)]), changed)


def tables_of(found: Iterable[Place]) -> dict[str, int]:
    """How many rows of each table."""
    counted: dict[str, int] = {}
    for place in found:
        counted[place.table.name] = counted.get(place.table.name, 0) + 1
    return counted
