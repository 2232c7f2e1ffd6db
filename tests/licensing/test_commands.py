"""Licences on the command line: from a pair of keys to a licence in force; nothing happens without --yes."""

import stat

import pytest

from app.cli import main
from app.licensing.models import Licence
from app.rules.terms import write
from tests.licensing.terms import PRIVATE


@pytest.fixture
def run(app, trade):
    """``run("licence", "verify", file)``: (exit code, what was said)."""
    runner = app.test_cli_runner()

    def run_(*arguments):
        said = runner.invoke(main, ["licence", *map(str, arguments)])
        return said.exit_code, said.output

    return run_


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "known.pem"
    path.write_bytes(PRIVATE)
    return path


def test_a_pair_of_keys_is_written_once_and_the_private_one_is_ones_own(run, tmp_path):
    path = tmp_path / "key.pem"
    assert run("keygen", path)[0] == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("keygen", path)[0] != 0
    assert "PUBLIC KEY" in (tmp_path / "key.pem.pub").read_text()


def test_a_licence_is_made_verified_and_installed(run, trade, session, tmp_path, key):
    terms, out = tmp_path / "terms.json", tmp_path / "a.licence"
    terms.write_bytes(write(trade.terms()))
    shown = run("make", terms, "--key", key, "--out", out)
    assert "100 seats" in shown[1]
    assert not out.exists()
    assert run("make", terms, "--key", key, "--out", out, "--yes")[0] == 0
    assert "Genuine" in run("verify", out)[1]
    assert "Say --yes" in run("install", out)[1]
    assert session.query(Licence).count() == 0
    assert run("install", out, "--yes")[0] == 0
    session.expire_all()
    assert session.query(Licence).one().course == "bikes"
    assert "bikes" in run("list")[1]


def test_a_new_key_is_trusted_and_verifies_without_the_service_knowing(run, trade, tmp_path):
    key, terms, out = tmp_path / "new.pem", tmp_path / "terms.json", tmp_path / "a.licence"
    run("keygen", key)
    terms.write_bytes(write(trade.terms()))
    run("make", terms, "--key", key, "--out", out, "--yes")
    assert run("verify", out, "--key", f"{key}.pub")[0] == 0
    assert run("verify", out)[0] != 0
    assert run("trust", f"{key}.pub", "--organisation", trade.partner.name)[0] == 0
    assert run("verify", out)[0] == 0


def test_a_changed_file_is_refused(run, trade, tmp_path):
    path = tmp_path / "a.licence"
    path.write_bytes(trade.file().replace(b'"amount": 100', b'"amount": 101'))
    for command in ("verify", "install"):
        code, said = run(command, path)
        assert code != 0
        assert "Traceback" not in said
