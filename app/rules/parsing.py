"""From a scheme file's content to a scheme version, or to every mistake in it at once.

The file says hours in quarters of an hour and means with two decimals; inside they are whole minutes and
hundredths. The parser knows each key: one that it does not know is a mistake, not a wish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.rules import canonical
from app.rules import criteria as kinds
from app.rules.brought import Brought, Reckoners, nobody
from app.rules.criterion import Criterion
from app.rules.groups import AllOf, AnyOf, NOf
from app.rules.holding import CertificateHeld, DeclarationSigned
from app.rules.scheme import AssessmentForm, Level, RubricCriterion, SchemeVersion, walk

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
LANGUAGES = ("sv", "en")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where (``criteria[2].hours``, counted from 0), and what is expected there: a text with places
    for ``values``, so that it can be said in other languages."""

    file: str
    key: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        """What is expected, in English."""
        return self.text % self.values

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.expected}"


class SchemeError(ValueError):
    """A scheme file cannot be read. ``problems`` names every mistake that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class _Table:
    """One table of the file, read key by key; what nobody asked for is a mistake."""

    def __init__(self, data: Any, key: str, problems: list[Problem], file: str) -> None:
        self.key, self.problems, self.file = key, problems, file
        self.seen: dict[str, Any] = {}
        if not isinstance(data, Mapping):
            self.wrong("", "a table is expected")
            data = {}
        self.data: Mapping[str, Any] = data

    def wrong(self, name: str, text: str, **values: Any) -> None:
        path = ".".join(part for part in (self.key, name) if part)
        self.problems.append(Problem(self.file, path or "the file", text, values))

    def path(self, name: str, index: int | None = None) -> str:
        path = f"{self.key}.{name}" if self.key else name
        return path if index is None else f"{path}[{index}]"

    def take(self, name: str, default: Any = None) -> Any:
        value = self.data.get(name, default)
        self.seen[name] = value
        return value

    def whole(self, name: str, default: int | None = None, least: int = 0, most: int = 1_000_000) -> int:
        value = self.take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(name, "a whole number from %(least)s to %(most)s is expected", least=least, most=most)
            return least
        return value

    def maybe(self, name: str) -> int | None:
        return None if self.take(name) is None else self.whole(name, least=1)

    def minutes(self, name: str, default: int | None = None) -> int:
        value = self.take(name, default)
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not 0 <= value <= 100_000 or value * 4 != int(value * 4):
            self.wrong(name, "hours are expected, in quarters of an hour (such as 12 or 1.5)")
            return 0
        return round(float(value) * 60)

    def hundredths(self, name: str) -> int:
        value = self.take(name)
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not 1 <= value <= 5 or abs(value * 100 - round(value * 100)) > 1e-9:
            self.wrong(name, "a mean from 1 to 5 with at most two decimals is expected")
            return 100
        return round(float(value) * 100)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.take(name, default)
        if not isinstance(value, bool):
            self.wrong(name, "true or false is expected")
            return default
        return value

    def slug(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str) or not _SLUG.fullmatch(value):
            self.wrong(name, "a short code of small letters, digits and hyphens is expected")
            return ""
        return value

    def slugs(self, name: str) -> tuple[str, ...]:
        value = self.take(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and _SLUG.fullmatch(v) for v in value):
            self.wrong(name, "a list of short codes is expected")
            return ()
        return tuple(value)

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.take(name, default)
        if value not in choices:
            self.wrong(name, "one of %(choices)s is expected", choices=", ".join(choices))
            return choices[0]
        return str(value)

    def version(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str) or not _VERSION.fullmatch(value):
            self.wrong(name, "a version of three numbers is expected, such as 1.0.0")
            return ""
        return value

    def numbers(self, name: str) -> dict[str, int]:
        value = self.take(name, {})
        good = isinstance(value, Mapping) and all(type(one) is int for one in value.values())
        if not good:
            self.wrong(name, "whole numbers by name are expected, such as { weeks = 8 }")
            return {}
        return dict(value)

    def texts(self, name: str) -> dict[str, str]:
        value = self.take(name)
        good = isinstance(value, Mapping) and set(value) == set(LANGUAGES)
        if not good or not all(isinstance(text, str) and text.strip() for text in value.values()):
            self.wrong(name, "a text in each language is expected: sv and en")
            return dict.fromkeys(LANGUAGES, "")
        return dict(value)

    def tables(self, name: str, least: int = 0) -> list[_Table]:
        value = self.take(name, [])
        if not isinstance(value, list) or len(value) < least:
            if least:
                self.wrong(name, "at least %(least)s of these are expected", least=least)
            else:
                self.wrong(name, "a list is expected")
            return []
        return [_Table(v, self.path(name, i), self.problems, self.file) for i, v in enumerate(value)]

    def finish(self) -> dict[str, Any]:
        """The table with its defaults; every key that was not asked for is a mistake."""
        for name in self.data:
            if name not in self.seen:
                known = ", ".join(sorted(self.seen))
                self.wrong(name, "this key is not known here; known are %(known)s", known=known)
        return {name: value for name, value in self.seen.items() if value is not None}


Reader = Callable[[_Table, str, str], Criterion]
BROUGHT = Brought.kind


def _coaching(t: _Table, code: str, scheme: str) -> Criterion:
    recent, within = t.minutes("recent_hours", 0), t.whole("within_months", 0)
    if bool(recent) != bool(within):
        t.wrong("within_months", "recent_hours and within_months belong together")
    return kinds.CoachingHours(
        code=code,
        scheme=scheme,
        minimum=t.minutes("hours"),
        paid=t.minutes("paid_hours", 0),
        clients=t.whole("clients", 0),
        recent=recent,
        within=within,
        max_group=t.whole("max_group", 0),
    )


def _mentoring(t: _Table, code: str, scheme: str) -> Criterion:
    weeks, months = t.whole("span_weeks", 0), t.whole("span_months", 0)
    if weeks and months:
        t.wrong("span_weeks", "a span in weeks or in months is expected, not both")
    return kinds.MentorHours(
        code=code,
        scheme=scheme,
        minimum=t.minutes("hours"),
        one_to_one=t.minutes("one_to_one_hours", 0),
        span_weeks=weeks,
        span_months=months,
        given=t.flag("given"),
    )


def _deliveries(t: _Table, code: str, scheme: str) -> Criterion:
    return kinds.Deliveries(
        code=code,
        scheme=scheme,
        minimum=t.whole("count", least=1),
        role="co" if t.one_of("role", ("lead", "co"), "lead") == "co" else "lead",
        co_share=t.whole("co_share", 0, most=100),
        municipalities=t.whole("municipalities", 0),
        participants=t.whole("participants", 0),
        within=t.whole("within_months", 0),
    )


KINDS: dict[str, Reader] = {
    "training_hours": lambda t, code, scheme: kinds.TrainingHours(
        code=code, scheme=scheme, minimum=t.minutes("hours"), core_only=t.flag("core_only")
    ),
    "course_completed": lambda t, code, scheme: kinds.CourseCompleted(
        code=code, scheme=scheme, course=t.slug("course"), units=t.slugs("units")
    ),
    "coaching_hours": _coaching,
    "mentor_hours": _mentoring,
    "deliveries": _deliveries,
    "attendance": lambda t, code, scheme: kinds.Attendance(
        code=code, scheme=scheme, percent=t.whole("percent", least=1, most=100)
    ),
    "observed": lambda t, code, scheme: kinds.Observed(
        code=code, scheme=scheme, minimum=t.whole("count", least=1), examiners=t.whole("examiners", 0)
    ),
    "assessment": lambda t, code, scheme: kinds.Assessment(
        code=code,
        scheme=scheme,
        assessment=t.slug("assessment"),
        minimum=t.whole("score", 0, most=100),
        examiners=t.whole("examiners", 0),
    ),
    "quality": lambda t, code, scheme: kinds.Quality(
        code=code, scheme=scheme, mean=t.hundredths("mean"), answers=t.whole("answers", least=1)
    ),
    "certified_trainees": lambda t, code, scheme: kinds.CertifiedTrainees(
        code=code, scheme=scheme, trainee_scheme=t.slug("certified_in"), minimum=t.whole("count", least=1)
    ),
    "credits": lambda t, code, scheme: kinds.Credits(
        code=code,
        scheme=scheme,
        minimum=t.whole("credits", least=1),
        core=t.whole("core", 0),
        ethics=t.whole("ethics", 0),
    ),
    "certificate_held": lambda t, code, scheme: CertificateHeld(
        code=code, scheme=scheme, held_scheme=t.slug("certificate")
    ),
    "declaration": lambda t, code, scheme: DeclarationSigned(
        code=code,
        scheme=scheme,
        wording=canonical.digest(t.texts("declares")),
        within=t.whole("within_months", 0),
    ),
}
GROUPS = ("all_of", "any_of", "n_of")


class _Reading:
    """What is gathered while the criteria are read: their texts, and which codes are taken."""

    def __init__(self, scheme: str, reckoners: Reckoners) -> None:
        self.scheme, self.reckoners = scheme, reckoners
        self.texts: dict[str, dict[str, str]] = {}
        self.names: dict[str, dict[str, str]] = {}

    def read_all(self, tables: list[_Table]) -> tuple[list[Criterion], list[dict[str, Any]]]:
        read = [self.read(table) for table in tables]
        return [one for one, _ in read if one is not None], [source for _, source in read]

    def read(self, t: _Table) -> tuple[Criterion | None, dict[str, Any]]:
        code = t.slug("code")
        if code in self.names:
            t.wrong("code", "a code of its own is expected: %(code)s is taken", code=code)
        self.names[code], self.texts[code] = t.texts("name"), t.texts("text")
        kind = t.one_of("kind", (*KINDS, BROUGHT, *GROUPS))
        if kind == BROUGHT:
            return self.brought(t, code), t.finish()
        if kind in KINDS:
            criterion = KINDS[kind](t, code, self.scheme)
            return criterion, t.finish()
        parts, sources = self.read_all(t.tables("criteria", least=1))
        needed = t.whole("n", least=1, most=max(1, len(parts))) if kind == "n_of" else 0
        source = t.finish() | {"criteria": sources}
        common: dict[str, Any] = {"code": code, "scheme": self.scheme, "criteria": tuple(parts)}
        if kind == "n_of":
            return NOf(**common, n=needed), source
        return (AllOf(**common) if kind == "all_of" else AnyOf(**common)), source

    def brought(self, t: _Table, code: str) -> Criterion:
        return Brought(
            code=code,
            scheme=self.scheme,
            course=t.slug("course"),
            version=t.version("version"),
            criterion=t.slug("criterion"),
            parameters=tuple(sorted(t.numbers("parameters").items())),
            within=t.whole("within_months", 0),
            reckoners=self.reckoners,
        )


def _assessment(t: _Table) -> tuple[AssessmentForm, dict[str, Any]]:
    method = t.one_of("method", ("quiz", "rubric"))
    rubric, rubric_sources = [], []
    for one in t.tables("rubric", least=1 if method == "rubric" else 0):
        levels, level_sources = [], []
        for step in one.tables("levels", least=2):
            levels.append(Level(points=step.whole("points", most=100), text=step.texts("text")))
            level_sources.append(step.finish())
        if levels and max(level.points for level in levels) == 0:
            one.wrong("levels", "a highest level of more than 0 points is expected")
        if len({level.points for level in levels}) != len(levels):
            one.wrong("levels", "different points for each level are expected")
        rubric.append(
            RubricCriterion(
                code=one.slug("code"),
                name=one.texts("name"),
                weight=one.whole("weight", 1, least=1),
                levels=tuple(levels),
            )
        )
        rubric_sources.append(one.finish() | {"levels": level_sources})
    if len({one.code for one in rubric}) != len(rubric):
        t.wrong("rubric", "a code of its own is expected for each criterion")
    form = AssessmentForm(
        code=t.slug("code"),
        name=t.texts("name"),
        method=method,
        pass_mark=t.whole("pass_mark", most=100),
        examiners=t.whole("examiners", 0 if method == "quiz" else 1, most=5),
        hand_in=t.flag("hand_in"),
        text=t.texts("text"),
        rubric=tuple(rubric),
    )
    return form, t.finish() | {"rubric": rubric_sources}


def parse(data: Mapping[str, Any], *, file: str = "scheme", reckoners: Reckoners = nobody) -> SchemeVersion:
    """The scheme version that ``data`` (a TOML file's content) describes. Raises SchemeError with all
    mistakes; ``file`` is named in them. ``reckoners`` finds the functions that course packages bring."""
    problems: list[Problem] = []
    top = _Table(data, "", problems, file)
    code = top.slug("code")
    reading = _Reading(code, reckoners)
    criteria, criteria_source = reading.read_all(top.tables("criteria", least=1))
    renewal, renewal_source = reading.read_all(top.tables("renewal"))
    forms, forms_source = [], []
    for table in top.tables("assessments"):
        form, source = _assessment(table)
        forms.append(form)
        forms_source.append(source)
    values: dict[str, Any] = {
        "version": top.whole("version", least=1),
        "level": top.whole("level", least=1, most=20),
        "name": top.texts("name"),
        "summary": top.texts("summary"),
        "prerequisites": top.slugs("prerequisites"),
        "time_limit_months": top.maybe("time_limit_months"),
        "extension_months": top.whole("extension_months", 0),
        "validity_months": top.maybe("validity_months"),
        "renewal_window_months": top.whole("renewal_window_months", 6),
        "grace_days": top.whole("grace_days", 60),
        "max_suspension_months": top.whole("max_suspension_months", 6, least=1),
        "transition_months": top.whole("transition_months", 12),
        "grants": top.slugs("grants"),
    }
    source = top.finish()
    source |= {"criteria": criteria_source, "renewal": renewal_source, "assessments": forms_source}
    _check_references(top, values, [*criteria, *renewal], forms)
    if problems:
        raise SchemeError(problems)
    return SchemeVersion(
        code=code,
        criteria=tuple(criteria),
        renewal=tuple(renewal),
        assessments=tuple(forms),
        texts=reading.texts,
        names=reading.names,
        source=source,
        **values,
    )


def _check_references(
    top: _Table, values: Mapping[str, Any], criteria: list[Criterion], forms: list[AssessmentForm]
) -> None:
    codes = [form.code for form in forms]
    if len(set(codes)) != len(codes):
        top.wrong("assessments", "a code of its own is expected for each assessment")
    for outer in criteria:
        for criterion in walk(outer):
            if isinstance(criterion, kinds.Assessment) and criterion.assessment not in codes:
                top.wrong(
                    "assessments",
                    "an assessment %(assessment)s is expected: %(code)s names it",
                    assessment=criterion.assessment,
                    code=criterion.code,
                )
    if top.data.get("code") in values["prerequisites"]:
        top.wrong("prerequisites", "other schemes are expected, not the scheme itself")
    if top.data.get("renewal") and values["validity_months"] is None:
        top.wrong("validity_months", "a number of months is expected, since there are renewal criteria")
