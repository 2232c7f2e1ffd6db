"""The tests' own ground: a database each, on both kinds."""

from sqlalchemy import text


def test_a_test_begins_with_an_empty_database_of_its_own(session):
    kind = session.get_bind().dialect.name
    assert kind in {"sqlite", "postgresql"}
    assert session.execute(text("SELECT count(*) FROM audit_events")).scalar_one() == 0


def test_a_client_reaches_the_service(client):
    assert client.get("/no-such-page").status_code in {403, 404}


def test_mail_arrives(outbox, smtp):
    assert smtp["SMTP_PORT"] > 0
    assert len(outbox) == 0
