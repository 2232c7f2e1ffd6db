"""Issuers side by side, each with key, signatories and templates of its own."""

from types import SimpleNamespace

import pytest
from coursekit import CertificateTemplate

from app.awards import issuers, renditions, signers
from app.awards.signers import CannotIssue
from certificates.facts import Facts
from certificates.keys import fingerprint, new_signer, to_pkcs12
from certificates.verify import embedded_facts
from tests.certificates.reading import text_of


@pytest.fixture
def folder(app, tmp_path):
    app.config["ISSUERS"] = str(tmp_path / "issuers")
    made = tmp_path / "issuers" / "house"
    made.mkdir(parents=True)
    return made


def write_issuer(folder, world, organisation, more="", name="House"):
    signer = new_signer(f"{name} signer", authority_name="House authority", now=world.now)
    (folder / "house.p12").write_bytes(to_pkcs12(signer, b"hemligt"))
    (folder / "password").write_text("hemligt")
    (folder / "issuer.toml").write_text(
        f'organisation = "{organisation}"\nplace = "Falkvik"\nlanguages = "both"\n'
        'key = "house.p12"\nkey_password_file = "password"\n'
        '[[signatories]]\nname = "Elsa Exempel"\ntitle = {sv = "Rektor", en = "Principal"}\n'
        '[template]\nwords.title = {sv = "Diplom", en = "Diploma"}\n' + more
    )
    return signer


def test_an_organisation_with_a_folder_issues_with_its_key_template_and_signatories(world, folder):
    signer = write_issuer(folder, world, world.consortium.name)
    held = world.issued(world.ready(world.tilde))
    facts = Facts.from_json(held.facts)
    assert (facts.place, facts.languages, facts.development) == ("Falkvik", "both", False)
    assert [one.name for one in facts.signatories] == ["Elsa Exempel"]
    made = renditions.newest(world.session, held)
    assert made.signer == fingerprint(signer.certificate)
    assert embedded_facts(made.content) == facts
    assert "Diplom" in text_of(made.content)


def test_one_without_a_folder_issues_with_the_services_key(world, folder):
    write_issuer(folder, world, "Somebody else")
    held = world.issued(world.ready(world.tilde))
    assert Facts.from_json(held.facts).development
    assert renditions.newest(world.session, held).signer == signers.signer().fingerprint


def test_a_folder_that_cannot_be_used_stops_issuing_with_the_reason(world, folder):
    write_issuer(folder, world, world.consortium.name, 'accent = "teal"\n')
    with pytest.raises(CannotIssue, match="written as #0c5a60") as refused:
        world.issued(world.ready(world.tilde))
    assert refused.value.for_now


def test_a_changed_folder_is_read_anew(world, folder):
    write_issuer(folder, world, world.consortium.name)
    assert issuers.of(world.session, world.consortium.id).place == "Falkvik"
    file = folder / "issuer.toml"
    file.write_text(file.read_text().replace("Falkvik", "Sundmåla"))
    assert issuers.of(world.session, world.consortium.id).place == "Sundmåla"


def test_production_refuses_an_issuers_development_key(world, app, folder, monkeypatch):
    write_issuer(folder, world, world.consortium.name, name="DEVELOPMENT")
    monkeypatch.setitem(app.config, "MODE", "production")
    with pytest.raises(CannotIssue, match="Production refuses"):
        signers.signer(issuers.of(world.session, world.consortium.id))


def _course(look, root):
    """A catalogue with one course whose certificate looks so."""
    words = {"sv": "Intyg", "en": "Proof"}
    package = SimpleNamespace(root=root, certificate=CertificateTemplate(title=words, body=words, look=look))
    return SimpleNamespace(
        listing=lambda: [SimpleNamespace(id="odling")],
        course=lambda _id, gate: SimpleNamespace(package=package),
    )


def test_a_course_packages_design_is_a_template_to_build_on(world, app, folder, monkeypatch, tmp_path):
    catalogue = _course(
        {"accent": "#1b3f72", "words": {"title": {"sv": "Kursbevis", "en": "Proof"}}}, tmp_path
    )
    monkeypatch.setattr(issuers, "catalogue_of_app", lambda: catalogue)
    write_issuer(folder, world, world.consortium.name, '[templates.participant]\nbase = "course:odling"\n')
    held = world.issued(world.ready(world.tilde))
    assert "Kursbevis" in text_of(renditions.newest(world.session, held).content)


@pytest.mark.parametrize("look", [{}, {"accent": "#eeeeee"}, {"logo": "../../etc/passwd"}])
def test_a_course_package_without_a_design_or_with_a_broken_one_offers_none(app, monkeypatch, tmp_path, look):
    monkeypatch.setattr(issuers, "catalogue_of_app", lambda: _course(look, tmp_path))
    with app.app_context():
        assert issuers.of_courses() == {}
