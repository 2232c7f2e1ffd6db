"""Dates, times and amounts as people in Sweden and England write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.ui import formatting as f

MORNING = datetime(2027, 3, 3, 8, 0, tzinfo=UTC)
LATER = datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def test_a_day_is_written_with_its_month_in_words() -> None:
    assert f.day(date(2027, 3, 3), "sv") == "3 mars 2027"
    assert f.day(date(2027, 3, 3), "en") == "3 March 2027"


def test_an_instant_just_before_midnight_utc_falls_on_the_next_day_in_stockholm() -> None:
    assert f.day(datetime(2027, 3, 3, 23, 30, tzinfo=UTC), "sv", STOCKHOLM) == "4 mars 2027"


def test_times_follow_daylight_saving() -> None:
    assert f.clock(datetime(2027, 1, 15, 8, 0, tzinfo=UTC), "sv", STOCKHOLM) == "kl.\N{NO-BREAK SPACE}09.00"
    assert f.clock(datetime(2027, 7, 15, 8, 0, tzinfo=UTC), "sv", STOCKHOLM) == "kl.\N{NO-BREAK SPACE}10.00"


def test_a_session_within_one_day_names_the_day_once() -> None:
    assert f.session(MORNING, LATER, "sv", STOCKHOLM) == "3 mars 2027 kl.\N{NO-BREAK SPACE}09.00–10.30"
    assert f.session(MORNING, LATER, "en", STOCKHOLM) == "3 March 2027, 09:00–10:30"


def test_a_session_over_midnight_names_both_days() -> None:
    end = datetime(2027, 3, 4, 1, 0, tzinfo=UTC)
    assert f.session(MORNING, end, "en", STOCKHOLM) == "3 March 2027, 09:00–4 March 2027, 02:00"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        f.moment(datetime(2027, 3, 3, 8, 0), "sv", STOCKHOLM)


@pytest.mark.parametrize(
    ("first", "last", "swedish"),
    [
        (date(2027, 3, 3), date(2027, 3, 3), "3 mars 2027"),
        (date(2027, 3, 3), date(2027, 3, 5), "3–5 mars 2027"),
        (date(2027, 2, 28), date(2027, 3, 2), "28 februari–2 mars 2027"),
        (date(2026, 12, 30), date(2027, 1, 2), "30 december 2026–2 januari 2027"),
    ],
)
def test_days_in_a_row_say_nothing_twice(first: date, last: date, swedish: str) -> None:
    assert f.days(first, last, "sv") == swedish


def test_weeks_are_iso_weeks() -> None:
    assert f.week(date(2027, 3, 10), "sv") == "v.\N{NO-BREAK SPACE}10"
    assert f.week(date(2027, 1, 1), "en") == "week\N{NO-BREAK SPACE}53"


@pytest.mark.parametrize(
    ("minutes", "swedish", "english"),
    [
        (0, "0 h", "0 h"),
        (45, "45 min", "45 min"),
        (60, "1 h", "1 h"),
        (750, "12 tim 30 min", "12 h 30 min"),
        (75_000, "1 250 h", "1,250 h"),
        (-90, "−1 tim 30 min", "−1 h 30 min"),
    ],
)
def test_minutes_are_read_as_hours(minutes: int, swedish: str, english: str) -> None:
    assert f.hours(minutes, "sv").replace("\N{NO-BREAK SPACE}", " ") == swedish
    assert f.hours(minutes, "en").replace("\N{NO-BREAK SPACE}", " ") == english


def test_numbers_and_shares_have_the_marks_of_their_language() -> None:
    assert f.number(4.25, "sv") == "4,25"
    assert f.number(4.25, "en") == "4.25"
    assert f.percent(80, "sv") == "80\N{NO-BREAK SPACE}%"
    assert f.percent(80, "en") == "80%"


@pytest.mark.parametrize(
    ("octets", "swedish"),
    [(940, "940 byte"), (12_400, "12 kB"), (999_600, "1 MB"), (2_400_000, "2,4 MB"), (25_000_000, "25 MB")],
)
def test_a_file_has_a_size_that_says_something(octets: int, swedish: str) -> None:
    assert f.size(octets, "sv").replace("\N{NO-BREAK SPACE}", " ") == swedish


def test_money_shows_minor_units_only_where_there_are_any() -> None:
    assert f.money(125_000, "SEK", "sv") == "1\N{NO-BREAK SPACE}250\N{NO-BREAK SPACE}kr"
    assert f.money(125_050, "SEK", "sv") == "1\N{NO-BREAK SPACE}250,50\N{NO-BREAK SPACE}kr"
    assert f.money(125_000, "SEK", "en").endswith("kr") or "SEK" in f.money(125_000, "SEK", "en")


def test_a_list_ends_in_and() -> None:
    assert f.ordered(["Falkvik", "Granåsa", "Sundmåla"], "sv") == "Falkvik, Granåsa och Sundmåla"
    assert f.ordered(["Falkvik"], "en") == "Falkvik"


def test_nought_has_no_sign_whichever_nought_was_written_first() -> None:
    assert [f.number(one, "en") for one in (-0.0, 0.0, 0)] == ["0", "0", "0"]


def test_a_number_is_written_for_its_reader_and_not_for_the_one_before() -> None:
    assert [f.number(1250.5, one) for one in ("en", "sv")] == ["1,250.5", "1\N{NO-BREAK SPACE}250,5"]
