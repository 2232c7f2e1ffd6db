"""Which version of a course is offered, decisions on versions, answers to instruments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.append_only import trigger_statements

revision = "4850669d2719"
down_revision = "4ac220318c55"
branch_labels = None
depends_on = None

# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "course_offers": ["course", "version", "digest", "at", "by_id", "id"],
    "version_decisions": ["course", "version", "forum", "held_on", "text", "at", "by_id", "id"],
}


def upgrade() -> None:
    op.create_table(
        "course_offers",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_course_offers_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_offers")),
    )
    with op.batch_alter_table("course_offers", schema=None) as batch_op:
        batch_op.create_index("ix_course_offers_course", ["course", "id"], unique=False)

    op.create_table(
        "version_decisions",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("forum", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "forum IN ('design', 'retro', 'think_tank')", name=op.f("ck_version_decisions_forum")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_version_decisions_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_decisions")),
    )
    with op.batch_alter_table("version_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_version_decisions_course", ["course", "version"], unique=False)

    op.create_table(
        "instrument_answers",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("instrument", sa.String(length=80), nullable=False),
        sa.Column("levels", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_instrument_answers_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_instrument_answers_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_answers")),
    )
    with op.batch_alter_table("instrument_answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_instrument_answers_organisation", ["organisation_id", "course", "instrument"], unique=False
        )
        batch_op.create_index(
            "ix_instrument_answers_registration", ["registration_id", "instrument"], unique=False
        )

    connection = op.get_bind()
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, connection.dialect.name):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    with op.batch_alter_table("instrument_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_instrument_answers_registration")
        batch_op.drop_index("ix_instrument_answers_organisation")

    op.drop_table("instrument_answers")
    with op.batch_alter_table("version_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_version_decisions_course")

    op.drop_table("version_decisions")
    with op.batch_alter_table("course_offers", schema=None) as batch_op:
        batch_op.drop_index("ix_course_offers_course")

    op.drop_table("course_offers")
