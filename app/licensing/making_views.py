"""For publishers: write a licence's terms, read them in words, sign them or take them home to sign."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.access import permission
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.db import db, new_id
from app.licensing import publishers, words
from app.licensing.blueprint import Page, bp, coach_names, course_name, say_on, sellers, selling
from app.licensing.forms import PriceForm, SignForm, TermsForm, read_tiers
from app.licensing.licences import LICENSEES, check_free
from app.licensing.signing import BadKey, fingerprint, load_private, public_of, sign
from app.organisations import service as organisations
from app.organisations.models import Organisation
from app.rules.terms import BadTerms, Party, Price, Terms, read, write


def _prepared(form: TermsForm) -> TermsForm:
    owned = publishers.published(db.session())
    mine = {one.id: one.name for one in sellers()}
    form.publisher.choices = [SelectChoice(str(id), name) for id, name in mine.items()]
    form.course.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(course, course_name(course)) for course, owner in owned.items() if owner in mine),
    ]
    places = organisations.organisations(db.session(), kinds=LICENSEES)
    form.licensee.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(str(one.id), one.name) for one in places),
    ]
    return form


def _coaches(text: str) -> tuple[uuid.UUID, ...]:
    found = []
    for address in filter(None, map(str.strip, text.splitlines())):
        person = accounts.find_person(db.session(), address)
        if person is None or person.closed_at is not None:
            raise Refused("coaches", _("Nobody here has the address %(address)s.", address=address[:80]))
        found.append(person.id)
    return tuple(dict.fromkeys(found))


def price_of(form: PriceForm) -> Price:
    """What the form says that it costs. Raises :class:`Refused` with the field's name."""
    tiers = read_tiers(form.tiers.data or "") if form.model.data == "tiered" else ()
    if tiers is None or (form.model.data == "tiered" and (not tiers or tiers[-1][0] is not None)):
        raise Refused("tiers", _("Write one step per line, such as 50: 500, and last a line such as *: 400."))
    if (form.kind.data == "flat") != (form.model.data == "flat") and form.model.data != "free":
        raise Refused("model", _("One price for the whole period goes with free use, and with nothing else."))
    return Price(
        model=form.model.data,
        currency=form.currency.data,
        amount=form.price.minor() if form.model.data in ("each", "flat") else 0,
        tiers=tiers,
        minimum=0 if form.model.data == "free" else form.minimum.minor(),
        vat=int(form.vat.data),
    )


def terms_between(form: TermsForm, publisher: Organisation, licensee: Organisation, course: str) -> Terms:
    """What the form says of the two sides and the course. Raises :class:`Refused` with the field's name."""
    price = price_of(form)
    if form.kind.data == "seats" and not form.amount.data:
        raise Refused("amount", _("Write how many seats there are."))
    named = form.deliverers.data == "named"
    coaches = _coaches(form.coaches.data or "") if named else ()
    if named and not coaches:
        raise Refused("coaches", _("Name at least one coach, or choose another answer above."))
    made = Terms(
        id=new_id(),
        publisher=Party(publisher.id, publisher.name),
        licensee=Party(licensee.id, licensee.name),
        course=course,
        first_version=form.first_version.data,
        below=form.below.data or "",
        kind=form.kind.data,
        amount=form.amount.data,
        starts=form.starts.data,
        ends=form.ends.data,
        teaches=tuple(form.teaches.data),
        deliverers=form.deliverers.data,
        coaches=coaches,
        price=price,
        grace_days=form.grace_days.data,
        rollover=form.rollover.data,
        divisible=form.divisible.data,
        trial=form.trial.data,
    )
    check_free(made, licensee)
    return made


def _terms(form: TermsForm) -> Terms:
    """What the form says. Raises :class:`Refused` with the field's name, or :class:`BadTerms`."""
    session = db.session()
    owner = publishers.publisher_of(session, form.course.data)
    publisher = organisations.load_organisation(session, uuid.UUID(form.publisher.data))
    licensee = organisations.load_organisation(session, uuid.UUID(form.licensee.data))
    if publisher is None or licensee is None or owner != publisher.id:
        raise Refused("course", _("The course belongs to another publisher. Choose one of your own."))
    if publisher.id == licensee.id:
        raise Refused("licensee", _("A publisher needs no licence for its own course."))
    return terms_between(form, publisher, licensee, form.course.data)


@bp.route("/licences/new", methods=["GET", "POST"])
@permission("licence.sell")
def licence_new() -> Page:
    """The terms of a new licence, then the same in words before anybody signs."""
    form = _prepared(TermsForm())
    if form.validate_on_submit():
        try:
            content = write(_terms(form))
            return _in_words(content, SignForm(formdata=None))
        except Refused as refused:
            say_on(form, refused, {})
        except BadTerms as bad:
            form.form_errors.extend(bad.faults)
    return render_template("licensing/new.html", form=form), 422 if form.errors else 200


def _in_words(content: bytes, form: SignForm, status: int = 200) -> Page:
    terms = read(content)
    page = render_template(
        "licensing/sign.html",
        form=form,
        facts=words.facts(terms, coach_names(terms), course=course_name(terms.course)),
        terms=content.decode(),
        has_key=any(one.retired_at is None for one in publishers.keys(db.session(), terms.publisher.id)),
    )
    return page, status


def _posted() -> tuple[bytes, Terms]:
    """The terms that the page before showed, for a publisher of the person's own; else 404."""
    content = request.form.get("terms", "").replace("\r\n", "\n").encode()
    try:
        terms = read(content)
    except BadTerms:
        abort(404)
    mine = selling()
    if mine is not None and terms.publisher.id not in mine:
        abort(404)
    return write(terms), terms


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def signed_with(form: SignForm, content: bytes, publisher: uuid.UUID) -> bytes | None:
    """The licence file of these terms, signed with the publisher's key that was sent; None: the form says why not."""
    if not form.validate_on_submit():
        return None
    try:
        key = load_private(form.key.data.read(10_000))
    except BadKey:
        form.key.errors = [_("This is no private Ed25519 key without a password. Choose another file.")]
        return None
    known = publishers.find_key(db.session(), fingerprint(public_of(key)))
    if known is None or known.publisher_id != publisher:
        flash(_("The public key that belongs to it is not registered here yet."), "warn")
        form.key.errors = [_("This key is not registered for the publisher. Register its public key first.")]
        return None
    return sign(content, key)


@bp.post("/licences/terms")
@permission("licence.sell")
def licence_terms() -> Page:
    """The terms as a file, to be signed where the key is."""
    content, terms = _posted()
    return _download(content, f"{terms.course}-{terms.id}.json", "application/json")


@bp.post("/licences/sign")
@permission("licence.sell")
def licence_sign() -> Page:
    """The signed licence as a file. The key is used once; neither it nor the licence is kept."""
    content, terms = _posted()
    form = SignForm()
    signed = signed_with(form, content, terms.publisher.id)
    if signed is None:
        return _in_words(content, form, 422)
    return _download(signed, f"{terms.course}-{terms.id}.licence", "application/octet-stream")
