"""A municipality is welcomed, gets a guide, is handed over."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts.errors import Refused
from app.accounts.service import has_role
from app.clock import local_date
from app.journeys import service
from app.journeys.models import Guidance
from tests.deliveries.people import organisation, person


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def welcome(session, name, by, now, **more):
    return service.welcome_municipality(session, name=name, by=by.id, now=now, **more)


def assign(session, place, guide, by, now):
    return service.assign_guide(session, organisation=place.id, guide=guide.id, by=by.id, now=now)


def test_a_new_municipality_waits_for_a_guide_until_one_is_assigned(session, guide, administrator, now):
    coach = person(session, "Cilla Påhitt", now, role="coach")
    place = welcome(session, "Granåsa kommun", coach, now)
    assert [one.municipality.name for one in service.open_requests(session)] == ["Granåsa kommun"]
    assign(session, place, guide, administrator, now)
    assert service.open_requests(session) == []
    assert service.guide_of(session, place.id) == guide
    assert service.municipalities_of(session, guide.id) == [place]


@pytest.mark.parametrize("name", ["Falkvik", "falkviks  kommun", "Falkviks stad", "Falkvks kommun"])
def test_a_name_almost_like_one_that_is_here_is_asked_about(session, municipality, guide, now, name):
    assert refusal(welcome, session, name, guide, now) == "similar"


def test_another_municipality_of_almost_the_same_name_can_come(session, municipality, guide, now):
    assert welcome(session, "Falkvik", guide, now, another=True).name == "Falkvik"
    assert refusal(welcome, session, "Falkviks kommun", guide, now, another=True) == "similar"


def test_a_name_unlike_any_other_is_welcome(session, municipality, guide, now):
    assert welcome(session, "Sundmåla kommun", guide, now).kind == "municipality"


def test_a_municipality_has_one_guide_at_a_time(session, municipality, guide, administrator, now):
    assign(session, municipality, guide, administrator, now)
    other = person(session, "Gert Demolin", now, role="guide")
    assert refusal(assign, session, municipality, other, administrator, now) == "guided"


def test_the_database_itself_refuses_two_guides_at_once(session, municipality, guide, administrator, now):
    for _ in range(2):
        session.add(
            Guidance(
                organisation_id=municipality.id, guide_id=guide.id, starts=now, assigned_by=administrator.id
            )
        )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_guide_of_another_municipality_is_given_the_role_by_an_administrator(
    session, municipality, administrator, now
):
    elsewhere = organisation(session, "Björkhamra kommun", "municipality", now)
    local = person(session, "Lisa Låtsas", now, home=elsewhere.id, role="guide", everywhere=False)
    assert refusal(assign, session, municipality, local, local, now) == "guide"
    assign(session, municipality, local, administrator, now)
    assert has_role(session, local.id, "guide", local_date(now), organisation=municipality.id)


def test_handing_over_keeps_the_note_and_takes_back_the_role(
    session, municipality, guide, administrator, now
):
    elsewhere = organisation(session, "Björkhamra kommun", "municipality", now)
    local = person(session, "Lisa Låtsas", now, home=elsewhere.id, role="guide", everywhere=False)
    assign(session, municipality, local, administrator, now)
    later = now + timedelta(days=30)
    service.hand_over(
        session, organisation=municipality.id, to=guide.id, note="Ring Fia.", by=local.id, now=later
    )
    newest, before = service.history(session, municipality.id)
    assert (newest.guide_id, newest.ends) == (guide.id, None)
    assert (before.guide_id, before.ends, before.handover) == (local.id, later, "Ring Fia.")
    assert not has_role(session, local.id, "guide", local_date(later), organisation=municipality.id)
    assert has_role(session, local.id, "guide", local_date(later), organisation=elsewhere.id)


def test_handing_over_needs_a_note_and_somebody_else(session, municipality, guide, administrator, now):
    assign(session, municipality, guide, administrator, now)
    other = person(session, "Gert Demolin", now, role="guide")
    facts = {"organisation": municipality.id, "by": guide.id, "now": now}
    assert refusal(service.hand_over, session, to=other.id, note=" ", **facts) == "note"
    assert refusal(service.hand_over, session, to=guide.id, note="Hej", **facts) == "same"


def test_only_the_guide_or_an_administrator_hands_over(session, municipality, guide, administrator, now):
    assign(session, municipality, guide, administrator, now)
    other = person(session, "Gert Demolin", now, role="guide")
    facts = {"organisation": municipality.id, "to": other.id, "note": "Hej", "now": now}
    assert refusal(service.hand_over, session, by=other.id, **facts) == "others"


def test_asking_again_adds_to_the_same_request(session, municipality, guide, now):
    first = service.request_guide(session, organisation=municipality.id, by=guide.id, now=now)
    again = service.request_guide(session, organisation=municipality.id, note="Snart", by=guide.id, now=now)
    assert (first.id, first.note) == (again.id, "Snart")
