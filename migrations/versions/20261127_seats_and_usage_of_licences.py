"""Seats and usage of licences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.append_only import trigger_statements

revision = "7d0c5b19e6a2"
down_revision = "4850669d2719"
branch_labels = None
depends_on = None

# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "licence_seats": ["licence_id", "person_id", "way", "use_id", "reserved_at", "id"],
    "licence_seat_moves": ["seat_id", "state", "rule", "by_id", "at", "id"],
    "licence_usage": [
        "licence_id",
        "seat_id",
        "statement",
        "quantity",
        "counters_id",
        "month",
        "recorded_at",
        "id",
    ],
}


def upgrade() -> None:
    op.create_table(
        "licence_seats",
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("use_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('reserved', 'consumed', 'returned', 'followed')", name=op.f("ck_licence_seats_state")
        ),
        sa.CheckConstraint("way IN ('study', 'session')", name=op.f("ck_licence_seats_way")),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name=op.f("fk_licence_seats_licence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_licence_seats_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_seats")),
    )
    with op.batch_alter_table("licence_seats", schema=None) as batch_op:
        batch_op.create_index("ix_licence_seats_licence", ["licence_id", "state", "id"], unique=False)
        batch_op.create_index("ix_licence_seats_person", ["person_id"], unique=False)
        batch_op.create_index("ix_licence_seats_waiting", ["state", "way", "reserved_at"], unique=False)
        batch_op.create_index(
            "uq_licence_seats_live",
            ["use_id", "person_id", "way"],
            unique=True,
            sqlite_where=sa.text("state IN ('reserved', 'consumed')"),
            postgresql_where=sa.text("state IN ('reserved', 'consumed')"),
        )

    op.create_table(
        "licence_seat_moves",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('reserved', 'consumed', 'returned', 'followed')",
            name=op.f("ck_licence_seat_moves_state"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_licence_seat_moves_by_id")),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["licence_seats.id"], name=op.f("fk_licence_seat_moves_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_seat_moves")),
    )
    with op.batch_alter_table("licence_seat_moves", schema=None) as batch_op:
        batch_op.create_index("ix_licence_seat_moves_seat", ["seat_id", "id"], unique=False)

    op.create_table(
        "licence_usage",
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("counters_id", sa.Uuid(), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(quantity = 1 AND counters_id IS NULL) OR (quantity = -1 AND counters_id IS NOT NULL)",
            name=op.f("ck_licence_usage_quantity"),
        ),
        sa.ForeignKeyConstraint(
            ["counters_id"], ["licence_usage.id"], name=op.f("fk_licence_usage_counters_id")
        ),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name=op.f("fk_licence_usage_licence_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["licence_seats.id"], name=op.f("fk_licence_usage_seat_id")),
        sa.ForeignKeyConstraint(
            ["statement"], ["lrs_statements.position"], name=op.f("fk_licence_usage_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_usage")),
        sa.UniqueConstraint("counters_id", name=op.f("uq_licence_usage_counters_id")),
        sa.UniqueConstraint("statement", name=op.f("uq_licence_usage_statement")),
    )
    with op.batch_alter_table("licence_usage", schema=None) as batch_op:
        batch_op.create_index("ix_licence_usage_month", ["licence_id", "month", "id"], unique=False)
        batch_op.create_index("ix_licence_usage_seat", ["seat_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, dialect):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:

    with op.batch_alter_table("licence_usage", schema=None) as batch_op:
        batch_op.drop_index("ix_licence_usage_seat")
        batch_op.drop_index("ix_licence_usage_month")

    op.drop_table("licence_usage")
    with op.batch_alter_table("licence_seat_moves", schema=None) as batch_op:
        batch_op.drop_index("ix_licence_seat_moves_seat")

    op.drop_table("licence_seat_moves")
    with op.batch_alter_table("licence_seats", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_licence_seats_live",
            sqlite_where=sa.text("state IN ('reserved', 'consumed')"),
            postgresql_where=sa.text("state IN ('reserved', 'consumed')"),
        )
        batch_op.drop_index("ix_licence_seats_waiting")
        batch_op.drop_index("ix_licence_seats_person")
        batch_op.drop_index("ix_licence_seats_licence")

    op.drop_table("licence_seats")
