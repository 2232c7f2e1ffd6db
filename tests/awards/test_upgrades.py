"""Whatever is newer afterwards, certificates that were issued stay the bytes they are, and none is issued anew."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock, jobs
from app.awards import batches, issuing, on_record, presses, renditions, status
from app.awards.models import Certificate, Rendition
from app.schemes import service as schemes
from tests.awards.test_issuers import write_issuer


@pytest.fixture
def issued(world, monkeypatch):
    """Two certificates of a batch: who asked for it, and which it is."""
    monkeypatch.setattr(clock, "now", lambda: world.now)
    ready = [world.ready(world.person(f"{name} Exempel")).id for name in ("Anna", "Berit")]
    batch = batches.create(
        world.session, ready, owner=world.consortium.id, reason="Granskat.", by=world.cleo.id, now=world.now
    )
    world.session.commit()
    asked = {"by": world.cleo.id, "batch": batch.id}
    jobs.drain(world.session)
    assert len(world.session.scalars(select(Certificate)).all()) == 2
    return asked


def kept(world):
    """Every document as it lies there, and how far the numbers have come."""
    world.session.expire_all()
    rows = select(Rendition.certificate_id, Rendition.kind, Rendition.content, Rendition.sha256)
    documents = sorted(map(tuple, world.session.execute(rows)), key=str)
    numbers = sorted(world.session.scalars(select(Certificate.number)))
    return documents, numbers


def _a_newer_template(world, tmp_path):
    world.app.config["ISSUERS"] = str(tmp_path / "issuers")
    folder = tmp_path / "issuers" / "house"
    folder.mkdir(parents=True)
    write_issuer(folder, world, "Konsortiet Exempel", 'accent = "#4a1d5f"\n')


def _a_newer_scheme(world, _tmp_path: Path):
    draft = schemes.draft(world.session, "participant", by=None, now=world.now)
    schemes.publish(world.session, draft, by=None, now=world.now)


def _a_newer_program(_world, _tmp_path: Path):
    presses._presses.clear()  # what a process keeps is gone when the next version of it starts


@pytest.mark.parametrize("upgrade", [_a_newer_template, _a_newer_scheme, _a_newer_program])
def test_an_upgrade_issues_nothing_anew(app, world, issued, tmp_path, upgrade, monkeypatch):
    world.app = app
    before = kept(world)
    upgrade(world, tmp_path)
    world.session.commit()
    for days in (0, 1, 40):
        later = world.now + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        jobs.enqueue(world.session, "issue-batch", now=later, **issued)
        issuing.sweep(world.session, now=later)
        status.expire(world.session, now=later)
        world.session.commit()
        jobs.drain(world.session)
    assert kept(world) == before
    for held in world.session.scalars(select(Certificate)):
        assert renditions.newest(world.session, held).content == on_record.pdf(world.session, held)
