"""Disputes about lines of use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.append_only import trigger_statements

revision = "8c40e7d21f93"
down_revision = "c4d81f0a93be"
branch_labels = None
depends_on = None

# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "usage_disputes": ["licence_id", "line_id", "side", "reason", "opened_by", "opened_at", "id"],
    "usage_dispute_answers": ["dispute_id", "opened_by", "outcome", "reason", "by_id", "at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "usage_disputes",
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("side IN ('licensee', 'publisher')", name=op.f("ck_usage_disputes_side")),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name=op.f("fk_usage_disputes_licence_id")),
        sa.ForeignKeyConstraint(["line_id"], ["licence_usage.id"], name=op.f("fk_usage_disputes_line_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_usage_disputes_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_disputes")),
        sa.UniqueConstraint("id", "opened_by", name=op.f("uq_usage_disputes_id_opened_by")),
        sa.UniqueConstraint("line_id", name=op.f("uq_usage_disputes_line_id")),
    )
    with op.batch_alter_table("usage_disputes", schema=None) as batch_op:
        batch_op.create_index("ix_usage_disputes_licence", ["licence_id", "id"], unique=False)

    op.create_table(
        "usage_dispute_answers",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused')", name=op.f("ck_usage_dispute_answers_outcome")
        ),
        sa.CheckConstraint("by_id <> opened_by", name=op.f("ck_usage_dispute_answers_not_ones_own")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_usage_dispute_answers_by_id")),
        sa.ForeignKeyConstraint(
            ["dispute_id", "opened_by"],
            ["usage_disputes.id", "usage_disputes.opened_by"],
            name=op.f("fk_usage_dispute_answers_dispute_id_opened_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_dispute_answers")),
        sa.UniqueConstraint("dispute_id", name=op.f("uq_usage_dispute_answers_dispute_id")),
    )

    dialect = op.get_bind().dialect.name
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, dialect):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_table("usage_dispute_answers")
    with op.batch_alter_table("usage_disputes", schema=None) as batch_op:
        batch_op.drop_index("ix_usage_disputes_licence")

    op.drop_table("usage_disputes")
