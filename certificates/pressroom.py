"""A press in a process of its own: whoever asks works on, on another core, while it draws and signs.

Requests and answers go over pipes that nobody else holds, and so does the key; the process ends when they are closed,
so with whoever started it, however that ended. Certificates, which are larger than a pipe, lie in a file in memory that
both hold, so that neither waits for the other to read. What could not be done is named, not explained: the caller's own
press, asked for the same, raises why.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates.facts import Facts
from certificates.fast import Press
from certificates.keys import Signer, load_pem
from certificates.sign import SignedCertificate
from certificates.template import Template

_READY = 0
"""The turn of the first answer, which nobody asks for."""
_PATIENCE = 60.0
"""Seconds for an answer. A process that takes longer hangs, and counts as gone."""
_ENDS_WITHIN = 10.0
"""Seconds that a process which has nothing more to do is given to end."""
_LENGTH = struct.Struct("<Q")
_REQUESTS = 1 << 20
"""Bytes of requests that may wait, where the system lets a pipe be so large: a few hundred sheets to be drawn."""


class Gone(Exception):
    """The other process is not there any more, or does not answer."""


class PressRoom:
    """The other process, with ``signer``'s key. Not for use by several threads at once.

    What belongs together is asked for in one turn, see :meth:`begin`. Turns may overlap; they are answered in the order
    in which they were asked for, and so have to be waited for in that order. What nobody waits for is passed over.

    Raises ``ValueError`` for a key that stays on its device, ``OSError`` where no process can be started.
    """

    def __init__(self, signer: Signer) -> None:
        if not isinstance(signer.key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
            raise ValueError("this key cannot be handed on")
        key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = b"".join(one.public_bytes(Encoding.PEM) for one in (signer.certificate, *signer.chain))
        self.fingerprint = signer.fingerprint
        self._made = _file_in_memory()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "certificates.pressroom", str(self._made.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            pass_fds=[self._made.fileno()],
        )
        assert self.process.stdin is not None
        _enlarge(self.process.stdin)
        self._templates: dict[Template, int] = {}
        self._turn = _READY
        self._ready = False
        with suppress(Gone):  # whoever asks next learns it
            self._tell(key, chain)

    def ready(self) -> bool:
        """Whether it has started: nobody need wait for that."""
        self._ready = self._ready or self._answers_within(0)
        return self._ready

    def begin(self) -> int:
        """A new turn."""
        self._turn += 1
        return self._turn

    def draw(self, turn: int, facts: bytes, template: Template, *, at: datetime) -> None:
        """Have a sheet with these facts (JSON, as ``Facts.to_json`` writes it) drawn; :meth:`undrawn` says whether it
        could be. Raises ``Gone``."""
        self._tell("draw", turn, facts, self._number(template), at)

    def undrawn(self, turn: int) -> list[int]:
        """Wait for what :meth:`draw` was asked for in this turn; which of them, counted from 0, could not be drawn.
        Raises ``Gone``."""
        self._tell("undrawn", turn)
        found: list[int] = self._hear(turn)
        return found

    def issue(self, turn: int, sheets: Sequence[tuple[bytes, Template]], *, at: datetime) -> None:
        """Have certificates issued that state these facts; :meth:`issued` hands them over, unless others have been
        asked for by then. Raises ``Gone``."""
        self._tell("issue", turn, [(facts, self._number(template)) for facts, template in sheets], at)

    def issued(self, turn: int) -> list[SignedCertificate | None]:
        """Wait for the certificates; None for each that could not be issued. Raises ``Gone``."""
        size = self._hear(turn)
        try:
            found: list[SignedCertificate | None] = pickle.loads(os.pread(self._made.fileno(), size, 0))  # noqa: S301
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise Gone from error
        return found

    def close(self) -> None:
        """Let the process end."""
        for file in (self.process.stdin, self.process.stdout, self._made):
            if file is not None:
                with suppress(OSError):
                    file.close()
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
            _write(self.process.stdin, pickle.dumps(said, protocol=pickle.HIGHEST_PROTOCOL))
        except (OSError, ValueError) as error:
            raise Gone from error

    def _answers_within(self, seconds: float) -> bool:
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def _hear(self, wanted: int) -> Any:
        """The answer of this turn. Those before it, which nobody waited for, are passed over."""
        assert self.process.stdout is not None
        try:
            while self._answers_within(_PATIENCE):
                turn, answer = pickle.loads(_read(self.process.stdout))  # noqa: S301 (our own process)
                if turn == wanted:
                    return answer
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise Gone from error
        self.process.kill()
        raise Gone


def _file_in_memory() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("certificates"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _enlarge(pipe: IO[bytes]) -> None:
    with suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _REQUESTS)


def _write(pipe: IO[bytes], said: bytes) -> None:
    left = memoryview(said)
    while left:
        left = left[pipe.write(left) :]


def _read(pipe: IO[bytes]) -> bytes:
    """One answer with its length before it, and nothing of the next, which ``select`` would then not see."""
    return _exactly(pipe, _LENGTH.unpack(_exactly(pipe, _LENGTH.size))[0])


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    read = b""
    while len(read) < size:
        some = pipe.read(size - len(read))
        if not some:
            raise EOFError
        read += some
    return read


class _Worker:
    """What the other process does with what it is told."""

    def __init__(self, signer: Signer, made: int) -> None:
        self._signer = signer
        self._made = made
        self._presses: list[Press] = []
        self._turn = self._asked = 0
        self._undrawn: list[int] = []

    def template(self, template: Template) -> None:
        self._presses.append(Press(template, signer=self._signer))

    def _begin(self, turn: int) -> None:
        if turn != self._turn:
            self._turn, self._asked, self._undrawn = turn, 0, []

    def draw(self, turn: int, facts: bytes, template: int, at: datetime) -> None:
        self._begin(turn)
        try:
            self._presses[template].draw(Facts.from_json(facts), at=at)
        except Exception:  # whoever asked asks a press of their own for the reason
            self._undrawn.append(self._asked)
        self._asked += 1

    def undrawn(self, turn: int) -> tuple[int, list[int]]:
        self._begin(turn)
        return turn, self._undrawn

    def issue(self, turn: int, sheets: Sequence[tuple[bytes, int]], at: datetime) -> tuple[int, int]:
        """How many bytes of the file in memory the certificates take."""
        made = [self._issued(facts, template, at) for facts, template in sheets]
        written = pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL)
        return turn, os.pwrite(self._made, written, 0)

    def _issued(self, facts: bytes, template: int, at: datetime) -> SignedCertificate | None:
        try:
            return self._presses[template].issue(Facts.from_json(facts), at=at)
        except Exception:  # as above
            return None


def main() -> None:
    """Serve whoever holds the other ends of standard input and output, and the file whose number is the argument."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # a Ctrl-C is for whoever started us, who then closes the pipes
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    with suppress(EOFError, BrokenPipeError):
        worker = _Worker(load_pem(*pickle.load(requests)), int(sys.argv[1]))  # noqa: S301 (whoever started us)
        answer: object = (_READY, None)
        while True:
            if answer is not None:
                said = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
                answers.write(_LENGTH.pack(len(said)) + said)
                answers.flush()
            order, *told = pickle.load(requests)  # noqa: S301
            answer = getattr(worker, order)(*told)


if __name__ == "__main__":
    main()
    os._exit(0)  # at once: whoever started us waits, and all that is left to do is to tidy up
