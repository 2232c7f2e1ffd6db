"""The presses that print certificates: those of this process, and one in another that helps while many are issued."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from certificates.facts import Facts
from certificates.fast import Press
from certificates.keys import Signer
from certificates.pressroom import Gone, PressRoom
from certificates.sign import SignedCertificate
from certificates.template import STANDARD, Template

log = logging.getLogger(__name__)

Sheet = tuple[bytes, Template]
"""The facts of a certificate as they are kept, and what it looks like."""

_presses: dict[tuple[str, Template], Press] = {}
_lock = threading.Lock()
_helper: ContextVar[PressRoom | None] = ContextVar("helper", default=None)


def press(used: Signer, template: Template = STANDARD) -> Press:
    """The press that prints this template for this key; it keeps what sheets share. It serves one thread at a time."""
    kind = (used.fingerprint, template)
    if kind not in _presses:
        _presses[kind] = Press(template, signer=used)
    return _presses[kind]


@contextmanager
def helped(used: Signer) -> Iterator[None]:
    """What is printed inside with this key is printed by another process, as long as there is one."""
    try:
        room = PressRoom(used)
    except (ValueError, OSError) as problem:
        log.info("certificates are printed without help: %s", problem)
        yield
        return
    token = _helper.set(room)
    try:
        yield
    finally:
        _helper.reset(token)
        room.close()


class Printing:
    """Sheets with one key at one instant, drawn one by one or issued together.

    Each half can be asked for early and waited for late. Both raise what ``Press`` does, then or at the wait. Of
    several that are under way the first is waited for first.
    """

    def __init__(self, used: Signer, *, at: datetime) -> None:
        self._used, self._at = used, at
        room = _helper.get()
        helps = room is not None and room.fingerprint == used.fingerprint and room.ready()
        self._room = room if helps else None
        self._turn = self._room.begin() if self._room is not None else 0
        self._drawing: list[Sheet] = []
        self._waiting: list[Sheet] = []
        self._issued: list[SignedCertificate] = []

    def draw(self, facts: bytes, template: Template) -> None:
        """Whether this sheet can be drawn."""
        try:
            if self._room is not None:
                self._room.draw(self._turn, facts, template, at=self._at)
                self._drawing.append((facts, template))
                return
        except Gone:
            self._do_without()
        self._draw_here(facts, template)

    def drawn(self) -> None:
        """Wait for what was to be drawn."""
        asked, self._drawing = self._drawing, []
        again: Sequence[int] = range(len(asked))
        try:
            again = self._room.undrawn(self._turn) if self._room is not None else again
        except Gone:
            self._do_without()
        for i in again:
            self._draw_here(*asked[i])

    def issue(self, sheets: Sequence[Sheet]) -> None:
        """Issue these certificates."""
        try:
            if self._room is not None:
                self._room.issue(self._turn, sheets, at=self._at)
                self._waiting = list(sheets)
                return
        except Gone:
            self._do_without()
        self._issued = [self._issue_here(*sheet) for sheet in sheets]

    def issued(self) -> list[SignedCertificate]:
        """Wait for the certificates, in the order in which they were asked for."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return self._issued
        found: Sequence[SignedCertificate | None] = [None] * len(waiting)
        try:
            found = self._room.issued(self._turn) if self._room is not None else found
        except Gone:
            self._do_without()
        return [made or self._issue_here(*sheet) for made, sheet in zip(found, waiting, strict=True)]

    def _do_without(self) -> None:
        log.warning("the process that helped to print certificates is gone; this one goes on alone")
        self._room = None
        _helper.set(None)

    def _draw_here(self, facts: bytes, template: Template) -> None:
        with _lock:
            press(self._used, template).draw(Facts.from_json(facts), at=self._at)

    def _issue_here(self, facts: bytes, template: Template) -> SignedCertificate:
        with _lock:
            return press(self._used, template).issue(Facts.from_json(facts), at=self._at)
