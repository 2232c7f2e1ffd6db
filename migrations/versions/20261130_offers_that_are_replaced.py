"""A request for a licence can be replaced: its offer gives way to a newer one for the same course."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b6a04e92d7c1"
down_revision = "c27d91e40b58"
branch_labels = None
depends_on = None

CHECKS = (
    ("licence_requests", "ck_licence_requests_state", "state"),
    ("licence_request_steps", "ck_licence_request_steps_kind", "kind"),
)
BEFORE = "'asked', 'offered', 'accepted', 'installed', 'withdrawn', 'declined', 'refused'"
AFTER = f"{BEFORE}, 'replaced'"


def _change(old: str, new: str) -> None:
    """Another list of words in the two checks. SQLite keeps a check in the table's own text and changes none; the
    tables are not rebuilt for it, which would lose the triggers that keep their rows as they are."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        for table, name, column in CHECKS:
            op.drop_constraint(op.f(name), table, type_="check")
            op.create_check_constraint(op.f(name), table, f"{column} IN ({new})")
        return
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    for table, _name, column in CHECKS:
        connection.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = :table"
            ),
            {"old": f"{column} IN ({old})", "new": f"{column} IN ({new})", "table": table},
        )
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))


def upgrade() -> None:
    _change(BEFORE, AFTER)


def downgrade() -> None:
    _change(AFTER, BEFORE)
