"""A letter is kept as its text; its layout is put on when it is sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c27d91e40b58"
down_revision = "3f9d5ac1e7b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("mails", "html")


def downgrade() -> None:
    op.add_column("mails", sa.Column("html", sa.String(), nullable=True))
