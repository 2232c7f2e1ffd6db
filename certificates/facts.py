"""What a certificate says: the facts, frozen, and the canonical bytes in which they are kept and embedded.

Nothing here knows how a certificate looks or who signs it. The JSON is canonical (RFC 8785), so that the same
facts always give the same bytes and the same digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Languages = Literal["sv", "en", "both"]

FORMAT = "certificate-facts/1"
_LONGEST = 2_000
_LARGEST_IMAGE = 256 * 1024
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069]")
"""Control characters, line breaks in disguise, and marks that turn the reading direction of what follows."""


class FactsError(ValueError):
    """Facts that no certificate can be made of; the message names the field."""


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in Swedish and English; the English one defaults to the Swedish."""

    sv: str
    en: str = ""

    def __post_init__(self) -> None:
        if not self.en:
            object.__setattr__(self, "en", self.sv)

    def __bool__(self) -> bool:
        return bool(self.sv)

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.sv


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A person who stands behind the certificate. ``image`` is a PNG or JPEG of a handwritten signature."""

    name: str
    title: Text
    image: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a certificate states.

    ``code`` is the random verification code (see ``new_code``), ``verify_url`` the address that it is checked
    at. ``criteria_digest`` is the SHA-256, in hexadecimal, of the scheme version that was decided by.
    ``level`` is what the holder may call themselves, ``scheme`` the scheme that it belongs to. Dates are the
    dates that people mean; ``valid_until`` is the last day, ``None`` where it does not expire. ``development``
    says that the sheet is a sample, which is written across its top.
    """

    serial: str
    code: str
    holder: str
    scheme: Text
    level: Text
    scheme_version: str
    criteria_digest: str
    awarded_on: date
    valid_from: date
    valid_until: date | None
    issuer: str
    place: str
    verify_url: str
    signatories: tuple[Signatory, ...] = ()
    languages: Languages = "sv"
    development: bool = False

    def __post_init__(self) -> None:
        for name in ("serial", "code", "holder", "scheme_version", "issuer", "verify_url"):
            if not getattr(self, name).strip():
                raise FactsError(f"{name} is empty")
        for name in (
            "serial",
            "code",
            "holder",
            "scheme_version",
            "criteria_digest",
            "issuer",
            "place",
            "verify_url",
        ):
            _check_line(name, getattr(self, name))
        for name in ("scheme", "level"):
            text: Text = getattr(self, name)
            if not text:
                raise FactsError(f"{name} is empty")
            _check_line(name, text.sv)
            _check_line(name, text.en)
        if not self.verify_url.startswith(("https://", "http://")) or not self.verify_url.isascii():
            raise FactsError("verify_url is not a plain http(s) address")
        if len(self.criteria_digest) != 64 or set(self.criteria_digest) - set("0123456789abcdef"):
            raise FactsError("criteria_digest is not a SHA-256 in lower-case hexadecimal")
        if self.languages not in ("sv", "en", "both"):
            raise FactsError("languages is none of sv, en, both")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise FactsError("valid_until is before valid_from")
        if len(self.signatories) > 2:
            raise FactsError("signatories: a sheet has room for two")
        for signatory in self.signatories:
            _check_line("signatories", signatory.name)
            _check_line("signatories", signatory.title.sv)
            _check_line("signatories", signatory.title.en)
            if signatory.image is not None and len(signatory.image) > _LARGEST_IMAGE:
                raise FactsError("signatories: the signature's image is larger than 256 kB")

    def to_json(self) -> bytes:
        """The canonical bytes (RFC 8785) of these facts."""
        return _canonical(
            {
                "format": FORMAT,
                "serial": self.serial,
                "code": self.code,
                "holder": self.holder,
                "scheme": {"sv": self.scheme.sv, "en": self.scheme.en},
                "level": {"sv": self.level.sv, "en": self.level.en},
                "scheme_version": self.scheme_version,
                "criteria_digest": self.criteria_digest,
                "awarded_on": self.awarded_on.isoformat(),
                "valid_from": self.valid_from.isoformat(),
                "valid_until": self.valid_until.isoformat() if self.valid_until else None,
                "issuer": self.issuer,
                "place": self.place,
                "verify_url": self.verify_url,
                "signatories": [
                    {
                        "name": s.name,
                        "title": {"sv": s.title.sv, "en": s.title.en},
                        "image": base64.b64encode(s.image).decode() if s.image else None,
                    }
                    for s in self.signatories
                ],
                "languages": self.languages,
                "development": self.development,
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> Facts:
        """The facts in ``data``. Raises ``FactsError`` for anything that ``to_json`` would not have written."""
        try:
            found: dict[str, Any] = json.loads(data)
            if found.pop("format") != FORMAT:
                raise FactsError("format is not one that this version reads")
            facts = cls(
                **{
                    **found,
                    "scheme": Text(**found["scheme"]),
                    "level": Text(**found["level"]),
                    "awarded_on": date.fromisoformat(found["awarded_on"]),
                    "valid_from": date.fromisoformat(found["valid_from"]),
                    "valid_until": date.fromisoformat(found["valid_until"]) if found["valid_until"] else None,
                    "signatories": tuple(
                        Signatory(
                            name=s["name"],
                            title=Text(**s["title"]),
                            image=base64.b64decode(s["image"], validate=True) if s["image"] else None,
                        )
                        for s in found["signatories"]
                    ),
                }
            )
            canonical = facts.to_json()
        except FactsError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, binascii.Error) as error:
            raise FactsError(f"not a certificate's facts: {error}") from error
        if canonical != data:
            raise FactsError("the facts are not in their canonical form")
        return facts

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal."""
        return hashlib.sha256(self.to_json()).hexdigest()


def _canonical(value: dict[str, object]) -> bytes:
    """RFC 8785 for what facts are made of: texts without control characters, truth values, ASCII names."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def new_code() -> str:
    """A fresh verification code: 128 random bits in base32, in groups that can be read aloud."""
    return group_code(base64.b32encode(secrets.token_bytes(16)).decode().rstrip("="))


def group_code(code: str) -> str:
    """``code`` as it is printed: upper case, without blanks, in groups of five with hyphens between."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return "-".join(plain[i : i + 5] for i in range(0, len(plain), 5))


def _check_line(name: str, value: str) -> None:
    if not isinstance(value, str):
        raise FactsError(f"{name} is not text")
    if len(value) > _LONGEST:
        raise FactsError(f"{name} is longer than {_LONGEST} characters")
    if _UNSEEN.search(value):
        raise FactsError(f"{name} holds a control character")
