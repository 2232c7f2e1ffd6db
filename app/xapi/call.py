"""A request and its answer in xAPI's words, and the problems that an answer can tell of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

VERSION_HEADER = "X-Experience-API-Version"
CONSISTENT_HEADER = "X-Experience-API-Consistent-Through"
VERSIONS = ("1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0")
LONGEST_PATH = 500
"""Characters of the path that a problem names."""
ONE, TWO, BEFORE_ONE = "1.0.3", "2.0.0", "0.95"
_FORM_HEADERS = {
    name.lower(): name
    for name in (
        "Authorization",
        VERSION_HEADER,
        "Content-Type",
        "Content-Length",
        "If-Match",
        "If-None-Match",
    )
} | {"accept": "Accept", "accept-language": "Accept-Language"}


class Problem(Exception):
    """The request is refused with ``status``; ``detail`` says why, ``at`` names the property or parameter."""

    def __init__(
        self, status: int, detail: str, *, at: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.at = status, detail, at
        self.headers = dict(headers or {})


@dataclass(slots=True)
class Call:
    """A request: ``resource`` is the path below ``/xapi/``; header names are in lower case."""

    method: str
    resource: str
    params: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    version: str = ""

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return self.headers.get(name.lower(), "")


@dataclass(slots=True)
class Answer:
    """What goes back."""

    status: int = 204
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def answer_json(value: object, *, headers: Mapping[str, str] | None = None) -> Answer:
    """``value`` as JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(200, body, "application/json", dict(headers or {}))


def answer_problem(problem: Problem) -> Answer:
    """The problem as RFC 9457 writes it."""
    said = {"type": "about:blank", "title": HTTPStatus(problem.status).phrase, "status": problem.status}
    at = problem.at[:LONGEST_PATH]  # the names in it are the sender's
    said["detail"] = f"{at}: {problem.detail}" if at else problem.detail
    if at:
        said["property"] = at
    return Answer(
        problem.status,
        json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"),
        "application/problem+json",
        problem.headers,
    )


def negotiated(call: Call) -> str:
    """The version to speak: that of the header. Raises :class:`Problem` where it is missing or unknown."""
    asked = call.header(VERSION_HEADER).strip()
    if not asked and "method" in call.params:
        return ONE  # the form carries the header; it is asked again
    if not asked:
        if call.resource == "about":
            return TWO
        raise Problem(400, f"the header {VERSION_HEADER} is missing", headers={VERSION_HEADER: BEFORE_ONE})
    if asked == "1.0" or (asked.startswith("1.0.") and asked[4:].isdigit()):
        return ONE
    if asked == "2.0" or (asked.startswith("2.0.") and asked[4:].isdigit()):
        return TWO
    if call.resource == "about":
        return TWO
    raise Problem(
        400,
        f"version {asked[:20]} is not spoken here; {', '.join(VERSIONS)} are",
        headers={VERSION_HEADER: TWO},
    )


def single_values(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Query parameters, each of which may be there once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(400, "a parameter is there more than once")
    return found


def unfolded(call: Call) -> Call:
    """A request in 1.0.3's alternate syntax (POST ?method=...) as the request that it stands for."""
    if call.version == TWO:
        raise Problem(400, "xAPI 2.0 has no alternate request syntax", at="method")
    if call.method != "POST":
        raise Problem(400, "the alternate request syntax is sent by POST", at="method")
    if len(call.params) > 1:
        raise Problem(400, "the alternate request syntax has no parameter besides method", at="method")
    method = call.params["method"]
    if method not in ("GET", "PUT", "POST", "DELETE", "HEAD"):
        raise Problem(400, "there is no such method", at="method")
    if call.header("Content-Type").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Problem(400, "the alternate request syntax has its parameters in a form", at="Content-Type")
    try:
        text = call.body.decode("utf-8")
        form = single_values(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
    except ValueError:
        raise Problem(400, "the form cannot be read") from None
    headers = {
        name: value for name, value in call.headers.items() if name not in ("content-type", "content-length")
    }
    params: dict[str, str] = {}
    content = form.pop("content", None)
    for name, value in form.items():
        if name.lower() in _FORM_HEADERS:
            headers[name.lower()] = value
        else:
            params[name] = value
    if method in ("PUT", "POST"):
        if content is None:
            raise Problem(400, "the form has no content", at="content")
        headers.setdefault("content-type", "application/json")
    elif content:
        raise Problem(400, f"a {method} carries no content", at="content")
    return Call(method, call.resource, params, headers, (content or "").encode(), call.version)
