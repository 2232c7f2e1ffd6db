"""Royalties of this month and the last one, added up for the publishers' pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "3f9d5ac1e7b4"
down_revision = "e81b02c7d3fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "royalty_sums",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("added_up_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_royalty_sums_publisher_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_royalty_sums_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_sums")),
    )
    op.create_index("ix_royalty_sums_publisher", "royalty_sums", ["publisher_id"], unique=False)
    op.create_index("ix_royalty_sums_organisation", "royalty_sums", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("royalty_sums")
