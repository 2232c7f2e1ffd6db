"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.append_only import drop_statements, trigger_statements

revision = "68dbe5155b9b"
down_revision = None
branch_labels = None
depends_on = None


# The columns of append-only tables that nobody may change.
FROZEN: dict[str, list[str]] = {
    "assignments": [
        "attempt_id",
        "person_id",
        "examiner_id",
        "third",
        "assigned_by",
        "assigned_at",
        "due",
        "id",
    ],
    "attempt_items": ["attempt_id", "position", "kind", "name", "url", "digest", "size", "media_type", "id"],
    "attempts": [
        "owner_id",
        "person_id",
        "candidacy_id",
        "scheme",
        "scheme_version_id",
        "assessment",
        "number",
        "text",
        "examiners",
        "handed_in_at",
        "id",
    ],
    "attendances": [
        "delivery_id",
        "booking_id",
        "person_id",
        "minutes",
        "of_minutes",
        "taken_by",
        "at",
        "replaces_id",
        "reason",
        "id",
    ],
    "audit_events": [
        "at",
        "actor_id",
        "action",
        "subject_type",
        "subject_id",
        "person_id",
        "organisation_id",
        "details",
        "id",
    ],
    "audit_links": ["position", "event_id", "digest"],
    "certificate_status_changes": ["certificate_id", "status", "at", "until", "reason", "decision_id", "id"],
    "certificates": [
        "owner_id",
        "number",
        "serial",
        "code",
        "decision_id",
        "person_id",
        "scheme",
        "scheme_version_id",
        "holder",
        "facts",
        "valid_from",
        "valid_until",
        "renewal_window_months",
        "grace_days",
        "replaces_id",
        "intended_at",
        "id",
    ],
    "coaching_answers": [
        "hours_id",
        "link_id",
        "action",
        "at",
        "name",
        "email",
        "digest",
        "starts",
        "minutes",
        "paid",
        "group_size",
        "comment",
        "id",
    ],
    "coaching_hours": [
        "person_id",
        "client_id",
        "provider_id",
        "starts",
        "ends",
        "minutes",
        "paid",
        "group_size",
        "about",
        "form_token",
        "replaces_id",
        "audit_drawn",
        "created_at",
        "id",
    ],
    "consents": ["person_id", "kind", "version", "at", "id"],
    "deadline_extensions": ["candidacy_id", "before", "after", "reason", "by_id", "at", "id"],
    "decisions": [
        "kind",
        "owner_id",
        "person_id",
        "candidacy_id",
        "certificate_id",
        "scheme",
        "scheme_version_id",
        "taken_by",
        "at",
        "on_day",
        "known_at",
        "since",
        "reason",
        "engine",
        "scheme_digest",
        "evidence",
        "outcome",
        "digest",
        "id",
    ],
    "delivery_feedback": ["delivery_id", "person_id", "value", "comment", "at", "id"],
    "evidence": [
        "owner_id",
        "person_id",
        "kind",
        "starts",
        "ends",
        "recorded_at",
        "minutes",
        "facts",
        "subject",
        "statement_id",
        "valid_from",
        "valid_until",
        "digest",
        "id",
    ],
    "gradings": [
        "attempt_id",
        "assignment_id",
        "person_id",
        "examiner_id",
        "third",
        "points",
        "comments",
        "comment",
        "outcome",
        "score",
        "at",
        "id",
    ],
    "lrs_attachments": ["tenant", "sha2", "content_type", "content"],
    "lrs_authorities": ["number", "tenant", "digest", "body"],
    "lrs_references": ["tenant", "target", "position"],
    "lrs_statements": [
        "position",
        "tenant",
        "statement_id",
        "committed",
        "authority",
        "lacks",
        "voids",
        "received",
    ],
    "lrs_voidings": ["tenant", "target", "position"],
    "mentor_coaching": [
        "mentor_id",
        "mentee_id",
        "logged_by",
        "starts",
        "ends",
        "minutes",
        "one_to_one",
        "form_token",
        "created_at",
        "id",
    ],
    "observations": [
        "owner_id",
        "person_id",
        "candidacy_id",
        "examiner_id",
        "kind",
        "delivery_id",
        "began_at",
        "place",
        "answers",
        "comment",
        "passed",
        "at",
        "id",
    ],
    "quiz_attempts": [
        "registration_id",
        "quiz",
        "number",
        "questions",
        "answers",
        "score",
        "passed",
        "started_at",
        "handed_in_at",
        "id",
    ],
    "relations": ["kind", "giver_id", "taker_id", "on_day", "statement_id", "recorded_at", "id"],
    "renditions": ["certificate_id", "kind", "content", "sha256", "digest", "signer", "at", "id"],
    "scheme_versions": [
        "scheme_id",
        "number",
        "source",
        "digest",
        "published_at",
        "published_by",
        "keep_months",
        "id",
    ],
    "units_done": ["registration_id", "unit", "at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index("ix_audit_events_actor", ["actor_id", "id"], unique=False)
        batch_op.create_index("ix_audit_events_person", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_audit_events_subject", ["subject_id", "id"], unique=False)

    op.create_table(
        "audit_links",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_links_event_id")),
    )
    op.create_table(
        "erasure_permits",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_permits")),
    )
    op.create_table(
        "forward_targets",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("endpoint", sa.String(length=500), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("verbs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("activities", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("organisations", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forward_targets")),
    )
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("args", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_due", ["state", "run_after"], unique=False)

    op.create_table(
        "lrs_attachments",
        sa.Column("tenant", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("sha2", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "sha2", name=op.f("pk_lrs_attachments")),
    )
    op.create_table(
        "lrs_authorities",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_lrs_authorities")),
        sa.UniqueConstraint("tenant", "digest", name=op.f("uq_lrs_authorities_tenant_digest")),
    )
    op.create_table(
        "lrs_descriptions",
        sa.Column("tenant", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key", "digest", name=op.f("pk_lrs_descriptions")),
    )
    op.create_table(
        "lrs_documents",
        sa.Column("tenant", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("context", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_documents")),
        sa.UniqueConstraint("context", "name", "registration", name="uq_lrs_documents_context"),
    )
    with op.batch_alter_table("lrs_documents", schema=None) as batch_op:
        batch_op.create_index("ix_lrs_documents_registration", ["tenant", "registration"], unique=False)

    op.create_table(
        "lrs_postings",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "position", name=op.f("pk_lrs_postings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lrs_references",
        sa.Column("tenant", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("target", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "target", "position", name=op.f("pk_lrs_references")),
    )
    op.create_table(
        "lrs_voidings",
        sa.Column("tenant", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("target", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "target", name=op.f("pk_lrs_voidings")),
    )
    op.create_table(
        "mails",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index("ix_mails_about", ["about_id", "id"], unique=False)
        batch_op.create_index("ix_mails_person", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_mails_state", ["state", "id"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("registration_number", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('consortium', 'municipality', 'partner', 'coaching_firm', 'client')",
            name=op.f("ck_organisations_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("registration_number", name=op.f("uq_organisations_registration_number")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index("ix_organisations_kind_name", ["kind", "name"], unique=False)

    op.create_table(
        "signing_keys",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("development", sa.Boolean(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compromised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_signing_keys_fingerprint")),
    )
    op.create_table(
        "forward_quarantine",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tenant", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["forward_targets.id"], name=op.f("fk_forward_quarantine_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forward_quarantine")),
        sa.UniqueConstraint("target_id", "position", name=op.f("uq_forward_quarantine_target_id_position")),
    )
    with op.batch_alter_table("forward_quarantine", schema=None) as batch_op:
        batch_op.create_index(
            "ix_forward_quarantine_target_state", ["target_id", "state", "position"], unique=False
        )

    op.create_table(
        "lrs_credentials",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("actor", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_lrs_credentials_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["lrs_credentials.id"], name=op.f("fk_lrs_credentials_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_credentials")),
        sa.UniqueConstraint("key", name=op.f("uq_lrs_credentials_key")),
    )
    with op.batch_alter_table("lrs_credentials", schema=None) as batch_op:
        batch_op.create_index("ix_lrs_credentials_organisation", ["organisation_id", "id"], unique=False)

    op.create_table(
        "lrs_statements",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("tenant", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("statement_id", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.Integer(), nullable=False),
        sa.Column("lacks", sa.SmallInteger(), nullable=False),
        sa.Column("voids", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=True),
        sa.Column("received", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority"], ["lrs_authorities.number"], name=op.f("fk_lrs_statements_authority")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_lrs_statements")),
    )
    with op.batch_alter_table("lrs_statements", schema=None) as batch_op:
        batch_op.create_index("ix_lrs_statements_committed", ["committed", "position"], unique=False)
        batch_op.create_index("uq_lrs_statements_statement", ["statement_id", "tenant"], unique=True)

    op.create_table(
        "people",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("certificate_name", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=500), nullable=True),
        sa.Column("tf_last_counter", sa.Integer(), nullable=True),
        sa.Column(
            "mf_recovery_codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_people_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_people_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_people_fs_webauthn_user_handle")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "pull_sources",
        sa.Column("endpoint", sa.String(length=500), nullable=False),
        sa.Column("tenant", sa.Uuid(), nullable=False),
        sa.Column("more", sa.String(), nullable=False),
        sa.Column("since", sa.String(length=40), nullable=False),
        sa.Column("fetched", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["organisations.id"], name=op.f("fk_pull_sources_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull_sources")),
        sa.UniqueConstraint("endpoint", "tenant", name=op.f("uq_pull_sources_endpoint_tenant")),
    )
    op.create_table(
        "schemes",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_schemes_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schemes")),
        sa.UniqueConstraint("code", name=op.f("uq_schemes_code")),
    )
    op.create_table(
        "serial_counters",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_serial_counters_owner_id")),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_serial_counters")),
    )
    op.create_table(
        "award_batches",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_award_batches_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_award_batches_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_batches")),
    )
    op.create_table(
        "coaching_hours",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("group_size", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("audit_drawn", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signer_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('signed', 'voided')) = (signed_at IS NOT NULL)", name=op.f("ck_coaching_hours_signed")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'corrected', 'signed', 'refused', 'withdrawn', 'replaced', 'voided')",
            name=op.f("ck_coaching_hours_state"),
        ),
        sa.CheckConstraint("ends > starts", name=op.f("ck_coaching_hours_interval")),
        sa.CheckConstraint("group_size BETWEEN 1 AND 500", name=op.f("ck_coaching_hours_group_size")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_coaching_hours_minutes")),
        sa.CheckConstraint(
            "replaces_id IS NULL OR replaces_id <> id", name=op.f("ck_coaching_hours_replaces_another")
        ),
        sa.CheckConstraint(
            "signer_id IS NULL OR signer_id <> person_id", name=op.f("ck_coaching_hours_not_oneself")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["organisations.id"], name=op.f("fk_coaching_hours_client_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_coaching_hours_person_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisations.id"], name=op.f("fk_coaching_hours_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["coaching_hours.id"], name=op.f("fk_coaching_hours_replaces_id")
        ),
        sa.ForeignKeyConstraint(["signer_id"], ["people.id"], name=op.f("fk_coaching_hours_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_hours")),
        sa.UniqueConstraint("person_id", "form_token", name=op.f("uq_coaching_hours_person_id_form_token")),
    )
    with op.batch_alter_table("coaching_hours", schema=None) as batch_op:
        batch_op.create_index("ix_coaching_hours_person", ["person_id", "starts"], unique=False)
        batch_op.create_index("ix_coaching_hours_replaces", ["replaces_id"], unique=False)
        batch_op.create_index("ix_coaching_hours_signer", ["signer_id"], unique=False)
        batch_op.create_index("ix_coaching_hours_waiting", ["state", "asked_at"], unique=False)

    op.create_table(
        "consents",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_person_kind", ["person_id", "kind"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("online_link", sa.String(length=500), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("led_round", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'held', 'cancelled')", name=op.f("ck_deliveries_state")
        ),
        sa.CheckConstraint("booked >= 0 AND booked <= capacity", name=op.f("ck_deliveries_seats")),
        sa.CheckConstraint("ends > starts", name=op.f("ck_deliveries_interval")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_deliveries_minutes")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_deliveries_created_by")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["organisations.id"], name=op.f("fk_deliveries_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisations.id"], name=op.f("fk_deliveries_provider_id")
        ),
        sa.ForeignKeyConstraint(["trainer_id"], ["people.id"], name=op.f("fk_deliveries_trainer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("code", name=op.f("uq_deliveries_code")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_municipality", ["municipality_id", "starts"], unique=False)
        batch_op.create_index("ix_deliveries_provider", ["provider_id", "starts"], unique=False)
        batch_op.create_index("ix_deliveries_trainer", ["trainer_id", "starts"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=True),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("excluded", sa.String(length=40), nullable=True),
        sa.Column("excluded_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_evidence_interval")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_evidence_minutes")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_evidence_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_evidence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("owner_id", "statement_id", name=op.f("uq_evidence_owner_id_statement_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evidence_person_kind", ["owner_id", "person_id", "kind", "id"], unique=False
        )
        batch_op.create_index("ix_evidence_person_starts", ["owner_id", "person_id", "starts"], unique=False)
        batch_op.create_index(
            "ix_evidence_person_subject", ["owner_id", "person_id", "subject"], unique=False
        )

    op.create_table(
        "grants",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("scheme", sa.String(length=80), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("founder", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('member', 'coach', 'guide', 'examiner', 'certifier', 'partner', 'lead', 'administrator')",
            name=op.f("ck_grants_role"),
        ),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name=op.f("ck_grants_interval")),
        sa.CheckConstraint(
            "founder OR (granted_by IS NOT NULL AND granted_by <> person_id)",
            name=op.f("ck_grants_not_oneself"),
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_grants_ended_by")),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name=op.f("fk_grants_granted_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_grants_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grants_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_certificate"), ["certificate"], unique=False)
        batch_op.create_index("ix_grants_organisation_role", ["organisation_id", "role"], unique=False)
        batch_op.create_index("ix_grants_person_role", ["person_id", "role"], unique=False)

    op.create_table(
        "hand_in_drafts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("assessment", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_hand_in_drafts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_in_drafts")),
        sa.UniqueConstraint(
            "person_id", "scheme", "assessment", name=op.f("uq_hand_in_drafts_person_id_scheme_assessment")
        ),
    )
    op.create_table(
        "invitations",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("everywhere", sa.Boolean(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resent", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=True),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("target_key", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('member', 'coach', 'guide', 'examiner', 'certifier', 'partner', 'lead', 'administrator')",
            name=op.f("ck_invitations_role"),
        ),
        sa.CheckConstraint("state IN ('sent', 'accepted', 'revoked')", name=op.f("ck_invitations_state")),
        sa.ForeignKeyConstraint(["invited_by"], ["people.id"], name=op.f("fk_invitations_invited_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_invitations_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitations_token_digest")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("ix_invitations_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_invitations_open",
            ["email", "organisation_id", "role", "target_key"],
            unique=True,
            sqlite_where=sa.text("state = 'sent'"),
            postgresql_where=sa.text("state = 'sent'"),
        )

    op.create_table(
        "mentor_coaching",
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("logged_by", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("one_to_one", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'confirmed', 'declined', 'withdrawn', 'voided')",
            name=op.f("ck_mentor_coaching_state"),
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR (answered_by <> logged_by AND answered_by IN (mentor_id, mentee_id))",
            name=op.f("ck_mentor_coaching_answered_by_the_other"),
        ),
        sa.CheckConstraint("ends > starts", name=op.f("ck_mentor_coaching_interval")),
        sa.CheckConstraint(
            "logged_by IN (mentor_id, mentee_id)", name=op.f("ck_mentor_coaching_logged_by_one")
        ),
        sa.CheckConstraint("mentor_id <> mentee_id", name=op.f("ck_mentor_coaching_not_oneself")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_mentor_coaching_minutes")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_mentor_coaching_answered_by")),
        sa.ForeignKeyConstraint(["logged_by"], ["people.id"], name=op.f("fk_mentor_coaching_logged_by")),
        sa.ForeignKeyConstraint(["mentee_id"], ["people.id"], name=op.f("fk_mentor_coaching_mentee_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["people.id"], name=op.f("fk_mentor_coaching_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_coaching")),
        sa.UniqueConstraint("logged_by", "form_token", name=op.f("uq_mentor_coaching_logged_by_form_token")),
    )
    with op.batch_alter_table("mentor_coaching", schema=None) as batch_op:
        batch_op.create_index("ix_mentor_coaching_mentee", ["mentee_id", "starts"], unique=False)
        batch_op.create_index("ix_mentor_coaching_mentor", ["mentor_id", "starts"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["people.id"], name=op.f("fk_passkeys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resume_at", sa.String(length=80), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_registrations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index("ix_registrations_course_version", ["course", "version"], unique=False)
        batch_op.create_index(
            "uq_registrations_open",
            ["person_id", "course"],
            unique=True,
            sqlite_where=sa.text("completed_at IS NULL"),
            postgresql_where=sa.text("completed_at IS NULL"),
        )

    op.create_table(
        "relations",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("taker_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('trained', 'mentored', 'coached', 'observed', 'examined')",
            name=op.f("ck_relations_kind"),
        ),
        sa.CheckConstraint("giver_id <> taker_id", name=op.f("ck_relations_not_oneself")),
        sa.ForeignKeyConstraint(["giver_id"], ["people.id"], name=op.f("fk_relations_giver_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["people.id"], name=op.f("fk_relations_taker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relations")),
        sa.UniqueConstraint(
            "statement_id", "kind", "giver_id", name=op.f("uq_relations_statement_id_kind_giver_id")
        ),
    )
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.create_index("ix_relations_giver", ["giver_id", "kind"], unique=False)
        batch_op.create_index("ix_relations_taker", ["taker_id", "kind"], unique=False)

    op.create_table(
        "scheme_drafts",
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["begun_by"], ["people.id"], name=op.f("fk_scheme_drafts_begun_by")),
        sa.ForeignKeyConstraint(["saved_by"], ["people.id"], name=op.f("fk_scheme_drafts_saved_by")),
        sa.ForeignKeyConstraint(["scheme_id"], ["schemes.id"], name=op.f("fk_scheme_drafts_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_drafts")),
        sa.UniqueConstraint("scheme_id", name=op.f("uq_scheme_drafts_scheme_id")),
    )
    op.create_table(
        "scheme_versions",
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("keep_months", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("honoured_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('published', 'retired')", name=op.f("ck_scheme_versions_state")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["people.id"], name=op.f("fk_scheme_versions_published_by")
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["schemes.id"], name=op.f("fk_scheme_versions_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_versions")),
        sa.UniqueConstraint("scheme_id", "number", name=op.f("uq_scheme_versions_scheme_id_number")),
    )
    with op.batch_alter_table("scheme_versions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_scheme_versions_current",
            ["scheme_id"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "sign_ins",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_person_id"), ["person_id"], unique=False)

    op.create_table(
        "bookings",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(role = 'participant' AND share IS NULL) OR (role = 'co' AND share BETWEEN 1 AND 99)",
            name=op.f("ck_bookings_role"),
        ),
        sa.CheckConstraint(
            "state IN ('cancelled', 'requested', 'waitlisted', 'booked', 'no_show', 'partial', 'full')",
            name=op.f("ck_bookings_state"),
        ),
        sa.ForeignKeyConstraint(["booked_by"], ["people.id"], name=op.f("fk_bookings_booked_by")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_bookings_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bookings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
    )
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.create_index("ix_bookings_person", ["person_id", "state"], unique=False)
        batch_op.create_index(
            "uq_bookings_live",
            ["delivery_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "candidacies",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_change", sa.Date(), nullable=True),
        sa.Column("fulfilled", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("purpose IN ('certification', 'renewal')", name=op.f("ck_candidacies_purpose")),
        sa.CheckConstraint(
            "state IN ('open', 'certified', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_candidacies_state"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_candidacies_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_candidacies_person_id")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_versions.id"], name=op.f("fk_candidacies_scheme_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacies")),
    )
    with op.batch_alter_table("candidacies", schema=None) as batch_op:
        batch_op.create_index("ix_candidacies_next_change", ["state", "next_change"], unique=False)
        batch_op.create_index("ix_candidacies_person", ["person_id"], unique=False)
        batch_op.create_index("ix_candidacies_ready", ["owner_id", "state", "ready_at", "id"], unique=False)
        batch_op.create_index(
            "uq_candidacies_open",
            ["owner_id", "person_id", "scheme"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "coaching_links",
        sa.Column("hours_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('request', 'again', 'reminder')", name=op.f("ck_coaching_links_kind")),
        sa.ForeignKeyConstraint(["hours_id"], ["coaching_hours.id"], name=op.f("fk_coaching_links_hours_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_coaching_links_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_coaching_links_token_digest")),
    )
    with op.batch_alter_table("coaching_links", schema=None) as batch_op:
        batch_op.create_index("ix_coaching_links_hours", ["hours_id", "id"], unique=False)

    op.create_table(
        "course_notes",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_course_notes_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_notes")),
        sa.UniqueConstraint("registration_id", "unit", name=op.f("uq_course_notes_registration_id_unit")),
    )
    op.create_table(
        "delivery_feedback",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("ck_delivery_feedback_value")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_feedback_delivery_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_delivery_feedback_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_feedback")),
        sa.UniqueConstraint(
            "delivery_id", "person_id", name=op.f("uq_delivery_feedback_delivery_id_person_id")
        ),
    )
    op.create_table(
        "guidances",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handover", sa.String(length=4000), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name=op.f("ck_guidances_interval")),
        sa.ForeignKeyConstraint(["assigned_by"], ["people.id"], name=op.f("fk_guidances_assigned_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_guidances_ended_by")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_guidances_grant_id")),
        sa.ForeignKeyConstraint(["guide_id"], ["people.id"], name=op.f("fk_guidances_guide_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_guidances_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidances")),
    )
    with op.batch_alter_table("guidances", schema=None) as batch_op:
        batch_op.create_index("ix_guidances_guide", ["guide_id", "ends"], unique=False)
        batch_op.create_index("ix_guidances_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index(
            "uq_guidances_active",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("ends IS NULL"),
            postgresql_where=sa.text("ends IS NULL"),
        )

    op.create_table(
        "hand_in_draft_items",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("has_location", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('file', 'link')", name=op.f("ck_hand_in_draft_items_kind")),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["hand_in_drafts.id"],
            name=op.f("fk_hand_in_draft_items_draft_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_in_draft_items")),
    )
    with op.batch_alter_table("hand_in_draft_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_in_draft_items_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "quiz_attempts",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_quiz_attempts_score")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_quiz_attempts_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempts")),
        sa.UniqueConstraint(
            "registration_id", "quiz", "number", name=op.f("uq_quiz_attempts_registration_id_quiz_number")
        ),
    )
    op.create_table(
        "quiz_drafts",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=80), nullable=False),
        sa.Column("questions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_quiz_drafts_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_drafts")),
        sa.UniqueConstraint("registration_id", "quiz", name=op.f("uq_quiz_drafts_registration_id_quiz")),
    )
    op.create_table(
        "units_done",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_units_done_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units_done")),
        sa.UniqueConstraint("registration_id", "unit", name=op.f("uq_units_done_registration_id_unit")),
    )
    op.create_table(
        "attempts",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("candidacy_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("assessment", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("examiners", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("moderated", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('passed', 'failed', 'repeat')", name=op.f("ck_attempts_outcome")
        ),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name=op.f("ck_attempts_score")),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacies.id"], name=op.f("fk_attempts_candidacy_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_attempts_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attempts_person_id")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_versions.id"], name=op.f("fk_attempts_scheme_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint(
            "person_id",
            "scheme",
            "assessment",
            "number",
            name=op.f("uq_attempts_person_id_scheme_assessment_number"),
        ),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempts_waiting", ["owner_id", "settled_at", "handed_in_at", "id"], unique=False
        )
        batch_op.create_index(
            "uq_attempts_unsettled",
            ["person_id", "scheme", "assessment"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "attendances",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("of_minutes", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes >= 0 AND minutes <= of_minutes", name=op.f("ck_attendances_minutes")),
        sa.CheckConstraint("taken_by <> person_id", name=op.f("ck_attendances_not_oneself")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_attendances_booking_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attendances_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attendances_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["attendances.id"], name=op.f("fk_attendances_replaces_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_attendances_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_attendances_replaces_id")),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index("ix_attendances_delivery", ["delivery_id", "booking_id"], unique=False)
        batch_op.create_index(
            "uq_attendances_first",
            ["booking_id"],
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        )

    op.create_table(
        "coaching_answers",
        sa.Column("hours_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=True),
        sa.Column("group_size", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(action = 'correct') = (minutes IS NOT NULL)", name=op.f("ck_coaching_answers_figures")
        ),
        sa.CheckConstraint(
            "action IN ('confirm', 'correct', 'refuse')", name=op.f("ck_coaching_answers_action")
        ),
        sa.CheckConstraint(
            "group_size IS NULL OR group_size BETWEEN 1 AND 500", name=op.f("ck_coaching_answers_group_size")
        ),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes BETWEEN 1 AND 1440", name=op.f("ck_coaching_answers_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["hours_id"], ["coaching_hours.id"], name=op.f("fk_coaching_answers_hours_id")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["coaching_links.id"], name=op.f("fk_coaching_answers_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_answers")),
        sa.UniqueConstraint("hours_id", name=op.f("uq_coaching_answers_hours_id")),
    )
    op.create_table(
        "deadline_extensions",
        sa.Column("candidacy_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("after", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_deadline_extensions_by_id")),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacies.id"], name=op.f("fk_deadline_extensions_candidacy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_extensions")),
    )
    op.create_table(
        "decisions",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("candidacy_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("scheme_digest", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("outcome", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('grant', 'refuse', 'recertify', 'replace', 'suspend', 'reinstate', 'withdraw')",
            name=op.f("ck_decisions_kind"),
        ),
        sa.CheckConstraint("taken_by <> person_id", name=op.f("ck_decisions_not_oneself")),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacies.id"], name=op.f("fk_decisions_candidacy_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_decisions_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_decisions_person_id")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_versions.id"], name=op.f("fk_decisions_scheme_version_id")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_decisions_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_certificate_id"), ["certificate_id"], unique=False)
        batch_op.create_index("ix_decisions_person", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "uq_decisions_candidacy",
            ["candidacy_id"],
            unique=True,
            sqlite_where=sa.text("kind IN ('grant', 'refuse', 'recertify')"),
            postgresql_where=sa.text("kind IN ('grant', 'refuse', 'recertify')"),
        )

    op.create_table(
        "guide_requests",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guidance_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guidance_id"], ["guidances.id"], name=op.f("fk_guide_requests_guidance_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_guide_requests_organisation_id")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_guide_requests_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_requests")),
    )
    with op.batch_alter_table("guide_requests", schema=None) as batch_op:
        batch_op.create_index(
            "uq_guide_requests_open",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "observations",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("candidacy_id", sa.Uuid(), nullable=False),
        sa.Column("examiner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('session', 'coaching')", name=op.f("ck_observations_kind")),
        sa.CheckConstraint("examiner_id <> person_id", name=op.f("ck_observations_not_oneself")),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacies.id"], name=op.f("fk_observations_candidacy_id")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_observations_delivery_id")),
        sa.ForeignKeyConstraint(["examiner_id"], ["people.id"], name=op.f("fk_observations_examiner_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_observations_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_observations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
        sa.UniqueConstraint(
            "person_id",
            "examiner_id",
            "began_at",
            name=op.f("uq_observations_person_id_examiner_id_began_at"),
        ),
    )
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.create_index("ix_observations_examiner", ["examiner_id", "began_at"], unique=False)

    op.create_table(
        "standings",
        sa.Column("candidacy_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("accumulated", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("figures", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("next_change", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacies.id"], name=op.f("fk_standings_candidacy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standings")),
        sa.UniqueConstraint("candidacy_id", "criterion", name=op.f("uq_standings_candidacy_id_criterion")),
    )
    op.create_table(
        "appeals",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=8000), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answer", sa.String(length=8000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'dismissed')", name=op.f("ck_appeals_outcome")
        ),
        sa.CheckConstraint(
            "handled_by IS NULL OR handled_by <> person_id", name=op.f("ck_appeals_not_oneself")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id")),
        sa.ForeignKeyConstraint(["handled_by"], ["people.id"], name=op.f("fk_appeals_handled_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appeals_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index("ix_appeals_open", ["outcome", "filed_at"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("examiner_id", sa.Uuid(), nullable=False),
        sa.Column("third", sa.Boolean(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("examiner_id <> person_id", name=op.f("ck_assignments_not_oneself")),
        sa.ForeignKeyConstraint(["assigned_by"], ["people.id"], name=op.f("fk_assignments_assigned_by")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_assignments_attempt_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_assignments_ended_by")),
        sa.ForeignKeyConstraint(["examiner_id"], ["people.id"], name=op.f("fk_assignments_examiner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_assignments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index("ix_assignments_examiner", ["examiner_id", "ended_at", "due"], unique=False)
        batch_op.create_index(
            "uq_assignments_live",
            ["attempt_id", "examiner_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "attempt_items",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('file', 'link')", name=op.f("ck_attempt_items_kind")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_items_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_items")),
        sa.UniqueConstraint("attempt_id", "position", name=op.f("uq_attempt_items_attempt_id_position")),
    )
    op.create_table(
        "certificates",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("renewal_window_months", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("intended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=400), nullable=False),
        sa.Column("signed_digest", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('intended', 'issued', 'voided')", name=op.f("ck_certificates_state")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_certificates_interval")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_certificates_decision_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_certificates_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_certificates_person_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["certificates.id"], name=op.f("fk_certificates_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_versions.id"], name=op.f("fk_certificates_scheme_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_certificates_decision_id")),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_certificates_owner_id_number")),
        sa.UniqueConstraint("serial", name=op.f("uq_certificates_serial")),
        sa.UniqueConstraint("signed_digest", name=op.f("uq_certificates_signed_digest")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index("ix_certificates_expiry", ["valid_until"], unique=False)
        batch_op.create_index("ix_certificates_person", ["person_id", "scheme"], unique=False)
        batch_op.create_index("ix_certificates_state", ["state", "intended_at"], unique=False)

    op.create_table(
        "award_batch_items",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("candidacy_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=400), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["award_batches.id"], name=op.f("fk_award_batch_items_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["candidacy_id"], ["candidacies.id"], name=op.f("fk_award_batch_items_candidacy_id")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_award_batch_items_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_batch_items")),
        sa.UniqueConstraint(
            "batch_id", "candidacy_id", name=op.f("uq_award_batch_items_batch_id_candidacy_id")
        ),
    )
    with op.batch_alter_table("award_batch_items", schema=None) as batch_op:
        batch_op.create_index("ix_award_batch_items_waiting", ["batch_id", "state", "id"], unique=False)

    op.create_table(
        "certificate_status_changes",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_status_changes_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_certificate_status_changes_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_status_changes")),
    )
    with op.batch_alter_table("certificate_status_changes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certificate_status_changes_certificate", ["certificate_id", "at"], unique=False
        )

    op.create_table(
        "grading_drafts",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("comments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_grading_drafts_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_drafts")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_grading_drafts_assignment_id")),
    )
    op.create_table(
        "gradings",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("examiner_id", sa.Uuid(), nullable=False),
        sa.Column("third", sa.Boolean(), nullable=False),
        sa.Column("points", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("comments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("outcome IN ('passed', 'failed', 'repeat')", name=op.f("ck_gradings_outcome")),
        sa.CheckConstraint("examiner_id <> person_id", name=op.f("ck_gradings_not_oneself")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_gradings_score")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_gradings_assignment_id")
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_gradings_attempt_id")),
        sa.ForeignKeyConstraint(["examiner_id"], ["people.id"], name=op.f("fk_gradings_examiner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_gradings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gradings")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_gradings_assignment_id")),
        sa.UniqueConstraint("attempt_id", "examiner_id", name=op.f("uq_gradings_attempt_id_examiner_id")),
    )
    with op.batch_alter_table("gradings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gradings_examiner_id"), ["examiner_id"], unique=False)

    op.create_table(
        "renditions",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signer", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_renditions_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
        sa.UniqueConstraint("certificate_id", "kind", name=op.f("uq_renditions_certificate_id_kind")),
    )
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.create_index("ix_renditions_digest", ["digest"], unique=False)
        batch_op.create_index("ix_renditions_kind", ["kind", "at"], unique=False)

    op.create_table(
        "timestamp_requests",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=400), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_timestamp_requests_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timestamp_requests")),
    )
    with op.batch_alter_table("timestamp_requests", schema=None) as batch_op:
        batch_op.create_index("ix_timestamp_requests_authority", ["authority", "at"], unique=False)
        batch_op.create_index("ix_timestamp_requests_certificate", ["certificate_id", "id"], unique=False)

    connection = op.get_bind()
    for table, columns in FROZEN.items():
        for statement in trigger_statements(table, columns, connection.dialect.name):
            op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    connection = op.get_bind()
    for table in FROZEN:
        for statement in drop_statements(table, connection.dialect.name):
            connection.exec_driver_sql(statement)
    with op.batch_alter_table("timestamp_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_timestamp_requests_certificate")
        batch_op.drop_index("ix_timestamp_requests_authority")

    op.drop_table("timestamp_requests")
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.drop_index("ix_renditions_kind")
        batch_op.drop_index("ix_renditions_digest")

    op.drop_table("renditions")
    with op.batch_alter_table("gradings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gradings_examiner_id"))

    op.drop_table("gradings")
    op.drop_table("grading_drafts")
    with op.batch_alter_table("certificate_status_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_certificate_status_changes_certificate")

    op.drop_table("certificate_status_changes")
    with op.batch_alter_table("award_batch_items", schema=None) as batch_op:
        batch_op.drop_index("ix_award_batch_items_waiting")

    op.drop_table("award_batch_items")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index("ix_certificates_state")
        batch_op.drop_index("ix_certificates_person")
        batch_op.drop_index("ix_certificates_expiry")

    op.drop_table("certificates")
    op.drop_table("attempt_items")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assignments_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_assignments_examiner")

    op.drop_table("assignments")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index("ix_appeals_open")

    op.drop_table("appeals")
    op.drop_table("standings")
    with op.batch_alter_table("observations", schema=None) as batch_op:
        batch_op.drop_index("ix_observations_examiner")

    op.drop_table("observations")
    with op.batch_alter_table("guide_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_guide_requests_open",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.drop_table("guide_requests")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_decisions_candidacy",
            sqlite_where=sa.text("kind IN ('grant', 'refuse', 'recertify')"),
            postgresql_where=sa.text("kind IN ('grant', 'refuse', 'recertify')"),
        )
        batch_op.drop_index("ix_decisions_person")
        batch_op.drop_index(batch_op.f("ix_decisions_certificate_id"))

    op.drop_table("decisions")
    op.drop_table("deadline_extensions")
    op.drop_table("coaching_answers")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attendances_first",
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        )
        batch_op.drop_index("ix_attendances_delivery")

    op.drop_table("attendances")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempts_unsettled",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.drop_index("ix_attempts_waiting")

    op.drop_table("attempts")
    op.drop_table("units_done")
    op.drop_table("quiz_drafts")
    op.drop_table("quiz_attempts")
    with op.batch_alter_table("hand_in_draft_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_in_draft_items_draft_id"))

    op.drop_table("hand_in_draft_items")
    with op.batch_alter_table("guidances", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_guidances_active",
            sqlite_where=sa.text("ends IS NULL"),
            postgresql_where=sa.text("ends IS NULL"),
        )
        batch_op.drop_index("ix_guidances_organisation")
        batch_op.drop_index("ix_guidances_guide")

    op.drop_table("guidances")
    op.drop_table("delivery_feedback")
    op.drop_table("course_notes")
    with op.batch_alter_table("coaching_links", schema=None) as batch_op:
        batch_op.drop_index("ix_coaching_links_hours")

    op.drop_table("coaching_links")
    with op.batch_alter_table("candidacies", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_candidacies_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_candidacies_ready")
        batch_op.drop_index("ix_candidacies_person")
        batch_op.drop_index("ix_candidacies_next_change")

    op.drop_table("candidacies")
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bookings_live",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index("ix_bookings_person")

    op.drop_table("bookings")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_person_id"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("scheme_versions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_scheme_versions_current",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.drop_table("scheme_versions")
    op.drop_table("scheme_drafts")
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.drop_index("ix_relations_taker")
        batch_op.drop_index("ix_relations_giver")

    op.drop_table("relations")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registrations_open",
            sqlite_where=sa.text("completed_at IS NULL"),
            postgresql_where=sa.text("completed_at IS NULL"),
        )
        batch_op.drop_index("ix_registrations_course_version")

    op.drop_table("registrations")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_user_id"))

    op.drop_table("passkeys")
    with op.batch_alter_table("mentor_coaching", schema=None) as batch_op:
        batch_op.drop_index("ix_mentor_coaching_mentor")
        batch_op.drop_index("ix_mentor_coaching_mentee")

    op.drop_table("mentor_coaching")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_invitations_open",
            sqlite_where=sa.text("state = 'sent'"),
            postgresql_where=sa.text("state = 'sent'"),
        )
        batch_op.drop_index(batch_op.f("ix_invitations_person_id"))
        batch_op.drop_index("ix_invitations_organisation")

    op.drop_table("invitations")
    op.drop_table("hand_in_drafts")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index("ix_grants_person_role")
        batch_op.drop_index("ix_grants_organisation_role")
        batch_op.drop_index(batch_op.f("ix_grants_certificate"))

    op.drop_table("grants")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_person_subject")
        batch_op.drop_index("ix_evidence_person_starts")
        batch_op.drop_index("ix_evidence_person_kind")

    op.drop_table("evidence")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_trainer")
        batch_op.drop_index("ix_deliveries_provider")
        batch_op.drop_index("ix_deliveries_municipality")

    op.drop_table("deliveries")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index("ix_consents_person_kind")

    op.drop_table("consents")
    with op.batch_alter_table("coaching_hours", schema=None) as batch_op:
        batch_op.drop_index("ix_coaching_hours_waiting")
        batch_op.drop_index("ix_coaching_hours_signer")
        batch_op.drop_index("ix_coaching_hours_replaces")
        batch_op.drop_index("ix_coaching_hours_person")

    op.drop_table("coaching_hours")
    op.drop_table("award_batches")
    op.drop_table("serial_counters")
    op.drop_table("schemes")
    op.drop_table("pull_sources")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_organisation_id"))

    op.drop_table("people")
    with op.batch_alter_table("lrs_statements", schema=None) as batch_op:
        batch_op.drop_index("uq_lrs_statements_statement")
        batch_op.drop_index("ix_lrs_statements_committed")

    op.drop_table("lrs_statements")
    with op.batch_alter_table("lrs_credentials", schema=None) as batch_op:
        batch_op.drop_index("ix_lrs_credentials_organisation")

    op.drop_table("lrs_credentials")
    with op.batch_alter_table("forward_quarantine", schema=None) as batch_op:
        batch_op.drop_index("ix_forward_quarantine_target_state")

    op.drop_table("forward_quarantine")
    op.drop_table("signing_keys")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index("ix_organisations_kind_name")

    op.drop_table("organisations")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_state")
        batch_op.drop_index("ix_mails_person")
        batch_op.drop_index("ix_mails_about")

    op.drop_table("mails")
    op.drop_table("lrs_voidings")
    op.drop_table("lrs_references")
    op.drop_table("lrs_postings")
    with op.batch_alter_table("lrs_documents", schema=None) as batch_op:
        batch_op.drop_index("ix_lrs_documents_registration")

    op.drop_table("lrs_documents")
    op.drop_table("lrs_descriptions")
    op.drop_table("lrs_authorities")
    op.drop_table("lrs_attachments")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_due")

    op.drop_table("jobs")
    op.drop_table("forward_targets")
    op.drop_table("erasure_permits")
    op.drop_table("audit_links")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_events_subject")
        batch_op.drop_index("ix_audit_events_person")
        batch_op.drop_index("ix_audit_events_actor")

    op.drop_table("audit_events")
