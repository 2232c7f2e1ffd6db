"""Further training that people declare, and declarations that they sign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.append_only import drop_statements, trigger_statements

revision = "93437019476b"
down_revision = "68dbe5155b9b"
branch_labels = None
depends_on = None


# The columns that nobody may change.
FROZEN: dict[str, list[str]] = {
    "further_training": [
        "owner_id",
        "person_id",
        "title",
        "organiser",
        "day",
        "category",
        "credits",
        "about",
        "link",
        "file_name",
        "file_digest",
        "file_size",
        "file_type",
        "form_token",
        "declared_at",
        "id",
    ],
    "declarations": [
        "owner_id",
        "person_id",
        "candidacy_id",
        "scheme",
        "scheme_version_id",
        "criterion",
        "wording",
        "signed_on",
        "at",
        "id",
    ],
}


def upgrade() -> None:
    op.create_table(
        "further_training",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organiser", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.Column("link", sa.String(length=1000), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("file_type", sa.String(length=120), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("given", sa.Integer(), nullable=True),
        sa.Column("given_category", sa.String(length=8), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('accepted', 'voided')) = (given IS NOT NULL AND given_category IS NOT NULL)",
            name=op.f("ck_further_training_given"),
        ),
        sa.CheckConstraint(
            "category IN ('core', 'ethics', 'other')", name=op.f("ck_further_training_category")
        ),
        sa.CheckConstraint(
            "given_category IS NULL OR given_category IN ('core', 'ethics', 'other')",
            name=op.f("ck_further_training_given_category"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'declined', 'withdrawn', 'voided')",
            name=op.f("ck_further_training_state"),
        ),
        sa.CheckConstraint("credits BETWEEN 1 AND 100", name=op.f("ck_further_training_credits")),
        sa.CheckConstraint(
            "given IS NULL OR given BETWEEN 1 AND 100", name=op.f("ck_further_training_given_credits")
        ),
        sa.CheckConstraint(
            "judged_by IS NULL OR judged_by <> person_id", name=op.f("ck_further_training_not_oneself")
        ),
        sa.ForeignKeyConstraint(["judged_by"], ["people.id"], name=op.f("fk_further_training_judged_by")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisations.id"], name=op.f("fk_further_training_owner_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_further_training_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_training")),
        sa.UniqueConstraint("person_id", "form_token", name=op.f("uq_further_training_person_id_form_token")),
    )
    with op.batch_alter_table("further_training", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_further_training_judged_by"), ["judged_by"], unique=False)
        batch_op.create_index("ix_further_training_waiting", ["owner_id", "state", "id"], unique=False)

    op.create_table(
        "declarations",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("candidacy_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacies.id"], name=op.f("fk_declarations_candidacy_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_declarations_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_declarations_person_id")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_versions.id"], name=op.f("fk_declarations_scheme_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
        sa.UniqueConstraint(
            "candidacy_id",
            "criterion",
            "signed_on",
            name=op.f("uq_declarations_candidacy_id_criterion_signed_on"),
        ),
    )
    with op.batch_alter_table("declarations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declarations_person_id"), ["person_id"], unique=False)

    connection = op.get_bind()
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, connection.dialect.name):
            op.execute(statement)


def downgrade() -> None:
    connection = op.get_bind()
    for table in FROZEN:
        for statement in drop_statements(table, connection.dialect.name):
            op.execute(statement)
    with op.batch_alter_table("declarations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declarations_person_id"))

    op.drop_table("declarations")
    with op.batch_alter_table("further_training", schema=None) as batch_op:
        batch_op.drop_index("ix_further_training_waiting")
        batch_op.drop_index(batch_op.f("ix_further_training_judged_by"))

    op.drop_table("further_training")
