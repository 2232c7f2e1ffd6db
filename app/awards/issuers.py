"""Issuers side by side: each folder under ``ISSUERS`` is one, with key, signatories and templates of its own.

An organisation without a folder issues with the service's key and the standard template. A template may build on
one that a course package brings: ``base = "course:train-the-trainer"``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from coursekit.package import inside
from flask import current_app
from sqlalchemy.orm import Session

from app.licensing import gate as gates
from app.organisations import service as organisations
from app.study.blueprint import catalogue_of_app
from certificates.issuer import FILE, Issuer, read_issuer
from certificates.template import TEMPLATES, Template, TemplateError
from certificates.template_data import read_template

PLAIN = Issuer()


def of(session: Session, organisation: uuid.UUID) -> Issuer:
    """How this organisation issues. Raises :class:`IssuerError` where its folder cannot be used."""
    folder = _folder()
    if not folder.is_dir():
        return PLAIN
    found = organisations.load_organisation(session, organisation)
    names = {found.name, found.registration_number or found.name} if found else set()
    for file in sorted(folder.glob(f"*/{FILE}")):
        one = _read(file, file.stat().st_mtime_ns)
        if one.organisation in names:
            return one
    return PLAIN


def templates(session: Session, organisation: uuid.UUID) -> Mapping[str, Template]:
    """Every template to look at: the standard ones, the courses', and the organisation's own."""
    issuer = of(session, organisation)
    own = {one.name: one for one in (issuer.template, *issuer.templates.values())}
    return {**TEMPLATES, **of_courses(), **own}


def of_courses() -> dict[str, Template]:
    """The templates that course packages bring, as ``course:`` and the course's name; a broken one is left out."""
    found = {}
    catalogue = catalogue_of_app()
    for listed in catalogue.listing():
        handle = catalogue.course(listed.id, gate=gates.appearance())
        words = handle.package.certificate
        if words is None or not words.look:
            continue
        name = f"course:{listed.id}"
        try:
            found[name] = read_template(words.look, name, file=partial(_inside, handle.package.root))
        except TemplateError as error:
            current_app.logger.warning("the template of a course cannot be used: %s", error)
    return found


def _inside(root: Path, name: str) -> bytes:
    return inside(root, name).read_bytes()


def _folder() -> Path:
    configured = str(current_app.config["ISSUERS"])
    return Path(configured) if configured else Path(current_app.config["INSTANCE"]) / "issuers"


@lru_cache(maxsize=32)
def _read(file: Path, _changed: int) -> Issuer:
    return read_issuer(file.parent, bases={**TEMPLATES, **of_courses()})
