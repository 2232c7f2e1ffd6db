"""The demonstration's mailbox: letters that would have been sent, so that their links can be followed."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from flask import abort, current_app, render_template
from markupsafe import Markup, escape

from app.access import permission
from app.portal.blueprint import bp

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it was written to the folder."""

    name: str
    to: str
    subject: str
    sent: str
    text: str

    @property
    def linked(self) -> Markup:
        """The text with its addresses as links."""
        words = []
        for line in self.text.splitlines():
            plain = escape(line)
            address = line.strip()
            if address.startswith(("http://", "https://")) and " " not in address:
                plain = Markup('<a href="{0}">{0}</a>').format(address)
            words.append(plain)
        return Markup("\n").join(words)


def _folder() -> Path:
    """Where the letters lie. 404 where real mail is sent."""
    if current_app.config["MODE"] == "production" or current_app.config["SMTP_HOST"]:
        abort(404)
    return Path(current_app.config["INSTANCE"]) / "mail"


def _read(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    text = body.get_content() if body is not None else ""
    return Letter(path.stem, str(message["To"]), str(message["Subject"]), str(message["Date"]), text)


@bp.get("/demo/mail")
@permission("demo.use")
def demo_mail() -> str:
    """All letters, the newest first."""
    folder = _folder()
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return render_template("portal/demo_mail.html", letters=[_read(path) for path in paths[:SHOWN]])
