"""Who may do what: the whole policy as one table that can be read aloud.

A view names its permission with :func:`permission`; the gate refuses every route that names none. A
permission belongs to roles; a role is granted to a person for a while, everywhere or for one organisation
(grants are data, kept by ``accounts``). Being signed in makes a person a ``member``.

Whether one *row* may be seen is asked with :func:`may` or by limiting the query to :func:`organisations_for`.
What a person may not see answers 404, exactly as if it did not exist.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

ROLES = ("member", "coach", "guide", "examiner", "certifier", "partner", "lead", "administrator")

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule:
    """``roles`` may; ``scope`` says over what: own things, the grant's organisation, or everywhere."""

    roles: tuple[str, ...]
    scope: str
    says: str

    @property
    def public(self) -> bool:
        return not self.roles


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person holds now; ``organisation`` None means everywhere."""

    role: str
    organisation: uuid.UUID | None = None
    scheme: str | None = None


def _public(says: str) -> Rule:
    return Rule((), "public", says)


def _own(says: str) -> Rule:
    return Rule(("member",), "own", says)


def _within(says: str, *roles: str) -> Rule:
    return Rule(roles, "organisation", says)


def _everywhere(says: str, *roles: str) -> Rule:
    return Rule(roles, "everywhere", says)


POLICY: dict[str, Rule] = {
    # anybody
    "page.public": _public("reads the open pages: start, schemes, courses, accessibility, about"),
    "certificate.verify": _public("verifies a certificate by code, QR or file"),
    "register.read": _public("reads the register of certified persons who consented to be listed"),
    "account.enter": _public("signs in, asks for a new password, accepts an invitation"),
    "hours.answer": _public("confirms, corrects or refuses coaching hours, by the link in the mail"),
    "session.open": _public("opens a session's own link"),
    "service.health": _public("asks whether the service is alive"),
    "xapi.use": _public("speaks xAPI; every call carries a credential of its own"),
    "api.describe": _public("reads the description of the programming interface"),
    "ui.choose": _public("chooses language and colour scheme"),
    "demo.use": _public("uses what only a demonstration offers; refused in any other mode"),
    # a member, over their own things
    "account.own": _own("reads and changes their own account, roles shown, language and security"),
    "data.own": _own("downloads what the service holds about them"),
    "activity.own": _own("reads what was done by and about them"),
    "path.read": _own("follows their own certification path down to each item of evidence"),
    "candidacy.apply": _own("applies for a scheme and withdraws"),
    "course.study": _own("studies a course that they are registered for"),
    "hours.log": _own("logs, corrects and voids their own coaching hours"),
    "portfolio.hand_in": _own("hands in work for assessment"),
    "session.book": _own("books a place in a session and gives feedback"),
    "certificate.own": _own("downloads and shares their own certificates, asks for renewal or a new name"),
    "training.declare": _own("declares further training for credits and signs a scheme's declarations"),
    "royalty.own": _own("reads what they have earned as author or trainer of a licensed course"),
    "appeal.file": _own("appeals against a decision that concerns them"),
    # people with a task
    "session.plan": _everywhere(
        "plans and leads the sessions that they are the trainer of", "coach", "administrator"
    ),
    "people.invite": _within("invites people and follows the invitations", "guide", "administrator"),
    "municipality.follow": _within("follows a municipality and its people", "guide", "administrator"),
    "municipality.read": _within(
        "reads how a municipality's people get on", "guide", "lead", "administrator"
    ),
    "municipality.lead": _within("sees their own municipality's way and people", "lead", "administrator"),
    "attempt.grade": _everywhere("grades attempts assigned to them", "examiner"),
    "attempt.assign": _everywhere("assigns examiners to attempts", "certifier", "administrator"),
    "training.judge": _everywhere(
        "judges further training that others declare", "certifier", "administrator"
    ),
    "decision.take": _everywhere("decides on certification, suspends, withdraws", "certifier"),
    "certificate.manage": _everywhere(
        "follows issued certificates and bulk issuing", "certifier", "administrator"
    ),
    "partner.read": _within("sees the use of their own courses", "partner", "administrator"),
    "licence.sell": _within("writes and signs licences of their own courses", "partner", "administrator"),
    "licence.hold": _within(
        "sees and installs the licences that their organisation holds or has sold",
        "lead",
        "partner",
        "administrator",
    ),
    # the consortium's administrators
    "scheme.edit": _everywhere("drafts, compares and publishes certification schemes", "administrator"),
    "people.manage": _everywhere("manages people, organisations and grants", "administrator"),
    "candidacy.extend": _everywhere(
        "moves a candidate's deadline, as far as the scheme allows", "certifier", "administrator"
    ),
    "waiver.grant": _everywhere("waives a criterion with a reason", "certifier", "administrator"),
    "course.manage": _everywhere(
        "sees which course packages run and why others were refused", "administrator"
    ),
    "record.manage": _everywhere("manages the learning record store", "administrator"),
    "service.manage": _everywhere("sees jobs, mail, audit and settings", "administrator"),
}

# Routes of libraries that cannot carry our decorator: endpoint -> permission.
ENDPOINTS: dict[str, str] = {
    "static": "page.public",
    "accounts.static": "page.public",
    "api-docs.openapi_json": "api.describe",
}


def permission(name: str) -> Callable[[View], View]:
    """Mark a view with the permission that it needs."""
    if name not in POLICY:
        raise LookupError(f"{name!r} is not in the policy")

    def mark(view: View) -> View:
        view.permission = name  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> str | None:
    """The permission that guards ``endpoint``, or None where nobody named one."""
    named = ENDPOINTS.get(endpoint)
    view = app.view_functions.get(endpoint)
    return named or getattr(view, "permission", None)


def held() -> tuple[Held, ...]:
    """The roles that the person who asks holds now; empty when nobody is signed in."""
    return g.get("held", ())


def _fitting(name: str) -> Iterable[Held]:
    roles = POLICY[name].roles
    return (one for one in held() if one.role in roles)


def may(name: str, *, organisation: uuid.UUID | None = None) -> bool:
    """Whether the person who asks may do ``name`` (somewhere, or in ``organisation``)."""
    rule = POLICY[name]
    if rule.public:
        return True
    fitting = list(_fitting(name))
    if organisation is None or rule.scope != "organisation":
        return bool(fitting)
    return any(one.organisation in (None, organisation) for one in fitting)


def organisations_for(name: str) -> frozenset[uuid.UUID] | None:
    """The organisations over which the person may do ``name``; None means all of them."""
    found = {one.organisation for one in _fitting(name)}
    if None in found or (found and POLICY[name].scope != "organisation"):
        return None
    return frozenset(one for one in found if one is not None)


def demand(name: str, *, organisation: uuid.UUID | None = None) -> None:
    """Answer 404 unless the person may do ``name`` here."""
    if not may(name, organisation=organisation):
        abort(404)


def _ask_to_sign_in() -> Response:
    if request.method not in ("GET", "HEAD"):
        abort(401)
    target = request.full_path.rstrip("?")
    return redirect(url_for("accounts.sign_in", next=target))


def _gate() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the error handler answers
    name = permission_of(current_app, request.endpoint)
    if name is None:
        current_app.logger.error("the route %s names no permission", request.endpoint)
        abort(403)
    rule = POLICY[name]
    if name == "demo.use" and current_app.config["MODE"] == "production":
        abort(404)
    if rule.public:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if not may(name):
        abort(403)
    return None


def init_app(app: Flask, *, load_held: Callable[[Any], tuple[Held, ...]]) -> None:
    """Put the gate before every request. ``load_held`` gives the roles of a signed-in person, now."""

    @app.before_request
    def know_who_asks() -> None:
        g.person = current_user._get_current_object() if current_user.is_authenticated else None
        g.held = (Held("member"), *load_held(g.person)) if g.person else ()

    app.before_request(_gate)
    app.jinja_env.globals["may"] = may
