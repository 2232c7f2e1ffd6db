"""The market of licences: price lists, requests and what was said about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.append_only import trigger_statements

revision = "9206ca8ff13b"
down_revision = "5b1d70c2ea94"
branch_labels = None
depends_on = None

# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "course_prices": [
        "course",
        "publisher_id",
        "kind",
        "model",
        "currency",
        "amount",
        "tiers",
        "minimum",
        "vat",
        "set_by",
        "set_at",
        "id",
    ],
    "licence_requests": [
        "form",
        "course",
        "publisher_id",
        "licensee_id",
        "licence_id",
        "kind",
        "amount",
        "starts",
        "asked_by",
        "asked_at",
        "id",
    ],
    "licence_request_steps": ["request_id", "kind", "message", "terms", "licence_id", "by_id", "at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "course_prices",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tiers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('seats', 'registrations', 'attendees', 'flat')", name=op.f("ck_course_prices_kind")
        ),
        sa.CheckConstraint(
            "model IN ('each', 'tiered', 'flat', 'free')", name=op.f("ck_course_prices_model")
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_course_prices_publisher_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name=op.f("fk_course_prices_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_prices")),
    )
    with op.batch_alter_table("course_prices", schema=None) as batch_op:
        batch_op.create_index("ix_course_prices_course", ["course", "id"], unique=False)

    op.create_table(
        "licence_requests",
        sa.Column("form", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("licensee_id", sa.Uuid(), nullable=False),
        sa.Column("licence_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('seats', 'registrations', 'attendees', 'flat')", name=op.f("ck_licence_requests_kind")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'offered', 'accepted', 'installed', 'withdrawn', 'declined', 'refused')",
            name=op.f("ck_licence_requests_state"),
        ),
        sa.CheckConstraint("licensee_id <> publisher_id", name=op.f("ck_licence_requests_two_sides")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_licence_requests_asked_by")),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name=op.f("fk_licence_requests_licence_id")),
        sa.ForeignKeyConstraint(
            ["licensee_id"], ["organisations.id"], name=op.f("fk_licence_requests_licensee_id")
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_licence_requests_publisher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_requests")),
        sa.UniqueConstraint("form", name=op.f("uq_licence_requests_form")),
    )
    with op.batch_alter_table("licence_requests", schema=None) as batch_op:
        batch_op.create_index("ix_licence_requests_licensee", ["licensee_id", "state", "id"], unique=False)
        batch_op.create_index("ix_licence_requests_publisher", ["publisher_id", "state", "id"], unique=False)

    op.create_table(
        "licence_request_steps",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=True),
        sa.Column("licence_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'installed') = (licence_id IS NOT NULL)", name=op.f("ck_licence_request_steps_licence")
        ),
        sa.CheckConstraint(
            "(kind = 'offered') = (terms IS NOT NULL)", name=op.f("ck_licence_request_steps_terms")
        ),
        sa.CheckConstraint(
            "kind IN ('asked', 'offered', 'accepted', 'installed', 'withdrawn', 'declined', 'refused')",
            name=op.f("ck_licence_request_steps_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_licence_request_steps_by_id")),
        sa.ForeignKeyConstraint(
            ["licence_id"], ["licences.id"], name=op.f("fk_licence_request_steps_licence_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["licence_requests.id"], name=op.f("fk_licence_request_steps_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_request_steps")),
    )
    with op.batch_alter_table("licence_request_steps", schema=None) as batch_op:
        batch_op.create_index("ix_licence_request_steps_request", ["request_id", "id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, dialect):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    with op.batch_alter_table("licence_request_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_licence_request_steps_request")

    op.drop_table("licence_request_steps")
    with op.batch_alter_table("licence_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_licence_requests_publisher")
        batch_op.drop_index("ix_licence_requests_licensee")

    op.drop_table("licence_requests")
    with op.batch_alter_table("course_prices", schema=None) as batch_op:
        batch_op.drop_index("ix_course_prices_course")

    op.drop_table("course_prices")
