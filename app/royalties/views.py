"""Plans of royalties for publishers, and statements of what was earned for those who receive them."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import organisations_for, permission
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.db import db
from app.licensing import publishers, usage
from app.licensing.blueprint import Page, asked_uuid, course_name, month_name, say_on, sellers
from app.licensing.models import Licence
from app.organisations import service as organisations
from app.royalties import closing, plans, words
from app.royalties.forms import PlanForm, read_authors
from app.royalties.models import GENERATIONS, RoyaltyLine, RoyaltyShare
from app.royalties.reckoning import Due, reckon
from app.ui import formatting

bp = Blueprint("royalties", __name__, template_folder="templates")
PAGE = 50


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "course_name": course_name,
        "month_name": month_name,
        "money": formatting.money,
        "role": words.role,
        "who": words.who,
        "receiver": words.receiver,
        "percent": words.percent,
    }


def _names(
    session: Session, rows: Iterable[RoyaltyShare | RoyaltyLine | Due | closing.Owed]
) -> Mapping[uuid.UUID, str]:
    """Whom these name: people, unless their account is erased, and organisations."""
    people, places = set[uuid.UUID | None](), set[uuid.UUID]()
    for one in rows:
        if isinstance(one, Due | closing.Owed):
            person, place = one.person, one.organisation
        else:
            person, place = one.person_id, one.organisation_id
        people.add(person)
        places |= {place} if place else set()
    found = {
        id: one.name for id, one in accounts.load_people(session, people).items() if one.erased_at is None
    }
    named = organisations.organisations(session, among=frozenset(places)) if places else []
    return found | {one.id: one.name for one in named}


def _owned() -> dict[str, uuid.UUID]:
    """The courses of those organisations for which the person may sell."""
    mine = {one.id for one in sellers()}
    return {course: owner for course, owner in publishers.published(db.session()).items() if owner in mine}


@bp.get("/royalties")
@permission("licence.sell")
def index() -> Page:
    """How what the publisher's courses earn is shared."""
    session = db.session()
    owned = _owned()
    found = [plan for owner in dict.fromkeys(owned.values()) for plan in plans.plans_of(session, owner)]
    shares = plans.shares_of(session, found)
    return render_template(
        "royalties/index.html",
        plans=found,
        shares=shares,
        names=_names(session, (share for each in shares.values() for share in each)),
        owned=owned,
        places=sellers(),
        kept={plan.id: 10_000 - sum(one.share for one in shares[plan.id]) for plan in found},
    )


def _author(who: str, share: int) -> plans.Author:
    session = db.session()
    if "@" in who:
        person = accounts.find_person(session, who)
        if person is None or person.closed_at is not None:
            raise Refused("authors", _("Nobody here has the address %(address)s.", address=who[:80]))
        return plans.Author(share, person=person.id)
    place = organisations.find_by_number(session, who)
    if place is None:
        raise Refused("authors", _("No organisation here has the number %(number)s.", number=who[:40]))
    return plans.Author(share, organisation=place.id)


def _make(form: PlanForm, owned: Mapping[str, uuid.UUID]) -> None:
    said = read_authors(form.authors.data or "")
    if said is None:
        raise Refused("authors", _("Write one author per line, a colon and a percentage."))
    plans.make(
        db.session(),
        publisher=owned[form.course.data],
        course=form.course.data,
        starts=form.starts.data,
        ends=form.ends.data,
        authors=[_author(who, share) for who, share in said],
        trainers=[one.share() for one in (form.first, form.second, form.third)][:GENERATIONS],
        reason=form.reason.data or "",
        by=g.person.id,
        now=clock.now(),
    )


@bp.route("/royalties/new", methods=["GET", "POST"])
@permission("licence.sell")
def new() -> Page:
    """A plan for a course, from a day on."""
    owned = _owned()
    form = PlanForm()
    form.course.choices = [
        SelectChoice("", _("Choose")),
        *sorted((SelectChoice(one, course_name(one)) for one in owned), key=lambda one: str(one.label)),
    ]
    if form.validate_on_submit():
        try:
            _make(form, owned)
        except Refused as refused:
            db.session.rollback()
            say_on(form, refused, {})
        else:
            db.session.commit()
            flash(_("The plan holds from its first day on."), "good")
            return redirect(url_for("royalties.index"), 303)
    return render_template("royalties/new.html", form=form), 422 if form.errors else 200


def _owed(course: str, month: str) -> Sequence[closing.Owed]:
    """What the person's organisation owes for its course and month; else 404."""
    owner = _owned().get(course)
    if owner is None or re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month, re.ASCII) is None:
        abort(404)
    return closing.owed(db.session(), owner, course, month)


@bp.get("/royalties/owed/<course>/<month>")
@permission("licence.sell")
def owed(course: str, month: str) -> str:
    """What the publisher owes whom for a course's month, of all its licences together."""
    rows = _owed(course, month)
    sums = Counter[str]()
    for one in rows:
        sums[one.currency] += one.amount
    return render_template(
        "royalties/owed.html",
        rows=rows,
        names=_names(db.session(), rows),
        course=course,
        month=month,
        together=[(_("Together"), formatting.money(amount, currency)) for currency, amount in sums.items()],
    )


@bp.get("/royalties/owed/<course>/<month>.csv")
@permission("licence.sell")
def owed_csv(course: str, month: str) -> Response:
    """The same as a file."""
    rows = _owed(course, month)
    names = _names(db.session(), rows)
    head = [
        _("To whom"),
        _("Month"),
        _("Course"),
        _("For what"),
        _("Share, percent"),
        _("Uses"),
        _("Amount, minor units"),
        _("Currency"),
    ]
    lines = (
        [
            words.receiver(one, names),
            month,
            course_name(course),
            words.role(one.share),
            f"{one.share.share / 100:.2f}",
            one.uses,
            one.amount,
            one.currency,
        ]
        for one in rows
    )
    return _table(head, lines)


def _statement(rows: Sequence[closing.Row], *, title: str, csv: str, next_url: str | None) -> str:
    sums = [
        (month_name(month), formatting.money(amount, currency))
        for (month, currency), amount in closing.totals(rows).items()
    ]
    return render_template(
        "royalties/statement.html", rows=rows, sums=sums, title=title, csv=csv, next_url=next_url
    )


def _file(rows: Sequence[closing.Row]) -> Response:
    head = [
        _("Month"),
        _("Course"),
        _("Licence"),
        _("For what"),
        _("Share, percent"),
        _("Uses"),
        _("Of, minor units"),
        _("Amount, minor units"),
        _("Currency"),
        _("Line"),
    ]
    lines = (
        [
            month.month,
            course_name(licence.course),
            licence.number,
            words.role(share),
            f"{share.share / 100:.2f}",
            line.uses,
            line.base,
            line.amount,
            month.currency,
            line.id,
        ]
        for line, month, share, licence in rows
    )
    return _table(head, lines)


def _table(head: Sequence[str], lines: Iterator[Sequence[object]]) -> Response:
    response = Response(b"".join(usage.table(head, lines)))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="royalties.csv"'
    return response


@bp.get("/royalties/mine")
@permission("royalty.own")
def mine() -> Page:
    """What the person who asks has earned, line by line."""
    found = closing.earned(db.session(), person=g.person.id, before=asked_uuid("before"), limit=PAGE + 1)
    more = url_for("royalties.mine", before=found[PAGE - 1][0].id) if len(found) > PAGE else None
    return _statement(found[:PAGE], title=g.person.name, csv=url_for("royalties.mine_csv"), next_url=more)


@bp.get("/royalties/mine.csv")
@permission("royalty.own")
def mine_csv() -> Response:
    """The same as a file, every line."""
    return _file(closing.earned(db.session(), person=g.person.id))


def _receiving(organisation_id: uuid.UUID) -> Any:
    """The organisation, if the person may see its licences; else 404."""
    held = organisations_for("licence.hold")
    found = organisations.load_organisation(db.session(), organisation_id)
    if found is None or not (held is None or found.id in held):
        abort(404)
    return found


@bp.get("/organisations/<uuid:organisation_id>/royalties")
@permission("licence.hold")
def of_organisation(organisation_id: uuid.UUID) -> Page:
    """What the organisation has earned, line by line."""
    place = _receiving(organisation_id)
    found = closing.earned(
        db.session(), organisations=frozenset({place.id}), before=asked_uuid("before"), limit=PAGE + 1
    )
    at = "royalties.of_organisation"
    more = url_for(at, organisation_id=place.id, before=found[PAGE - 1][0].id) if len(found) > PAGE else None
    return _statement(
        found[:PAGE],
        title=place.name,
        csv=url_for("royalties.of_organisation_csv", organisation_id=place.id),
        next_url=more,
    )


@bp.get("/organisations/<uuid:organisation_id>/royalties.csv")
@permission("licence.hold")
def of_organisation_csv(organisation_id: uuid.UUID) -> Response:
    """The same as a file, every line."""
    return _file(closing.earned(db.session(), organisations=frozenset({_receiving(organisation_id).id})))


def on_account(session: Session, licence: Licence, month: str) -> list[tuple[str, str, str, str]]:
    """For the statement of account: (who, for what, share, amount) of a licence's month, the publisher's rest last.
    Empty where nothing is shared."""
    shared = reckon(session, licence, month)
    if not shared.dues:
        return []
    names = _names(session, shared.dues.values())

    def money(minor: int) -> str:
        return formatting.money(minor, shared.currency)

    rows = [
        (
            words.receiver(due, names),
            words.role(due.share),
            words.percent(due.share.share),
            money(due.amount),
        )
        for due in shared.dues.values()
    ]
    return [*rows, (_("The publisher"), _("What is left"), "", money(shared.rest))]
