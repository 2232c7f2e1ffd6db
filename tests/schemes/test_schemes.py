"""Schemes are published from files, stay as they are, and are followed by a next version."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import IntegrityError as AlreadyPublished

from app.organisations.service import create_organisation
from app.schemes import service
from app.schemes.models import SchemeVersion
from app.schemes.source import check


@pytest.fixture
def published(session: Any, now: datetime) -> list[SchemeVersion]:
    create_organisation(session, name="Konsortiet", kind="consortium", by=None, now=now)
    rows = service.publish_from_files(session, by=None, now=now)
    session.commit()
    return rows


def test_the_four_schemes_are_published_from_files_once(
    session: Any, now: datetime, published: list[SchemeVersion]
) -> None:
    again = service.publish_from_files(session, by=None, now=now + timedelta(days=1))
    assert [row.id for row in again] == [row.id for row in published]
    assert [row.scheme.code for row in published] == list(service.DEMONSTRATION)
    assert service.load(session, published[1].id).prerequisites == ("participant",)


@pytest.mark.usefixtures("published")
def test_a_published_version_cannot_be_changed_or_removed(session: Any) -> None:
    for statement in ("UPDATE scheme_versions SET number = 7", "DELETE FROM scheme_versions"):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement))
        session.rollback()


def test_a_scheme_has_one_current_version(
    session: Any, published: list[SchemeVersion], now: datetime
) -> None:
    row = published[0]
    session.add(
        SchemeVersion(
            scheme_id=row.scheme_id,
            number=9,
            source=b"",
            digest="0" * 64,
            published_at=now,
            keep_months=0,
        )
    )
    with pytest.raises(AlreadyPublished):
        session.flush()


@pytest.mark.usefixtures("published")
def test_a_next_version_retires_the_one_before_with_its_transition(session: Any, now: datetime) -> None:
    draft = service.draft(session, "pollinator", by=None, now=now)
    assert service.draft(session, "pollinator", by=None, now=now) is draft
    changed = draft.text.replace("hours = 15", "hours = 20", 1)
    assert service.save_draft(session, draft, changed, by=None, now=now).mistakes == ()
    before = service.current(session, "pollinator")
    after = service.publish(session, draft, keep_months=6, by=None, now=now)
    session.commit()
    assert service.current(session, "pollinator").id == after.id
    assert (after.number, before.state, before.honoured_until) == (2, "retired", date(2027, 9, 3))
    assert service.draft_of(session, "pollinator") is None
    found = {one.code: one for one in service.compare(session, before, after) if one.state == "changed"}
    assert [(c.key, c.old, c.new) for c in found["coaching-hours"].changes] == [("hours", 15, 20)]


@pytest.mark.usefixtures("published")
def test_a_wrong_draft_is_kept_and_cannot_be_published(session: Any, now: datetime) -> None:
    draft = service.draft(session, "participant", by=None, now=now)
    wrong = draft.text.replace("hours = 12", "hours = 12.1")
    checked = service.save_draft(session, draft, wrong, by=None, now=now)
    assert draft.text == wrong
    line = wrong.splitlines().index("hours = 12.1") + 1
    assert [(one.line, one.key) for one in checked.mistakes] == [(line, "criteria[0].hours")]
    with pytest.raises(service.NotPublishable):
        service.publish(session, draft, by=None, now=now)


@pytest.mark.usefixtures("published")
def test_a_draft_must_carry_the_next_number_and_its_own_code(session: Any, now: datetime) -> None:
    draft = service.draft(session, "participant", by=None, now=now)
    wrong = draft.text.replace("version = 2", "version = 4").replace(
        'code = "participant"', 'code = "other"', 1
    )
    checked = service.save_draft(session, draft, wrong, by=None, now=now)
    assert {one.key for one in checked.mistakes} == {"version", "code"}


@pytest.mark.usefixtures("published")
def test_an_unknown_scheme_is_unknown(session: Any) -> None:
    with pytest.raises(service.UnknownScheme):
        service.current(session, "no-such")


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("code = \n", 1),
        ('code = "a"\nversion = "x"\n', 2),
        ('code = "a"\n[[criteria]]\ncode = "b"\nhours = 1\n', 2),
    ],
)
def test_a_mistake_names_its_line(wrong: str, line: int) -> None:
    assert line in {one.line for one in check(wrong).mistakes}
