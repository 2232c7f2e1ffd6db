"""Wiring of the ground floor's look into an application: filters, globals, what every page knows, error pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from flask import Flask, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app import i18n
from app.ui import assets, charts, fields, formatting, status, views

Link = tuple[str, str]
NavLink = tuple[str, str, bool]


class Account(TypedDict, total=False):
    """What the account menu shows: who it is, as whom, and where to go."""

    name: str
    roles: Sequence[
        tuple[str, str, bool]
    ]  # (key, label, current); the switcher shows where there are several
    role_url: str  # takes POST role, next
    links: Sequence[Link]
    sign_out_url: str  # takes POST


@dataclass
class Providers:
    """What rooms above tell the layout. Each is asked once per page, within the request."""

    nav: Callable[[], Sequence[NavLink]] | None = None
    account: Callable[[], Account | None] | None = None
    foot_links: Callable[[], Sequence[Link]] | None = None
    sign_in_url: Callable[[], str | None] | None = None
    home_url: Callable[[], str] | None = None
    keep_language: Callable[[str], None] | None = field(default=None)
    error_answers: dict[str, Callable[[HTTPException], Any]] = field(default_factory=dict)


def provide(app: Flask, **providers: Any) -> None:
    """Hand the layout its menu, account, foot links, addresses, or what keeps a person's language.

    Names are the fields of :class:`Providers`; a name that is none of them raises AttributeError.
    """
    kept: Providers = app.extensions["ui"]
    for name, provider in providers.items():
        if name not in Providers.__dataclass_fields__:
            raise AttributeError(f"The layout asks nobody for {name!r}.")
        setattr(kept, name, provider)


def answer_errors(app: Flask, prefix: str, answer: Callable[[HTTPException], Any]) -> None:
    """Let ``answer`` say what went wrong at addresses below ``prefix``, instead of a page."""
    app.extensions["ui"].error_answers[prefix] = answer


def asset(filename: str, *, versioned: bool = True) -> str:
    """The address of a file below ``app/ui/static`` (or of ``style.css``) that changes with its content."""
    if not versioned:
        return url_for("ui.static", filename=filename)
    return url_for("ui.static", filename=filename, v=assets.digest(filename))


def _page_context() -> dict[str, Any]:
    # A page about a fault asks nobody: what answers may be what is broken.
    asked: Providers = Providers() if g.get("page_alone") else current_app.extensions["ui"]
    return {
        "locale": i18n.language(),
        "scheme": views.chosen_scheme(),
        "mode": current_app.config.get("MODE", "production"),
        "here": request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else "/",
        "nav": asked.nav() if asked.nav else (),
        "account": asked.account() if asked.account else None,
        "foot_links": asked.foot_links() if asked.foot_links else (),
        "sign_in_url": asked.sign_in_url() if asked.sign_in_url else None,
        "home_url": asked.home_url() if asked.home_url else "/",
    }


def error_text(code: int) -> tuple[str, str]:
    """Title and kind words for an HTTP status."""
    texts = {
        400: (
            _("We did not understand that"),
            _(
                "Something in the request was missing or had changed on the way. Go back, reload the page and try "
                "again."
            ),
        ),
        401: (_("Please sign in"), _("This page is for people who have signed in.")),
        403: (
            _("You do not have access to this page"),
            _(
                "Your role does not cover it. If you have several roles, switch in the menu at the top; otherwise "
                "ask your guide or administrator."
            ),
        ),
        404: (
            _("We cannot find that page"),
            _("The address may be misspelt, or the page may have been removed or belong to somebody else."),
        ),
        405: (_("That does not work here"), _("The page was asked for in a way that it does not answer to.")),
        409: (
            _("Somebody else was quicker"),
            _(
                "What you were looking at has changed in the meantime. Open it again and see how it stands now."
            ),
        ),
        410: (
            _("This link no longer works"),
            _("It has been used, withdrawn or is too old. Ask for a new one."),
        ),
        413: (
            _("The file is too large"),
            _("A file may be at most 25 MB. Make it smaller, or hand in a link instead."),
        ),
        429: (_("A little too fast"), _("Too many attempts in a short time. Wait a minute, then try again.")),
        500: (
            _("Something went wrong on our side"),
            _(
                "Nothing that was saved is lost, and the fault has been recorded. Try again in a little while."
            ),
        ),
        503: (_("Back in a moment"), _("The service is busy or being updated. Try again in a few minutes.")),
    }
    return texts.get(code) or (texts[500] if code >= 500 else texts[400])


def render_error(
    code: int, title: str | None = None, text: str | None = None, action: Link | None = None
) -> tuple[str, int]:
    """A whole page that says what happened and shows one way on; words left out are the usual ones for ``code``."""
    usual_title, usual_text = error_text(code)
    asked: Providers = current_app.extensions["ui"]
    home = asked.home_url() if asked.home_url else "/"
    page = render_template(
        "ui/error.html",
        code=code,
        title=title or usual_title,
        text=text or usual_text,
        action=action or (_("To the start page"), home),
    )
    return page, code


def _http_error(error: HTTPException) -> Any:
    """Keeps the error's own headers (Allow, Retry-After) and its response where it carries one."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    for prefix, answer in current_app.extensions["ui"].error_answers.items():
        if request.path.startswith(prefix):
            return answer(error)
    g.page_alone = error.code >= 500
    if isinstance(error, CSRFError):
        page, code = render_error(
            error.code,
            _("The page had been open for too long"),
            _(
                "For safety a form can only be sent from a fresh page. Go back, reload the page and send it again."
            ),
        )
    else:
        page, code = render_error(error.code)
    headers = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return page, code, headers


def init_app(app: Flask) -> None:
    """Register the blueprint, filters, globals, the page's context and the error pages."""
    app.extensions["ui"] = Providers()
    app.register_blueprint(views.bp)
    app.context_processor(_page_context)
    app.jinja_env.filters.update(formatting.FILTERS)
    app.jinja_env.globals.update(
        asset=asset,
        status_tone=status.status_tone,
        status_text=status.status_text,
        field_kind=fields.field_kind,
        form_errors=fields.form_errors,
        flat_errors=fields.flat_errors,
        invalid=fields.invalid,
        chart_bar=charts.bar,
        chart_columns=charts.columns,
        chart_parts=charts.parts,
        chart_path=charts.path,
        chart_profile=charts.profile,
        chart_tree=charts.tree,
    )
    app.register_error_handler(HTTPException, _http_error)
