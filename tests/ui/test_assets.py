"""The files that pages load: named by content, kept long, unchanged from where they came."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.ui import assets
from app.ui.setup import asset

VENDORED = re.findall(
    r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", (assets.STATIC / "VENDORED.md").read_text(), re.M
)


@pytest.mark.parametrize(("name", "digest"), VENDORED)
def test_a_file_that_others_made_is_as_they_published_it(name: str, digest: str) -> None:
    assert hashlib.sha256((assets.STATIC / name).read_bytes()).hexdigest() == digest


def test_every_file_that_others_made_is_listed() -> None:
    there = {
        path.relative_to(assets.STATIC).as_posix()
        for folder in ("vendor", "fonts")
        for path in (assets.STATIC / folder).iterdir()
        if path.suffix != ".txt"
    }
    assert {name for name, _digest in VENDORED} == there


def test_the_address_of_a_file_names_its_content(app: Flask) -> None:
    with app.test_request_context():
        assert asset("style.css").endswith(f"?v={assets.digest('style.css')}")


def test_an_address_that_names_the_content_may_be_kept_for_a_year(client: FlaskClient) -> None:
    answer = client.get(f"/assets/style.css?v={assets.digest('style.css')}")
    assert answer.cache_control.max_age == 365 * 24 * 3600
    assert answer.cache_control.immutable


def test_an_old_address_is_not_kept_for_a_year(client: FlaskClient) -> None:
    assert client.get("/assets/style.css?v=0123456789ab").cache_control.max_age == 3600


def test_the_style_sheet_is_sent_small_to_those_who_can_unpack_it(client: FlaskClient) -> None:
    packed = client.get("/assets/style.css", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/assets/style.css")
    assert packed.content_encoding == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 40_000


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/assets/mark.svg").headers["ETag"]
    assert client.get("/assets/mark.svg", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "name", ["../setup.py", "%2e%2e/setup.py", "nothing.css", "fonts", "..%2fviews.py", "a/b.js"]
)
def test_only_files_of_the_look_can_be_asked_for(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_every_file_named_in_a_style_sheet_is_there() -> None:
    named = re.findall(
        r'url\("([^")]+)"\)',
        "".join(
            (assets.STATIC / sheet).read_text() for sheet in assets.SHEETS if not sheet.startswith("vendor/")
        ),
    )
    assert named
    for name in named:
        assert (assets.STATIC / name).is_file(), name


def test_a_misspelt_file_is_found_out_when_the_page_is_built(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        asset("stlye.css")
