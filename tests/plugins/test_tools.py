"""An author's tools, without the service: new, preview, build, and the one-line test."""

import http.client
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from coursekit.__main__ import main
from coursekit.build import CannotBuild, build
from coursekit.preview import Preview, make_server
from coursekit.scaffold import scaffold

from plugins.load import Memory
from plugins.store import Store

PAGE = "src/cyklar/pages/sv/01-why.md"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return scaffold("Cyklar", tmp_path / "cyklar")


@pytest.fixture
def port(made: Path) -> Iterator[int]:
    server = make_server(Preview(made))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_a_preview_shows_pages_questions_and_what_is_to_be_mended(port: int, made: Path):
    assert "Ett verkligt behov" in get(port, "/sv/quiz/check")[1]
    status, before = get(port, "/sv/page/01-why")
    assert (status, "To mend" in before) == (200, False)
    assert '<img src="/files/figures/way.svg"' in before
    stamp = get(port, "/changes")[1]
    assert f'data-stamp="{stamp}"' in before
    (made / PAGE).write_text("## Nytt\n\n![](figures/way.svg)\n<script>alert(1)</script>\n")
    assert get(port, "/changes")[1] != stamp
    after = get(port, "/sv/page/01-why")[1]
    assert "Nytt" in after
    assert f"{PAGE}:3: a picture has no words for those who cannot see it" in after
    assert "alert(1)" not in after


def test_a_preview_goes_on_while_the_course_cannot_be_loaded(port: int, made: Path):
    main_file = made / "src/cyklar/__init__.py"
    whole = main_file.read_text()
    main_file.write_text(whole + "\nkaputt(")
    assert "it raised SyntaxError" in get(port, "/sv")[1]
    main_file.write_text(whole)
    assert "To mend" not in get(port, "/sv")[1]


def test_a_preview_answers_nobody_who_calls_it_otherwise_and_gives_only_listed_files(port: int):
    assert get(port, "/sv", host="evil.example")[0] == 403
    assert get(port, "/files/figures/way.svg")[0] == 200
    for path in ("/files/__init__.py", "/files/../pyproject.toml", "/sv/page/none", "/de"):
        assert get(port, path)[0] == 404


def test_a_built_wheel_holds_every_page_is_the_same_twice_and_can_be_installed(made: Path, tmp_path: Path):
    wheel = build(made)
    first = wheel.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        assert "cyklar/pages/sv/02-how.md" in archive.namelist()
    assert build(made).read_bytes() == first
    assert sorted(path.name for path in made.iterdir()) == [
        "README.md",
        "dist",
        "pyproject.toml",
        "src",
        "tests",
    ]
    found = Store(tmp_path / "instance").install(wheel, Memory())
    assert (found.course, found.version) == ("cyklar", "0.1.0")


def test_what_is_to_be_mended_is_not_built(made: Path, capsys: pytest.CaptureFixture[str]):
    (made / PAGE).unlink()
    with pytest.raises(CannotBuild):
        build(made)
    assert main(["build", str(made)]) == 1
    assert "the file pages/sv/01-why.md is missing" in capsys.readouterr().err
    assert not (made / "dist").exists()


def test_the_test_of_a_new_course_is_one_line_that_passes_and_can_fail(made: Path):
    def run() -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "coursekit.pytest_plugin",
            ".",
        ]
        alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # an author has no other plug-ins
        return subprocess.run(command, cwd=made, env=alone, capture_output=True, text=True)

    assert len((made / "tests/test_course.py").read_text().splitlines()) == 1
    passed = run()
    assert passed.returncode == 0, passed.stdout
    (made / PAGE).unlink()
    assert "the file pages/sv/01-why.md is missing" in run().stdout


def test_a_command_that_is_not_understood_says_which_there_are(capsys: pytest.CaptureFixture[str]):
    assert main(["publish"]) == 2
    assert "python -m coursekit build DIR" in capsys.readouterr().err
