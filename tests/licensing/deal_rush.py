"""Run as a program: steps about offers, taken by several processes at once; prints how each of them ended.

    python -m tests.licensing.deal_rush DATABASE < ROUNDS

ROUNDS is JSON: a list of rounds, each a list of steps [name, arguments...], one for each process. The processes fork
from one application, each with connections of its own, and wait for each other before every round.
"""

import json
import multiprocessing
import sys
import tempfile
import uuid
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app import clock
from app.accounts.errors import Refused
from app.db import db, writing
from app.factory import create_app
from app.licensing import market
from app.licensing.market_models import LicenceRequest


def _request(id: str) -> LicenceRequest:
    return db.session().get_one(LicenceRequest, uuid.UUID(id))


def accept(request: str, offered: str, by: str) -> None:
    market.accept(db.session(), _request(request), uuid.UUID(offered), by=uuid.UUID(by), now=clock.now())


def offer(request: str, terms: str, by: str) -> None:
    market.offer(db.session(), _request(request), terms.encode(), by=uuid.UUID(by), now=clock.now())


def decline(request: str, by: str) -> None:
    market.end(db.session(), _request(request), "declined", message="", by=uuid.UUID(by), now=clock.now())


def install(file: str, by: str) -> None:
    market.install(db.session(), bytes.fromhex(file), by=uuid.UUID(by), now=clock.now())


STEPS = {one.__name__: one for one in (accept, offer, decline, install)}


def taken(step: list[str]) -> str:
    """``done``, or the code of the refusal; again and again while SQLite says that others write."""
    while True:
        try:
            with writing():
                STEPS[step[0]](*step[1:])
                db.session.commit()
        except OperationalError:
            db.session.rollback()
        except Refused as refused:
            db.session.rollback()
            return refused.code
        else:
            return "done"


def main(database: str, rounds: list[list[list[str]]]) -> list[list[str]]:
    """How each step of each round ended."""
    folder = Path(tempfile.mkdtemp())
    service = create_app(
        {"MODE": "test", "INSTANCE": folder, "SECRET_KEY": "k", "SQLALCHEMY_DATABASE_URI": database}
    )
    fork, many = multiprocessing.get_context("fork"), len(rounds[0])
    ready, said = fork.Barrier(many), fork.SimpleQueue()

    def run(number: int) -> None:
        with service.app_context():
            ended = []
            for steps in rounds:
                ready.wait(timeout=60)
                ended.append(taken(steps[number]))
            db.engine.dispose()
        said.put((number, ended))

    processes = [fork.Process(target=run, args=(number,)) for number in range(many)]
    for one in processes:
        one.start()
    told = dict(said.get() for _ in processes)
    for one in processes:
        one.join()
    return [[told[number][at] for number in range(many)] for at in range(len(rounds))]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], json.load(sys.stdin))))
