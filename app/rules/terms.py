"""The terms of a licence: what a publisher lets a licensee do with a course, read from a licence's content.

Pure: bytes in, a frozen value or a list of faults out. Days are calendar days and both ends belong to the period.
Money is whole minor units (öre, cent), VAT is in hundredths of a percent (2500 is 25 %).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

FORMAT = "accelerera-licence/1"
KINDS = ("seats", "registrations", "attendees", "flat")
COUNTED = ("seats", "registrations", "attendees")
AUDIENCES = ("own_staff", "customers")
DELIVERERS = ("named", "own", "any")
MODELS = ("each", "tiered", "flat", "free")
MOST = 1_000_000
MOST_MONEY = 100_000_000_000
LONGEST_NAME = 200
LONGEST_GRACE = 730

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,2}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class BadTerms(ValueError):
    """The content is no licence; ``faults`` say each thing that is wrong, for the person who made it."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation: its id here, and its name as both sides read it."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What is paid. ``each``: per unit; ``tiered``: ``tiers`` of (up to and including how many units, per unit),
    the last without an end; ``flat``: for the whole period; ``free``: nothing."""

    model: str
    currency: str
    amount: int = 0
    tiers: tuple[tuple[int | None, int], ...] = ()
    minimum: int = 0
    vat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """``amount`` None: without a limit. ``below`` is the first version that is not covered; empty: none.

    ``teaches``: the licensee's own staff, and/or the customers it gives sessions to. ``deliverers``: ``named``
    coaches only, the licensee's ``own`` certified coaches, or ``any`` certified coach. ``grace_days``: how long
    after the end those who are mid-way may go on. ``rollover``: unused seats pass to the licence that follows.
    ``divisible``: the licensee may hand unused seats on to another organisation.
    """

    id: UUID
    publisher: Party
    licensee: Party
    course: str
    first_version: str
    below: str
    kind: str
    amount: int | None
    starts: date
    ends: date
    teaches: tuple[str, ...]
    deliverers: str
    coaches: tuple[UUID, ...]
    price: Price
    grace_days: int
    rollover: bool
    divisible: bool
    trial: bool


def number_of(version: str) -> tuple[int, ...]:
    """A version as numbers, so that 1.10 comes after 1.9; trailing zeros say nothing."""
    parts = [int(part) for part in version.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def covers_version(terms: Terms, version: str) -> bool:
    """Whether the course's ``version`` lies in the range. One that is not made of numbers never does."""
    if not _VERSION.fullmatch(version):
        return False
    asked = number_of(version)
    return number_of(terms.first_version) <= asked and (not terms.below or asked < number_of(terms.below))


def write(terms: Terms) -> bytes:
    """The content of a licence file that says these terms."""
    price = terms.price
    said = {
        "format": FORMAT,
        "id": str(terms.id),
        "publisher": {"id": str(terms.publisher.id), "name": terms.publisher.name},
        "licensee": {"id": str(terms.licensee.id), "name": terms.licensee.name},
        "course": terms.course,
        "versions": {"from": terms.first_version, "below": terms.below},
        "kind": terms.kind,
        "amount": terms.amount,
        "from": terms.starts.isoformat(),
        "until": terms.ends.isoformat(),
        "teaches": list(terms.teaches),
        "delivered_by": {"rule": terms.deliverers, "coaches": [str(one) for one in terms.coaches]},
        "price": {
            "model": price.model,
            "currency": price.currency,
            "amount": price.amount,
            "tiers": [list(tier) for tier in price.tiers],
            "minimum": price.minimum,
            "vat": price.vat,
        },
        "grace_days": terms.grace_days,
        "rollover": terms.rollover,
        "divisible": terms.divisible,
        "trial": terms.trial,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def read(content: bytes) -> Terms:
    """The terms that ``content`` says. Raises :class:`BadTerms` with every fault; nothing is guessed."""
    try:
        said = json.loads(content.decode(), object_pairs_hook=_no_twins)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadTerms(f"the content is not JSON: {error}") from error
    if not isinstance(said, dict):
        raise BadTerms("the content is not a JSON object")
    return _Reader(said).terms()


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("a name stands twice")
    return said


class _Reader:
    """Takes the fields out of what was said, and remembers what was wrong with them."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said, self.faults = said, list[str]()

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def terms(self) -> Terms:
        said = self.said
        names = {
            "format", "id", "publisher", "licensee", "course", "versions", "kind", "amount", "from", "until",
            "teaches", "delivered_by", "price", "grace_days", "rollover", "divisible", "trial",
        }  # fmt: skip
        if said.get("format") != FORMAT:
            raise BadTerms(f"format: only {FORMAT} is known")
        for name in sorted(set(said) ^ names):
            self.fault(f"{name}: " + ("is missing" if name in names else "is not known"))
        if self.faults:
            raise BadTerms(*self.faults)
        versions, delivered = self._object("versions"), self._object("delivered_by")
        kind = self._one_of("kind", said["kind"], KINDS)
        found = Terms(
            id=self._id("id", said["id"]),
            publisher=self._party("publisher"),
            licensee=self._party("licensee"),
            course=self._matching("course", said["course"], _SLUG, "a course's id"),
            first_version=self._matching("versions.from", versions.get("from"), _VERSION, "such as 1.0.0"),
            below=self._matching("versions.below", versions["below"], _VERSION, "such as 2.0.0")
            if versions.get("below", "")
            else "",
            kind=kind,
            amount=None
            if said["amount"] is None
            else self._whole("amount", said["amount"], lowest=1, most=MOST),
            starts=self._day("from"),
            ends=self._day("until"),
            teaches=self._several("teaches", said["teaches"], AUDIENCES),
            deliverers=self._one_of("delivered_by.rule", delivered.get("rule"), DELIVERERS),
            coaches=tuple(
                self._id("delivered_by.coaches", one) for one in self._list("delivered_by", "coaches")
            ),
            price=self._price(),
            grace_days=self._whole("grace_days", said["grace_days"], most=LONGEST_GRACE),
            rollover=self._flag("rollover"),
            divisible=self._flag("divisible"),
            trial=self._flag("trial"),
        )
        self._fit_together(found)
        if self.faults:
            raise BadTerms(*self.faults)
        return found

    def _fit_together(self, terms: Terms) -> None:
        if terms.ends < terms.starts:
            self.fault("until: lies before from")
        if terms.kind == "seats" and terms.amount is None:
            self.fault("amount: seats need a number")
        if terms.kind == "flat" and terms.amount is not None:
            self.fault("amount: a flat licence has no number")
        if (terms.deliverers == "named") != bool(terms.coaches):
            self.fault("delivered_by.coaches: coaches are listed where the rule is named, and only there")
        if not self.faults and terms.below and not covers_version(terms, terms.first_version):
            self.fault("versions.below: is not above from")
        if terms.publisher.id == terms.licensee.id:
            self.fault("licensee: is the publisher itself")
        if (terms.kind == "flat") != (terms.price.model == "flat") and terms.price.model != "free":
            self.fault("price.model: a flat licence has a flat price, and no other licence has")

    def _price(self) -> Price:
        said = self._object("price")
        for name in sorted(set(said) ^ {"model", "currency", "amount", "tiers", "minimum", "vat"}):
            self.fault(f"price.{name}: is missing or not known")
        model = self._one_of("price.model", said.get("model"), MODELS)
        tiers = tuple(self._tier(one) for one in self._list("price", "tiers"))
        amount = self._whole("price.amount", said.get("amount"), most=MOST_MONEY)
        minimum = self._whole("price.minimum", said.get("minimum"), most=MOST_MONEY)
        if (model == "tiered") != bool(tiers):
            self.fault("price.tiers: are listed where the model is tiered, and only there")
        ends = [end for end, _each in tiers]
        if tiers and (ends[-1] is not None or ends[:-1] != sorted({end for end in ends[:-1] if end})):
            self.fault("price.tiers: rise, and only the last has no end")
        if model in ("tiered", "free") and amount:
            self.fault(f"price.amount: is 0 where the model is {model}")
        if model == "free" and minimum:
            self.fault("price.minimum: is 0 where the model is free")
        return Price(
            model=model,
            currency=self._matching("price.currency", said.get("currency"), _CURRENCY, "such as SEK"),
            amount=amount,
            tiers=tiers,
            minimum=minimum,
            vat=self._whole("price.vat", said.get("vat"), most=10_000),
        )

    def _tier(self, said: Any) -> tuple[int | None, int]:
        if not isinstance(said, list) or len(said) != 2:
            self.fault("price.tiers: each is [up to how many or null, the price of one]")
            return None, 0
        end = None if said[0] is None else self._whole("price.tiers", said[0], lowest=1, most=MOST)
        return end, self._whole("price.tiers", said[1], most=MOST_MONEY)

    def _object(self, name: str) -> Mapping[str, Any]:
        value = self.said[name]
        if isinstance(value, dict):
            return value
        self.fault(f"{name}: is not an object")
        return {}

    def _list(self, parent: str, name: str) -> list[Any]:
        value = self._object(parent).get(name)
        if isinstance(value, list) and len(value) <= 500:
            return value
        self.fault(f"{parent}.{name}: is not a list")
        return []

    def _party(self, name: str) -> Party:
        said = self._object(name)
        title = said.get("name")
        if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_NAME:
            self.fault(f"{name}.name: is missing or longer than {LONGEST_NAME} characters")
        if set(said) - {"id", "name"}:
            self.fault(f"{name}: has fields that are not known")
        return Party(self._id(f"{name}.id", said.get("id")), str(title))

    def _id(self, name: str, value: Any) -> UUID:
        try:
            found = UUID(value)
        except (ValueError, TypeError, AttributeError):
            found = None
        if found is None or str(found) != value:
            self.fault(f"{name}: is no id")
            return UUID(int=0)
        return found

    def _day(self, name: str) -> date:
        value = self.said[name]
        try:
            found = date.fromisoformat(value)
        except (ValueError, TypeError):
            found = None
        if found is None or found.isoformat() != value or not 2000 <= found.year <= 2200:
            self.fault(f"{name}: is no day such as 2027-01-31")
            return date(2000, 1, 1)
        return found

    def _whole(self, name: str, value: Any, *, lowest: int = 0, most: int) -> int:
        if type(value) is not int or not lowest <= value <= most:
            self.fault(f"{name}: is no whole number from {lowest} to {most}")
            return lowest
        return value

    def _flag(self, name: str) -> bool:
        value = self.said[name]
        if type(value) is not bool:
            self.fault(f"{name}: is neither true nor false")
        return value is True

    def _one_of(self, name: str, value: Any, known: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in known:
            self.fault(f"{name}: can be {', '.join(known)}")
            return known[0]
        return value

    def _several(self, name: str, value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or any(one not in known for one in value):
            self.fault(f"{name}: lists one or more of {', '.join(known)}")
            return ()
        return tuple(one for one in known if one in value)

    def _matching(self, name: str, value: Any, pattern: re.Pattern[str], like: str) -> str:
        if not isinstance(value, str) or len(value) > 80 or not pattern.fullmatch(value):
            self.fault(f"{name}: is not {like}")
            return "0"
        return value
