"""The small formats that statements are made of. What is asked again and again is remembered."""

from __future__ import annotations

import re
from functools import lru_cache

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MBOX = re.compile(r"mailto:[^\s@<>\"(),;:\\]+@[^\s@<>\"(),;:\\/?#]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"(?:[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})")
_VERSION = re.compile(r"(?:1\.0(?:\.\d+)?|2\.0\.\d+)", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+\s*(?:;.*)?", re.ASCII)
_NUMBER = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W|(?=[\dT])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)",
    re.ASCII,
)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_LANGUAGE = re.compile(
    r"""(?:
      (?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})       # language, extended language
      (?:-[a-z]{4})?                                             # script
      (?:-(?:[a-z]{2}|\d{3}))?                                   # region
      (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*                      # variants
      (?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*                       # extensions
      (?:-x(?:-[a-z0-9]{1,8})+)?                                 # private use
      | x(?:-[a-z0-9]{1,8})+
      | i-[a-z]{3,8} | en-gb-oed | sgn-(?:be-fr|be-nl|ch-de) | art-lojban | cel-gaulish | no-(?:bok|nyn)
      | zh-(?:guoyu|hakka|min|min-nan|xiang)
    )""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


@lru_cache(4096)
def is_iri(value: str) -> bool:
    """An IRI with a scheme and something behind it (RFC 3987)."""
    return _IRI.fullmatch(value) is not None


def is_uuid(value: str) -> bool:
    return _UUID.fullmatch(value) is not None


def is_mbox(value: str) -> bool:
    return _MBOX.fullmatch(value) is not None


def is_sha1(value: str) -> bool:
    return _SHA1.fullmatch(value) is not None


def is_sha2(value: str) -> bool:
    return _SHA2.fullmatch(value) is not None


def is_version(value: str) -> bool:
    return _VERSION.fullmatch(value) is not None


def is_media_type(value: str) -> bool:
    return _MEDIA_TYPE.fullmatch(value) is not None


def is_duration(value: str) -> bool:
    """An ISO 8601 duration with designators (weeks stand alone)."""
    return _DURATION.fullmatch(value) is not None


def is_rfc3339(value: str) -> bool:
    return _RFC3339.fullmatch(value) is not None


@lru_cache(1024)
def is_language(value: str) -> bool:
    """A well-formed language tag (RFC 5646): no extension letter is there twice."""
    if _LANGUAGE.fullmatch(value) is None:
        return False
    letters = [part for part in value.lower().partition("-x-")[0].split("-")[1:] if len(part) == 1]
    return len(letters) == len(set(letters))
