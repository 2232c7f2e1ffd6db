"""A token in exchange for a key and a secret: OAuth 2.0's client credentials."""

import asyncio
import base64
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from app.db import db
from app.lrs import service as lrs
from app.xapi import tokens
from app.xapi.together import Together
from tests.lrs.statements import statement


@pytest.fixture
def ask(app):
    """Ask for a token."""

    def asked(call, *, header=True, method="POST", **form):
        form = {"grant_type": "client_credentials"} | form
        basic = base64.b64encode(f"{call.key}:{call.secret}".encode()).decode()
        return app.test_client().open(
            "/xapi/oauth2/token",
            method=method,
            data=urlencode({name: value for name, value in form.items() if value is not None}),
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Basic {basic}"} if header else {},
        )

    return asked


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def test_a_key_and_a_secret_give_a_token_that_may_do_the_same_for_an_hour(ask, lrs_call):
    answer = ask(lrs_call)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert {name: answer.json[name] for name in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "all",
    }
    assert lrs_call("POST", "statements", statement(), headers=bearer(answer)).status_code == 200
    assert len(lrs_call("GET", "statements", headers=bearer(answer)).json["statements"]) == 1


def test_the_client_may_name_itself_in_the_form(ask, lrs_call):
    answer = ask(lrs_call, header=False, client_id=lrs_call.key, client_secret=lrs_call.secret)
    assert lrs_call("GET", "statements", headers=bearer(answer)).status_code == 200


def test_a_token_covers_what_was_asked_for_and_no_more(ask, lrs_call):
    answer = ask(lrs_call, scope="statements/read")
    assert answer.json["scope"] == "statements/read"
    assert lrs_call("GET", "statements", headers=bearer(answer)).status_code == 200
    assert lrs_call("POST", "statements", statement(), headers=bearer(answer)).status_code == 403


def test_a_token_never_covers_more_than_its_credential(ask, caller):
    reader = caller("statements/read")
    assert ask(reader, scope="statements/write").json["error"] == "invalid_scope"
    assert ask(reader, scope="everything").json["error"] == "invalid_scope"
    answer = ask(reader)
    assert reader("POST", "statements", statement(), headers=bearer(answer)).status_code == 403


def test_a_token_ends_at_once_with_its_credential(app, ask, lrs_call, now):
    answer = ask(lrs_call)
    assert lrs_call("GET", "statements", headers=bearer(answer)).status_code == 200
    with app.app_context():
        lrs.revoke(db.session(), key=lrs_call.key, by=None, now=now)
        db.session.commit()
    assert lrs_call("GET", "statements", headers=bearer(answer)).status_code == 401
    assert ask(lrs_call).status_code == 401


def test_a_token_ends_after_an_hour_and_with_a_credential_that_expires(app, now):
    made = tokens.tokens_of(app)
    token = made.make("key", ["all"], now + tokens.LIFETIME)
    assert made.read(token, now=now + timedelta(minutes=59)) == ("key", frozenset({"all"}))
    assert made.read(token, now=now + timedelta(minutes=60)) is None


def test_a_credential_that_expires_soon_gives_a_token_for_as_long(monkeypatch, ask, caller, now):
    monkeypatch.setattr("app.xapi.views.clock_now", lambda: now)
    soon = caller("all", expires_at=now + timedelta(minutes=5))
    assert ask(soon).json["expires_in"] == 300


@pytest.mark.parametrize("token", ["at-", "at-x.y", "at-" + "x" * 5000, "x", "at-é"])
def test_what_is_no_token_of_ours_opens_nothing(lrs_call, token):
    assert lrs_call("GET", "statements", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_that_was_altered_or_signed_with_another_secret_opens_nothing(ask, lrs_call, now):
    real = ask(lrs_call).json["access_token"]
    altered = "at-" + ("B" if real[3] == "A" else "A") + real[4:]
    theirs = tokens.Tokens(["another secret"]).make(lrs_call.key, ["all"], now + timedelta(days=9999))
    for token in (altered, theirs, real + "x"):
        assert lrs_call("GET", "statements", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_goes_on_to_hold_when_the_service_gets_a_new_secret(now):
    token = tokens.Tokens(["old"]).make("key", ["all"], now + timedelta(minutes=1))
    assert tokens.Tokens(["old", "new"]).read(token, now=now) == ("key", frozenset({"all"}))
    assert tokens.Tokens(["new"]).read(token, now=now) is None


def test_refusals_are_in_the_words_of_the_standard(app, ask, lrs_call, caller):
    wrong = caller("all")
    wrong.secret = "wrong"
    refused = ask(wrong)
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    for error, answer in (
        ("unsupported_grant_type", ask(lrs_call, grant_type="password")),
        ("unsupported_grant_type", ask(lrs_call, grant_type=None)),
        ("invalid_request", ask(lrs_call, method="GET")),
        ("invalid_request", app.test_client().post("/xapi/oauth2/token", json={"grant_type": "x"})),
    ):
        assert (answer.status_code, answer.json["error"]) == (400, error)


def test_the_shorter_way_takes_tokens_too(app, ask, lrs_call):
    writer = bearer(ask(lrs_call, scope="statements/write"))["Authorization"]
    reader = bearer(ask(lrs_call, scope="statements/read"))["Authorization"]
    together = Together(app)
    body = json.dumps(statement()).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/xapi/statements",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3",
    }
    answers = [
        asyncio.run(together.answer({**environ, "HTTP_AUTHORIZATION": token}, body))
        for token in (writer, reader)
    ]
    together.group.close()
    assert [answer and answer[0] for answer in answers] == ["200 OK", "403 Forbidden"]
