"""Plug the room in."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, url_for
from sqlalchemy.orm import Session

from app import clock, i18n
from app.assessments.observing import Held
from app.db import db
from app.deliveries import blueprint, join_views, service, session_views, views

VIEWS = (views, session_views, join_views)
# How often one address may ask for a mail from a session's link.
ASKS = "10 per minute; 60 per hour"


def _leads_to(target: uuid.UUID) -> str:
    """Where an accepted invitation to a session leads: to its own link."""
    delivery = service.load_delivery(db.session(), target)
    return url_for("deliveries.join", code=delivery.code) if delivery else url_for("deliveries.sessions")


def _begun(session: Session, person: uuid.UUID) -> list[Held]:
    """The sessions that a person leads and that have begun: they can have been observed."""
    now = clock.now()
    led = service.led_by(session, person, now=now)
    begun = (one.delivery for one in (*led.to_finish, *led.this_week, *led.past))
    language = i18n.language()
    return [
        Held(one.id, one.name(language), one.starts)
        for one in begun
        if one.starts <= now and one.state != "cancelled"
    ]


def _limit(app: Flask) -> None:
    for limiter in app.extensions.get("limiter", ()):
        endpoint = f"{blueprint.bp.name}.join_ask"
        limited: Any = limiter.limit(ASKS, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def init_app(app: Flask) -> None:
    """Register the pages, where invitations to a session lead, and which sessions can have been observed."""
    app.register_blueprint(blueprint.bp)
    app.extensions["accounts"]["delivery"] = _leads_to
    app.extensions["assessments"]["sessions"] = _begun
    _limit(app)
