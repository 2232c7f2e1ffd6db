"""How courses were used by day, added up once a day is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e81b02c7d3fa"
down_revision = "8c40e7d21f93"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "licence_use_days",
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("net", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_licence_use_days_publisher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_use_days")),
        sa.UniqueConstraint(
            "publisher_id", "course", "day", name=op.f("uq_licence_use_days_publisher_id_course_day")
        ),
    )
    op.create_index("ix_licence_use_days_day", "licence_use_days", ["day"], unique=False)
    # not in a batch: rebuilding the table would lose the triggers that keep lines as they are
    op.create_index(
        "ix_licence_usage_recorded", "licence_usage", ["recorded_at", "licence_id", "quantity"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_licence_usage_recorded", table_name="licence_usage")
    op.drop_index("ix_licence_use_days_day", table_name="licence_use_days")
    op.drop_table("licence_use_days")
