"""A double click on any button does once what the button does.

Everybody walks through the demonstration by its links. Each form that stands on a page is filled in as it can be and
sent twice with the same content, as an impatient finger does it: the second time adds and removes nothing.
"""

import re
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from app import clock
from app.accounts.models import Person
from app.db import Model, db
from app.factory import create_app
from tests.served import DATABASE, seeded_instance

PEOPLE = ("Tilde", "Cajsa", "Egil", "Cleo", "Love", "Leo", "Petra", "Ada")
MOST = 70
"""How many pages one person's walk holds at most."""

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/schemes/)[^/]+|(?<=/courses/)[^/]+|(?<=/apply/)[^/]+")
NOT_WALKED = re.compile(r"^/(assets|xapi|api|content|favicon|verify|register)|\.(pdf|csv|xlsx|json|ics|zip)$")

LAST = re.compile(r"/(close|sign-out|browsers|role)\b")
"""What ends being here waits until everything else has been tried."""

# What a second click may rightly do again, each with its reason.
AGAIN = {
    "/sign-in/as": "entering twice is being here twice",
    "/language": "chooses how the page looks, for this browser",
    "/colours": "chooses how the page looks, for this browser",
    "/licences/keys/new": "shows a secret once, so whoever clicks twice gets the second one; the first can be ended",
}
# Rows that only say that somebody clicked.
NOTED = {"audit_events", "audit_links", "audit_heads", "sign_ins"}


@dataclass(frozen=True)
class Click:
    """A form as it is sent: where to, with what, and by which button."""

    path: str
    data: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> str:
        return ID.sub("*", self.path) + "?" + ",".join(sorted({name for name, _ in self.data}))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration, in a process of its own."""
    instance = tmp_path_factory.mktemp("clicks") / "instance"
    shutil.copytree(seeded_instance(), instance)
    service = create_app(
        {
            "MODE": "test",
            "INSTANCE": instance,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{instance / DATABASE}",
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
        }
    )
    yield service
    with service.app_context():
        db.session.remove()
        db.engine.dispose()


def enter(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        found = db.session.scalars(select(Person).where(Person.name.startswith(name))).one()
        person = str(found.id)
    assert client.post("/sign-in/as", data={"person": person}).status_code == 303
    return client


def fill(field: Any) -> str | None:
    """What somebody in a hurry would write."""
    name, kind = field.get("name") or "", field.get("type") or "text"
    if field.tag == "textarea":
        return (field.text or "").strip() or "Det här skrev jag."
    if field.tag == "select":
        values = [one.get("value") or "" for one in field.xpath(".//option")]
        chosen = field.xpath(".//option[@selected]/@value")
        return next((one for one in [*chosen, *values] if one), "")
    if field.get("value"):
        return str(field.get("value"))
    today = clock.local_date(clock.now())
    past = (today - timedelta(days=3)).isoformat()
    return {
        "email": "ny.person@example.org",
        "number": field.get("min") or "1",
        "date": (today + timedelta(days=40)).isoformat() if name == "until" else past,
        "time": "09:00",
        "url": "https://example.org/plan",
        "password": None,
        "file": None,
        "search": "",
    }.get(kind, "Kort text")


def clicks(page: Any, here: str) -> Iterator[Click]:
    """Every form of the page, once for each of its buttons."""
    for form in page.xpath("//form[translate(@method, 'POST', 'post') = 'post']"):
        data: list[tuple[str, str]] = []
        radios: set[str] = set()
        for field in form.xpath(".//input | .//select | .//textarea"):
            name, kind = field.get("name"), field.get("type")
            if not name or kind in ("submit", "button"):
                continue
            if kind == "radio":
                if name not in radios and (field.get("checked") is not None or not _checked(form, name)):
                    radios.add(name)
                    data.append((name, field.get("value") or "on"))
                continue
            if kind == "checkbox":
                data.append((name, field.get("value") or "y"))
                continue
            value = field.get("value") or "" if kind == "hidden" else fill(field)
            if value is not None:
                data.append((name, value))
        buttons = form.xpath(".//button[not(@type) or @type = 'submit']") or [None]
        for button in buttons:
            target = urljoin(
                here, (button.get("formaction") if button is not None else "") or form.get("action") or here
            )
            own = (
                [(button.get("name"), button.get("value") or "")]
                if button is not None and button.get("name")
                else []
            )
            yield Click(urlsplit(target).path, (*data, *own))


def _checked(form: Any, name: str) -> bool:
    return bool(form.xpath(f".//input[@type='radio'][@name='{name}'][@checked]"))


def walk(client: FlaskClient) -> Iterator[tuple[str, Any]]:
    waiting, known, seen = deque(["/"]), {"/"}, set[str]()
    while waiting and len(seen) < MOST:
        address = waiting.popleft()
        asked = "&".join(sorted(parse_qs(urlsplit(address).query)))
        kind = f"{ID.sub('*', urlsplit(address).path)}?{asked}"
        if kind in seen:
            continue
        answer = client.get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        seen.add(kind)
        page = html.fromstring(answer.get_data(as_text=True))
        yield address, page
        for href in page.xpath("//a/@href"):
            link = urlsplit(urljoin(address, href))
            there = link.path + (f"?{link.query}" if link.query else "")
            if not link.netloc and there not in known and not NOT_WALKED.search(link.path):
                known.add(there)
                waiting.append(there)


def counted(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Model.metadata.sorted_tables
            if table.name not in NOTED
        }


@pytest.fixture(scope="module")
def clicked() -> set[str]:
    """The kinds of buttons that somebody has clicked already."""
    return set()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("person", PEOPLE)
def test_the_second_click_does_nothing_more(person: str, app: Flask, clicked: set[str]) -> None:
    client, wrong, tried = enter(app, person), [], 0
    last = []
    for address, page in walk(client):
        for click in clicks(page, address):
            if click.kind in clicked or click.path in AGAIN:
                continue
            clicked.add(click.kind)
            if LAST.search(click.path):
                last.append(click)
                continue
            tried += 1
            wrong += twice(app, client, click)
    for click in sorted(last, key=lambda one: "close" in one.path):
        wrong += twice(app, client, click)
        if "close" not in click.path:
            client = enter(app, person)
    assert tried
    assert not wrong, "\n".join(wrong)


def twice(app: Flask, client: FlaskClient, click: Click) -> Iterator[str]:
    data: dict[str, list[str]] = {}
    for name, value in click.data:
        data.setdefault(name, []).append(value)
    first = client.post(click.path, data=data)
    once = counted(app)
    second = client.post(click.path, data=data)
    again = counted(app)
    for answer in (first, second):
        if answer.status_code >= 500:
            yield f"{click.path} answered {answer.status_code}"
    if first.status_code < 400 and second.status_code == 404:
        yield f"{click.path}: whoever clicks twice reads that the page does not exist"
    changed = {name: again[name] - once[name] for name in once if once[name] != again[name]}
    if changed:
        codes = f"{first.status_code}, then {second.status_code}"
        yield f"{click.path} answered {codes}, and the second click changed {changed}"
