"""The programming interface: read-only JSON for anybody, described by OpenAPI."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, url_for
from flask_smorest import Blueprint

from app import clock
from app.access import permission
from app.api import shapes
from app.api.problems import TYPE
from app.awards import register as registered
from app.awards import verification
from app.db import db
from app.organisations import service as organisations
from app.rules.scheme import SchemeVersion
from app.schemes import models as scheme_models
from app.schemes import service as schemes

bp = Blueprint(
    "api",
    __name__,
    url_prefix="/api",
    description="Verification, schemes and the register of certified persons.",
)

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
WRONG = {"schema": shapes.Problem, "content_type": TYPE}


@bp.get("/")
@permission("api.describe")
@bp.response(200, shapes.Index)
def index() -> dict[str, str]:
    """Where everything is."""
    return {
        "description": url_for("api-docs.openapi_json"),
        "verify": "/api/verify/{code}",
        "schemes": url_for("api.list_schemes"),
        "register": url_for("api.register"),
    }


@bp.get("/verify/<code>")
@permission("certificate.verify")
@bp.response(200, shapes.Verification)
@bp.alt_response(404, description="No certificate has this code", **WRONG)
@bp.alt_response(429, description="Asked too often", **WRONG)
def verify(code: str) -> dict[str, Any]:
    """What the register says of the certificate with this code

    The code is printed on the sheet; capitals, blanks and hyphens do not matter. Whoever has the file should have
    it checked at /verify as well: only that tells whether it was altered.
    """
    found = verification.by_code(db.session(), code, now=clock.now())
    if found.register is None:
        abort(404)
    entry = found.register
    return {
        "verdict": found.verdict,
        "status": entry.status,
        "certificate": entry.facts,
        "history": entry.history,
        "replaced_by": entry.replaced_by.code if entry.replaced_by else None,
        "signed_digest": entry.certificate.signed_digest,
    }


def _summary(row: scheme_models.SchemeVersion, version: SchemeVersion) -> dict[str, Any]:
    return {
        "code": version.code,
        "version": version.version,
        "level": version.level,
        "name": version.name,
        "summary": version.summary,
        "digest": version.digest,
        "published_at": row.published_at,
    }


@bp.get("/schemes")
@permission("page.public")
@bp.response(200, shapes.Schemes)
def list_schemes() -> dict[str, Any]:
    """Every certification scheme in its current version"""
    session = db.session()
    current = [
        row for scheme in schemes.every(session) for row in scheme.versions if row.state == "published"
    ]
    return {"schemes": [_summary(row, schemes.load(session, row.id)) for row in current]}


@bp.get("/schemes/<code>")
@permission("page.public")
@bp.response(200, shapes.SchemeInFull)
@bp.alt_response(404, description="There is no such scheme", **WRONG)
def scheme(code: str) -> dict[str, Any]:
    """One certification scheme in full, as its digest covers it"""
    if not CODE.fullmatch(code):
        abort(404)
    session = db.session()
    try:
        row = schemes.current(session, code)
    except schemes.UnknownScheme:
        abort(404)
    version = schemes.load(session, row.id)
    return _summary(row, version) | {
        "prerequisites": version.prerequisites,
        "time_limit_months": version.time_limit_months,
        "validity_months": version.validity_months,
        "renewal_window_months": version.renewal_window_months,
        "grace_days": version.grace_days,
        "content": version.to_json(),
    }


@bp.get("/register")
@permission("register.read")
@bp.arguments(shapes.RegisterQuery, location="query")
@bp.response(200, shapes.Register)
@bp.alt_response(422, description="A parameter is wrong", **WRONG)
@bp.alt_response(429, description="Asked too often", **WRONG)
def register(asked: dict[str, Any]) -> dict[str, Any]:
    """Certified persons who agreed to be listed, by name"""
    session = db.session()
    try:
        owner = organisations.scheme_owner(session).id
    except LookupError:  # nothing has been set up yet
        return {"certified": [], "most": registered.LIMIT}
    rows = registered.listed(
        session, owner=owner, search=asked["q"].strip(), scheme=asked["scheme"] or None, now=clock.now()
    )
    return {"certified": rows, "most": registered.LIMIT}
