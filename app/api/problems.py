"""Errors below /api/ as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import json

from flask import Response
from werkzeug.exceptions import HTTPException

TYPE = "application/problem+json"
WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not answer to that method; the Allow header names those that work.",
    422: "A parameter is wrong; see errors.",
    429: "Too many requests in a short time. Wait a minute, then try again.",
    500: "Something went wrong on our side. The fault has been recorded.",
}


def answer(error: HTTPException, path: str) -> Response:
    """The error as a problem, with the headers that belong to it (Allow, Retry-After)."""
    code = error.code or 500
    said = {
        "type": "about:blank",
        "title": error.name,
        "status": code,
        "detail": WORDS.get(code) or error.description or error.name,
        "instance": path,
    }
    told = getattr(error, "data", None) or {}
    if told.get("messages"):
        said["errors"] = told["messages"]
    response = Response(json.dumps(said, ensure_ascii=False), status=code, mimetype=TYPE)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response
