"""Run as a program: many processes ask for the seats of one course at once; prints how many got one.

    python -m tests.licensing.rush DATABASE ORGANISATION PROCESSES TRIES PERSON...

The application is made once, then the processes fork from it, each with connections of its own.
"""

import os
import sys
import tempfile
import uuid
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app import clock
from app.db import db, new_id, writing
from app.factory import create_app
from app.licensing import gate, seats


def one_try(organisation: uuid.UUID, person: uuid.UUID) -> bool:
    """Whether the person got a seat for one more registration."""
    now = clock.now()
    with writing():
        verdict = gate.to_study(db.session(), "bikes", "1.0.0", organisation=organisation, now=now)
        try:
            seats.reserve(
                db.session(),
                verdict,
                course="bikes",
                way="study",
                use=new_id(),
                person=person,
                by=person,
                now=now,
            )
            db.session.commit()
        except gate.NoLicence as refused:
            db.session.rollback()
            if refused.reason != "full":
                raise
            return False
        return True


def patiently(organisation: uuid.UUID, person: uuid.UUID) -> bool:
    """The same, again and again while SQLite says that others write."""
    while True:
        try:
            return one_try(organisation, person)
        except OperationalError:
            db.session.rollback()


def main(database: str, organisation: str, processes: int, tries: int, people: list[str]) -> int:
    """How many seats were sold."""
    folder = Path(tempfile.mkdtemp())
    service = create_app(
        {"MODE": "test", "INSTANCE": folder, "SECRET_KEY": "k", "SQLALCHEMY_DATABASE_URI": database}
    )
    begin, go = os.pipe()
    said, tell = os.pipe()
    for number in range(processes):
        if os.fork() == 0:
            os.close(go)
            os.read(begin, 1)  # until everybody is here
            with service.app_context():
                person = uuid.UUID(people[number % len(people)])
                sold = sum(patiently(uuid.UUID(organisation), person) for _ in range(tries))
                db.engine.dispose()
            os.write(tell, sold.to_bytes(4, "big"))
            os._exit(0)
    os.close(begin)
    os.close(go)
    os.close(tell)
    for _ in range(processes):
        os.wait()
    with os.fdopen(said, "rb") as answers:
        told = answers.read()
    assert len(told) == 4 * processes, "a process failed"
    return sum(int.from_bytes(told[at : at + 4], "big") for at in range(0, len(told), 4))


if __name__ == "__main__":
    sold = main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
    sys.stdout.write(f"{sold}\n")
