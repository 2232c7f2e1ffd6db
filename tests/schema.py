"""The one place where the tests get their tables from."""

import importlib
import tempfile
from pathlib import Path

from sqlalchemy import Column, Table, Uuid

from app import append_only, audit, jobs, mail  # noqa: F401  (tables of the ground floor)
from app.db import db
from app.factory import create_app


def know_every_table() -> None:
    """Import every room's models."""
    for models in sorted(Path(append_only.__file__).parent.glob("*/models*")):
        if not models.name.startswith("__"):
            importlib.import_module(f"app.{models.parent.name}.models")
    for table in list(db.metadata.tables.values()):
        for key in table.foreign_keys:
            target = key.target_fullname.split(".")[0]
            if target not in db.metadata.tables:  # a room that is not built yet
                Table(target, db.metadata, Column("id", Uuid(), primary_key=True))


def build_schema(url: str) -> None:
    """Make every table and trigger in the empty database at ``url``."""
    know_every_table()
    with tempfile.TemporaryDirectory() as instance:
        service = create_app(
            {"MODE": "test", "INSTANCE": instance, "SECRET_KEY": "unused", "SQLALCHEMY_DATABASE_URI": url}
        )
        with service.app_context():
            db.create_all()
            db.engine.dispose()
