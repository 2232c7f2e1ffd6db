"""The first page of each role: what somebody sees within five seconds, and that every number opens."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.awards import status
from app.awards.models import Certificate
from app.clock import local_date
from app.demo import factories as make
from app.learners import service as learners
from app.portal import overview
from tests.portal.reading import words_of


@pytest.fixture
def made(session, places, now):
    """``made("Love Exempel", "guide", place="Falkvik")``: one more person, with a role."""

    def make_person(name, *roles, place="home"):
        return make.person(session, name, organisation=places[place], roles=roles, now=now)

    return make_person


def test_the_first_page_shows_the_next_step_and_how_far_it_is(browse, siv, path):
    page = words_of(browse(siv).get("/"))
    assert "Ditt nästa steg Utbildningstimmar: 28 tim 30 min kvar" in page
    assert "0 av 7 krav" in page


def test_the_first_page_draws_the_path_with_a_link_to_what_makes_each_number(browse, siv, path):
    page = browse(siv).get("/").text
    assert page.count('class="station"') == 7
    assert f'href="/path/{path.id}/coaching-hours"' in page


@pytest.mark.parametrize(
    "role", ["administrator", "certifier", "examiner", "guide", "lead", "coach", "partner"]
)
def test_every_role_has_a_first_page(browse, session, places, role, now):
    who = make.person(session, "Ada Påhitt", organisation=places["Falkvik"], roles=(role,), now=now)
    assert "Välkommen, Ada" in words_of(browse(who).get("/"))


def test_a_visitor_learns_what_this_is(browse, places):
    page = words_of(browse().get("/"))
    assert "Pollinatör" in page
    assert "Så fungerar det" in page


def test_a_lead_sees_how_the_own_people_get_on_and_nobody_elses(browse, made, siv, path, places):
    lead = browse(made("Leo Exempelsson", "lead", place="Falkvik"))
    first = lead.get("/")
    assert "Siv Demolin" in first.text
    assert f'href="/path/{path.id}"' in first.text
    assert "Siv Demolin" in lead.get(f"/municipalities/{places['Falkvik'].id}").text
    assert lead.get(f"/path/{path.id}").status_code == 200
    assert "Granåsa" not in lead.get("/municipalities").text
    assert lead.get(f"/municipalities/{places['Granåsa'].id}").status_code == 404


def test_a_lead_is_offered_nothing_that_only_a_guide_may_do(browse, made, siv, places):
    lead = browse(made("Leo Exempelsson", "lead", place="Falkvik"))
    addresses = re.findall(r'href="(/[^"]*)"', lead.get("/").text)
    addresses += re.findall(r'href="(/[^"]*)"', lead.get(f"/municipalities/{places['Falkvik'].id}").text)
    refused = {one for one in addresses if lead.get(one).status_code == 403}
    assert refused == set()
    assert lead.get(f"/municipalities/{places['Falkvik'].id}/guide").status_code == 403


def test_a_guide_sees_who_moves(browse, made, siv, places):
    page = words_of(browse(made("Love Exempel", "guide", place="Falkvik")).get("/"))
    assert "Falkviks kommun" in page
    assert "Rör sig 1" in page


def test_a_certifier_sees_who_has_waited_longest_first_each_with_the_evidence(
    browse, session, made, places, now
):
    founder = made("Cleo Fiktiv", "certifier")
    waiting = []
    for name, days in (("Rut Låtsas", 5), ("Olga Demolin", 12)):
        found = make.candidacy(
            session, made(name, place="Granåsa"), "participant", now=now - timedelta(days=days)
        )
        make.waive_everything(session, found, by=founder, now=now - timedelta(days=days))
        waiting.append(found)
    page = browse(made("Ruben Provberg", "certifier")).get("/")
    assert "2 personer" in words_of(page)
    assert page.text.index("Olga Demolin") < page.text.index("Rut Låtsas")
    for one in waiting:
        assert f'href="/path/{one.id}"' in page.text


def test_every_number_of_the_administrators_page_opens(browse, made, siv, path):
    ada = browse(made("Ada Demolin", "administrator"))
    page = ada.get("/").text
    for address in re.findall(r'<td[^>]*class="num"[^>]*><a href="([^"]*)"', page):
        assert ada.get(address.replace("&amp;", "&")).status_code == 200, address
    assert "Siv Demolin" in ada.get("/candidates?scheme=pollinator").text
    assert "Siv Demolin" in ada.get("/certificates/issued?show=in_force&scheme=participant").text
    assert "Siv Demolin" not in ada.get("/candidates?scheme=pollinator&state=ready").text


def test_candidates_are_paged_without_losing_or_repeating_anybody(session, made, places, now):
    owner = places["home"].id
    own = [make.candidacy(session, made(f"Kim {n}"), "participant", now=now) for n in range(5)]
    seen, before = [], None
    while page := learners.listed(session, owner=owner, state="open", before=before, limit=2):
        seen += [one.id for one in page]
        before = page[-1].id
    assert seen == sorted((one.id for one in own), reverse=True)


def test_certificates_in_force_are_those_whose_status_is_active(session, made, places, now):
    """The condition in the database and the rule on each certificate's history say the same."""
    cleo, ruben = made("Cleo Fiktiv", "certifier"), made("Ruben Provberg", "certifier")
    held = [
        make.founder(session, made(f"Kim {n}"), ("participant", "pollinator"), by=cleo, now=now)[1]
        for n in range(6)
    ]
    act = {"reason": "Prövas.", "by": ruben.id, "now": now}
    status.suspend(session, held[0], until=None, **act)
    status.suspend(session, held[1], until=None, **act)
    status.reinstate(session, held[1], **(act | {"now": now + timedelta(seconds=1)}))
    status.withdraw(session, held[2], **act)
    status.replace(session, held[3], **act)
    status.suspend(session, held[4], until=local_date(now) + timedelta(days=2), **act)
    for days in (0, 3, 200, 800):
        on = local_date(now) + timedelta(days=days)
        counted = set(session.scalars(select(Certificate.id).where(*status.in_force(places["home"].id, on))))
        every = session.scalars(select(Certificate).where(Certificate.state == "issued")).all()
        assert counted == {
            key for key, is_ in status.statuses(session, every, on=on).items() if is_ == "active"
        }


def test_the_funnel_counts_each_person_once(session, siv, path, places, now):
    steps = overview.funnel(session, owner=places["home"].id, now=now)
    assert (steps.candidates, steps.ready, steps.certified) == (1, 0, 1)
