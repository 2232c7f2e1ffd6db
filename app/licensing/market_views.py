"""The market on the pages: a course's price, a request, the offer, the answer, the signature."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import permission
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.db import db, new_id
from app.licensing import licences, market, pricing, publishers, words
from app.licensing.blueprint import (
    Page,
    acts_as_licensee,
    acts_as_publisher,
    asked_uuid,
    bp,
    coach_names,
    course_name,
    courses,
    holding,
    may_ask,
    names_of,
    say_on,
    selling,
)
from app.licensing.forms import PriceForm, SignForm
from app.licensing.making_views import price_of, signed_with, terms_between
from app.licensing.market_forms import AnswerForm, AskForm, OfferForm
from app.licensing.market_models import LicenceRequest
from app.licensing.models import Licence
from app.licensing.seat_views import one_of_ours
from app.organisations import service as organisations
from app.rules.terms import BadTerms, Price, Terms, read, write

STEPS = {
    "asked": _l("%(licensee)s asked for a licence"),
    "offered": _l("%(publisher)s made an offer"),
    "accepted": _l("%(licensee)s accepted the offer"),
    "installed": _l("%(publisher)s signed; the licence is in force"),
    "withdrawn": _l("%(licensee)s withdrew the request"),
    "declined": _l("%(licensee)s declined the offer"),
    "refused": _l("%(publisher)s turned the request down"),
    "replaced": _l("A newer offer took this one's place"),
}
TAGS = {
    "asked": ("requested", _l("Waits for an offer")),
    "offered": ("waiting", _l("Waits for an answer")),
    "accepted": ("ready", _l("Waits for the signature")),
    "installed": ("active", _l("In force")),
    "withdrawn": ("withdrawn", _l("Withdrawn")),
    "declined": ("refused", _l("Offer declined")),
    "refused": ("refused", _l("Turned down")),
    "replaced": ("replaced", _l("Replaced")),
}
"""How a request's state is shown: the tone of a known state, with a word of its own."""
USES = {
    "seats": _l("Seats, for self-study and sessions"),
    "registrations": _l("People who study at their own pace"),
    "attendees": _l("Participants in sessions"),
    "flat": _l("As much as they like, for one price"),
}


def _seen(id: uuid.UUID) -> LicenceRequest:
    """The request, if the reader's organisations are one of its sides; else 404."""
    found = market.find(db.session(), id, publishing=selling(), asking=holding())
    if found is None:
        abort(404)
    return found


def _asked_of_us(id: uuid.UUID) -> LicenceRequest:
    found = _seen(id)
    if found.publisher_id not in acts_as_publisher():
        abort(404)
    return found


def _asked_by_us(id: uuid.UUID) -> LicenceRequest:
    found = _seen(id)
    if found.licensee_id not in acts_as_licensee():
        abort(404)
    return found


def _back(found: LicenceRequest) -> Page:
    return redirect(url_for("licensing.licence_request", request_id=found.id), 303)


# ---- the price list -------------------------------------------------------------------------------


def _typed(minor: int) -> str:
    """An amount as somebody would have typed it."""
    return f"{minor // 100},{minor % 100:02}" if minor % 100 else str(minor // 100)


def _price_data(price: Price, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "model": price.model,
        "price": _typed(price.amount) if price.amount else "",
        "tiers": "\n".join(f"{end or '*'}: {_typed(each)}" for end, each in price.tiers),
        "minimum": _typed(price.minimum) if price.minimum else "",
        "currency": price.currency,
        "vat": str(price.vat),
    }


@bp.route("/courses/<course_id>/price", methods=["GET", "POST"])
@permission("licence.sell")
def course_price(course_id: str) -> Page:
    """What the publisher asks for the course as a rule: it stands on the course's page."""
    session = db.session()
    owner = publishers.publisher_of(session, course_id)
    if owner is None or owner not in acts_as_publisher():
        abort(404)
    known = pricing.current(session, course_id, owner)
    form = PriceForm(data=_price_data(pricing.price_of(known), known.kind) if known else None)
    if form.validate_on_submit():
        try:
            price = price_of(form)
        except Refused as refused:
            say_on(form, refused, {})
        else:
            pricing.set_price(
                session,
                course_id,
                price,
                kind=form.kind.data,
                publisher=owner,
                by=g.person.id,
                now=clock.now(),
            )
            session.commit()
            flash(_("The price stands on the course's page from now on."), "good")
            return redirect(url_for("study.course", course_id=course_id), 303)
    page = render_template("licensing/price.html", form=form, course=course_id)
    return page, 422 if form.errors else 200


# ---- asking ---------------------------------------------------------------------------------------


def _ask(course: str, data: Mapping[str, Any], more_of: Licence | None = None) -> Page:
    session = db.session()
    owner = publishers.publisher_of(session, course)
    mine = may_ask() - {owner}
    if owner is None or not mine:
        abort(404)
    form = AskForm(data={"form_token": new_id().hex, **data})
    places = organisations.organisations(session, among=mine)
    form.licensee.choices = [SelectChoice(str(one.id), one.name) for one in places]
    if more_of is not None or len(places) == 1:
        del form.licensee
    if form.validate_on_submit():
        licensee = more_of.licensee_id if more_of else places[0].id
        if "licensee" in form:
            licensee = uuid.UUID(form.licensee.data)
        try:
            made = market.ask(
                session,
                course,
                licensee=licensee,
                kind=form.kind.data,
                amount=form.amount.data,
                starts=form.starts.data,
                message=form.message.data or "",
                form=form.form_token.data or "",
                more_of=more_of.id if more_of else None,
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            session.rollback()
            say_on(form, refused, {})
        else:
            id = made.id
            session.commit()
            flash(_("Your request is sent. You get a mail when the publisher has answered."), "good")
            return redirect(url_for("licensing.licence_request", request_id=id), 303)
    price = pricing.current(session, course, owner)
    page = render_template(
        "licensing/ask.html",
        form=form,
        course=course,
        licence=more_of,
        publisher=organisations.load_organisation(session, owner),
        price=words.price(pricing.price_of(price), price.kind) if price else None,
    )
    return page, 422 if form.errors else 200


@bp.route("/courses/<course_id>/licence", methods=["GET", "POST"])
@permission("licence.hold")
def licence_ask(course_id: str) -> Page:
    """Ask the course's publisher for a licence."""
    if course_id not in courses():
        abort(404)
    owner = publishers.publisher_of(db.session(), course_id)
    price = pricing.current(db.session(), course_id, owner) if owner else None
    today = clock.local_date(clock.now())
    return _ask(course_id, {"kind": price.kind if price else "seats", "starts": today})


@bp.route("/licences/<uuid:licence_id>/more", methods=["GET", "POST"])
@permission("licence.hold")
def licence_more(licence_id: uuid.UUID) -> Page:
    """Ask for more of a licence: the request and the offer begin with what it says."""
    found = one_of_ours(licence_id)
    if found.licensee_id not in acts_as_licensee():
        abort(404)
    today = clock.local_date(clock.now())
    data = {
        "kind": found.kind,
        "amount": found.capacity or None,
        "starts": today if found.ends < today else min(found.ends + timedelta(days=1), today),
    }
    return _ask(found.course, data, found)


# ---- reading --------------------------------------------------------------------------------------


@bp.get("/licence-requests")
@permission("licence.hold")
def licence_requests() -> Page:
    """What was asked of the person's organisations, and by them."""
    found = market.listed(
        db.session(),
        publishing=selling(),
        asking=holding(),
        before=asked_uuid("before"),
        limit=licences.PAGE + 1,
    )
    shown = found[: licences.PAGE]
    return render_template(
        "licensing/requests.html",
        rows=shown,
        names=names_of(shown),
        tags=TAGS,
        next_url=url_for("licensing.licence_requests", before=shown[-1].id)
        if len(found) > licences.PAGE
        else None,
    )


@bp.get("/licence-requests/<uuid:request_id>")
@permission("licence.hold")
def licence_request(request_id: uuid.UUID) -> Page:
    """What was said so far, the terms that are offered, and what the reader's side can do now."""
    return _page(_seen(request_id))


def _page(
    found: LicenceRequest,
    answer: AnswerForm | None = None,
    signing: SignForm | None = None,
    status: int = 200,
) -> Page:
    session = db.session()
    names = names_of([found])
    sides = {"publisher": names[found.publisher_id], "licensee": names[found.licensee_id]}
    said = market.steps(session, found)
    people = accounts.load_people(session, (one.by_id for one in said))
    offered = market.last_offer(session, found)
    terms = market.terms_of(offered) if offered else None
    page = render_template(
        "licensing/request.html",
        request_=found,
        sides=sides,
        tag=TAGS[found.state],
        use=USES[found.kind],
        said=[
            (
                one,
                str(STEPS[one.kind]) % sides,
                people[one.by_id].name if one.by_id in people else "",
            )
            for one in said
        ],
        offered=offered,
        facts=words.facts(terms, coach_names(terms), course=course_name(terms.course)) if terms else None,
        terms=(offered.terms or b"").decode() if offered else "",
        installed=next((one.licence_id for one in said if one.licence_id), None),
        successor=market.successor(session, found),
        asks=found.licensee_id in acts_as_licensee(),
        sells=found.publisher_id in acts_as_publisher(),
        answer=answer or AnswerForm(formdata=None),
        signing=signing or SignForm(formdata=None),
        has_key=any(one.retired_at is None for one in publishers.keys(session, found.publisher_id)),
    )
    return page, status


# ---- offering -------------------------------------------------------------------------------------


def _terms_data(terms: Terms) -> dict[str, Any]:
    people = [accounts.load_person(db.session(), one) for one in terms.coaches]
    return {
        **_price_data(terms.price, terms.kind),
        "first_version": terms.first_version,
        "below": terms.below,
        "starts": terms.starts,
        "ends": terms.ends,
        "amount": terms.amount,
        "teaches": list(terms.teaches),
        "deliverers": terms.deliverers,
        "coaches": "\n".join(one.email for one in people if one is not None),
        "grace_days": terms.grace_days,
        "rollover": terms.rollover,
        "divisible": terms.divisible,
        "trial": terms.trial,
    }


def _begins_with(found: LicenceRequest) -> dict[str, Any]:
    """What the form of an offer holds at first: the last offer; else the licence of which more is asked for, or the
    price list, with what was asked for."""
    session = db.session()
    last = market.last_offer(session, found)
    if last is not None:
        return _terms_data(market.terms_of(last))
    data: dict[str, Any] = {}
    held = session.get(Licence, found.licence_id) if found.licence_id else None
    price = pricing.current(session, found.course, found.publisher_id)
    if held is not None:
        data = _terms_data(licences.terms_of(session, held))
    elif price is not None:
        data = _price_data(pricing.price_of(price), price.kind)
    if found.kind != data.get("kind") and "flat" in (found.kind, data.get("kind")):
        data["model"] = "flat" if found.kind == "flat" else "each"
    return {
        **data,
        "kind": found.kind,
        "amount": found.amount,
        "starts": found.starts,
        "ends": found.starts + timedelta(days=364),
    }


@bp.route("/licence-requests/<uuid:request_id>/offer", methods=["GET", "POST"])
@permission("licence.sell")
def licence_offer(request_id: uuid.UUID) -> Page:
    """The terms of an offer; then the same in words, before it is sent."""
    found, session = _asked_of_us(request_id), db.session()
    if found.state not in ("asked", "offered"):
        return _back(found)
    publisher = organisations.load_organisation(session, found.publisher_id)
    licensee = organisations.load_organisation(session, found.licensee_id)
    if publisher is None or licensee is None:
        abort(404)
    form = OfferForm(data=_begins_with(found))
    if form.validate_on_submit():
        try:
            content = write(terms_between(form, publisher, licensee, found.course))
            terms = read(content)
        except Refused as refused:
            say_on(form, refused, {})
        except BadTerms as bad:
            form.form_errors.extend(bad.faults)
        else:
            return render_template(
                "licensing/offer_words.html",
                request_=found,
                facts=words.facts(terms, coach_names(terms), course=course_name(terms.course)),
                terms=content.decode(),
                message=form.message.data or "",
                licensee=licensee,
            )
    page = render_template("licensing/offer.html", form=form, request_=found, licensee=licensee)
    return page, 422 if form.errors else 200


@bp.post("/licence-requests/<uuid:request_id>/offer/send")
@permission("licence.sell")
def licence_offer_send(request_id: uuid.UUID) -> Page:
    """Send the offer that the page before showed in words."""
    found = _asked_of_us(request_id)
    try:
        terms = write(read(request.form.get("terms", "").replace("\r\n", "\n").encode()))
    except BadTerms:
        abort(404)
    message = request.form.get("message", "")
    return _step(
        found,
        lambda: market.offer(db.session(), found, terms, message=message, by=g.person.id, now=clock.now()),
        _("The offer is sent. You get a mail when it is answered."),
    )


def _step(found: LicenceRequest, take: Any, done: str) -> Page:
    """Take one step and go back to the request; where the other side was quicker, its page says so."""
    try:
        take()
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "warn")
    else:
        db.session.commit()
        flash(done, "good")
    return _back(found)


# ---- answering ------------------------------------------------------------------------------------


@bp.post("/licence-requests/<uuid:request_id>/accept")
@permission("licence.hold")
def licence_accept(request_id: uuid.UUID) -> Page:
    """Accept the offer that was read: its id comes with the button."""
    found = _asked_by_us(request_id)
    try:
        offered = uuid.UUID(request.form.get("offer", ""))
    except ValueError:
        abort(404)
    return _step(
        found,
        lambda: market.accept(db.session(), found, offered, by=g.person.id, now=clock.now()),
        _("You have accepted. You get a mail when the licence is signed and in force."),
    )


def _end(found: LicenceRequest, how: str, done: str) -> Page:
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(found, answer=form, status=422)
    try:
        market.end(
            db.session(),
            found,
            how,
            message=form.message.data or "",
            by=g.person.id,
            now=clock.now(),
        )
    except Refused as refused:
        db.session.rollback()
        if refused.code == "message":
            say_on(form, refused, {})
            return _page(found, answer=form, status=422)
        flash(str(refused), "warn")
    else:
        db.session.commit()
        flash(done, "good")
    return _back(found)


@bp.post("/licence-requests/<uuid:request_id>/decline")
@permission("licence.hold")
def licence_decline(request_id: uuid.UUID) -> Page:
    """Decline the offer, or withdraw the request before there is one."""
    found = _asked_by_us(request_id)
    if found.state in ("asked", "withdrawn"):
        return _end(found, "withdrawn", _("The request is withdrawn."))
    return _end(found, "declined", _("The offer is declined."))


@bp.post("/licence-requests/<uuid:request_id>/refuse")
@permission("licence.sell")
def licence_refuse(request_id: uuid.UUID) -> Page:
    """Turn the request down, with words."""
    return _end(_asked_of_us(request_id), "refused", _("The request is turned down. The reason is sent."))


# ---- signing --------------------------------------------------------------------------------------


@bp.post("/licence-requests/<uuid:request_id>/sign")
@permission("licence.sell")
def licence_request_sign(request_id: uuid.UUID) -> Page:
    """Sign what was accepted with the publisher's key, which is used once and not kept; it is in force at once."""
    found = _asked_of_us(request_id)
    offered = market.last_offer(db.session(), found)
    if found.state == "installed" or offered is None or offered.terms is None:
        return _back(found)
    if found.state != "accepted":
        abort(404)
    form = SignForm()
    file = signed_with(form, offered.terms, found.publisher_id)
    if file is None:
        return _page(found, signing=form, status=422)
    return _step(
        found,
        lambda: market.install(db.session(), file, by=g.person.id, now=clock.now()),
        _("The licence for %(course)s is signed and in force.", course=course_name(found.course)),
    )
