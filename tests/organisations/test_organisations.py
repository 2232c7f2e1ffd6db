"""Organisations: kept once, named well, sorted as Swedes sort."""

import uuid
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.organisations.models import Organisation
from app.organisations.service import (
    OrganisationRefused,
    change_organisation,
    create_organisation,
    find_by_name,
    load_organisation,
    organisations,
)


@pytest.fixture
def make(session: Any, now: datetime) -> Any:
    def create(name: str = "Falkvik", kind: str = "municipality", **more: Any) -> Organisation:
        return create_organisation(session, name=name, kind=kind, by=None, now=now, **more)

    return create


def test_a_new_organisation_is_found_by_id_and_by_name(session, make):
    falkvik = make("  Falkviks \n kommun ")
    assert falkvik.name == "Falkviks kommun"
    assert load_organisation(session, falkvik.id) is falkvik
    assert find_by_name(session, "Falkviks kommun", kind="municipality") is falkvik
    assert load_organisation(session, uuid.uuid4()) is None
    assert load_organisation(session, None) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_name_that_cannot_be_kept_is_refused(make, name):
    with pytest.raises(OrganisationRefused):
        make(name)


def test_an_unknown_kind_is_refused_by_the_service_and_by_the_database(session, make, now):
    with pytest.raises(ValueError, match="castle"):
        make(kind="castle")
    session.add(Organisation(name="Slottet", kind="castle", created_at=now))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_registration_number_belongs_to_one_organisation(make):
    make("Falkvik", registration_number="212000-0001")
    with pytest.raises(OrganisationRefused, match="Falkvik"):
        make("Granåsa", registration_number=" 212000-0001 ")


def test_many_organisations_may_have_no_number(make):
    assert [make(name, registration_number="").registration_number for name in ("A", "B")] == [None, None]


def test_an_organisation_keeps_its_own_number_when_it_is_corrected(session, make, now):
    falkvik = make("Falkvik", registration_number="212000-0001")
    change_organisation(
        session,
        falkvik,
        name="Falkviks kommun",
        registration_number="212000-0001",
        language="en",
        by=None,
        now=now,
    )
    assert (falkvik.name, falkvik.language) == ("Falkviks kommun", "en")


def test_names_are_sorted_as_swedes_sort_them(session, make):
    for name in ("Östby", "Zinkby", "Ängby", "Åby", "aby", "Björkhamra"):
        make(name)
    assert [one.name for one in organisations(session)] == [
        "aby",
        "Björkhamra",
        "Zinkby",
        "Åby",
        "Ängby",
        "Östby",
    ]


def test_only_those_among_ones_own_are_listed(session, make):
    falkvik, granasa = make("Falkvik"), make("Granåsa")
    assert organisations(session, among=frozenset({falkvik.id})) == [falkvik]
    assert organisations(session, among=frozenset()) == []
    assert organisations(session, kinds=["partner"]) == []
    assert granasa in organisations(session)
