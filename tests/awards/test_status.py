"""What becomes of a certificate: suspended, withdrawn, replaced, expired, renewed; and the roles with it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.awards import appeals, issuing, status
from app.awards.appeals import AppealRefused
from app.awards.deciding import DecisionRefused
from app.awards.models import StatusChange
from app.awards.status import NotPossible
from app.clock import STOCKHOLM, local_date
from app.demo import factories as make
from app.evidence import service as evidence
from app.learners import service as learners

DAY = timedelta(days=1)


@pytest.fixture
def held(world):
    return world.pollinator(world.tilde)


def on(world, certificate, moment) -> str:
    return status.status(world.session, certificate, on=local_date(moment))


def suspend(world, certificate, *, until=None, now=None, by=None):
    return status.suspend(
        world.session,
        certificate,
        reason="Klagomål prövas.",
        until=until,
        by=(by or world.ruben).id,
        now=now or world.now,
    )


def withdraw(world, certificate, now=None):
    return status.withdraw(
        world.session, certificate, reason="Oriktiga uppgifter.", by=world.ruben.id, now=now or world.now
    )


def replace(world, certificate):
    new = status.replace(world.session, certificate, reason="Nytt namn.", by=world.ruben.id, now=world.now)
    world.session.commit()
    return new


def test_a_suspended_certificate_is_not_active_and_its_roles_rest(world, held):
    suspend(world, held)
    assert on(world, held, world.now) == "suspended"
    assert "coach" not in world.roles(world.tilde, world.now)
    assert not learners.holds(
        world.session,
        owner=world.consortium.id,
        person=world.tilde.id,
        scheme="pollinator",
        on=world.now.date(),
        known_at=world.now,
    )


def test_a_suspension_never_lasts_longer_than_the_scheme_allows(world, held):
    suspend(world, held, until=date(2030, 1, 1))
    assert on(world, held, datetime(2027, 9, 2, 12, tzinfo=UTC)) == "suspended"
    assert on(world, held, datetime(2027, 9, 3, 12, tzinfo=UTC)) == "active"


def test_a_suspension_ends_by_itself_and_the_roles_come_back_once(world, held):
    suspend(world, held, until=world.now.date() + 10 * DAY)
    later = world.now + 11 * DAY
    assert (
        status.resume(world.session, now=world.now + 10 * DAY),
        "coach" in world.roles(world.tilde, later),
    ) == (
        0,
        False,
    )
    assert status.resume(world.session, now=later) == 1
    assert "coach" in world.roles(world.tilde, later)
    assert status.resume(world.session, now=later + DAY) == 0
    assert on(world, held, later) == "active"


def test_reinstating_ends_a_suspension_and_gives_the_roles_back(world, held):
    suspend(world, held)
    status.reinstate(world.session, held, reason="Utredd.", by=world.ruben.id, now=world.now + DAY)
    assert on(world, held, world.now + DAY) == "active"
    assert "coach" in world.roles(world.tilde, world.now + DAY)


def test_a_withdrawn_certificate_stays_so_until_somebody_reinstates_it(world, held):
    withdraw(world, held)
    assert on(world, held, world.now + 300 * DAY) == "withdrawn"
    assert "coach" not in world.roles(world.tilde, world.now)


def test_a_certificate_that_has_yet_to_begin_can_be_withdrawn(world, held):
    renewed = renewal(world, held)
    withdraw(world, renewed, now=datetime(2029, 1, 5, 9, tzinfo=UTC))
    assert on(world, renewed, datetime(2029, 6, 1, tzinfo=UTC)) == "withdrawn"


def test_a_second_click_finds_the_status_changed(world, held):
    suspend(world, held)
    with pytest.raises(NotPossible) as told:
        suspend(world, held)
    assert told.value.status == "suspended"


def test_who_took_part_changes_nothing_about_the_certificate(world, held):
    make.observed(world.session, world.tilde, world.ruben, at=world.now)
    with pytest.raises(DecisionRefused, match="involved"):
        suspend(world, held)


def test_a_name_change_gives_a_linked_certificate_with_the_same_period(world, held):
    world.tilde.name = "Tilde Låtsas"
    new = issuing.finish(world.session, replace(world, held), now=world.now)
    assert (new.holder, new.replaces_id) == ("Tilde Låtsas", held.id)
    assert (new.valid_from, new.valid_until) == (held.valid_from, held.valid_until)
    assert (on(world, held, world.now), on(world, new, world.now)) == ("superseded", "active")


def test_the_old_certificate_holds_until_the_new_one_is_signed(world, held):
    new = replace(world, held)
    assert on(world, held, world.now) == "active"
    with pytest.raises(NotPossible):
        replace(world, held)
    issuing.void(world.session, new, reason="gick inte att rita", now=world.now)
    assert on(world, held, world.now) == "active"


def test_suspending_the_replacement_takes_every_role_away(world, held):
    new = issuing.finish(world.session, replace(world, held), now=world.now)
    assert "coach" in world.roles(world.tilde, world.now)
    suspend(world, new)
    assert "coach" not in world.roles(world.tilde, world.now)


def test_expiry_is_noted_once_and_the_roles_are_over(world, held):
    after = datetime.combine(held.valid_until + DAY, datetime.min.time(), STOCKHOLM) + timedelta(hours=5)
    assert status.expire(world.session, now=after - DAY) == 0
    assert status.expire(world.session, now=after) == 1
    assert status.expire(world.session, now=after + DAY) == 0
    assert on(world, held, after) == "expired"
    assert "coach" not in world.roles(world.tilde, after)


def test_the_expiry_of_a_reinstated_certificate_is_noted_too(world, held):
    withdraw(world, held)
    status.reinstate(
        world.session, held, reason="Överklagan bifallen.", by=world.cleo.id, now=world.now + DAY
    )
    assert status.expire(world.session, now=world.now + 800 * DAY) == 1


@pytest.mark.parametrize(
    "last_day",
    [date(2028, 3, 25), date(2028, 3, 26), date(2028, 10, 28), date(2028, 10, 29), date(2029, 2, 28)],
)
def test_a_certificate_runs_out_at_midnight_in_stockholm_whatever_the_clocks_do(world, held, last_day):
    begun = datetime.combine(last_day + DAY, datetime.min.time(), STOCKHOLM).replace(
        year=last_day.year - 2, hour=9
    )
    made = world.pollinator(world.person("Åke Exempel"), now=begun.astimezone(UTC))
    assert made.valid_until == local_date(begun).replace(year=begun.year + 2) - DAY
    midnight = datetime.combine(made.valid_until + DAY, datetime.min.time(), STOCKHOLM).astimezone(UTC)
    second = timedelta(seconds=1)
    assert [on(world, made, midnight + step) for step in (-second, second)] == ["active", "expired"]


def renewal(world, held, now=None):
    """The holder renews in the window, with every criterion waived."""
    at = now or datetime(2028, 12, 1, 9, tzinfo=UTC)
    found = status.begin_renewal(world.session, held, by=world.tilde.id, now=at)
    make.waive_everything(world.session, found, by=world.cleo, now=at)
    decision = world.decided(found, by=world.ruben, now=at + timedelta(hours=1))
    intent = issuing.intend(
        world.session, decision, now=at, replaces=issuing.renewed_by(world.session, decision)
    )
    return issuing.finish(world.session, intent, now=at)


def test_renewal_opens_with_its_window_and_closes_after_the_grace(world, held):
    for moment in (datetime(2028, 8, 1, tzinfo=UTC), datetime(2029, 5, 10, tzinfo=UTC)):
        with pytest.raises(NotPossible):
            status.begin_renewal(world.session, held, by=world.tilde.id, now=moment)
    found = status.begin_renewal(world.session, held, by=world.tilde.id, now=datetime(2029, 4, 1, tzinfo=UTC))
    assert (found.purpose, found.since) == ("renewal", held.valid_from)


def test_the_renewed_period_begins_the_day_after_the_old_one(world, held):
    renewed = renewal(world, held)
    assert renewed.valid_from == held.valid_until + DAY
    first_day = datetime.combine(renewed.valid_from, datetime.min.time(), STOCKHOLM) + timedelta(hours=12)
    assert (on(world, held, first_day - DAY), on(world, renewed, first_day - DAY)) == ("active", "pending")
    assert (on(world, held, first_day), on(world, renewed, first_day)) == ("expired", "active")


def test_who_renews_within_the_grace_begins_on_the_day_of_the_decision(world, held):
    late = datetime(2029, 4, 1, 9, tzinfo=UTC)
    assert renewal(world, held, now=late).valid_from == late.date()


def test_the_same_period_is_not_renewed_twice(world, held):
    renewal(world, held)
    with pytest.raises(NotPossible):
        status.begin_renewal(world.session, held, by=world.tilde.id, now=datetime(2029, 1, 2, tzinfo=UTC))


def test_who_holds_a_certificate_does_not_apply_for_a_second(world, held):
    for moment in (world.now, world.now + DAY):
        with pytest.raises(learners.NotEligible, match="already_held"):
            make.candidacy(world.session, world.tilde, "pollinator", now=moment)
        if moment == world.now:
            suspend(world, held)


def test_after_a_withdrawal_one_can_apply_anew(world, held):
    withdraw(world, held)
    assert make.candidacy(world.session, world.tilde, "pollinator", now=world.now + DAY).state == "open"


def test_each_change_is_on_the_record(world, held):
    suspend(world, held)
    kinds = evidence.of_person(
        world.session, owner=world.consortium.id, person=world.tilde.id, kinds=("certificate_status",)
    )
    changes = world.session.query(StatusChange).all()
    assert [one.facts["status"] for one in kinds] == [one.status for one in changes] == ["suspended"]


class TestAppeals:
    @pytest.fixture
    def refused(self, world):
        found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
        decision = world.decided(found, grant=False)
        world.session.flush()
        return decision

    def file(self, world, decision, **more):
        given = {"text": "Jag har intyg.", "by": world.tilde.id, "now": world.now} | more
        return appeals.file(world.session, decision, **given)

    def told(self, call) -> str:
        with pytest.raises(AppealRefused) as refused:
            call()
        return refused.value.reason

    def test_thirty_days_are_given_to_appeal_and_sixty_to_answer(self, world, refused):
        assert self.told(
            lambda: self.file(world, refused, now=world.now + 30 * DAY + timedelta(seconds=1))
        ) == ("too_late")
        appeal = self.file(world, refused, now=world.now + 30 * DAY)
        assert appeal.due == local_date(world.now + 90 * DAY)

    def test_only_the_person_concerned_appeals_and_once(self, world, refused):
        assert self.told(lambda: self.file(world, refused, by=world.trainer.id)) == "not_concerned"
        self.file(world, refused)
        assert self.told(lambda: self.file(world, refused)) == "already_filed"

    def test_only_the_uninvolved_answer_and_once(self, world, refused):
        appeal = self.file(world, refused)
        make.attended(
            world.session, world.tilde, at=world.now, minutes=60, of_minutes=60, trainer=world.trainer
        )

        def answer(by):
            appeals.answer(
                world.session, appeal, upheld=True, text="Du har rätt.", by=by.id, now=world.now + DAY
            )

        for one in (world.cleo, world.tilde, world.trainer):
            assert self.told(lambda by=one: answer(by)) == "involved"
        answer(world.ruben)
        assert (appeal.outcome, appeal.handled_by) == ("upheld", world.ruben.id)
        assert self.told(lambda: answer(world.ruben)) == "answered"


def test_nobody_is_certified_by_two_certificates_of_one_scheme(world, held):
    renewed = renewal(world, held)
    days = [world.now + timedelta(days=step) for step in range(0, 1500, 50)]
    for day in days:
        active = [one for one in (held, renewed) if on(world, one, day) == "active"]
        assert len(active) <= 1
