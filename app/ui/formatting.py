"""How dates, times, amounts and sizes are written, in Swedish and English. Filters for Jinja, usable anywhere.

Every function takes ``locale`` ("sv", "en"); left out, it is the reader's. Instants are shown in the reader's zone,
which is Europe/Stockholm unless a person has chosen another; a naive datetime raises ValueError.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import has_request_context
from flask_babel import get_timezone

from app import i18n

STOCKHOLM = ZoneInfo("Europe/Stockholm")
THIN = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"


def _language(locale: str | None) -> str:
    return locale or i18n.language()


# The same few days and numbers stand on a page many times over.
_remembered = lru_cache(maxsize=4096, typed=True)


@_remembered
def _date(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, locale=language)


@_remembered
def _number(value: int | float | Decimal, language: str) -> str:
    text: str = format_decimal(value, format="#,##0.##", locale=language)
    return text.replace("-", "\N{MINUS SIGN}")


@_remembered
def _money(minor: int, currency: str, language: str) -> str:
    whole = minor % 100 == 0
    text: str = format_currency(
        Decimal(minor) / 100,
        currency,
        locale="en_SE" if language == "en" else "sv_SE",
        format="#,##0\N{NO-BREAK SPACE}¤" if whole else "#,##0.00\N{NO-BREAK SPACE}¤",
        currency_digits=False,
    )
    return text


def _zone(zone: ZoneInfo | None) -> Any:
    if zone is not None:
        return zone
    return get_timezone() if has_request_context() else STOCKHOLM


def _local(instant: datetime, zone: ZoneInfo | None) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant without a zone cannot be shown: which one is meant?")
    return instant.astimezone(_zone(zone))


def _day(value: date | datetime, zone: ZoneInfo | None) -> date:
    return _local(value, zone).date() if isinstance(value, datetime) else value


def day(value: date | datetime | None, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "3 mars 2027", "3 March 2027"; nothing for None."""
    if value is None:
        return ""
    return _date(_day(value, zone), "d MMMM y", _language(locale))


def short_day(value: date | datetime | None, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "3 mars", "3 March": where the year is plain from the context."""
    return "" if value is None else _date(_day(value, zone), "d MMMM", _language(locale))


def weekday(value: date | datetime, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "onsdag 3 mars 2027", "Wednesday 3 March 2027"."""
    return _date(_day(value, zone), "EEEE d MMMM y", _language(locale))


def days(first: date, last: date, locale: str | None = None) -> str:
    """ "3–5 mars 2027", "28 februari–2 mars 2027", "30 December 2026–2 January 2027"."""
    if first == last:
        return day(first, locale)
    if first.year != last.year:
        return f"{day(first, locale)}{DASH}{day(last, locale)}"
    start = str(first.day) if first.month == last.month else short_day(first, locale)
    return f"{start}{DASH}{day(last, locale)}"


def month(value: date | datetime, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "mars 2027", "March 2027"."""
    return _date(_day(value, zone), "MMMM y", _language(locale))


def week(value: date | datetime, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """The ISO week: "v. 10", "week 10"."""
    number = _day(value, zone).isocalendar().week
    return f"v.{THIN}{number}" if _language(locale) == "sv" else f"week{THIN}{number}"


def _clock(value: datetime | time, locale: str | None, zone: ZoneInfo | None) -> str:
    local = _local(value, zone) if isinstance(value, datetime) else value
    return f"{local:%H.%M}" if _language(locale) == "sv" else f"{local:%H:%M}"


def clock(value: datetime | time | None, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "kl. 09.00", "09:00"."""
    if value is None:
        return ""
    text = _clock(value, locale, zone)
    return f"kl.{THIN}{text}" if _language(locale) == "sv" else text


def moment(value: datetime | None, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "3 mars 2027 kl. 09.00", "3 March 2027, 09:00"."""
    if value is None:
        return ""
    glue = " " if _language(locale) == "sv" else ", "
    return f"{day(value, locale, zone)}{glue}{clock(value, locale, zone)}"


def span(start: datetime, end: datetime, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "kl. 09.00–10.30", "09:00–10:30"; with both days where they differ."""
    if _day(start, zone) != _day(end, zone):
        return f"{moment(start, locale, zone)}{DASH}{moment(end, locale, zone)}"
    return f"{clock(start, locale, zone)}{DASH}{_clock(end, locale, zone)}"


def session(start: datetime, end: datetime, locale: str | None = None, zone: ZoneInfo | None = None) -> str:
    """ "3 mars 2027 kl. 09.00–10.30", "3 March 2027, 09:00–10:30"."""
    if _day(start, zone) != _day(end, zone):
        return span(start, end, locale, zone)
    glue = " " if _language(locale) == "sv" else ", "
    return f"{day(start, locale, zone)}{glue}{span(start, end, locale, zone)}"


def number(value: int | float | Decimal | None, locale: str | None = None) -> str:
    """ "1 250", "4,2" in Swedish, "1,250", "4.2" in English; at most two decimals."""
    if value is None:
        return ""
    return _number(
        value + 0, _language(locale)
    )  # nought has no sign, or what is remembered depended on who came first


def hours(minutes: int | None, locale: str | None = None) -> str:
    """Minutes as hours: "31 h", "12 tim 30 min", "45 min" in Swedish; "12 h 30 min" in English."""
    if minutes is None:
        return ""
    sign = "\N{MINUS SIGN}" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), 60)
    if not whole and rest:
        return f"{sign}{rest}{THIN}min"
    if not rest:
        return f"{sign}{number(whole, locale)}{THIN}h"
    unit = "tim" if _language(locale) == "sv" else "h"
    return f"{sign}{number(whole, locale)}{THIN}{unit} {rest}{THIN}min"


def percent(value: int | float | None, locale: str | None = None) -> str:
    """A whole or broken percentage: "80 %" in Swedish, "80%" in English. The value is 0-100."""
    if value is None:
        return ""
    gap = THIN if _language(locale) == "sv" else ""
    return f"{number(value, locale)}{gap}%"


def size(octets: int, locale: str | None = None) -> str:
    """A file's size in steps of 1,000: "940 byte", "12 kB", "2,4 MB"."""
    if octets < 1000:
        return f"{octets}{THIN}byte"
    value, units = octets / 1000, ["kB", "MB", "GB", "TB"]
    while value >= 999.5 and len(units) > 1:
        value, units = value / 1000, units[1:]
    unit = units[0]
    rounded = round(value) if value >= 10 or unit == "kB" else round(value, 1)
    return f"{number(rounded, locale)}{THIN}{unit}"


def money(minor: int | None, currency: str = "SEK", locale: str | None = None) -> str:
    """Minor units as an amount: 125000 -> "1 250 kr", 125050 -> "1 250,50 kr"; other currencies by their code."""
    return "" if minor is None else _money(minor, currency, _language(locale))


def ordered(values: list[str], locale: str | None = None) -> str:
    """ "a, b och c", "a, b and c"."""
    if len(values) < 2:
        return "".join(values)
    word = "och" if _language(locale) == "sv" else "and"
    return f"{', '.join(values[:-1])} {word} {values[-1]}"


def language_name(code: str, locale: str | None = None) -> str:
    """ "svenska", "Swedish"."""
    return Locale.parse(code).get_language_name(_language(locale)) or code


FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "short_day": short_day,
    "weekday": weekday,
    "days": days,
    "month": month,
    "week": week,
    "clock": clock,
    "moment": moment,
    "span": span,
    "session": session,
    "number": number,
    "hours": hours,
    "percent": percent,
    "size": size,
    "money": money,
    "ordered": ordered,
    "language_name": language_name,
}
