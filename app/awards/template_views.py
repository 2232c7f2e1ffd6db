"""For administrators: what certificates look like, with an ordinary name and with those that a sheet finds hardest."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.awards import issuers
from app.awards.blueprint import bp, page_args
from app.awards.decision_views import Page
from app.awards.issuing import UNDRAWABLE
from app.clock import local_date
from app.db import db
from app.organisations import service as organisations
from certificates.draw import draw
from certificates.facts import Languages
from certificates.issuer import IssuerError
from certificates.sample import WORST_NAMES, sample_facts
from certificates.template import TEMPLATES

LANGUAGES = ("sv", "en", "both")
COURSE = "course:"
ORDINARY = "Anna-Karin Påhitt"
LONGEST_NAME = 200


def template_text(name: str) -> str:
    """What a template is called."""
    if name.startswith(COURSE):
        return _("From the course %(course)s", course=name.removeprefix(COURSE))
    own = {"standard": _("Certificate"), "attendance": _("Certificate of attendance")}
    return own.get(name) or _("The issuer's own: %(name)s", name=name)


@bp.get("/certificate-templates")
@permission("scheme.edit")
def templates() -> str:
    """Every template in every language, to look at: the standard ones, the courses', the issuer's own."""
    session, problem, found = db.session(), "", list(TEMPLATES)
    try:
        found = list(issuers.templates(session, organisations.scheme_owner(session).id))
    except IssuerError as error:
        problem = str(error)
    return render_template(
        "awards/templates.html",
        templates=found,
        problem=problem,
        template_text=template_text,
        languages=LANGUAGES,
        names=(ORDINARY, *WORST_NAMES),
        **page_args(),
    )


@bp.get("/certificate-templates/<template>/<language>.pdf")
@permission("scheme.edit")
def template_preview(template: str, language: str) -> Page | Response:
    """A sample sheet, unsigned and marked as a sample, for ``?name=``."""
    name = request.args.get("name", "").strip()[:LONGEST_NAME] or ORDINARY
    session, now = db.session(), clock.now()
    owner = organisations.scheme_owner(session)
    try:
        issuer, known = issuers.of(session, owner.id), issuers.templates(session, owner.id)
    except IssuerError:
        issuer, known = issuers.PLAIN, TEMPLATES
    if template not in known or language not in LANGUAGES:
        abort(404)
    facts = sample_facts(
        name=name, languages=cast(Languages, language), issuer=owner.name, on=local_date(now)
    )
    if issuer is not issuers.PLAIN:
        facts = replace(facts, place=issuer.place, signatories=issuer.signatories or facts.signatories)
    try:
        content = draw(facts, known[template], at=now)
    except UNDRAWABLE as problem:
        page = render_template("awards/undrawable.html", name=name, problem=str(problem), **page_args())
        return page, 422
    response = Response(content, mimetype="application/pdf")
    kind = "attachment" if "download" in request.args else "inline"
    response.headers["Content-Disposition"] = (
        f'{kind}; filename="{template.replace(":", "-")}-{language}.pdf"'
    )
    return response
