"""Mail leaves after the commit: :func:`enqueue` writes a row, a job sends it over SMTP and tries again.

Mail is sent at least once. What could not be delivered keeps its reason, to be shown to whom it concerns. The
body of a ``sensitive`` mail (one that carries a one-time link) is wiped once it has been sent. Without an SMTP
server a demonstration keeps its mail in a folder and says so; production refuses to start that way.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path, PurePosixPath
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import jobs
from app.db import Identified, Model, insert_all, new_id
from app.ui import letters

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
ATTEMPTS = 8


class NotComposable(ValueError):
    """No message can be made of this mail, today or ever."""


class Mail(Identified, Model):
    """One message to one receiver. ``kind`` is a short word such as ``invitation``."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_person", "person_id", "id"),
        Index("ix_mails_about", "about_id", "id"),
        Index("ix_mails_state", "state", "id"),
    )
    kind: Mapped[str]
    to: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    sensitive: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None]
    about_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="queued")  # queued, sent, failed
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


def enqueue(
    session: Session,
    *,
    to: str,
    kind: str,
    subject: str,
    text: str,
    language: str,
    now: datetime,
    person: uuid.UUID | None = None,
    organisation: uuid.UUID | None = None,
    about: uuid.UUID | None = None,
    sensitive: bool = False,
) -> Mail:
    """Send this mail once the transaction has committed.

    ``person`` is the receiver where they have an account, ``about`` the row that the mail is about (an
    invitation, an hours row): its page can then show whether the mail arrived.
    """
    mail = Mail(
        id=new_id(),
        kind=kind,
        to=to,
        language=language,
        subject=_one_line(subject),
        text=text,
        sensitive=sensitive,
        person_id=person,
        organisation_id=organisation,
        about_id=about,
        created_at=now,
    )
    session.add(mail)
    jobs.enqueue(session, "send-mail", now=now, mail=mail.id)
    return mail


def address(path: str) -> str:
    """The full address of a path on this service, for a letter."""
    return str(current_app.config["SERVICE_URL"]) + path


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _written(
    template: str, subject: Any, language: str, each: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    kind, page = PurePosixPath(template).stem, current_app.jinja_env.get_template(template)
    with force_locale(language):
        title = str(subject)
        for facts in each:
            # Rendered without a request: what pages know about their reader has no place in a letter.
            text = page.render(facts).strip() + "\n"
            yield {"kind": kind, "language": language, "subject": _one_line(title % facts), "text": text}


def write(
    session: Session,
    template: str,
    *,
    subject: Any,
    to: str,
    language: str,
    now: datetime,
    person: uuid.UUID | None = None,
    organisation: uuid.UUID | None = None,
    about: uuid.UUID | None = None,
    sensitive: bool = False,
    **facts: Any,
) -> Mail:
    """Write the letter ``<room>/mail/<kind>.txt`` with these facts, in the receiver's language.

    ``subject`` is a lazy text whose placeholders are among the facts.
    """
    (written,) = _written(template, subject, language, [facts])
    return enqueue(
        session,
        to=to,
        now=now,
        person=person,
        organisation=organisation,
        about=about,
        sensitive=sensitive,
        **written,
    )


@dataclass(frozen=True)
class Receiver:
    """Somebody with an account who gets one of many letters of a kind, with ``facts`` of their own."""

    person: uuid.UUID
    to: str
    language: str
    about: uuid.UUID
    facts: Mapping[str, Any]


def write_all(
    session: Session, template: str, receivers: Iterable[Receiver], *, subject: Any, now: datetime
) -> None:
    """As :func:`write` to each of these, queued at once: for what concerns hundreds together."""
    by_language: dict[str, list[Receiver]] = {}
    for one in receivers:
        by_language.setdefault(one.language, []).append(one)
    rows = [
        {
            "id": new_id(),
            "to": one.to,
            "person_id": one.person,
            "about_id": one.about,
            "created_at": now,
            **written,
        }
        for language, theirs in by_language.items()
        for one, written in zip(
            theirs, _written(template, subject, language, (one.facts for one in theirs)), strict=True
        )
    ]
    insert_all(session, Mail, rows)
    jobs.enqueue_all(session, "send-mail", [{"mail": row["id"]} for row in rows], now=now)


def compose(mail: Mail, config: dict[str, Any]) -> EmailMessage:
    """The message as it goes over the wire: the text, and beside it the same words in the service's layout.

    Header injection is refused by the policy.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = config["MAIL_FROM"]
    local, _, domain = mail.to.rpartition("@")
    try:
        message["To"] = Address(username=local, domain=domain)
    except ValueError as error:
        raise NotComposable(f"not an address that mail can be sent to: {error}") from error
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = make_msgid(idstring=mail.id.hex, domain="accelerera.example")
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(letters.as_html(mail.subject, mail.text, language=mail.language), subtype="html")
    return message


def _deliver(message: EmailMessage, config: dict[str, Any]) -> None:
    if not config["SMTP_HOST"]:
        if config["MODE"] == "production":
            raise jobs.PermanentFailure("production has no mail server")
        folder = Path(config["INSTANCE"]) / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        (folder / f"{name}.eml").write_bytes(message.as_bytes())
        log.warning("no mail server is set: %r was kept in the demonstration's mailbox", message["Subject"])
        return
    server = smtplib.SMTP(config["SMTP_HOST"], config["SMTP_PORT"], timeout=TIMEOUT_SECONDS)
    try:
        if config["SMTP_TLS"]:
            server.starttls(context=ssl.create_default_context())
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        server.send_message(message)
        with suppress(smtplib.SMTPException, OSError):
            server.quit()  # accepted is sent: a server that takes its leave in its own way gets no second letter
    finally:
        server.close()


def _refusal(error: Exception) -> str | None:
    """The server's final no in words, or None where trying again may help."""
    if isinstance(error, (NotComposable, jobs.PermanentFailure)):
        return str(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error  # type: ignore[assignment]
    else:
        return None
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return f"{code} {text}" if code >= 500 else None


@jobs.job("send-mail", attempts=ATTEMPTS)
def send(run: jobs.Run) -> None:
    mail = run.session.get_one(Mail, uuid.UUID(run.args["mail"]))
    if mail.state == "sent":
        return
    mail.attempts += 1
    try:
        _deliver(compose(mail, current_app.config), current_app.config)
    except Exception as error:
        refused = _refusal(error)
        mail.error = refused or f"{type(error).__name__}: {error}"
        if refused or run.last_attempt:
            mail.state = "failed"
            _wipe(mail)
            return
        run.session.commit()
        raise
    mail.state, mail.sent_at, mail.error = "sent", run.now, ""
    _wipe(mail)


def _wipe(mail: Mail) -> None:
    """A one-time link is not kept once nobody will send it any more."""
    if mail.sensitive:
        mail.text = ""
