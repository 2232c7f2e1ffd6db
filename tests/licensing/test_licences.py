"""A licence is installed only when it is genuine, its publisher's own to give, and for somebody who is here."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import clock
from app.accounts.errors import Refused
from app.licensing import licences, publishers
from app.licensing.signing import load_private, new_key, sign
from app.rules.terms import Party, write
from tests.licensing.terms import PUBLIC


def refused(trade, file):
    with pytest.raises(Refused) as no:
        licences.install(trade.session, file, by=trade.ada.id, now=clock.now())
    return no.value.code


def test_a_genuine_licence_is_installed_with_its_exact_bytes(trade):
    file = trade.file()
    made = licences.install(trade.session, file, by=trade.leo.id, now=clock.now())
    assert bytes(made.content) == file
    assert licences.terms_of(trade.session, made).amount == made.capacity == 100


def test_the_same_licence_is_installed_once(trade):
    file = trade.file()
    licences.install(trade.session, file, by=None, now=clock.now())
    assert refused(trade, file) == "installed"


def test_a_changed_file_is_not_installed(trade):
    assert refused(trade, trade.file().replace(b'"amount": 100', b'"amount": 900')) == "signature"


def test_an_unknown_key_installs_nothing(trade):
    stranger = load_private(new_key()[0])
    assert refused(trade, sign(write(trade.terms()), stranger)) == "unknown_key"


def test_a_retired_key_installs_nothing_more_but_what_is_installed_stays(trade):
    made, later = trade.install(), trade.file()
    publishers.retire_key(
        trade.session, publishers.keys(trade.session, trade.partner.id)[0], by=None, now=clock.now()
    )
    assert refused(trade, later) == "unknown_key"
    assert licences.terms_of(trade.session, made).course == "bikes"


def test_a_publisher_licenses_its_own_courses_only(trade):
    assert refused(trade, trade.file(course="trams")) == "publisher"
    private, public = new_key()
    publishers.add_key(trade.session, public, publisher=trade.rival.id, by=None, now=clock.now())
    rivals = replace(trade.terms(), publisher=Party(trade.rival.id, "Spårbolaget"))
    assert refused(trade, sign(write(rivals), load_private(private))) == "publisher"
    assert refused(trade, sign(write(trade.terms()), load_private(private))) == "publisher"


def test_a_licence_for_an_organisation_that_is_not_here_is_refused(trade):
    assert refused(trade, trade.file(licensee=Party(uuid.uuid4(), "Nowhere"))) == "licensee"


def test_a_key_belongs_to_one_publisher(trade):
    with pytest.raises(Refused) as no:
        publishers.add_key(trade.session, PUBLIC, publisher=trade.rival.id, by=None, now=clock.now())
    assert no.value.code == "taken"


def test_what_was_signed_cannot_be_changed_in_the_database(trade):
    made = trade.install()
    with pytest.raises(DBAPIError):
        trade.session.execute(text("UPDATE licences SET licensee_id = publisher_id"))
    trade.session.rollback()
    assert licences.terms_of(trade.session, made).licensee.id == trade.falkvik.id


def test_a_courses_publisher_stays_once_licences_are_out(trade):
    trade.install()
    with pytest.raises(Refused):
        publishers.name_publisher(trade.session, "bikes", publisher=None, by=None, now=clock.now())
