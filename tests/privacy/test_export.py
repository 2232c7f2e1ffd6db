"""A person's copy is complete, and nobody else's."""

import json

from sqlalchemy import inspect

from app.accounts.models import Consent, Grant, Invitation, Passkey, SignIn
from app.assessments.models import Attempt, Grading, HandInDraft, Observation
from app.coaching.models import Hours, Mentoring
from app.db import Model
from app.privacy.export import HELD, everything

# Tables that a room's own person_data reads.
TOLD_BY_THEIR_ROOM = (
    Consent, Grant, Invitation, Passkey, SignIn, Attempt, Grading, HandInDraft, Observation, Hours, Mentoring,
)  # fmt: skip

# Columns that say who did something to another's row: the act stands in the person's activity.
ACTS = {
    "attendances.taken_by", "award_batches.by_id", "bookings.booked_by", "decisions.taken_by",
    "deadline_extensions.by_id", "deliveries.created_by", "guidances.assigned_by", "guidances.ended_by",
    "appeals.handled_by", "scheme_drafts.begun_by", "scheme_drafts.saved_by", "scheme_versions.published_by",
    "assignments.assigned_by", "assignments.ended_by", "further_training.judged_by", "course_publishers.named_by",
    "publisher_keys.added_by", "licences.installed_by", "licence_changes.by_id",
    "licence_seat_moves.by_id", "invoicing_details.given_by",
    "usage_disputes.opened_by", "usage_dispute_answers.by_id", "royalty_plans.by_id",
}  # fmt: skip


def test_the_copy_holds_something_of_every_room(session, past):
    said = everything(session, past.tilde.id, now=past.now)
    assert json.loads(json.dumps(said, ensure_ascii=False)) == said
    assert said["account"]["person"]["email"] == past.email
    assert {one["scheme"] for one in said["certification"]["candidacies"]} == {"participant", "pollinator"}
    assert said["certification"]["evidence"]
    assert said["awards"]["certificates"][0]["facts"]["holder"] == past.tilde.name
    assert said["awards"]["decisions"][0]["kind"] == "grant"
    assert said["awards"]["appeals"]
    assert said["coaching"]["hours"]
    assert said["assessments"]["attempts"]
    assert said["study"]["notes"][0]["text"] == "hemligt om Bo"
    assert said["mail"]["letters"]
    assert said["activity"]["events"]
    assert len(said["statements"]) >= len(said["certification"]["evidence"])
    assert said["files"][-1]["name"] == f"{past.certificate.serial}.pdf"


def test_no_secret_is_in_the_copy(session, past):
    text = json.dumps(everything(session, past.tilde.id, now=past.now))
    assert "token_digest" not in text
    assert "password" not in text
    assert past.tilde.fs_uniquifier not in text


def test_another_persons_copy_does_not_hold_ones_words(session, past):
    text = json.dumps(everything(session, past.ruben.id, now=past.now), ensure_ascii=False)
    assert "hemligt" not in text
    assert "egil.exempel" not in text


def test_every_table_that_names_people_is_in_the_copy(app):
    told = {model.__tablename__ for model in TOLD_BY_THEIR_ROOM}
    read = {
        f"{inspect(column.class_).local_table.name}.{column.property.columns[0].name}"
        for tables in HELD.values()
        for held in tables.values()
        for column in held.by
    }
    missing = [
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        if table.name not in told
        for column in table.columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
        and f"{table.name}.{column.name}" not in read | ACTS
    ]
    assert missing == []


def test_the_copy_is_downloaded_from_my_data(app, client, session, past):
    past.tilde.demonstration = True
    session.commit()
    assert client.get("/my-data/all.json").status_code == 302
    client.post("/sign-in/as", data={"person": str(past.tilde.id)})
    assert "/my-data/all.json" in client.get("/my-data").get_data(as_text=True)
    answer = client.get("/my-data/all.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.get_json()["account"]["person"]["email"] == past.email
