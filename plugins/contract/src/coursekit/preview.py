"""Read a course in a browser while writing it: what is saved shows at once. No service, no database, nobody else.

Pages are drawn as the service draws them, through the same sanitiser. What the check finds stands above every page.
"""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Callable, Sequence
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

from coursekit.check import Report, check
from coursekit.course import Assignment, Lesson, Quiz
from coursekit.loading import module_apart
from coursekit.package import Package, describe, inside
from coursekit.pages import render
from coursekit.project import open_project
from coursekit.questions import Matching, MultipleChoice, Ordering, Question, ShortAnswer, SingleChoice
from coursekit.text import Text, say

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Preview:
    """The course in ``folder``, read again whenever a file of it has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._lock = threading.Lock()
        self._seen = ""
        self._report = Report(findings=())
        self._package: Package | None = None

    def stamp(self) -> str:
        """Changes with every file that is saved."""
        newest, count = 0, 0
        for path in self.folder.rglob("*"):
            if path.is_file() and not {"__pycache__", "dist", ".git", ".venv"} & set(path.parts):
                newest, count = max(newest, path.stat().st_mtime_ns), count + 1
        return f"{newest}-{count}"

    def look(self) -> tuple[Package | None, Report]:
        """The course as it is now (None where it cannot be loaded), and what there is to mend."""
        with self._lock:
            now = self.stamp()
            if now != self._seen:
                self._report, self._package = check(self.folder), self._load()
                self._seen = now
            return self._package, self._report

    def _load(self) -> Package | None:
        try:
            project = open_project(self.folder)
            with module_apart(project.module, project.source) as module:
                return describe(module)
        except Exception:
            return None  # the report says why, with file and line

    # ---- answers -----------------------------------------------------------------------------------

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body for an address."""
        asked = [unquote(part) for part in urlsplit(path).path.split("/") if part]
        match asked:
            case ["changes"]:
                return 200, "text/plain", self.stamp().encode()
            case ["preview.js" | "preview.css" as name]:
                kind = "text/css" if name.endswith("css") else "text/javascript"
                return 200, kind, (files("coursekit") / "template" / name).read_bytes()
            case ["files", *rest]:
                return self._file("/".join(rest))
        package, report = self.look()
        if package is None:
            return 200, "text/html", self._page("The course cannot be loaded", "", report, "en")
        languages = package.course.languages or ("sv",)
        language, *rest = asked or [languages[0]]
        if language not in languages:
            return self._missing(report)
        body = self._body(package, language, rest)
        if body is None:
            return self._missing(report)
        title, html = body
        menu = _menu(package, language)
        return 200, "text/html", self._page(title, menu + html, report, language)

    def _missing(self, report: Report) -> tuple[int, str, bytes]:
        return 404, "text/html", self._page("There is no such page", "", report, "en")

    def _file(self, name: str) -> tuple[int, str, bytes]:
        package, report = self.look()
        if package is None or name not in package.course.files:
            return self._missing(report)
        try:
            body = inside(package.root, name).read_bytes()
        except OSError:
            return self._missing(report)
        return 200, mimetypes.guess_type(name)[0] or "application/octet-stream", body

    def _body(self, package: Package, language: str, rest: Sequence[str]) -> tuple[str, str] | None:
        match rest:
            case []:
                course = package.course
                words = f"<p>{_say(course.summary, language)}</p><p>{_say(course.for_whom, language)}</p>"
                return say(course.title, language), words
            case ["guide"] if package.facilitation:
                return "Facilitator's guide", self._text(package, package.facilitation.page(language))
            case ["quiz", id]:
                quiz = next((one for one in package.quizzes if one.id == id), None)
                return (say(quiz.title, language), _quiz(quiz, language)) if quiz else None
            case ["page", id]:
                paged: list[Lesson | Assignment] = [*package.lessons, *package.assignments]
                one = next((one for one in paged if one.id == id), None)
                return (say(one.title, language), self._text(package, one.page(language))) if one else None
            case _:
                return None

    def _text(self, package: Package, name: str) -> str:
        try:
            text = package.read(name)
        except (OSError, UnicodeDecodeError) as error:
            return f"<p>{escape(str(error))}</p>"
        html = name.endswith((".html", ".htm"))
        return (
            f"<article>{render(text, files='/files/', listed=package.course.files, html=html).html}</article>"
        )

    def _page(self, title: str, body: str, report: Report, language: str) -> bytes:
        found = "".join(f"<li><code>{escape(str(one))}</code></li>" for one in report.findings)
        mend = f'<aside class="mend"><strong>To mend</strong><ul>{found}</ul></aside>' if found else ""
        return (
            f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8"><title>{escape(title)}</title>'
            '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/preview.css">'
            f'<main data-stamp="{self.stamp()}">{mend}<h1>{escape(title)}</h1>{body}</main>'
            '<script src="/preview.js"></script></html>'
        ).encode()


def _say(text: Text, language: str) -> str:
    return escape(say(text, language))


def _menu(package: Package, language: str) -> str:
    links = [(f"/{one}", one) for one in package.course.languages]
    links.append((f"/{language}", say(package.course.title, language)))
    links += [(f"/{language}/page/{one.id}", say(one.title, language)) for one in package.lessons]
    links += [(f"/{language}/quiz/{one.id}", say(one.title, language)) for one in package.quizzes]
    links += [(f"/{language}/page/{one.id}", say(one.title, language)) for one in package.assignments]
    if package.facilitation:
        links.append((f"/{language}/guide", "Guide"))
    drawn = [f'<a href="{escape(to)}">{escape(words)}</a>' for to, words in links]
    return f"<nav>{' '.join(drawn)}</nav>"


def _quiz(quiz: Quiz, language: str) -> str:
    """Every question with its answer: the author reads the whole bank at once."""
    return "".join(
        f"<section><h2>{number}. {_say(one.text, language)}</h2><p><small>{one.kind} · {escape(one.lesson)}</small></p>"
        f"{_answers(one, language)}<p>{_say(one.why, language)}</p></section>"
        for number, one in enumerate(quiz.questions, 1)
    )


def _answers(question: Question, language: str) -> str:
    rows: list[str] = []
    match question:
        case SingleChoice() | MultipleChoice():
            rows = [
                f"{'✓' if one.right else '–'} {_say(one.text, language)} <small>{_say(one.why, language)}</small>"
                for one in question.choices
            ]
        case Ordering():
            rows = [_say(one.text, language) for one in question.steps]
        case Matching():
            rows = [f"{_say(one.left, language)} → {_say(one.right, language)}" for one in question.pairs]
        case ShortAnswer():
            rows = [escape(words) for words in question.accepts.get(language, ())]
    return f"<ol>{''.join(f'<li>{row}</li>' for row in rows)}</ol>" if rows else ""


def serve(folder: Path, *, told: Callable[[str], object]) -> None:
    """Serve until interrupted; ``told`` hears the address."""
    server = make_server(Preview(folder))
    told(f"http://127.0.0.1:{server.server_port}/")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def make_server(preview: Preview) -> ThreadingHTTPServer:
    """A server on this machine only, for whoever sits at it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").rpartition(":")[0]
            if host not in ("127.0.0.1", "localhost"):  # another site's name that leads here
                self.send_error(403)
                return
            status, kind, body = preview.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
