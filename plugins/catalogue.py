"""The courses that run here, and those that were refused, with the reason.

:meth:`Catalogue.listing` says what there is, for anybody. :meth:`Catalogue.course` is the only door to a course's
content, and whoever goes through it brings the check that decides whether they may: a licence, a registration.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coursekit import Course, CriterionKind

from plugins.checking import Report, Reports
from plugins.find import Candidate, candidates
from plugins.handle import Handle
from plugins.load import TIME_LIMIT, Loaded, Memory, Unloadable, load
from plugins.store import Store

Gate = Callable[[Course], None]
"""Returns when the course may be handed out, raises :class:`NotAllowed` when not."""


class UnknownCourse(LookupError):
    """No such course, or not in that version."""


class NotAllowed(Exception):
    """The gate keeps the course shut; the message is for the person who asked."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A package that does not run here, and every reason."""

    name: str
    module: str
    reasons: tuple[str, ...]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _newest(courses: Iterable[Course]) -> Sequence[Course]:
    newest: dict[str, Course] = {}
    for course in courses:
        known = newest.get(course.id)
        if known is None or _number(course.version) > _number(known.version):
            newest[course.id] = course
    return sorted(newest.values(), key=lambda one: (one.module is None, one.module or 0, one.id))


class Catalogue:
    """Course packages from ``find``, each loaded on its own when first asked for any.

    When ``stamp`` gives another number, what has been installed since is loaded too, while the service runs.
    """

    def __init__(
        self,
        find: Callable[[], Iterable[Candidate]],
        *,
        memory: Memory | None = None,
        time_limit: float = TIME_LIMIT,
        stamp: Callable[[], int] = lambda: 0,
        reports: Reports | None = None,
    ) -> None:
        self._reports = reports or Reports()
        self._find = find
        self._stamp = stamp
        self._seen = 0
        self._memory = memory or Memory()
        self._time_limit = time_limit
        self._lock = threading.Lock()
        self._loaded: dict[tuple[str, str], Loaded] | None = None
        self._listing: Sequence[Course] = []
        self._refused: list[Refused] = []

    def _all(self) -> dict[tuple[str, str], Loaded]:
        with self._lock:
            now = self._stamp()
            if self._loaded is None or now != self._seen:
                self._loaded, self._seen = self._load_all(self._loaded or {}), now
            return self._loaded

    def _load_all(self, before: dict[tuple[str, str], Loaded]) -> dict[tuple[str, str], Loaded]:
        known = {one.candidate: one for one in before.values()}
        loaded: dict[tuple[str, str], Loaded] = {}
        refused: list[Refused] = []
        for candidate in self._find():
            try:
                one = known.get(candidate) or load(candidate, self._memory, time_limit=self._time_limit)
                course = one.package.course
                key = (course.id, course.version)
                if key in loaded:
                    other = loaded[key].candidate.name
                    raise Unloadable(f"the course {course.id} {course.version} is already given by {other}")
            except Unloadable as error:
                refused.append(Refused(candidate.name, candidate.module, error.reasons))
            else:
                loaded[key] = one
        self._refused, self._listing = refused, _newest(one.package.course for one in loaded.values())
        return loaded

    def listing(self) -> Sequence[Course]:
        """What there is: the newest version of every course, modules first and in order, the others by id.

        Facts for a catalogue, no content.
        """
        self._all()
        return self._listing

    def summary(self, id: str) -> Course:
        """The facts of one course's newest version. Raises :class:`UnknownCourse`."""
        for course in self.listing():
            if course.id == id:
                return course
        raise UnknownCourse(id)

    def versions(self, id: str) -> Sequence[Course]:
        """The facts of every version of one course, the newest first; none where there is no such course."""
        found = [one.package.course for one in self._all().values() if one.package.course.id == id]
        return sorted(found, key=lambda course: _number(course.version), reverse=True)

    def refused(self) -> Sequence[Refused]:
        """The packages that do not run here, and why."""
        self._all()
        return tuple(self._refused)

    def criterion_kind(self, id: str, version: str, code: str) -> CriterionKind | None:
        """A kind of criterion that a version of a course brings. No gate: judging hands nothing of the course out."""
        one = self._all().get((id, version))
        kinds = one.package.criterion_kinds if one else ()
        return next((kind for kind in kinds if kind.code == code), None)

    def report(self, id: str, version: str) -> Report:
        """What the author's check finds in a version; the first time it takes seconds. No gate: nothing of the course
        is handed out. Raises :class:`UnknownCourse`."""
        one = self._all().get((id, version))
        if one is None:
            raise UnknownCourse(f"{id} {version}")
        return self._reports.of(one.candidate, one.digest)

    def course(self, id: str, version: str | None = None, *, gate: Gate) -> Handle:
        """The course ``id`` in ``version`` (None: the newest), once ``gate`` lets it out.

        Raises :class:`UnknownCourse` or :class:`NotAllowed`.
        """
        one = self._all().get((id, version or self.summary(id).version))
        if one is None:
            raise UnknownCourse(f"{id} {version}")
        gate(one.package.course)
        return Handle(one.package, one.digest)


@cache
def courses(instance: Path | None = None) -> Catalogue:
    """The catalogue of this process: development's packages, and what is installed into ``instance``.

    What passed a first load is remembered there.
    """
    if instance is None:
        return Catalogue(candidates)
    store = Store(instance)
    return Catalogue(
        lambda: [*store.candidates(), *candidates()],
        memory=memory_of(instance),
        stamp=store.stamp,
        reports=Reports(instance / "courses" / "reports"),
    )


def memory_of(instance: Path) -> Memory:
    """Which packages have passed a first load in this instance."""
    return Memory(instance / "courses" / "first-loads.json")
