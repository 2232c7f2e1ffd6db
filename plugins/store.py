"""Installed course packages: unpacked under the instance by id, version and digest, and never changed there.

``<instance>/courses/packages/<id>/<version>/<digest>/`` holds the module's folder and ``package.json``. Two versions
stand side by side. ``changed`` is touched last, so that a running service sees a package only when it is whole.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from plugins.find import Candidate
from plugins.load import TIME_LIMIT, Memory, Unloadable, digest_of, try_apart
from plugins.wheels import BadWheel, Wheel, read_wheel, unpack

SHORT = 16
"""Hex digits of a digest in the names of folders."""


class CannotInstall(Exception):
    """Nothing was installed; ``reasons`` are sentences for the author and the administrator."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What came to stand in the store. ``digest`` is over the unpacked files, ``fresh`` False where it stood there."""

    course: str
    version: str
    digest: str
    candidate: Candidate
    fresh: bool


class Store:
    """The packages installed into one instance."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / "courses" / "packages"
        self.changed = self.folder / "changed"

    def candidates(self) -> list[Candidate]:
        """Every installed package, pinned to the digest it had when it was installed."""
        found = []
        for file in sorted(self.folder.glob("*/*/*/package.json")):
            try:
                said = json.loads(file.read_text(encoding="utf-8"))
                found.append(Candidate(said["name"], said["module"], str(file.parent), said["digest"]))
            except (OSError, ValueError, KeyError, TypeError):
                found.append(Candidate(file.parent.parent.parent.name, "", str(file.parent), "damaged"))
        return found

    def stamp(self) -> int:
        """A number that changes with every installation; 0 before the first."""
        try:
            return self.changed.stat().st_mtime_ns
        except OSError:
            return 0

    def install(self, wheel_file: Path, memory: Memory, *, time_limit: float = TIME_LIMIT) -> Installed:
        """Unpack, load once apart, and put in place. Raises :class:`CannotInstall`; then nothing is left behind."""
        incoming = self.folder.parent / "incoming" / secrets.token_hex(8)
        try:
            wheel = read_wheel(wheel_file)
            incoming.mkdir(parents=True)
            unpack(wheel, incoming)
            return self._place(wheel, incoming, memory, time_limit)
        except BadWheel as error:
            raise CannotInstall(*error.reasons) from error
        except Unloadable as error:
            raise CannotInstall(*error.reasons) from error
        finally:
            shutil.rmtree(incoming, ignore_errors=True)

    def _place(self, wheel: Wheel, incoming: Path, memory: Memory, time_limit: float) -> Installed:
        digest = digest_of(incoming / wheel.top)
        course, version = try_apart(Candidate(wheel.name, wheel.module, str(incoming)), time_limit)
        if course != wheel.name:
            raise CannotInstall(f"its entry point is called {wheel.name!r} and its course {course!r}")
        if version != wheel.version:
            raise CannotInstall(f"the wheel says version {wheel.version}, the course {version}")
        place = self.folder / course / version / digest[:SHORT]
        candidate = Candidate(wheel.name, wheel.module, str(place), digest)
        if place.exists():
            return Installed(course=course, version=version, digest=digest, candidate=candidate, fresh=False)
        others = [one.name for one in place.parent.glob("*")]
        if others:
            raise CannotInstall(
                f"{course} {version} is installed with other content; give this one a new version"
            )
        said = {"name": wheel.name, "module": wheel.module, "digest": digest, "wheel": wheel.digest}
        (incoming / "package.json").write_text(json.dumps(said), encoding="utf-8")
        place.parent.mkdir(parents=True, exist_ok=True)
        incoming.rename(place)
        memory.keep(digest)
        self._tell()
        return Installed(course=course, version=version, digest=digest, candidate=candidate, fresh=True)

    def _tell(self) -> None:
        fresh = self.changed.with_suffix(f".{os.getpid()}")
        fresh.write_text(secrets.token_hex(8))
        fresh.replace(self.changed)
