"""A small application that has the look and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFProtect

from app import i18n
from app.ui import setup

PO = Path(i18n.__file__).parent / "ui" / "translations" / "sv" / "LC_MESSAGES" / "messages.po"


@pytest.fixture(scope="session")
def translations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ground floor's own catalogue, compiled."""
    folder = tmp_path_factory.mktemp("translations")
    target = folder / "sv" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with PO.open("rb") as source, (target / "messages.mo").open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="sv"))
    return folder


@pytest.fixture
def make_app(translations: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    def make(**config: Any) -> Flask:
        app = Flask("app", static_folder=None)
        app.config.update(SECRET_KEY="only for tests", MODE="test", TESTING=True)
        app.config.update(config)
        monkeypatch.setattr(i18n, "catalogues", lambda: [translations])
        monkeypatch.setattr(
            i18n, "babel", i18n.Languages()
        )  # the whole service's knows more words, and keeps them
        i18n.init_app(app)
        CSRFProtect(app)
        setup.init_app(app)
        return app

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(WTF_CSRF_ENABLED=False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def swedish(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Cookie": "language=sv"}):
        yield
