"""Invite a whole list: looked at first, cell by cell, then taken as a whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.accounts.invitations import checked_email, invite, standing_of
from app.accounts.models import Invitation, Person
from app.accounts.roles import MAY_GRANT
from app.accounts.service import checked_name, may_grant
from app.accounts.spreadsheets import Line, column_letter, read
from app.clock import local_date

HEADINGS: dict[str, frozenset[str]] = {
    "email": frozenset({"e-post", "epost", "e-postadress", "epostadress", "mejl", "mail", "email", "e-mail",
                        "email address", "e-mail address"}),
    "name": frozenset({"namn", "name", "full name"}),
    "first": frozenset({"förnamn", "first name", "given name"}),
    "last": frozenset({"efternamn", "last name", "surname", "family name"}),
    "role": frozenset({"roll", "role"}),
    "language": frozenset({"språk", "language"}),
}  # fmt: skip
ROLE_WORDS = {
    "": "member", "deltagare": "member", "medlem": "member", "member": "member", "participant": "member",
    "kommunansvarig": "lead", "ledare": "lead", "lead": "lead", "municipal lead": "lead",
    "partner": "partner",
}  # fmt: skip
LANGUAGE_WORDS = {
    "": "",
    "sv": "sv",
    "svenska": "sv",
    "swedish": "sv",
    "en": "en",
    "engelska": "en",
    "english": "en",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list. ``standing``: new, invited, member, closed, oneself or repeated."""

    number: int
    email: str
    name: str
    role: str
    language: str
    standing: str = "new"


@dataclass(frozen=True, slots=True)
class BadCell:
    """What is wrong, and where: the row's number and the column's letter and heading as in the file."""

    row: int
    column: str
    heading: str
    message: LazyString | str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. With any ``errors`` nothing can be imported."""

    rows: tuple[Row, ...]
    errors: tuple[BadCell, ...]

    @property
    def new(self) -> tuple[Row, ...]:
        """The rows that would be invited."""
        return tuple(row for row in self.rows if row.standing == "new")

    def as_plain(self) -> list[dict[str, Any]]:
        """The rows as plain data, to be carried from the preview to the import."""
        return [asdict(row) for row in self.rows]


def _columns(head: Line) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(head.cells):
        for field, words in HEADINGS.items():
            if cell.strip().casefold() in words and field not in found:
                found[field] = index
    if "email" not in found:
        raise Refused(
            "no-email-column",
            _l("There is no column for e-mail. Name it “E-post” in the first row of the file."),
        )
    return found


def preview_import(
    session: Session, data: bytes, filename: str, *, organisation: uuid.UUID, by: uuid.UUID, now: datetime
) -> Preview:
    """Read the file and say what would happen; writes nothing.

    Raises :class:`Refused` when the file cannot be read as a list at all.
    """
    lines = read(data, filename)
    if not lines:
        raise Refused("file-empty", _l("The file is empty."))
    head, *body = lines
    columns = _columns(head)
    if not body:
        raise Refused("no-rows", _l("The file has a heading but nobody below it."))
    rows: list[Row] = []
    errors: list[BadCell] = []
    seen: dict[tuple[str, str], int] = {}
    allowed: dict[str, bool] = {}
    own_address = session.get_one(Person, by).email

    def bad(line: Line, field: str, message: LazyString | str) -> None:
        column = columns.get(field, columns["email"])
        errors.append(BadCell(line.number, column_letter(column), head.at(column), message))

    for line in body:
        before = len(errors)
        email, name, role, language = line.at(columns["email"]), "", "", ""
        if not email:
            bad(line, "email", _l("The e-mail address is missing."))
        else:
            try:
                email = checked_email(email)
            except Refused as refused:
                bad(line, "email", str(refused))
        whole = line.at(columns.get("name"))
        name = whole or f"{line.at(columns.get('first'))} {line.at(columns.get('last'))}".strip()
        if name:
            try:
                name = checked_name(name)
            except Refused as refused:
                bad(line, "name" if whole else "first", str(refused))
        said = line.at(columns.get("role"))
        role = ROLE_WORDS.get(said.casefold(), "")
        if not role:
            bad(
                line,
                "role",
                _l("“%(word)s” is no role. Write “deltagare” or “kommunansvarig”.", word=said[:40]),
            )
        else:
            if role not in allowed:
                allowed[role] = may_grant(
                    session, by=by, role=role, organisation=organisation, scheme=None, on=local_date(now)
                )
            if not allowed[role]:
                bad(line, "role", _l("You cannot invite people to this role here."))
        tongue = line.at(columns.get("language"))
        if tongue.casefold() not in LANGUAGE_WORDS:
            bad(line, "language", _l("“%(word)s” is no language here. Write “sv” or “en”.", word=tongue[:40]))
        else:
            language = LANGUAGE_WORDS[tongue.casefold()]
        if len(errors) > before:
            continue
        if (email, role) in seen:
            standing = "repeated"
        else:
            seen[email, role] = line.number
            standing = (
                "oneself"
                if email == own_address
                else standing_of(session, email=email, organisation=organisation, role=role, now=now)
            )
        rows.append(Row(line.number, email, name, role, language, standing))
    return Preview(tuple(rows), tuple(errors))


def import_invitations(
    session: Session, rows: Sequence[Row], *, organisation: uuid.UUID, by: uuid.UUID, now: datetime
) -> list[Invitation]:
    """Invite everybody on the list who is new, in one piece: any refusal leaves nothing behind.

    Who was invited or joined since the preview is passed over. Raises :class:`Refused`.
    """
    made = []
    with session.begin_nested():
        for row in rows:
            if row.role not in MAY_GRANT:
                raise Refused("role", _l("Row %(row)s names no role.", row=row.number))
            try:
                made.append(
                    invite(
                        session,
                        email=row.email,
                        organisation=organisation,
                        role=row.role,
                        name=row.name,
                        language=row.language or None,
                        by=by,
                        now=now,
                    )
                )
            except Refused as refused:
                if refused.code not in ("invited", "member", "closed", "oneself"):
                    raise
        audit.record(
            session, "invitations.imported", by=by, now=now, organisation=organisation, count=len(made)
        )
    return made
