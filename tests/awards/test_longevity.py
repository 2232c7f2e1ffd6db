"""Certificates outlive their keys: evidence inside, an archive timestamp every year, every earlier file kept."""

import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from app import clock, jobs
from app.awards import authorities, longevity, on_record, renditions, verification
from app.awards.models import Rendition
from certificates import keys
from tests.certificates.authority import Authority, revocation_list

ADDRESS = "http://tid.example/stamp"
PASSWORD = "ett lösenord"


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def made_keys():
    return []


@pytest.fixture
def signer(made_keys, now):
    made_keys.clear()
    generate = ec.generate_private_key
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            keys.ec, "generate_private_key", lambda curve: made_keys.append(generate(curve)) or made_keys[-1]
        )
        return keys.new_signer(
            "Sundmåla signer", authority_name="Sundmåla authority", now=now - timedelta(days=900)
        )


@pytest.fixture
def settings(tmp_path, authority, signer):
    (tmp_path / "key.p12").write_bytes(keys.to_pkcs12(signer, PASSWORD.encode()))
    (tmp_path / "roots.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    return {
        "TSA_URLS": f"{ADDRESS} 100/1",
        "TSA_ROOTS": str(tmp_path / "roots.pem"),
        "SIGNING_KEY": str(tmp_path / "key.p12"),
        "SIGNING_KEY_PASSWORD": PASSWORD,
        "REVOCATION_LISTS": f"{tmp_path / 'signer.crl'},{tmp_path / 'tsa.crl'}",
    }


class Net:
    """Time, the timestamping authority and the revocation lists of the day."""

    def __init__(self, world, authority, made_keys, signer, folder):
        self.world, self.now, self.down = world, world.now, False
        self.authority, self.made_keys, self.signer, self.folder = authority, made_keys, signer, folder

    def post(self, address, request):
        if self.down:
            raise TimeoutError("no answer")
        return self.authority.answer(address, request, self.now)

    def lists(self, **signers):
        own = revocation_list(self.signer.chain[0], self.made_keys[0], start=self.now, **signers)
        tsa = revocation_list(self.authority.root, self.authority.root_key, start=self.now)
        (self.folder / "signer.crl").write_bytes(own.public_bytes(Encoding.DER))
        (self.folder / "tsa.crl").write_bytes(tsa.public_bytes(Encoding.PEM))

    def work(self, *names):
        for name in names:
            jobs.enqueue(self.world.session, name, now=self.now)
        self.world.session.commit()
        jobs.drain(self.world.session)


@pytest.fixture
def net(world, authority, made_keys, signer, tmp_path, monkeypatch):
    made = Net(world, authority, made_keys, signer, tmp_path)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    monkeypatch.setattr(authorities, "post", made.post)
    made.lists()
    return made


@pytest.fixture
def held(world, net):
    made = world.certified(world.tilde)
    world.session.commit()
    return made


def kinds(world, held):
    return [one.kind for one in renditions.of_certificate(world.session, held)]


def test_a_timestamped_certificate_becomes_one_for_the_long_term(world, net, held):
    net.work("timestamp-certificates", "preserve-certificates")
    original, stamped, lasting = renditions.of_certificate(world.session, held)
    assert lasting.kind == "long-term"
    assert b"/DSS" in lasting.content
    assert original.digest == stamped.digest == held.signed_digest != lasting.digest
    for one in (original, stamped, lasting):
        assert verification.by_file(world.session, one.content, now=net.now).verdict == "valid"


def test_every_year_an_archive_timestamp_is_put_over_the_newest_file(world, net, held):
    net.work("timestamp-certificates", "preserve-certificates")
    before = {one.kind: one.sha256 for one in renditions.of_certificate(world.session, held)}
    for _year in range(2):
        net.now += timedelta(days=366)
        net.lists()
        net.work("preserve-certificates", "preserve-certificates")
    assert kinds(world, held) == ["original", "timestamped", "long-term", "archive-2028", "archive-2029"]
    for one in renditions.of_certificate(world.session, held):
        assert hashlib.sha256(one.content).hexdigest() == before.get(one.kind, one.sha256)
        found = verification.by_file(world.session, one.content, now=net.now)
        assert found.verdict == "valid"
        said = [f.outcome for f in found.findings if f.check == "archive"]
        assert said == (["passed"] if one.kind.startswith("archive") else [])


def test_nothing_is_archived_before_its_year_is_over(world, net, held):
    net.work("timestamp-certificates", "preserve-certificates")
    net.now += timedelta(days=364)
    net.lists()
    net.work("preserve-certificates")
    assert kinds(world, held)[-1] == "long-term"


def test_an_archive_with_something_more_in_it_is_not_genuine(world, net, held):
    net.work("timestamp-certificates", "preserve-certificates")
    net.now += timedelta(days=366)
    net.lists()
    net.work("preserve-certificates")
    content = renditions.newest(world.session, held).content
    for forged in (content + b"\n", content.replace(b"(Archive", b"(Brchive", 1)):
        assert forged != content
        assert verification.by_file(world.session, forged, now=net.now).verdict == "not_genuine"


def test_somebody_elses_archive_over_our_file_is_not_genuine(world, net, held, authority):
    net.work("timestamp-certificates", "preserve-certificates")
    lasting = renditions.newest(world.session, held).content
    lists = longevity.Lists(longevity.fetch)
    certificates = (authority.certificate, authority.root)
    forged, _ = longevity.archive(
        lasting,
        longevity.Evidence(certificates, lists.for_all(certificates)),
        authorities=[ADDRESS],
        post=net.post,
        roots=[authority.root],
    )
    assert verification.by_file(world.session, forged, now=net.now).verdict == "not_genuine"


@pytest.mark.parametrize("trouble", ["down", "old", "revoked"])
def test_what_cannot_be_had_today_is_tried_again_tomorrow(world, net, held, signer, trouble):
    net.work("timestamp-certificates")
    net.down = trouble == "down"
    if trouble == "revoked":
        net.lists(revoked=signer.certificate)
    if trouble == "old":
        net.now += timedelta(days=40)
    net.work("preserve-certificates")
    assert kinds(world, held) == ["original", "timestamped"]
    net.now, net.down = net.now + timedelta(days=1), False
    net.lists()
    net.work("preserve-certificates")
    assert kinds(world, held)[-1] == "long-term"


def test_revocation_lists_are_fetched_once_from_where_certificates_say(app, signer, monkeypatch):
    asked = []
    monkeypatch.setattr(longevity, "_addresses", lambda _one: ["http://lists.example/a.crl"])
    with app.app_context():
        app.config["REVOCATION_LISTS"] = ""
        lists = longevity.Lists(lambda address: asked.append(address) or b"no list")
        assert lists.for_all((signer.certificate, *signer.chain)) == ()
    assert asked == ["http://lists.example/a.crl"]


def test_the_first_bytes_stay_in_the_table(world, net, held):
    first = world.session.query(Rendition).filter_by(kind="original").one().content
    net.work("timestamp-certificates", "preserve-certificates")
    world.session.expire_all()
    assert on_record.pdf(world.session, held) == first
