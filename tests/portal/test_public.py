"""Whether the service is alive and ready, and its accessibility statement."""

import shutil
from collections import namedtuple

import pytest
from sqlalchemy.exc import OperationalError

from app.db import db
from app.portal import accessibility_facts, public
from tests.portal.reading import words_of

Disk = namedtuple("Disk", "total used free")


def test_a_service_whose_database_answers_is_ready(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "problems": []}


def test_a_service_whose_database_is_gone_is_alive_and_not_ready(client, monkeypatch):
    def gone(*_args, **_more):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert len(answer.json["problems"]) == 1
    assert client.get("/healthz").status_code == 200


def test_a_full_disk_is_told_before_it_stops_anything(client, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(10**12, 10**12, public.LEAST_FREE - 1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["problems"] == ["Disken är nästan full."]


@pytest.mark.parametrize(
    ("language", "authority"),
    [("sv", "Myndigheten för digital förvaltning"), ("en", "The Agency for Digital Government")],
)
def test_the_accessibility_statement_says_everything_that_its_data_holds(client, language, authority):
    client.set_cookie("language", language)
    facts = accessibility_facts.STATEMENT
    page = words_of(client.get("/accessibility"))
    assert facts.contact in page
    assert facts.standard in page
    assert authority in page
