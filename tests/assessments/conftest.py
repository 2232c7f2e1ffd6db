"""A consortium, its schemes, a pollinator on her way to the coach's certificate, examiners of another employer."""

import pytest

from app.assessments import handing_in
from app.learners import service as learners
from app.schemes import service as schemes
from tests.deliveries.people import certify, organisation, person


@pytest.fixture
def consortium(session, now):
    owner = organisation(session, "Konsortiet", "consortium", now)
    schemes.publish_from_files(session, by=None, now=now)
    return owner


@pytest.fixture
def municipality(session, consortium, now):
    return organisation(session, "Falkviks kommun", "municipality", now)


@pytest.fixture
def candidate(session, municipality, now):
    one = person(session, "Tilde Påhitt", now, home=municipality.id)
    certify(session, one, "pollinator", now)
    return one


@pytest.fixture
def candidacy(session, candidate, now):
    return learners.apply(session, person=candidate.id, scheme="certified-coach", by=candidate.id, now=now)


@pytest.fixture
def examiner(session, consortium, now):
    return person(session, "Egil Provberg", now, home=consortium.id, role="examiner")


@pytest.fixture
def second(session, consortium, now):
    return person(session, "Saga Fiktiv", now, home=consortium.id, role="examiner")


@pytest.fixture
def third(session, consortium, now):
    return person(session, "Ture Exempel", now, home=consortium.id, role="examiner")


@pytest.fixture
def certifier(session, consortium, now):
    return person(session, "Cleo Demolin", now, home=consortium.id, role="certifier")


@pytest.fixture
def hand_in(session, candidacy, candidate, now):
    """Hand in work for an assessment of the candidacy; the attempt."""

    def make(code="case", *, at=now):
        form = handing_in.form_of(session, candidacy, code)
        draft = handing_in.save_draft(
            session, candidacy, form, "Här är mitt arbete.", by=candidate.id, now=at
        )
        if form.hand_in:
            handing_in.add_link(session, draft, "https://falkvik.example/fall")
        return handing_in.hand_in(session, candidacy, form, by=candidate.id, now=at)

    return make
