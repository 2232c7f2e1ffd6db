"""Plug the room in."""

from __future__ import annotations

from flask import Flask

from app.licensing import (
    account_views,
    giving_views,
    invoice_views,
    making_views,
    market_views,
    seat_views,
    upkeep,
    usage_views,
    views,
)
from app.licensing.blueprint import bp

PARTS = (
    views,
    making_views,
    market_views,
    giving_views,
    account_views,
    invoice_views,
    seat_views,
    usage_views,
    upkeep,
)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)
