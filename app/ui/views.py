"""What every page leans on: its files, the choice of language and of colours, and the style guide."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as AnyResponse

from app.access import permission
from app.i18n import COOKIE as LANGUAGE_COOKIE
from app.i18n import LANGUAGES
from app.ui import assets, examples

bp = Blueprint("ui", __name__, template_folder="templates")

SCHEME_COOKIE = "colours"
SCHEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 60 * 60


def chosen_scheme() -> str:
    """The colour scheme that this reader has chosen; ``auto`` follows the device."""
    chosen = request.cookies.get(SCHEME_COOKIE, "auto")
    return chosen if chosen in SCHEMES else "auto"


def way_back(target: str | None) -> str:
    """A safe address on this site to return to: a path with its query, never another host."""
    asked = (target or "").replace("\\", "/")
    parts = urlsplit(asked)
    if parts.scheme or parts.netloc or not asked.startswith("/") or asked.startswith("//"):
        return "/"
    return parts._replace(fragment="").geturl()


def _keep(response: AnyResponse, cookie: str, value: str) -> AnyResponse:
    secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
    response.set_cookie(cookie, value, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


@bp.get("/assets/<path:filename>", endpoint="static")
@permission("page.public")
def static_file(filename: str) -> Response:
    """A file of the look. With the right ``v`` it may be kept for a year, else for an hour."""
    found = assets.kept(filename) if assets.read(filename) is not None else None
    if found is None:
        abort(404)
    content, packed, tag = found
    squeeze = packed is not content and request.accept_encodings.quality("gzip") > 0
    response = Response(
        packed if squeeze else content, content_type=assets.TYPES["." + filename.rsplit(".", 1)[-1]]
    )
    lasting = request.args.get("v") == tag or filename.endswith(".woff2")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if lasting else 3600
    if lasting:
        response.cache_control.immutable = True
    if packed is not content:
        response.vary.add("Accept-Encoding")
    if squeeze:
        response.content_encoding = "gzip"
    response.set_etag(tag + ("-gz" if squeeze else ""))
    response.make_conditional(request)
    return response


@bp.post("/language")
@permission("ui.choose")
def language() -> AnyResponse:
    """Choose Swedish or English, and go on where one was."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    keep = current_app.extensions["ui"].keep_language
    if keep is not None:
        keep(chosen)
    return _keep(redirect(way_back(request.form.get("next")), 303), LANGUAGE_COOKIE, chosen)


@bp.post("/colours")
@permission("ui.choose")
def scheme() -> AnyResponse:
    """Choose light, dark or like the device, and go on where one was."""
    chosen = request.form.get("scheme", "")
    if chosen not in SCHEMES:
        abort(400)
    return _keep(redirect(way_back(request.form.get("next")), 303), SCHEME_COOKIE, chosen)


@bp.get("/favicon.ico")
@permission("page.public")
def favicon() -> AnyResponse:
    """Browsers ask for this name whatever a page says."""
    return redirect(url_for("ui.static", filename="favicon.svg"))


@bp.get("/styleguide")
@permission("demo.use")
def styleguide() -> str:
    """Every component in use, for those who build pages. Not there in production."""
    if current_app.config.get("MODE") not in ("demo", "test"):
        abort(404)
    locale = str(get_locale())
    return render_template(
        "ui/styleguide.html",
        form=examples.filled_form(),
        errors=examples.faulty_form(),
        example=examples.data(locale),
    )
