"""The main menu and the links at the foot, for whoever asks, as whom they are here."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import may
from app.accounts.blueprint import current_role

# role -> (label, endpoint); endpoints that a service runs without are left out.
MENUS = {
    "member": (
        (_l("My path"), "portal.paths"),
        (_l("Courses"), "study.catalogue"),
        (_l("Coaching hours"), "coaching.mine"),
        (_l("Assessments"), "assessments.mine"),
        (_l("Sessions"), "deliveries.sessions"),
        (_l("Certificates"), "awards.mine"),
    ),
    "coach": (
        (_l("Sessions"), "deliveries.sessions"),
        (_l("Coaching hours"), "coaching.mine"),
        (_l("My path"), "portal.paths"),
        (_l("Courses"), "study.catalogue"),
        (_l("Further training"), "declarations.mine"),
        (_l("Certificates"), "awards.mine"),
    ),
    "examiner": (
        (_l("To grade"), "assessments.to_grade"),
        (_l("My path"), "portal.paths"),
    ),
    "certifier": (
        (_l("Decisions"), "awards.ready"),
        (_l("Certificates"), "awards.issued"),
        (_l("Examiners"), "assessments.to_assign"),
        (_l("Further training"), "declarations.to_judge"),
        (_l("Appeals"), "awards.appeal_list"),
    ),
    "guide": (
        (_l("Municipalities"), "journeys.municipalities"),
        (_l("Invitations"), "accounts.invitation_list"),
    ),
    "lead": (
        (_l("Our municipality"), "journeys.municipalities"),
        (_l("Our licences"), "licensing.held"),
        (_l("Requests"), "licensing.licence_requests"),
        (_l("Courses"), "study.catalogue"),
    ),
    "partner": (
        (_l("Your courses"), "portal.partner"),
        (_l("Licences sold"), "licensing.sold"),
        (_l("Requests"), "licensing.licence_requests"),
        (_l("Our licences"), "licensing.held"),
        (_l("Courses"), "study.catalogue"),
    ),
    "administrator": (
        (_l("People"), "accounts.people"),
        (_l("Invitations"), "accounts.invitation_list"),
        (_l("Schemes"), "schemes.administer"),
        (_l("Municipalities"), "journeys.municipalities"),
        (_l("Course packages"), "study.packages"),
        (_l("Licences sold"), "licensing.sold"),
        (_l("Certificates"), "awards.issued"),
        (_l("Record store"), "record.statements"),
        (_l("Operations"), "portal.operations"),
    ),
}

OPEN = (
    (_l("Certifications"), "schemes.schemes"),
    (_l("Courses"), "study.catalogue"),
    (_l("Verify a certificate"), "awards.verify"),
)

FOOT = (
    (_l("Verify a certificate"), "awards.verify"),
    (_l("Register of certified persons"), "awards.register"),
    (_l("About the service"), "portal.about"),
    (_l("Accessibility"), "portal.accessibility"),
)


def _known(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def nav() -> Sequence[tuple[str, str, bool]]:
    """The menu's links: label, address, whether it is this page."""
    entries = MENUS.get(current_role() or "", OPEN) if g.get("person") is not None else OPEN
    here = request.path
    start = [(_("Start"), url_for("portal.home"), here == url_for("portal.home"))] if g.get("person") else []
    links = [(str(label), url_for(endpoint)) for label, endpoint in entries if _known(endpoint)]
    return [*start, *((label, url, here == url or here.startswith(f"{url}/")) for label, url in links)]


def foot() -> Sequence[tuple[str, str]]:
    links = [(str(label), url_for(endpoint)) for label, endpoint in FOOT if _known(endpoint)]
    if g.get("person") is not None and may("data.own") and _known("accounts.my_data"):
        links.append((_("My data"), url_for("accounts.my_data")))
    if current_app.config["MODE"] == "demo" and not current_app.config["SMTP_HOST"]:
        links.append((_("The demonstration's mailbox"), url_for("portal.demo_mail")))
    return links


def home_url() -> str:
    return url_for("portal.home")
