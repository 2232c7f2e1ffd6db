"""A candidacy: applying, deadlines, what changes by itself, and moving to a newer scheme version."""

from datetime import date, datetime, timedelta

import pytest

from app import audit, jobs
from app.awards import deciding
from app.demo import factories as make
from app.learners import service as learners
from app.learners import standing, transition
from app.learners.models import DeadlineExtension
from app.mail import Mail
from app.schemes import service as schemes

DAY = timedelta(days=1)


@pytest.fixture
def on_the_way(world):
    """Tilde, who holds Participant, works towards Pollinator with twelve months to do it."""
    world.certified(world.tilde)
    return make.candidacy(world.session, world.tilde, "pollinator", now=world.now)


def extend(world, found, until):
    return learners.extend_deadline(
        world.session, found, until=until, reason="Föräldraledig.", by=world.cleo.id, now=world.now
    )


def test_prerequisites_are_asked_for_by_name(world):
    with pytest.raises(learners.NotEligible) as told:
        make.candidacy(world.session, world.tilde, "pollinator", now=world.now)
    assert (told.value.reason, told.value.missing) == ("prerequisites", ("participant",))


def test_nobody_works_twice_towards_the_same_scheme(world, on_the_way):
    with pytest.raises(learners.NotEligible, match="already_open"):
        make.candidacy(world.session, world.tilde, "pollinator", now=world.now)


def test_what_was_earned_before_counts_from_the_first_day(world):
    make.training(world.session, world.tilde, at=world.now - 9 * DAY, minutes=90, unit="lesson-1")
    found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
    amounts = {one.criterion: one.figures["amount"] for one in found.standings}
    assert amounts["training-hours"] == 90


def test_a_deadline_moves_with_a_reason_and_no_further_than_the_scheme_allows(world, on_the_way):
    assert on_the_way.deadline == date(2028, 3, 3)
    extend(world, on_the_way, date(2028, 9, 3))
    kept = world.session.query(DeadlineExtension).one()
    assert (kept.before, kept.after, kept.reason) == (date(2028, 3, 3), date(2028, 9, 3), "Föräldraledig.")
    for refused in (date(2028, 9, 3), date(2028, 9, 4), date(2028, 1, 1)):
        with pytest.raises(learners.DeadlineNotMoved):
            extend(world, on_the_way, refused)


def at_noon(day: date, like: datetime) -> datetime:
    return like.replace(year=day.year, month=day.month, day=day.day, hour=12)


def test_a_candidacy_lapses_the_day_after_its_deadline_and_the_person_is_told(world, on_the_way):
    last = at_noon(on_the_way.deadline, world.now)
    assert learners.lapse(world.session, last) == 0
    assert learners.lapse(world.session, last + DAY) == 1
    letter = world.session.query(Mail).filter_by(kind="deadline_passed").one()
    assert (on_the_way.state, letter.to) == ("lapsed", world.tilde.email)
    assert "3 mars 2028" in letter.text


def test_who_was_ready_in_time_and_waits_for_a_decision_does_not_lapse(world, on_the_way):
    make.waive_everything(world.session, on_the_way, by=world.cleo, now=world.now)
    late = at_noon(on_the_way.deadline, world.now) + DAY
    assert learners.lapse(world.session, late) == 0
    assert world.decided(on_the_way, by=world.ruben, now=late).kind == "grant"


def test_what_changes_by_itself_is_read_again_on_the_day(world, on_the_way):
    make.waivers.waive(
        world.session,
        on_the_way,
        criterion=on_the_way.standings[0].criterion,
        reason="equivalent",
        text="Intyg.",
        until=world.now.date() + 10 * DAY,
        by=world.cleo.id,
        now=world.now,
    )
    row = on_the_way.standings[0]
    assert (row.state, on_the_way.next_change) == ("waived", world.now.date() + 11 * DAY)
    assert standing.revisit(world.session, world.now + 10 * DAY) == 0
    assert standing.revisit(world.session, world.now + 11 * DAY) == 1
    assert (row.state, standing.revisit(world.session, world.now + 12 * DAY)) == ("unmet", 0)


class TestNewVersion:
    @pytest.fixture
    def publish(self, world):
        """Publish version 2 of Participant, which asks for 13 hours, honouring the old one for so many months."""

        def publish(keep_months):
            draft = schemes.draft(world.session, "participant", by=world.cleo.id, now=world.now)
            text = draft.text.replace("hours = 12", "hours = 13")
            schemes.save_draft(world.session, draft, text, by=world.cleo.id, now=world.now)
            return schemes.publish(
                world.session, draft, keep_months=keep_months, by=world.cleo.id, now=world.now
            )

        return publish

    def test_who_began_before_keeps_the_version_until_its_last_day(self, world, publish):
        found = world.ready(world.tilde)
        old = found.scheme_version_id
        publish(2)
        last = at_noon(date(2027, 5, 3), world.now)
        assert transition.move_on(world.session, now=last) == 0
        assert found.scheme_version_id == old
        assert world.decided(found, now=last).outcome["met"]

    def test_afterwards_an_open_candidacy_moves_is_read_anew_and_the_person_told(self, world, publish):
        found = world.ready(world.tilde)
        assert found.ready_at is not None
        new = publish(2)
        moved_at = at_noon(date(2027, 5, 4), world.now)
        assert transition.move_on(world.session, now=moved_at) == 1
        assert (found.scheme_version_id, found.ready_at, found.fulfilled) == (new.id, None, 2)
        hours = next(one for one in found.standings if one.criterion == "training-hours")
        assert (hours.figures["amount"], hours.figures["target"]) == (12 * 60, 13 * 60)
        letter = world.session.query(Mail).filter_by(kind="version_changed").one()
        assert letter.to == world.tilde.email
        assert "2 av 3 krav" in letter.text
        noted = world.session.query(audit.AuditEvent).filter_by(action="candidacy.moved").one()
        assert noted.details == {"scheme": "participant", "before": 1, "after": 2}
        assert transition.move_on(world.session, now=moved_at) == 0

    def test_new_evidence_counts_by_the_new_version(self, world, publish):
        found = world.ready(world.tilde)
        publish(0)
        later = world.now + DAY
        transition.move_on(world.session, now=later)
        make.training(world.session, world.tilde, at=later, minutes=60, unit="lesson-9")
        assert found.ready_at is not None
        decision = world.decided(found, now=later + DAY)
        assert decision.scheme_version_id == schemes.current(world.session, "participant").id
        assert deciding.export(world.session, decision)["digest"] == decision.digest

    def test_what_is_closed_stays_on_its_version(self, world, publish):
        made = world.certified(world.tilde)
        publish(0)
        assert transition.move_on(world.session, now=world.now + 40 * DAY) == 0
        assert schemes.load(world.session, made.scheme_version_id).version == 1

    def test_the_daily_work_moves_them(self, world, publish):
        found = world.ready(world.tilde)
        new = publish(0)
        world.session.commit()
        job = jobs.Job(
            name="standings-by-day",
            args={},
            state="running",
            created_at=world.now,
            run_after=world.now,
            lease_until=world.now,
        )
        world.session.add(job)
        world.session.flush()
        run = jobs.Run(world.session, job, world.now + DAY, last_attempt=False, lease=world.now)
        jobs.KINDS["standings-by-day"].work(run)
        assert found.scheme_version_id == new.id


def test_a_rebuilt_standing_is_the_kept_one(world):
    found = world.ready(world.tilde)
    kept = [(one.criterion, one.state, one.figures, one.accumulated) for one in found.standings]
    standing.rebuild(world.session, found, world.now)
    assert [(one.criterion, one.state, one.figures, one.accumulated) for one in found.standings] == kept
