"""Sign a test client in without typing a password."""

import re
import secrets

from flask.testing import FlaskClient

from app import clock
from app.accounts.models import Person, SignIn
from app.db import db


def sign_in(client: FlaskClient, person: Person) -> None:
    """From now on ``client`` is the browser of ``person`` (needs the application's context)."""
    now = clock.now()
    row = SignIn(person_id=person.id, started_at=now, browser="test")
    db.session.add(row)
    db.session.commit()
    with client.session_transaction() as kept:
        kept.clear()
        kept["_user_id"] = person.fs_uniquifier
        kept["_fresh"] = True
        kept["sign_in"] = str(row.id)
        kept["fresh_at"] = now.timestamp()
        kept["nonce"] = secrets.token_hex(4)


def without_token(page: str) -> str:
    """The page but for its signed tokens, which change with the clock."""
    return re.sub(r"[\w-]{10,}\.[\w-]{6}\.[\w-]{27}", "", page)
