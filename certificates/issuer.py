"""Who issues certificates, as a folder says it: key, place, languages, signatories, templates.

issuer.toml
    organisation = "Accelerera"            name or registration number
    place = "Falkvik"
    languages = "both"                     sv, en or both; left out: the holder's own
    key = "falkvik.p12"                    or pkcs11:...; left out: the service's own
    key_password_file = "falkvik.password"

    [[signatories]]                        at most two; left out: whoever decided, and the organisation
    name = "Elsa Exempel"
    title = {sv = "Certifieringsansvarig", en = "Head of certification"}
    image = "elsa.png"                     PNG or JPEG of the written name

    [template]                             see ``template_data``
    accent = "#1b4f72"

    [templates.participant]                for one scheme
    base = "attendance"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from certificates.facts import Languages, Signatory
from certificates.template import STANDARD, TEMPLATES, Template, TemplateError
from certificates.template_data import read_template, text_of

FILE = "issuer.toml"
_KEYS = {
    "organisation",
    "place",
    "languages",
    "key",
    "key_password_file",
    "signatories",
    "template",
    "templates",
}
_MOST_SIGNATORIES = 2


class IssuerError(ValueError):
    """An issuer's folder that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """``key`` is empty where the service's own is used, ``languages`` ``None`` where the holder's own is."""

    organisation: str = ""
    place: str = ""
    languages: Languages | None = None
    key: str = ""
    key_password: str = field(default="", repr=False)
    signatories: tuple[Signatory, ...] = ()
    template: Template = STANDARD
    templates: Mapping[str, Template] = field(default_factory=dict)

    def template_for(self, scheme: str) -> Template:
        return self.templates.get(scheme, self.template)


def read_issuer(folder: Path, *, bases: Mapping[str, Template] = TEMPLATES) -> Issuer:
    """The issuer whose ``issuer.toml`` stands in ``folder``. ``bases`` are the templates it may build on.

    Raises :class:`IssuerError`.
    """
    try:
        data = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        return _issuer(folder, data, bases)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IssuerError(f"{folder.name}/{FILE}: {error}") from error


def _issuer(folder: Path, data: Mapping[str, Any], bases: Mapping[str, Template]) -> Issuer:
    unknown = sorted(set(data) - _KEYS)
    if unknown:
        raise TemplateError(f"no such key: {', '.join(unknown)}")
    languages = data.get("languages")
    if languages not in (None, "sv", "en", "both"):
        raise TemplateError("languages: sv, en or both")
    signatories = data.get("signatories", [])
    if len(signatories) > _MOST_SIGNATORIES:
        raise TemplateError("signatories: a sheet has room for two")

    def file(name: str) -> bytes:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise FileNotFoundError(name)
        return path.read_bytes()

    def template(name: str, described: Mapping[str, Any]) -> Template:
        return read_template(described, name, file=file, bases=bases)

    key, password = str(data.get("key", "")), str(data.get("key_password_file", ""))
    return Issuer(
        organisation=str(data["organisation"]),
        place=str(data.get("place", "")),
        languages=languages,
        key=str(folder / key) if key and not key.startswith("pkcs11:") else key,
        key_password=(folder / password).read_text(encoding="utf-8").strip() if password else "",
        signatories=tuple(
            Signatory(
                name=one["name"],
                title=text_of(one["title"], "signatories: title"),
                image=file(one["image"]) if "image" in one else None,
            )
            for one in signatories
        ),
        template=template(folder.name, data.get("template", {})),
        templates={
            scheme: template(f"{folder.name}-{scheme}", one)
            for scheme, one in data.get("templates", {}).items()
        },
    )
