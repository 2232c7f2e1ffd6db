"""Licences of course packages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.append_only import trigger_statements

revision = "4ac220318c55"
down_revision = "93437019476b"
branch_labels = None
depends_on = None

# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "licences": [
        "number",
        "publisher_id",
        "licensee_id",
        "course",
        "kind",
        "starts",
        "ends",
        "content",
        "digest",
        "fingerprint",
        "parent_id",
        "installed_by",
        "installed_at",
        "id",
    ],
    "publisher_keys": ["publisher_id", "fingerprint", "public_key", "added_by", "added_at", "id"],
    "licence_changes": ["licence_id", "kind", "amount", "other_id", "reason", "by_id", "at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "course_publishers",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["named_by"], ["people.id"], name=op.f("fk_course_publishers_named_by")),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_course_publishers_publisher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_publishers")),
        sa.UniqueConstraint("course", name=op.f("uq_course_publishers_course")),
    )
    with op.batch_alter_table("course_publishers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_publishers_publisher_id"), ["publisher_id"], unique=False)

    op.create_table(
        "licences",
        sa.Column("number", sa.Uuid(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("licensee_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("stop", sa.String(length=4), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("installed_by", sa.Uuid(), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('seats', 'registrations', 'attendees', 'flat')", name=op.f("ck_licences_kind")
        ),
        sa.CheckConstraint("stop IN ('', 'new', 'all')", name=op.f("ck_licences_stop")),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_licences_period")),
        sa.CheckConstraint("licensee_id <> publisher_id", name=op.f("ck_licences_two_sides")),
        sa.CheckConstraint(
            "taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name=op.f("ck_licences_capacity")
        ),
        sa.ForeignKeyConstraint(["installed_by"], ["people.id"], name=op.f("fk_licences_installed_by")),
        sa.ForeignKeyConstraint(["licensee_id"], ["organisations.id"], name=op.f("fk_licences_licensee_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["licences.id"], name=op.f("fk_licences_parent_id")),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_licences_publisher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licences")),
    )
    with op.batch_alter_table("licences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_licences_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_licences_publisher", ["publisher_id", "id"], unique=False)
        batch_op.create_index("ix_licences_queue", ["licensee_id", "course", "starts"], unique=False)
        batch_op.create_index(
            "uq_licences_number",
            ["number"],
            unique=True,
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )

    op.create_table(
        "publisher_keys",
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_publisher_keys_added_by")),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["organisations.id"], name=op.f("fk_publisher_keys_publisher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher_keys")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_publisher_keys_fingerprint")),
    )
    with op.batch_alter_table("publisher_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publisher_keys_publisher_id"), ["publisher_id"], unique=False)

    op.create_table(
        "licence_changes",
        sa.Column("licence_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_licence_changes_by_id")),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name=op.f("fk_licence_changes_licence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_changes")),
    )
    with op.batch_alter_table("licence_changes", schema=None) as batch_op:
        batch_op.create_index("ix_licence_changes_licence", ["licence_id", "id"], unique=False)

    connection = op.get_bind()
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, connection.dialect.name):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    with op.batch_alter_table("licence_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_licence_changes_licence")

    op.drop_table("licence_changes")
    with op.batch_alter_table("publisher_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publisher_keys_publisher_id"))

    op.drop_table("publisher_keys")
    with op.batch_alter_table("licences", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_licences_number",
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )
        batch_op.drop_index("ix_licences_queue")
        batch_op.drop_index("ix_licences_publisher")
        batch_op.drop_index(batch_op.f("ix_licences_parent_id"))

    op.drop_table("licences")
    with op.batch_alter_table("course_publishers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_publishers_publisher_id"))

    op.drop_table("course_publishers")
