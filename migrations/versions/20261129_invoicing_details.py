"""What organisations say of themselves for invoices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.append_only import trigger_statements

revision = "3f9a1c7e5b20"
down_revision = "7d0c5b19e6a2"
branch_labels = None
depends_on = None

# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "invoicing_details": [
        "organisation_id",
        "name",
        "number",
        "vat_number",
        "street",
        "postcode",
        "city",
        "scheme",
        "endpoint",
        "email",
        "reference",
        "days",
        "bankgiro",
        "iban",
        "f_tax",
        "exemption",
        "given_by",
        "given_at",
        "id",
    ]
}


def upgrade() -> None:
    op.create_table(
        "invoicing_details",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("vat_number", sa.String(length=14), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=4), nullable=False),
        sa.Column("endpoint", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("bankgiro", sa.String(length=8), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("f_tax", sa.Boolean(), nullable=False),
        sa.Column("exemption", sa.String(length=200), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("scheme IN ('0007', '0088')", name=op.f("ck_invoicing_details_scheme")),
        sa.CheckConstraint("days BETWEEN 0 AND 365", name=op.f("ck_invoicing_details_days")),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("fk_invoicing_details_given_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_invoicing_details_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoicing_details")),
    )
    with op.batch_alter_table("invoicing_details", schema=None) as batch_op:
        batch_op.create_index("ix_invoicing_details_organisation", ["organisation_id", "id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, dialect):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    with op.batch_alter_table("invoicing_details", schema=None) as batch_op:
        batch_op.drop_index("ix_invoicing_details_organisation")

    op.drop_table("invoicing_details")
