"""A press in a process of its own: whoever asks works on, on another core, while it draws and signs.

The two talk over pipes that nobody else holds; the key goes that way too, and the process ends when they are closed, so
with whoever started it, however that ended. What could not be done is named, not explained: the caller's own press,
asked for the same, raises why.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates.facts import Facts
from certificates.fast import Press
from certificates.keys import Signer, load_pem
from certificates.sign import SignedCertificate
from certificates.template import Template

_READY = -1
"""The turn of the first answer, which nobody asks for."""
_ENDS_WITHIN = 10.0
"""Seconds that a process which has nothing more to do is given to end."""


class Gone(Exception):
    """The other process is not there any more."""


class PressRoom:
    """The other process, with ``signer``'s key. Not for use by several threads at once.

    Raises ``ValueError`` for a key that stays on its device, ``OSError`` where no process can be started.
    """

    def __init__(self, signer: Signer) -> None:
        if not isinstance(signer.key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
            raise ValueError("this key cannot be handed on")
        key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = b"".join(one.public_bytes(Encoding.PEM) for one in (signer.certificate, *signer.chain))
        self.fingerprint = signer.fingerprint
        self.process = subprocess.Popen(
            [sys.executable, "-m", "certificates.pressroom"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._templates: dict[Template, int] = {}
        self._turn = 0
        self._awaited = False
        self._ready = False
        with suppress(Gone):  # whoever asks next learns it
            self._tell(key, chain)

    def ready(self) -> bool:
        """Whether it has started: nobody need wait for that."""
        assert self.process.stdout is not None
        self._ready = self._ready or bool(select.select([self.process.stdout], [], [], 0)[0])
        return self._ready

    def begin(self) -> None:
        """From here on something else is asked for. What was asked for before, and nobody waited for, is passed over.

        Raises ``Gone``.
        """
        if self._awaited:  # with its answer in the way neither of the two could go on
            self._hear()
        self._turn += 1

    def draw(self, facts: Facts, template: Template, *, at: datetime) -> None:
        """Have a sheet drawn; :meth:`undrawn` says whether it could be. Raises ``Gone``."""
        self._tell("draw", self._turn, facts, self._number(template), at)

    def undrawn(self) -> list[int]:
        """Wait for what :meth:`draw` was asked for since :meth:`begin`; which of them, counted from 0, could not be
        drawn. Raises ``Gone``."""
        self._tell("undrawn", self._turn)
        found: list[int] = self._hear()
        return found

    def issue(self, sheets: Sequence[tuple[bytes, Template]], *, at: datetime) -> None:
        """Have certificates issued that state these facts (JSON, as ``Facts.to_json`` writes it); :meth:`issued` hands
        them over. Raises ``Gone``."""
        self._tell("issue", self._turn, [(facts, self._number(template)) for facts, template in sheets], at)
        self._awaited = True

    def issued(self) -> list[SignedCertificate | None]:
        """Wait for the certificates; None for each that could not be issued. Raises ``Gone``."""
        found: list[SignedCertificate | None] = self._hear()
        return found

    def close(self) -> None:
        """Let the process end."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self.process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _number(self, template: Template) -> int:
        if template not in self._templates:
            self._templates[template] = len(self._templates)
            self._tell("template", template)
        return self._templates[template]

    def _tell(self, *said: object) -> None:
        assert self.process.stdin is not None
        try:
            pickle.dump(said, self.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        except (OSError, ValueError) as error:
            raise Gone from error

    def _hear(self) -> Any:
        """The answer of this turn; the first, which nobody asked for, is passed over."""
        assert self.process.stdout is not None
        self._awaited = False
        try:
            while True:
                turn, answer = pickle.load(self.process.stdout)  # noqa: S301 (our own process)
                if turn == self._turn:
                    return answer
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise Gone from error


class _Worker:
    """What the other process does with what it is told."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._presses: list[Press] = []
        self._turn = self._asked = 0
        self._undrawn: list[int] = []

    def template(self, template: Template) -> None:
        self._presses.append(Press(template, signer=self._signer))

    def _begin(self, turn: int) -> None:
        if turn != self._turn:
            self._turn, self._asked, self._undrawn = turn, 0, []

    def draw(self, turn: int, facts: Facts, template: int, at: datetime) -> None:
        self._begin(turn)
        try:
            self._presses[template].draw(facts, at=at)
        except Exception:  # whoever asked asks a press of their own for the reason
            self._undrawn.append(self._asked)
        self._asked += 1

    def undrawn(self, turn: int) -> tuple[int, list[int]]:
        self._begin(turn)
        return turn, self._undrawn

    def issue(
        self, turn: int, sheets: Sequence[tuple[bytes, int]], at: datetime
    ) -> tuple[int, list[SignedCertificate | None]]:
        return turn, [self._issued(facts, template, at) for facts, template in sheets]

    def _issued(self, facts: bytes, template: int, at: datetime) -> SignedCertificate | None:
        try:
            return self._presses[template].issue(Facts.from_json(facts), at=at)
        except Exception:  # as above
            return None


def main() -> None:
    """Serve whoever holds the other ends of standard input and output."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # a Ctrl-C is for whoever started us, who then closes the pipes
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    with suppress(EOFError, BrokenPipeError):
        worker = _Worker(load_pem(*pickle.load(requests)))  # noqa: S301 (whoever started us)
        answer: object = (_READY, None)
        while True:
            if answer is not None:
                pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
                answers.flush()
            order, *told = pickle.load(requests)  # noqa: S301
            answer = getattr(worker, order)(*told)


if __name__ == "__main__":
    main()
    os._exit(0)  # at once: whoever started us waits, and all that is left to do is to tidy up
