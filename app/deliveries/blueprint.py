"""The blueprint of this room, and what its views share: whose session is it, and who is asking."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, current_app, g
from markupsafe import Markup
from segno import make
from werkzeug.wrappers import Response

from app import mail
from app.access import held
from app.db import db
from app.deliveries import letters, service
from app.deliveries.models import Delivery

bp = Blueprint("deliveries", __name__, template_folder="templates")

Page = str | Response | tuple[Any, int]


def oversees(delivery: Delivery) -> bool:
    """Whether the person who asks is an administrator over the session."""
    reach = (None, delivery.municipality_id, delivery.provider_id)
    return any(one.role == "administrator" and one.organisation in reach for one in held())


def leading(delivery_id: uuid.UUID) -> Delivery:
    """The session, if the person who asks leads or oversees it; else 404."""
    delivery = service.load_delivery(db.session(), delivery_id)
    if delivery is None or not (service.leads(db.session(), delivery, g.person.id) or oversees(delivery)):
        abort(404)
    return delivery


def courses() -> dict[str, dict[str, str]]:
    """The courses that run here: their titles by language, by the course's id."""
    return {one.id: dict(one.title) for one in current_app.extensions["courses"].listing()}


def join_link(delivery: Delivery) -> str:
    """The whole address of the session's own link."""
    return mail.address(f"/s/{delivery.code}")


def qr(text: str) -> Markup:
    """``text`` as a QR drawing, dark on white in both colour schemes."""
    drawn = make(text, error="m").svg_inline(
        border=2, omitsize=True, light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 (drawn by us, holds no text)


def when(delivery: Delivery) -> str:
    """Day and time as the reader should see it."""
    zone = getattr(g.get("person"), "time_zone", None) or "Europe/Stockholm"
    return letters.when(delivery, zone=zone)
