"""Storing statements: once each, with everything they are found by, in the caller's transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.db import new_id
from app.lrs import instants, keys, rows, seen
from app.lrs.equality import same
from app.lrs.stored import Received, StatementConflict, Stored, StoredStatement, lacking
from app.lrs.validate import InvalidStatement, check

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
REFERENCE_DEPTH = 20
AHEAD = 3_600_000_000
"""Microseconds by which another writer's clock may be ahead and still be followed."""
_Fresh = tuple[int, uuid.UUID, dict[str, Any]]
"""position, id, statement"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Statements that one sender wants stored, all or none, with the ids that they have or get."""

    statements: Sequence[dict[str, Any]]
    ids: Sequence[uuid.UUID]
    tenant: uuid.UUID
    authority: Mapping[str, Any]

    @property
    def named(self) -> list[uuid.UUID]:
        """The ids that the sender chose: only they can be stored already."""
        return [id_ for id_, said in zip(self.ids, self.statements, strict=True) if "id" in said]


def want(
    statements: Sequence[dict[str, Any]],
    *,
    tenant: uuid.UUID,
    authority: Mapping[str, Any],
    trusted: bool = False,
) -> Wanted:
    """What :func:`store_all` takes. Raises :class:`InvalidStatement` where a statement breaks a rule."""
    if not trusted:
        for number, statement in enumerate(statements):
            if not isinstance(statement, Received):
                check(statement, version=str(statement.get("version", "2.0.0")), at=f"[{number}]")
    ids = [uuid.UUID(s["id"]) if "id" in s else new_id() for s in statements]
    if len(set(ids)) < len(ids):
        first = {id_: number for number, id_ in reversed(list(enumerate(ids)))}
        place = next(number for number, id_ in enumerate(ids) if first[id_] < number)
        raise InvalidStatement(f"[{place}].id", "an earlier statement of the batch has the same id")
    return Wanted(statements, ids, tenant, authority)


def store(
    session: Session,
    statements: Sequence[dict[str, Any]],
    *,
    tenant: uuid.UUID,
    authority: Mapping[str, Any],
    now: datetime,
    trusted: bool = False,
) -> list[Stored]:
    """Store ``statements`` of ``tenant`` under ``authority``, all or none; one answer each, in their order.

    A statement whose id is stored already and says the same answers ``new=False``. ``trusted`` skips validation
    for what the service itself built. Raises :class:`StatementConflict` where another statement has the id and
    :class:`InvalidStatement` where one breaks a rule.
    """
    wanted = want(statements, tenant=tenant, authority=authority, trusted=trusted)
    (answer,) = store_all(session.connection(), seen.facts_of(session), [wanted], now=now)
    if isinstance(answer, StatementConflict):
        raise answer
    return answer


def look(
    connection: Connection, wanted: Sequence[Wanted], *, now: datetime, credentials: Collection[str] = ()
) -> rows.Look:
    """What has to be known before ``wanted`` is stored."""
    named = [id_ for one in wanted for id_ in one.named]
    tenants = {one.tenant for one in wanted}
    limit = instants.first_position(now) + (AHEAD << instants.SHIFT)
    return rows.look(connection, tenants, named, limit=limit, credentials=credentials)


def store_all(
    connection: Connection,
    facts: seen.Facts,
    wanted: Sequence[Wanted],
    *,
    now: datetime,
    before: rows.Look | None = None,
) -> list[list[Stored] | StatementConflict]:
    """Store what several senders want in one transaction; each gets its own answer, and a conflict keeps back what
    that sender sent, and nothing else. No id may be wanted by two of them. ``before``: a :func:`look` at it all."""
    before = before or look(connection, wanted, now=now)
    known: dict[uuid.UUID, dict[uuid.UUID, StoredStatement]] = {}
    if before.known:
        for tenant in {one.tenant for one in wanted}:
            asked = [id_ for one in wanted if one.tenant == tenant for id_ in one.named]
            known[tenant] = rows.by_ids(connection, tenant, asked)
    answers: list[list[Stored] | StatementConflict] = []
    fresh: dict[tuple[uuid.UUID, str], tuple[Mapping[str, Any], list[_Fresh]]] = {}
    position = _next_position(before.newest, now)
    for one in wanted:
        mine = known.get(one.tenant, {})
        other = _conflict(one, mine)
        if other:
            answers.append(StatementConflict(other))
            continue
        _, new = fresh.setdefault((one.tenant, repr(one.authority)), (one.authority, []))
        answer = []
        for id_, statement in zip(one.ids, one.statements, strict=True):
            if id_ in mine:
                answer.append(Stored(id_, False, mine[id_].position))
                continue
            new.append((position, id_, statement))
            answer.append(Stored(id_, True, position))
            position += 1 << instants.SHIFT
        answers.append(answer)
    for (tenant, _), (authority, new) in fresh.items():
        if new:
            _insert(connection, facts, new, before, tenant=tenant, authority=authority)
    return answers


def store_at_once(
    connection: Connection,
    facts: seen.Facts,
    wanted: Sequence[Wanted],
    *,
    now: datetime,
    credentials: Collection[str],
) -> list[list[Stored]] | None:
    """What :func:`store_all` does in a transaction, by one statement of SQL that is a transaction of its own.

    PostgreSQL only. None, and nothing stored, where that is not enough: something that is stored already stands in
    the way, a credential does not, or there is more to keep than the statements and what they are found by.
    """
    first = instants.first_position(now)
    position = first + secrets.randbits(instants.SHIFT)
    answers: list[list[Stored]] = []
    statements: list[rows.NewStatement] = []
    postings: list[tuple[int, int]] = []
    for one in wanted:
        number = facts.get(_authority_fact(one.tenant, one.authority))
        if number is None:
            return None
        step = 1 << instants.SHIFT
        places = range(position, position + step * len(one.ids), step)
        position = places.stop
        fresh = list(zip(places, one.ids, one.statements, strict=True))
        new = _new(facts, fresh, tenant=one.tenant, authority=one.authority, number=number)
        if new.references or new.descriptions:
            return None
        statements += new.statements
        postings += new.postings
        answers.append([Stored(id_, True, place) for place, id_, _ in fresh])
    if not statements:
        return None
    named = [id_ for one in wanted for id_ in one.named]
    stored = rows.insert_if_clear(
        connection,
        statements,
        postings,
        tenants={one.tenant for one in wanted},
        ids=named,
        first=first,
        limit=first + (AHEAD << instants.SHIFT),
        credentials=credentials,
    )
    return answers if stored else None


def _conflict(wanted: Wanted, known: Mapping[uuid.UUID, StoredStatement]) -> uuid.UUID | None:
    """The first id under which another statement is stored."""
    if known:
        for id_, statement in zip(wanted.ids, wanted.statements, strict=True):
            if id_ in known and not same(statement, known[id_].statement):
                return id_
    return None


def _next_position(newest: int | None, now: datetime) -> int:
    """Where the next statement of this instant goes: after those that share it, apart from other writers."""
    first = instants.first_position(now)
    if newest is not None and newest >= first:
        first = ((newest >> instants.SHIFT) + 1) << instants.SHIFT
    return first + secrets.randbits(instants.SHIFT)


@dataclass(slots=True)
class _New:
    """The rows that statements of one tenant become. ``found``: the keys of each by its id, with its position."""

    statements: list[rows.NewStatement] = field(default_factory=list)
    found: dict[uuid.UUID, tuple[int, set[int]]] = field(default_factory=dict)
    voidings: list[tuple[uuid.UUID, uuid.UUID, int]] = field(default_factory=list)
    references: list[tuple[uuid.UUID, uuid.UUID, int]] = field(default_factory=list)
    descriptions: dict[tuple[str, str], tuple[int, str, str]] = field(default_factory=dict)

    @property
    def postings(self) -> Iterator[tuple[int, int]]:
        """(key, position)"""
        return ((k, at) for at, ks in self.found.values() for k in ks)


def _new(
    facts: seen.Facts,
    fresh: Sequence[_Fresh],
    *,
    tenant: uuid.UUID,
    authority: Mapping[str, Any],
    number: int,
) -> _New:
    """The rows of ``fresh``. ``number``: the authority's."""
    new, key = _New(), keys.key
    for position, id_, statement in fresh:
        if isinstance(statement, Received):
            raw, version = statement.raw, statement.version
        else:
            raw = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
            version = str(statement.get("version", "1.0.3"))
        thing = statement["object"]
        voids = None
        if thing.get("objectType") == "StatementRef":
            target = uuid.UUID(thing["id"])
            new.references.append((tenant, target, position))
            if statement["verb"]["id"] == VOIDED:
                voids = target
                new.voidings.append((tenant, target, position))
        new.statements.append((position, tenant, id_, number, lacking(statement, version), voids, raw))
        new.found[id_] = (
            position,
            {key(tenant, kind, value) for kind, value in keys.found_by(statement, authority)},
        )
        for what, value, said in keys.described(statement):
            fact = (tenant, what, value, repr(said))
            if not facts.get(fact):
                facts.note(fact)
                text = json.dumps(said, ensure_ascii=False, sort_keys=True)
                new.descriptions[(what + value, text)] = (position, what + value, text)
    return new


def _insert(
    connection: Connection,
    facts: seen.Facts,
    fresh: Sequence[_Fresh],
    before: rows.Look,
    *,
    tenant: uuid.UUID,
    authority: Mapping[str, Any],
) -> None:
    number = _authority_number(connection, facts, tenant, authority)
    new = _new(facts, fresh, tenant=tenant, authority=authority, number=number)
    if new.references:
        _inherit(connection, tenant, new.found, new.references, authority)
    rows.insert(connection, new.statements, new.postings, committed=(before.committed or 0) + 1)
    if before.referred:
        _pass_on(connection, tenant, new.found)
    if new.voidings:
        rows.insert_voidings(connection, new.voidings)
    if new.references:
        rows.insert_references(connection, new.references)
    if new.descriptions:
        rows.insert_descriptions(connection, tenant, _described(tenant, new.descriptions.values()))


def _described(
    tenant: uuid.UUID, descriptions: Iterable[tuple[int, str, str]]
) -> list[tuple[int, bytes, int, bytes]]:
    listed = []
    for position, name, text in descriptions:
        body = text.encode()
        listed.append(
            (keys.key(tenant, "d", name), hashlib.blake2b(body, digest_size=16).digest(), position, body)
        )
    return sorted(listed)  # in one order, so that two writers never wait for each other in a circle


def _authority_fact(tenant: uuid.UUID, authority: Mapping[str, Any]) -> tuple[uuid.UUID, str, str]:
    return tenant, "authority", repr(authority)


def _authority_number(
    connection: Connection, facts: seen.Facts, tenant: uuid.UUID, authority: Mapping[str, Any]
) -> int:
    fact = _authority_fact(tenant, authority)
    number = facts.get(fact)
    if number is None:
        body = json.dumps(authority, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        digest = hashlib.sha256(body.encode()).digest()
        number = rows.authority(connection, tenant, digest, body.encode())
        facts.note(fact, number)
    return int(number)


def _keys_of(connection: Connection, tenant: uuid.UUID, id_: uuid.UUID, depth: int) -> set[int]:
    """The keys of a stored statement, with those that it has from what it refers to itself."""
    before = rows.by_ids(connection, tenant, [id_]).get(id_) if depth else None
    if before is None:
        return set()
    statement = before.statement
    own = {keys.key(tenant, kind, value) for kind, value in keys.found_by(statement, statement["authority"])}
    if statement["object"].get("objectType") == "StatementRef":
        own |= _keys_of(connection, tenant, uuid.UUID(statement["object"]["id"]), depth - 1)
    return own


def _inherit(
    connection: Connection,
    tenant: uuid.UUID,
    found: dict[uuid.UUID, tuple[int, set[int]]],
    references: Sequence[tuple[uuid.UUID, uuid.UUID, int]],
    authority: Mapping[str, Any],
) -> None:
    """A statement that refers to another is also found by what that one says (xAPI, filters and StatementRefs)."""
    at = {position: id_ for id_, (position, _) in found.items()}
    targets = {at[position]: target for _, target, position in references}
    for id_ in targets:
        chain, target = [id_], targets.get(id_)
        while target in found and target not in chain and len(chain) < REFERENCE_DEPTH:
            found[id_][1].update(found[target][1])
            chain.append(target)
            target = targets.get(target)
        if target is not None and target not in found:
            found[id_][1].update(_keys_of(connection, tenant, target, REFERENCE_DEPTH))


def _pass_on(connection: Connection, tenant: uuid.UUID, found: dict[uuid.UUID, tuple[int, set[int]]]) -> None:
    """Statements that were stored before what they refer to are found by it from now on."""
    waiting = list(found)
    more: set[tuple[int, int]] = set()
    everything = keys.key(tenant, "*", "")
    origin = {id_: ks - {everything} for id_, (_, ks) in found.items()}
    for _ in range(REFERENCE_DEPTH):
        referring = rows.referring(connection, tenant, waiting)
        if not referring:
            break
        waiting = []
        for target, position, id_ in referring:
            if id_ in origin:
                continue
            origin[id_] = origin[target]
            more.update((k, position) for k in origin[target])
            waiting.append(id_)
    if more:
        rows.insert_postings(connection, sorted(more))
