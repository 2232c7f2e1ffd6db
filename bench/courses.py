"""How fast courses open with 200 packages installed: one JSON line per figure.

Run as ``python -m bench.courses``. Pages are asked for over HTTP from a server in this process, on SQLite, by one
signed-in learner; ``reference`` is the bar in milliseconds or seconds.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from coursekit.check import check
from werkzeug.serving import make_server

from app import clock
from app.accounts.consents import consent
from app.accounts.service import create_person
from app.accounts.terms import REQUIRED
from app.db import db
from app.factory import create_app
from app.organisations.service import create_organisation
from app.registrations.service import start
from app.study.models import QuizDraft
from plugins.catalogue import Catalogue
from plugins.find import BUNDLED, Candidate, in_folder
from plugins.load import Memory, digest_of, folder_of
from tests.accounts.browser import sign_in
from tests.schema import build_schema

PACKAGES, ASKED = 200, 300
MODULE = """
from coursekit import *

def both(words):
    return {{"sv": words, "en": words}}

@hookimpl
def course():
    return Course(id="course-{number}", version="1.0.0", contract=1, title=both("Kurs {number}"), summary=both("Kort"),
                  for_whom=both("Alla"), languages=("sv", "en"), hours=1, serves=("training",))

@hookimpl
def lessons():
    return [Lesson(id="one", title=both("Ett"), minutes=60)]

@hookimpl
def quizzes():
    options = (Option(id="a", text=both("ja"), right=True), Option(id="b", text=both("nej")))
    return [Quiz(id="check", title=both("Koll"), pass_mark=60, questions=tuple(
        SingleChoice(id=f"q{{n}}", text=both("Fraga?"), lesson="one", choices=options) for n in range(10)))]
"""


def tell(name: str, value: float, unit: str, reference: float) -> None:
    line = {"name": name, "value": round(value, 2), "unit": unit, "reference": reference}
    print(json.dumps(line), flush=True)


def write_packages(folder: Path) -> list[Candidate]:
    """``PACKAGES`` small courses, each with a page of a thousand words in two languages."""
    page = "\n\n".join("Ett stycke med **tio** vanliga ord som fyller en sida." for _ in range(100))
    for number in range(PACKAGES):
        module = f"bench_course_{number}"
        project = folder / module
        inside = project / "src" / module
        for language in ("sv", "en"):
            (inside / "pages" / language).mkdir(parents=True)
            (inside / "pages" / language / "one.md").write_text(page)
        (inside / "__init__.py").write_text(MODULE.format(number=number))
        (project / "pyproject.toml").write_text(
            f'[project]\nname = "{module}"\n[project.entry-points."accelerera.courses"]\ncourse-{number} = "{module}"\n'
        )
    return in_folder(folder)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)] * 1000


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    candidates = write_packages(folder / "courses")
    memory = Memory(folder / "first-loads.json")
    for one in candidates:
        memory.keep(digest_of(folder_of(one)))  # they have passed before: this is a second start
    began = time.perf_counter()
    assert not check(BUNDLED / "train-the-trainer").findings
    tell("check of a full module", time.perf_counter() - began, "s", 10)

    catalogue = Catalogue(lambda: candidates, memory=memory)
    began = time.perf_counter()
    assert len(catalogue.listing()) == PACKAGES
    tell("start-up with 200 packages", time.perf_counter() - began, "s", 3)

    url = f"sqlite:///{folder / 'bench.db'}"
    build_schema(url)
    app = create_app(
        {
            "MODE": "test",
            "INSTANCE": folder / "instance",
            "SECRET_KEY": "a key for measuring",
            "SQLALCHEMY_DATABASE_URI": url,
            "WTF_CSRF_ENABLED": False,
            "COURSES": catalogue,
        }
    )
    with app.app_context():
        session, now = db.session(), clock.now()
        create_organisation(session, name="Konsortiet Exempel", kind="consortium", by=None, now=now)
        person = create_person(session, email="pia@exempel.se", name="Pia Påhitt", by=None, now=now)
        consent(session, person, REQUIRED, by=person.id, now=now)
        begun = {
            course.id: start(session, course=course, by=person.id, now=now).id
            for course in catalogue.listing()
        }
        session.commit()
        browser = app.test_client()
        sign_in(browser, person)
        cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None

    server = make_server("127.0.0.1", 0, app)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def ask(method: str, path: str, **form: str) -> tuple[float, int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        headers = {
            "Cookie": f"{cookie.key}={cookie.value}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        begin = time.perf_counter()
        connection.request(method, path, urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        spent = time.perf_counter() - begin
        connection.close()
        return spent, answer.status, answer.headers.get("Location", "")

    ids = list(begun.values())
    ask("GET", f"/study/{ids[0]}/lessons/one")
    opened = [ask("GET", f"/study/{ids[n % PACKAGES]}/lessons/one") for n in range(ASKED)]
    assert {status for _, status, _ in opened} == {200}
    tell("open a lesson, p95", p95([spent for spent, _, _ in opened]), "ms", 30)

    ask("POST", f"/study/{ids[0]}/quizzes/check/start")
    with app.app_context():
        draft = db.session.query(QuizDraft).one().id
    address = f"/study/{ids[0]}/quizzes/check/attempts/{draft}"
    answered = [ask("POST", address, **{f"q-q{n % 10}": str(n % 2), "save": "1"}) for n in range(ASKED)]
    assert {status for _, status, _ in answered} == {303}
    tell("answer a question, p95", p95([spent for spent, _, _ in answered]), "ms", 30)
    server.shutdown()


if __name__ == "__main__":
    main()
