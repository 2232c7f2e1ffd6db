"""The profile's public address."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256

from flask import Blueprint, Response, request

from app.access import permission
from app.xapi.profile_document import document

public = Blueprint("xapi_profile", __name__)


@cache
def _written() -> tuple[bytes, str]:
    body = json.dumps(document(), ensure_ascii=False, indent=2).encode()
    return body, sha256(body).hexdigest()[:32]


@public.get("/xapi-profile")
@permission("page.public")
def profile() -> Response:
    """The profile as JSON-LD, for people and programs that send statements to us or read ours."""
    body, tag = _written()
    answer = Response(body, mimetype="application/ld+json")
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.make_conditional(request)
    return answer
