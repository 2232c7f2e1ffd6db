"""Timestamps come after the certificate, within limits, waited for in the open; what was issued never changes."""

import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from app import clock, jobs
from app.awards import authorities, renditions, verification
from app.awards.models import Rendition, TimestampRequest
from app.config import ConfigurationError
from tests.accounts.browser import sign_in
from tests.certificates.authority import Authority

FIRST, SECOND = "http://tid.example/stamp", "http://time.example/stamp"


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def settings(tmp_path, authority):
    (tmp_path / "roots.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    return {"TSA_URLS": f"{FIRST} 3/10, {SECOND} 100/1", "TSA_ROOTS": str(tmp_path / "roots.pem")}


class Net:
    """The authorities on the other side: each can be made to fail."""

    def __init__(self, authority, monkeypatch, now):
        self.authority, self.now, self.asked, self.broken = authority, now, [], {}
        monkeypatch.setattr(authorities, "post", self.post)
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def post(self, address, request):
        self.asked.append(address)
        if address in self.broken:
            problem = self.broken[address]
            if isinstance(problem, bytes):
                return problem
            raise problem
        return self.authority.answer(address, request, self.now)


@pytest.fixture
def net(authority, monkeypatch, world):
    return Net(authority, monkeypatch, world.now)


def work(world):
    jobs.enqueue(world.session, "timestamp-certificates", now=clock.now())
    world.session.commit()
    return jobs.drain(world.session)


def kinds(world, certificate):
    return [one.kind for one in renditions.of_certificate(world.session, certificate)]


def test_a_certificate_gets_its_timestamp_and_keeps_its_first_bytes(world, net):
    made = world.certified(world.tilde)
    world.session.commit()
    first = renditions.newest(world.session, made)
    before = hashlib.sha256(first.content).hexdigest()
    work(world)
    original, stamped = renditions.of_certificate(world.session, made)
    assert [original.kind, stamped.kind] == ["original", "timestamped"]
    assert hashlib.sha256(original.content).hexdigest() == before == original.sha256
    assert stamped.digest == original.digest == made.signed_digest
    assert stamped.sha256 != original.sha256


def test_both_files_verify_and_only_the_newer_one_names_a_third_party(world, net):
    made = world.certified(world.tilde)
    world.session.commit()
    work(world)
    for one, timestamp in zip(
        renditions.of_certificate(world.session, made), ("none", "timestamped"), strict=True
    ):
        found = verification.by_file(world.session, one.content, now=world.now)
        assert found.verdict == "valid"
        assert next(f.code for f in found.findings if f.check == "timestamp") == timestamp


def test_the_second_authority_answers_where_the_first_is_down(world, net):
    net.broken[FIRST] = ConnectionError("refused")
    made = world.certified(world.tilde)
    world.session.commit()
    work(world)
    assert net.asked == [FIRST, SECOND]
    assert kinds(world, made) == ["original", "timestamped"]


@pytest.mark.parametrize("answer", [b"", b"<html>no</html>", b"\x30\x03\x02\x01\x00"])
def test_an_authority_that_lies_gives_no_timestamp(world, net, answer):
    net.broken = {FIRST: answer, SECOND: answer}
    made = world.certified(world.tilde)
    world.session.commit()
    work(world)
    assert kinds(world, made) == ["original"]


def test_the_wait_is_counted_and_ends_by_itself(world, net):
    net.broken = {FIRST: TimeoutError("no answer"), SECOND: TimeoutError("no answer")}
    made = world.certified(world.tilde)
    world.session.commit()
    work(world)
    waiting = renditions.waiting(world.session, made)
    assert (waiting.asked, waiting.problem) == (2, f"none: {SECOND}: no answer")
    net.broken.clear()
    net.now += timedelta(minutes=2)
    work(world)
    assert renditions.waiting(world.session, made) is None


def test_an_authority_that_fails_is_left_alone_ever_longer(world, net, app):
    app.config["TSA_URLS"], net.broken = SECOND, {SECOND: TimeoutError("no")}
    world.certified(world.tilde)
    world.session.commit()
    times = []
    for _minute in range(64):
        before = len(net.asked)
        work(world)
        if len(net.asked) > before:
            times.append(int((net.now - world.now) / timedelta(minutes=1)))
        net.now += timedelta(minutes=1)
    assert times == [0, 1, 3, 7, 15, 31, 63]


def test_no_authority_is_asked_beyond_its_limit(world, net, app):
    app.config["TSA_URLS"] = f"{FIRST} 3/10"
    for name in ("Anna", "Berit", "Cilla", "Disa", "Elsa"):
        world.certified(world.person(f"{name} Exempel"))
    world.session.commit()
    work(world)
    work(world)
    assert len(net.asked) == 3
    net.now += timedelta(minutes=11)
    work(world)
    assert len(net.asked) == 5
    assert renditions.waiting_count(world.session)[0] == 0


def test_a_question_that_never_came_back_counts_towards_the_limit(world, net, app):
    app.config["TSA_URLS"] = f"{FIRST} 1/10"
    made = world.certified(world.tilde)
    world.session.add(TimestampRequest(certificate_id=made.id, authority=FIRST, at=net.now))
    world.session.commit()
    work(world)
    assert net.asked == []


def test_nobody_waits_where_no_authority_is_set_up(world, app):
    app.config["TSA_URLS"] = ""
    made = world.certified(world.tilde)
    assert renditions.waiting(world.session, made) is None


@pytest.mark.parametrize(
    "wrong", ["ftp://tid.example", "https://tid.example often", "https://tid.example 0/5"]
)
def test_a_setting_that_makes_no_sense_is_refused(app, wrong):
    app.config["TSA_URLS"] = wrong
    with app.app_context(), pytest.raises(ConfigurationError, match="TSA_URLS"):
        authorities.configured()


def test_a_timestamped_file_that_is_changed_is_not_genuine(world, net):
    made = world.certified(world.tilde)
    world.session.commit()
    work(world)
    content = bytearray(renditions.newest(world.session, made).content)
    content[content.index(b"/Contents <") + 1200] ^= 1
    assert verification.by_file(world.session, bytes(content), now=world.now).verdict == "not_genuine"


def test_pages_say_that_a_certificate_waits_and_offer_the_newest_file(app, world, net):
    net.broken = {FIRST: TimeoutError("no answer"), SECOND: TimeoutError("no answer")}
    made = world.certified(world.tilde)
    world.session.commit()
    address, file = f"/certificates/{made.id}", f"/certificates/{made.id}/{made.serial}.pdf"
    client = app.test_client()
    sign_in(client, world.tilde)
    work(world)
    assert "Väntar på en oberoende tidsstämpel" in client.get(address).text
    net.broken.clear()
    net.now += timedelta(minutes=5)
    work(world)
    assert "Väntar på en oberoende tidsstämpel" not in client.get(address).text
    stored = {one.kind: one.sha256 for one in world.session.scalars(select(Rendition))}
    assert hashlib.sha256(client.get(file).data).hexdigest() == stored["timestamped"]
    assert hashlib.sha256(client.get(f"{file}?rendition=original").data).hexdigest() == stored["original"]
    assert client.get(f"{file}?rendition=other").status_code == 404


def test_the_operations_page_shows_authorities_and_the_queue(app, world, net):
    net.broken = {FIRST: TimeoutError("no answer"), SECOND: TimeoutError("no answer")}
    world.certified(world.tilde)
    administrator = world.person("Adda Fiktiv", roles=("administrator",))
    world.session.commit()
    work(world)
    client = app.test_client()
    sign_in(client, administrator)
    page = client.get("/operations").text
    assert FIRST in page
    assert "no answer" in page
