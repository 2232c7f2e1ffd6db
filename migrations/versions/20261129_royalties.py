"""Royalties: plans, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.append_only import trigger_statements

revision = "5b1d70c2ea94"
down_revision = "3f9a1c7e5b20"
branch_labels = None
depends_on = None

# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "royalty_plans": ["publisher_id", "course", "starts", "ends", "reason", "by_id", "at", "id"],
    "royalty_months": ["licence_id", "month", "currency", "net", "rest", "at", "id"],
    "royalty_shares": ["plan_id", "role", "generation", "person_id", "organisation_id", "share", "id"],
    "royalty_lines": ["month_id", "share_id", "person_id", "organisation_id", "uses", "base", "amount", "id"],
}


def upgrade() -> None:
    op.create_table(
        "royalty_plans",
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name=op.f("ck_royalty_plans_period")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_royalty_plans_by_id")),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_royalty_plans_publisher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_plans")),
    )
    with op.batch_alter_table("royalty_plans", schema=None) as batch_op:
        batch_op.create_index("ix_royalty_plans_course", ["publisher_id", "course", "id"], unique=False)

    op.create_table(
        "royalty_months",
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("rest", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name=op.f("fk_royalty_months_licence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_months")),
        sa.UniqueConstraint("licence_id", "month", name=op.f("uq_royalty_months_licence_id_month")),
    )
    op.create_table(
        "royalty_shares",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(role = 'author' AND generation IS NULL AND (person_id IS NULL) <> (organisation_id IS NULL)) OR (role = 'trainer' AND generation >= 0 AND person_id IS NULL AND organisation_id IS NULL)",
            name=op.f("ck_royalty_shares_receiver"),
        ),
        sa.CheckConstraint("role IN ('author', 'trainer')", name=op.f("ck_royalty_shares_role")),
        sa.CheckConstraint("share BETWEEN 1 AND 10000", name=op.f("ck_royalty_shares_share")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_royalty_shares_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_royalty_shares_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["royalty_plans.id"], name=op.f("fk_royalty_shares_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_shares")),
    )
    with op.batch_alter_table("royalty_shares", schema=None) as batch_op:
        batch_op.create_index("ix_royalty_shares_plan", ["plan_id", "id"], unique=False)

    op.create_table(
        "royalty_lines",
        sa.Column("month_id", sa.Uuid(), nullable=False),
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_royalty_lines_receiver")
        ),
        sa.ForeignKeyConstraint(["month_id"], ["royalty_months.id"], name=op.f("fk_royalty_lines_month_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_royalty_lines_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_royalty_lines_person_id")),
        sa.ForeignKeyConstraint(["share_id"], ["royalty_shares.id"], name=op.f("fk_royalty_lines_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_lines")),
    )
    with op.batch_alter_table("royalty_lines", schema=None) as batch_op:
        batch_op.create_index("ix_royalty_lines_month", ["month_id"], unique=False)
        batch_op.create_index("ix_royalty_lines_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index("ix_royalty_lines_person", ["person_id", "id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, dialect):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    with op.batch_alter_table("royalty_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_royalty_lines_person")
        batch_op.drop_index("ix_royalty_lines_organisation")
        batch_op.drop_index("ix_royalty_lines_month")

    op.drop_table("royalty_lines")
    with op.batch_alter_table("royalty_shares", schema=None) as batch_op:
        batch_op.drop_index("ix_royalty_shares_plan")

    op.drop_table("royalty_shares")
    op.drop_table("royalty_months")
    with op.batch_alter_table("royalty_plans", schema=None) as batch_op:
        batch_op.drop_index("ix_royalty_plans_course")

    op.drop_table("royalty_plans")
