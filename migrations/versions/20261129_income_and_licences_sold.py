"""What publishers earned by month, and an index for their own page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c4d81f0a93be"
down_revision = "9206ca8ff13b"
branch_labels = None
depends_on = None

SOLD = ["publisher_id", "ends", "starts", "stop", "course", "licensee_id", "capacity", "taken", "id"]


def upgrade() -> None:
    op.create_table(
        "publisher_months",
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("licences", sa.Integer(), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_publisher_months_publisher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher_months")),
        sa.UniqueConstraint(
            "publisher_id", "month", "currency", name=op.f("uq_publisher_months_publisher_id_month_currency")
        ),
    )
    # not in a batch: rebuilding the table would lose the triggers that keep licences as they are
    op.create_index("ix_licences_sold", "licences", SOLD, unique=False)


def downgrade() -> None:
    op.drop_index("ix_licences_sold", table_name="licences")
    op.drop_table("publisher_months")
