"""A certification scheme's published version: what it asks for, how long it holds, how it is renewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.rules import canonical
from app.rules.criterion import Criterion
from app.rules.groups import Group
from app.rules.holding import CertificateHeld

Texts = Mapping[str, str]
"""The same text in each language: ``{"sv": ..., "en": ...}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of a rubric's criterion."""

    points: int
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricCriterion:
    """One thing that an examiner looks at. ``weight`` is its part of the whole, beside the others'."""

    code: str
    name: Texts
    weight: int
    levels: tuple[Level, ...]

    @property
    def most(self) -> int:
        """The points of the highest level."""
        return max(level.points for level in self.levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentForm:
    """How one assessment is judged: by a course's quiz (``method`` quiz), or with a rubric by examiners.

    ``pass_mark`` is in whole percent; ``hand_in`` says whether the candidate hands in a file or link.
    """

    code: str
    name: Texts
    method: str
    pass_mark: int
    examiners: int
    hand_in: bool
    text: Texts
    rubric: tuple[RubricCriterion, ...] = ()

    def score(self, points: Mapping[str, int]) -> int:
        """The result in whole percent, rounded down, from the points given to each criterion of the rubric.
        Raises KeyError where one is missing, ValueError where there is no such level."""
        weights = sum(criterion.weight for criterion in self.rubric)
        shares = 0
        for criterion in self.rubric:
            given = points[criterion.code]
            if given not in {level.points for level in criterion.levels}:
                raise ValueError(f"{criterion.code} has no level of {given} points")
            # whole numbers until the end, so that no rounding error decides
            shares += criterion.weight * given * 10_000 // criterion.most
        return shares // weights // 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeVersion:
    """Everything that one version says. Months are calendar months; None means no limit.

    ``source`` is the whole content in the form of a scheme file, defaults filled in: what travels with a decision.
    ``digest`` is the SHA-256 over all of it.
    """

    code: str
    version: int
    level: int
    name: Texts
    summary: Texts
    prerequisites: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    renewal: tuple[Criterion, ...]
    assessments: tuple[AssessmentForm, ...]
    time_limit_months: int | None
    extension_months: int
    validity_months: int | None
    renewal_window_months: int
    grace_days: int
    max_suspension_months: int
    transition_months: int
    grants: tuple[str, ...]
    texts: Mapping[str, Texts]
    names: Mapping[str, Texts]
    source: Mapping[str, Any] = field(repr=False)
    digest: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", canonical.digest(self.source))

    @property
    def prerequisite_criteria(self) -> tuple[CertificateHeld, ...]:
        """The prerequisites as criteria: a certificate of each scheme, active on the day."""
        return tuple(
            CertificateHeld(code=f"holds-{code}", scheme=self.code, held_scheme=code)
            for code in self.prerequisites
        )

    def every(self) -> Iterator[Criterion]:
        """All criteria, of certification and renewal, groups before their parts."""
        for criterion in (*self.criteria, *self.renewal):
            yield from walk(criterion)

    def criterion(self, code: str) -> Criterion:
        """The criterion with this code. Raises KeyError."""
        for criterion in self.every():
            if criterion.code == code:
                return criterion
        raise KeyError(code)

    def assessment(self, code: str) -> AssessmentForm:
        """The assessment with this code. Raises KeyError."""
        for assessment in self.assessments:
            if assessment.code == code:
                return assessment
        raise KeyError(code)

    def to_json(self) -> dict[str, Any]:
        """The version in the form of a scheme file: parsing it gives an equal version."""
        return dict(self.source)


def walk(criterion: Criterion) -> Iterator[Criterion]:
    """The criterion and, where it is a group, everything in it."""
    yield criterion
    if isinstance(criterion, Group):
        for part in criterion.criteria:
            yield from walk(part)
