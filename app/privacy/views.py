"""Everything that the service holds about the person who asks, to download."""

from __future__ import annotations

import json

from flask import Blueprint, Response, g

from app import clock
from app.access import permission
from app.db import db
from app.privacy.export import everything

bp = Blueprint("privacy", __name__)


@bp.get("/my-data/all.json")
@permission("data.own")
def all_data() -> Response:
    """One's own copy, complete, as a file."""
    said = everything(db.session(), g.person.id, now=clock.now())
    return Response(
        json.dumps(said, ensure_ascii=False, indent=2),
        mimetype="application/json",
        headers={"Content-Disposition": "attachment; filename=accelerera-my-data.json"},
    )
