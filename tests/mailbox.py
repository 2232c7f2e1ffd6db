"""A real SMTP server on a free port of this machine that keeps what it receives."""

import re
import threading
import time
from asyncio.base_events import Server
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Outbox:
    """The letters that arrived, oldest first."""

    def __init__(self) -> None:
        self._letters: list[EmailMessage] = []
        self._arrived = threading.Condition()
        self.refuse: dict[str, str] = {}
        """Addresses that the server turns away, with its answer, such as ``550 no such user``."""
        self.farewell = "221 Bye"
        """What the server says when a client takes its leave."""
        self.host, self.port = "", 0

    async def handle_RCPT(  # noqa: N802 (the server's name for it)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        letter = message_from_bytes(raw, policy=policy.default)
        with self._arrived:
            self._letters.append(letter)
            self._arrived.notify_all()
        return "250 Kept"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return self.farewell

    def __iter__(self) -> Iterator[EmailMessage]:
        return iter(list(self._letters))

    def __len__(self) -> int:
        return len(self._letters)

    def __getitem__(self, index: int) -> EmailMessage:
        return self._letters[index]

    def clear(self) -> None:
        self._letters.clear()

    def to(self, address: str) -> list[EmailMessage]:
        """What ``address`` received so far."""
        return [letter for letter in self if address.lower() in str(letter["To"]).lower()]

    def wait_for(self, address: str, count: int = 1, subject: str = "", seconds: float = 60) -> EmailMessage:
        """The ``count``-th letter to ``address`` whose subject contains ``subject``, as soon as it is there."""
        until = time.monotonic() + seconds
        with self._arrived:
            while True:
                found = [
                    letter for letter in self.to(address) if subject.lower() in str(letter["Subject"]).lower()
                ]
                if len(found) >= count:
                    return found[count - 1]
                if not self._arrived.wait(until - time.monotonic()):
                    subjects = [f"{letter['To']}: {letter['Subject']}" for letter in self]
                    raise AssertionError(
                        f"no letter {count} to {address} with {subject!r}; arrived: {subjects}"
                    )


def text(letter: EmailMessage) -> str:
    """The plain text of ``letter``."""
    body = letter.get_body(("plain", "html"))
    assert body is not None, "a letter without a body"
    return str(body.get_content())


def links(letter: EmailMessage) -> list[str]:
    """The addresses named in ``letter``'s text, in order."""
    return [found.rstrip(".,;)>") for found in re.findall(r"https?://\S+", text(letter))]


class Postman(Controller):
    """Runs the server in a thread on a free port."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox, hostname="127.0.0.1", port=0)
        self.outbox = outbox

    def _trigger_server(self) -> None:
        """Called once the server listens: only now is its port known."""
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        self.outbox.host, self.outbox.port = self.hostname, self.port
        super()._trigger_server()
