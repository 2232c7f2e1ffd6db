"""The record read by people: every statement as a sentence, found by filters in the address, voided with care."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

from flask import (
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import permission
from app.accounts import service as accounts
from app.accounts.models import Person
from app.db import db, new_id
from app.evidence import service as evidence
from app.evidence.models import EvidenceItem
from app.learners import service as learners
from app.learners import words as said
from app.lrs import instants, values
from app.lrs import service as lrs
from app.lrs.stored import StoredStatement
from app.organisations import service as organisations
from app.schemes import service as schemes
from app.ui import formatting
from app.xapi import csv_export, searching, sentences, voiding
from app.xapi.blueprint import asked_organisation, asked_uuid, pages, tabs
from app.xapi.forms import FilterForm, VoidForm
from app.xapi.searching import Search

MOST_NAMESAKES = 10
Page = str | Response | tuple[Any, int]


def _day(name: str, problems: dict[str, str]) -> date | None:
    given = request.args.get(name, "").strip()
    try:
        found = date.fromisoformat(given) if given else None
    except ValueError:
        found = date.min
    if found is not None and not 1970 <= found.year <= 2200:
        problems[name] = _("Write the day as 2027-03-31.")
        return None
    return found


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    try:
        return max(min(int(given[:20]), 2**63 - 1), -(2**63)) if given else None
    except ValueError:
        abort(404)


def _iri(name: str, problems: dict[str, str]) -> str:
    given = request.args.get(name, "").strip()[:2000]
    if given and not values.is_iri(given):
        problems[name] = _("Write the whole address, for example https://example.org/courses/one.")
        return ""
    return given


def _people(given: str) -> list[Person]:
    """Whom somebody who writes ``given`` may mean: an id, an e-mail address, a name."""
    session = db.session()
    if values.is_uuid(given):
        found = accounts.load_person(session, uuid.UUID(given))
        return [found] if found else []
    if "@" in given:
        found = accounts.find_person(session, given)
        return [found] if found else []
    return accounts.people_of(session, search=given, limit=MOST_NAMESAKES)


def _asked(tenant: uuid.UUID) -> tuple[Search, dict[str, str], list[Person]]:
    """What the address asks for, what in it cannot be read, and the people that it may mean."""
    problems: dict[str, str] = {}
    given = request.args.get("person", "").strip()[:200]
    namesakes = _people(given) if given else []
    person = namesakes[0].id if len(namesakes) == 1 else None
    mbox = given if given and not namesakes and "@" in given else ""
    if values.is_uuid(given) and person is None:
        person = uuid.UUID(given)  # statements name people whose account is gone
    elif given and not namesakes and not mbox:
        problems["person"] = _(
            "Nobody here is called “%(name)s”. Write a name, an e-mail address or an id.", name=given
        )
    elif len(namesakes) > 1:
        problems["person"] = _("Several people are called so. Choose one of them below.")
    registration = request.args.get("registration", "").strip()
    if registration and not values.is_uuid(registration):
        problems["registration"] = _("A registration is an id such as 0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071.")
        registration = ""
    search = Search(
        tenant=tenant,
        person=person,
        mbox=mbox,
        verb=_iri("verb", problems),
        activity=_iri("activity", problems),
        registration=uuid.UUID(registration) if registration else None,
        since=_day("since", problems),
        until=_day("until", problems),
        voided=request.args.get("voided") == "only",
    )
    return search, problems, namesakes


def _address(search: Search) -> dict[str, str]:
    """The search as parameters of an address."""
    said_ = {
        "organisation": str(search.tenant),
        "person": str(search.person) if search.person else search.mbox,
        "verb": search.verb,
        "activity": search.activity,
        "registration": str(search.registration or ""),
        "since": search.since.isoformat() if search.since else "",
        "until": search.until.isoformat() if search.until else "",
        "voided": "only" if search.voided else "",
    }
    return {name: value for name, value in said_.items() if value}


def _filters(search: Search, problems: dict[str, str], person: Person | None) -> FilterForm:
    """The filters as they were given, with what could not be read beside each."""
    form = FilterForm(request.args)
    places = organisations.organisations(db.session())
    form.organisation.choices = [SelectChoice(str(one.id), one.name) for one in places]
    form.organisation.data = str(search.tenant)
    known = sentences.verbs()
    if search.verb and search.verb not in dict(known):
        known = [*known, (search.verb, search.verb)]
    form.verb.choices = [SelectChoice("", _("Everything")), *(SelectChoice(*one) for one in known)]
    if person is not None:
        form.person.data = person.email
    for name, message in problems.items():
        form[name].errors = [message]
    return form


def _url(endpoint: str, address: dict[str, str], **more: Any) -> str:
    parameters: dict[str, Any] = {**address, **more}
    return url_for(endpoint, **parameters)


@pages.get("/")
@permission("record.manage")
def statements() -> Page:
    """The statements that the filters find, newest first."""
    session = db.session()
    owner = asked_organisation()
    search, problems, namesakes = _asked(owner.id)
    address = _address(search)
    person = namesakes[0] if len(namesakes) == 1 else None
    if person is not None and request.args.get("person") != str(person.id):
        return redirect(_url("record.statements", address))  # the address names people by id only
    found = searching.Found([], None, None)
    if not problems:
        found = searching.page(session, search, after=_number("after"), newer_than=_number("newer"))
    texts = [one.statement for one in found.statements]
    names = sentences.Names.of(session, texts)
    items = evidence.by_statements(session, owner=owner.id, statements=[one.id for one in found.statements])
    page = render_template(
        "record/statements.html",
        tabs=tabs(),
        rows=[
            (one, sentences.tell(text, names), items.get(one.id))
            for one, text in zip(found.statements, texts, strict=True)
        ],
        form=_filters(search, problems, person),
        owner=owner,
        person=person,
        namesakes=[
            (one.name, _url("record.statements", address, person=one.id))
            for one in (namesakes if person is None else [])
        ],
        filtered=len(address) > 1 or bool(problems),
        voided=search.voided,
        csv_url=_url("record.statements_csv", address),
        newer_url=_url("record.statements", address, newer=found.newer) if found.newer is not None else None,
        older_url=_url("record.statements", address, after=found.older) if found.older is not None else None,
        evidence_pages="portal.evidence_item" in current_app.view_functions,
    )
    return page, 422 if problems else 200


@pages.get("/statements.csv")
@permission("record.manage")
def statements_csv() -> Response:
    """Everything that the filters find as a table, written out as it is read."""
    search, problems, _namesakes = _asked(asked_organisation().id)
    if problems:
        abort(404)
    lines = csv_export.lines(searching.every(db.session(), search))
    name = f"statements-{clock.local_date(clock.now())}.csv"
    return current_app.response_class(
        stream_with_context(lines),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _stored(statement_id: uuid.UUID) -> StoredStatement:
    found = lrs.get(db.session(), asked_organisation().id, statement_id)
    if found is None:
        abort(404)
    return found


def _links(item: EvidenceItem | None, person: Person | None) -> dict[str, Any]:
    """Ways from a statement to what it became and whom it is about; rooms above may be absent."""
    here = current_app.view_functions
    links: dict[str, Any] = {"evidence": None, "paths": []}
    if item is not None and "portal.evidence_item" in here:
        links["evidence"] = url_for("portal.evidence_item", item_id=item.id)
    if person is not None and "portal.candidacy" in here:
        links["paths"] = [
            (scheme_name(one.scheme_version_id), url_for("portal.candidacy", candidacy_id=one.id))
            for one in learners.of_person(db.session(), person.id)
        ]
    return links


def scheme_name(version: uuid.UUID) -> str:
    """A scheme's name in the page's language."""
    return sentences.of_language(schemes.load(db.session(), version).name)


def _happened(timestamp: str) -> str:
    """The time that a statement names, for its reader; as it was sent where it has no place in our calendar."""
    try:
        return formatting.moment(instants.parse(timestamp))
    except OverflowError:
        return timestamp


@pages.get("/statements/<uuid:statement_id>")
@permission("record.manage")
def statement(statement_id: uuid.UUID) -> Page:
    """One statement: its sentence, what it became, and its JSON."""
    session, found = db.session(), _stored(statement_id)
    text = found.statement
    names = sentences.Names.of(session, [text])
    person = accounts.load_person(session, sentences.person_of(text))
    item = evidence.by_statement(session, owner=found.tenant, statement=found.id)
    voidable = voiding.is_voidable(session, found)
    return render_template(
        "record/statement.html",
        statement=found,
        sentence=sentences.tell(text, names),
        person=person,
        actor=names.agent(text["actor"]),
        happened=_happened(text["timestamp"]),
        text=text,
        item=item,
        links=_links(item, person),
        void=not voidable and found.voids is None,
        voidable=voidable,
        pretty=json.dumps(text, ensure_ascii=False, indent=2),
    )


@pages.get("/statements/<uuid:statement_id>.json")
@permission("record.manage")
def statement_json(statement_id: uuid.UUID) -> Response:
    """The statement as the store hands it out."""
    return Response(_stored(statement_id).exact, mimetype="application/json")


@pages.route("/statements/<uuid:statement_id>/void", methods=["GET", "POST"])
@permission("record.manage")
def statement_void(statement_id: uuid.UUID) -> Page:
    """What voiding would change, and doing it."""
    session, now, found = db.session(), clock.now(), _stored(statement_id)
    back = url_for("record.statement", statement_id=found.id, organisation=asked_uuid("organisation"))
    if not voiding.is_voidable(session, found):
        flash(_("This statement is void already, or is itself one that voids; nothing was changed."), "warn")
        return redirect(back)
    form = VoidForm()
    if not values.is_uuid(form.act.data or ""):
        form.act.data = str(new_id())
    if form.validate_on_submit():
        voiding.void(
            session,
            found,
            reason=str(form.reason.data).strip(),
            event=uuid.UUID(form.act.data),
            by=g.person.id,
            now=now,
        )
        db.session.commit()
        flash(_("The statement is void. What it was evidence of no longer counts."), "good")
        return redirect(back)
    effects = voiding.consequences(session, found, now=now)
    text = found.statement
    names = sentences.Names.of(session, [text])
    lines = [
        (
            change,
            scheme_name(change.candidacy.scheme_version_id),
            _criterion(change),
            said.of_target(change.before.figures()),
            said.of_target(change.after.figures()),
        )
        for change in effects.changes
    ]
    return render_template(
        "record/statement_void.html",
        statement=found,
        sentence=sentences.tell(text, names),
        changes=lines,
        effects=_said_of(effects),
        form=form,
        back=back,
    ), 422 if form.errors else 200


def _said_of(effects: voiding.Consequences) -> list[str]:
    """What will happen, in sentences."""
    told = []
    if effects.item is None:
        told.append(_("It is evidence of nothing, so no requirement changes."))
    else:
        person = accounts.load_person(db.session(), effects.item.person_id)
        name = person.name if person else _("the person")
        told.append(
            _("The evidence that came from it is withdrawn: %(name)s can no longer count it.", name=name)
        )
        if not effects.changes:
            told.append(_("No requirement that the person works towards changes."))
        told += [
            _(
                "Certificates that were granted stay. A certifier decides whether one is suspended or withdrawn."
            ),
            _(
                "What was registered in the service, such as coaching hours or attendance, stays as it is. "
                "Where the mistake lies there, correct it there instead."
            ),
        ]
    return [
        *told,
        _("It is no longer found, except among the voided ones."),
        _("It cannot be undone. What was done, by whom and why is kept."),
    ]


def _criterion(change: voiding.Change) -> str:
    version = schemes.load(db.session(), change.candidacy.scheme_version_id)
    code = change.before.code
    return sentences.of_language(version.names[code]) if code in version.names else code
