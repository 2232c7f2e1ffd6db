"""A batch's certificates leave as one ZIP; administrators look at templates before anybody gets one."""

import hashlib
import io
import tracemalloc
import zipfile

import pytest
from sqlalchemy import select

from app import clock, jobs
from app.accounts.models import Person
from app.awards import batches, bundle
from app.awards.models import Batch, Rendition
from certificates.template import TEMPLATES
from tests.accounts.browser import sign_in
from tests.certificates.reading import text_of


@pytest.fixture
def batch(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.now)
    candidacies = [world.ready(world.person(f"{name} Exempel")).id for name in ("Anna", "Berit", "Cilla")]
    made = batches.create(
        world.session,
        candidacies,
        owner=world.consortium.id,
        reason="Klara.",
        by=world.cleo.id,
        now=world.now,
    )
    world.session.commit()
    batch_id, people = made.id, [world.cleo.id, world.tilde.id]
    jobs.drain(world.session)  # forgets every row that it has read
    world.cleo, world.tilde = (world.session.get_one(Person, one) for one in people)
    return world.session.get_one(Batch, batch_id)


def test_the_zip_holds_every_certificate_of_the_batch_byte_for_byte(app, world, batch):
    client = app.test_client()
    sign_in(client, world.cleo)
    answer = client.get(f"/decisions/together/{batch.id}/certificates.zip")
    files = zipfile.ZipFile(io.BytesIO(answer.data))
    assert files.testzip() is None
    assert files.namelist() == ["2027-000001.pdf", "2027-000002.pdf", "2027-000003.pdf"]
    stored = set(world.session.scalars(select(Rendition.sha256)))
    assert {hashlib.sha256(files.read(name)).hexdigest() for name in files.namelist()} == stored


def test_the_batch_page_offers_the_zip(app, world, batch):
    client = app.test_client()
    sign_in(client, world.cleo)
    assert (
        f"/decisions/together/{batch.id}/certificates.zip"
        in client.get(f"/decisions/together/{batch.id}").text
    )


def test_nobody_but_certifiers_gets_the_zip(app, world, batch):
    client = app.test_client()
    sign_in(client, world.tilde)
    assert client.get(f"/decisions/together/{batch.id}/certificates.zip").status_code == 403


def test_a_large_zip_is_never_in_memory_whole(world, batch):
    found = bundle.issued(world.session, batch)
    chosen = [(one, f"{serial}-{copy}") for copy in range(80) for one, serial in found]
    pieces = bundle.stream(world.session, chosen)
    sent = len(next(pieces))
    tracemalloc.start()
    for piece in pieces:
        sent += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent > 10_000_000
    assert peak < 4_000_000


@pytest.fixture
def administrator(app, world):
    who = world.person("Adda Fiktiv", roles=("administrator",))
    world.session.commit()
    client = app.test_client()
    sign_in(client, who)
    return client


def test_an_administrator_sees_every_template(administrator):
    page = administrator.get("/certificate-templates").text
    for name in TEMPLATES:
        assert f"/certificate-templates/{name}/both.pdf" in page


@pytest.mark.parametrize("language", ["sv", "en", "both"])
@pytest.mark.parametrize("template", list(TEMPLATES))
def test_a_preview_shows_the_name_and_that_it_is_a_sample(administrator, template, language):
    answer = administrator.get(f"/certificate-templates/{template}/{language}.pdf?name=Bo+Ek")
    assert answer.headers["Content-Disposition"].startswith("inline")
    said = text_of(answer.data)
    assert "Bo Ek" in said
    assert ("SAMPLE" if language == "en" else "EXEMPEL") in said


def test_a_name_that_no_sheet_can_show_is_explained(administrator):
    answer = administrator.get(
        "/certificate-templates/standard/sv.pdf", query_string={"name": "Bo \U00013000"}
    )
    assert answer.status_code == 422
    assert "\U00013000" in answer.text


@pytest.mark.parametrize("address", ["none/sv", "standard/fi"])
def test_what_is_no_template_or_language_is_not_found(administrator, address):
    assert administrator.get(f"/certificate-templates/{address}.pdf").status_code == 404
