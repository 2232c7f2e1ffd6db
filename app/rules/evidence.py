"""One item of evidence: something that happened, for one person, as one xAPI statement said it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.rules import canonical

Scalar = str | int | bool | None


#: The facts that name the thing an item is about, per kind: it counts once for a person.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "training": ("course", "unit"),
    "coaching": ("hours",),
    "mentoring": ("mentoring",),
    "mentoring_given": ("mentoring",),
    "attendance": ("delivery",),
    "delivery": ("delivery",),
    "assessment": ("attempt",),
    "observation": ("observation",),
    "credits": ("declaration",),
    "certificate": ("certificate",),
    "declaration": ("signing",),
}


def _subject(kind: str, facts: Mapping[str, Scalar]) -> tuple[str, ...] | None:
    about = [kind]
    for name in SUBJECTS.get(kind, ()):
        value = facts.get(name)
        if value is None:
            return None
        about.append(str(value))
    return tuple(about) if len(about) > 1 else None


def instant(text: str) -> datetime:
    """An ISO 8601 instant with an offset, as an aware UTC datetime. Raises ValueError without an offset."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"an instant needs an offset from UTC: {text}")
    return value.astimezone(UTC)


def _utc(name: str, value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{name} must know its offset from UTC")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What counts, or might.

    ``starts`` is when it began and ``minutes`` how long it took; ``recorded`` is when the service learnt of
    it and ``withdrawn`` when it was taken back. ``valid_from`` and ``valid_until`` (its last day) say how
    long something holds that holds for a while. ``day`` is the calendar day of ``starts`` in UTC, ``ends`` is
    ``minutes`` after it, and ``subject`` is what the item is about, equal for the same thing.
    """

    id: str
    person: str
    kind: str
    starts: datetime
    recorded: datetime
    minutes: int = 0
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    statement: str
    withdrawn: datetime | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    day: date = field(init=False, repr=False, compare=False)
    iso_day: str = field(init=False, repr=False, compare=False)
    ends: datetime = field(init=False, repr=False, compare=False)
    subject: tuple[str, ...] | None = field(init=False, repr=False, compare=False)
    _digest: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        starts = _utc("starts", self.starts)
        object.__setattr__(self, "starts", starts)
        object.__setattr__(self, "recorded", _utc("recorded", self.recorded))
        if self.withdrawn is not None:
            object.__setattr__(self, "withdrawn", _utc("withdrawn", self.withdrawn))
        object.__setattr__(self, "day", starts.date())
        object.__setattr__(self, "iso_day", starts.date().isoformat())
        object.__setattr__(self, "ends", starts + timedelta(minutes=self.minutes))
        object.__setattr__(self, "subject", _subject(self.kind, self.facts))

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def order(self) -> tuple[datetime, str]:
        """What was recorded first comes first; the id decides between equals."""
        return (self.recorded, self.id)

    def known(self, at: datetime) -> bool:
        """Whether the service, at that instant, knew of it and had not taken it back."""
        return self.recorded <= at and (self.withdrawn is None or self.withdrawn > at)

    @property
    def digest(self) -> str:
        """SHA-256 over what was said. A later withdrawal is another fact and does not change it."""
        if not self._digest:
            content = self.to_json()
            del content["withdrawn"]
            object.__setattr__(self, "_digest", canonical.digest(content))
        return self._digest

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "person": self.person,
            "kind": self.kind,
            "starts": self.starts.isoformat(),
            "recorded": self.recorded.isoformat(),
            "minutes": self.minutes,
            "facts": dict(self.facts),
            "statement": self.statement,
            "withdrawn": self.withdrawn.isoformat() if self.withdrawn else None,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """The item that ``to_json`` wrote. Raises KeyError or ValueError where something is wrong."""
        return cls(
            id=data["id"],
            person=data["person"],
            kind=data["kind"],
            starts=instant(data["starts"]),
            recorded=instant(data["recorded"]),
            minutes=int(data["minutes"]),
            facts=dict(data["facts"]),
            statement=data["statement"],
            withdrawn=instant(data["withdrawn"]) if data.get("withdrawn") else None,
            valid_from=date.fromisoformat(data["valid_from"]) if data.get("valid_from") else None,
            valid_until=date.fromisoformat(data["valid_until"]) if data.get("valid_until") else None,
        )
