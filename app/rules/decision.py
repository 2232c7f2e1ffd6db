"""What the rules say of one candidate on one day, in a form that anybody can work out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.rules import canonical
from app.rules.brought import Reckoners, nobody
from app.rules.criterion import Criterion, Known
from app.rules.evidence import Evidence, instant
from app.rules.parsing import parse
from app.rules.scheme import SchemeVersion
from app.rules.standing import Standing

ENGINE = "1"
"""The version of the rules. It changes whenever the same evidence could give another answer than before."""


class Mismatch(ValueError):
    """An exported decision does not follow from what was exported with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``met``: every criterion is met or waived. ``missing`` are the codes of those that are not, ``used``
    the ids of all evidence that counted, ``next_change`` the next day on which any figure changes by itself."""

    met: bool
    on: date
    known_at: datetime
    progress: tuple[Standing, ...]
    missing: tuple[str, ...]
    used: tuple[str, ...]
    next_change: date | None
    engine: str = ENGINE

    def to_json(self) -> dict[str, Any]:
        return {
            "engine": self.engine,
            "met": self.met,
            "on": self.on.isoformat(),
            "known_at": self.known_at.isoformat(),
            "progress": [standing.to_json() for standing in self.progress],
            "missing": list(self.missing),
            "used": sorted(self.used),
            "next_change": self.next_change.isoformat() if self.next_change else None,
        }


def decide(
    criteria: Sequence[Criterion],
    evidence: Iterable[Evidence],
    *,
    on: date,
    known_at: datetime,
    since: date | None = None,
) -> Decision:
    """Whether one person's ``evidence``, as known at ``known_at``, fulfils ``criteria`` on ``on``.

    ``since`` is the first day that counts, for a renewal: the day its certification period began.
    """
    known = Known.of(evidence, known_at)
    progress = tuple(criterion.judge(known, on, since) for criterion in criteria)
    missing = tuple(standing.code for standing in progress if not standing.fulfilled)
    changes = [standing.next_change for standing in progress if standing.next_change]
    used = dict.fromkeys(identity for standing in progress for identity in standing.used)
    return Decision(
        met=not missing,
        on=on,
        known_at=known_at,
        progress=progress,
        missing=missing,
        used=tuple(used),
        next_change=min(changes, default=None),
    )


def export(
    scheme: SchemeVersion,
    evidence: Iterable[Evidence],
    decision: Decision,
    *,
    renewal: bool = False,
    since: date | None = None,
) -> dict[str, Any]:
    """Everything that it takes to work out ``decision`` again, as JSON: the scheme version, all evidence that
    was known, and the answer with its digest, which covers them all."""
    items = sorted((item for item in evidence if item.recorded <= decision.known_at), key=lambda i: i.id)
    return {
        "engine": decision.engine,
        "scheme": scheme.to_json(),
        "scheme_digest": scheme.digest,
        "renewal": renewal,
        "since": since.isoformat() if since else None,
        "evidence": [item.to_json() for item in items],
        "decision": decision.to_json(),
        "digest": digest(scheme, items, decision, renewal=renewal, since=since),
    }


def digest(
    scheme: SchemeVersion,
    evidence: Iterable[Evidence],
    decision: Decision,
    *,
    renewal: bool = False,
    since: date | None = None,
) -> str:
    """SHA-256 that stands for a decision: which rules, which scheme, which evidence, which answer. All evidence
    that was known is covered, since what did not count may have kept something else from counting."""
    digests = {item.id: item.digest for item in evidence if item.recorded <= decision.known_at}
    return canonical.digest(
        {
            "scheme": scheme.digest,
            "renewal": renewal,
            "since": since.isoformat() if since else None,
            "evidence": digests,
            "decision": decision.to_json(),
        }
    )


def recompute(exported: Mapping[str, Any], *, reckoners: Reckoners = nobody) -> Decision:
    """Work out an exported decision again. Raises Mismatch where scheme, answer or digest differ, and where
    this engine is another one than the decision was made with. ``reckoners`` finds the functions that course
    packages brought, where the scheme names any."""
    if exported["engine"] != ENGINE:
        raise Mismatch(f"made by rules {exported['engine']}, these are {ENGINE}")
    scheme = parse(exported["scheme"], reckoners=reckoners)
    if scheme.digest != exported["scheme_digest"]:
        raise Mismatch("the scheme version is not the one that was decided on")
    items = [Evidence.from_json(item) for item in exported["evidence"]]
    told = exported["decision"]
    renewal = bool(exported["renewal"])
    since = date.fromisoformat(exported["since"]) if exported["since"] else None
    decision = decide(
        scheme.renewal if renewal else scheme.criteria,
        items,
        on=date.fromisoformat(told["on"]),
        known_at=instant(told["known_at"]),
        since=since,
    )
    if decision.to_json() != told:
        raise Mismatch("the evidence gives another answer")
    if digest(scheme, items, decision, renewal=renewal, since=since) != exported["digest"]:
        raise Mismatch("the digest is another one")
    return decision
