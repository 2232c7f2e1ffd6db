"""How fast certificates are drawn, signed and verified: one JSON line per figure.

Run as ``python -m bench.certificates``; with ``--leak 100000`` it issues so many instead and fails where memory
grows. Times are of this process alone (CPU time), the best of several rounds,
after warming up; ``reference`` is the bar, or the floor that a figure is compared with.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import resource
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from bench import issuing
from certificates.draw import draw
from certificates.facts import Facts, Signatory, Text, new_code
from certificates.fast import Press
from certificates.keys import Signer, new_signer
from certificates.log import Tree
from certificates.sign import issue, prepare
from certificates.verify import KnownSigner, verify

AT = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
COUNT, ROUNDS = 500, 5
WARM_UP, MOST_GROWN = 0.2, 8.0
"""Share of a leak run after which memory is looked at first; megabytes that it may have grown by the end."""

Item = TypeVar("Item")


def people(count: int, *, after: int = 0) -> list[Facts]:
    """So many holders, no two with the same name, number or code."""
    first = ("Anna", "Björn", "Cecilia", "David", "Åsa", "Örjan", "Eva-Lena")
    last = ("Påhitt", "Exempel", "Provberg", "Demolin", "Låtsas", "Fiktiv")
    example = Facts(
        serial="FALK-2027-000000",
        code=new_code(),
        holder="Anna Påhitt",
        scheme=Text("Transformativ innovation", "Transformative innovation"),
        level=Text("Certifierad coach", "Certified Coach"),
        scheme_version="2.1",
        criteria_digest="0123456789abcdef" * 4,
        awarded_on=date(2027, 3, 3),
        valid_from=date(2027, 3, 3),
        valid_until=date(2030, 3, 2),
        issuer="Accelerera",
        place="Falkvik",
        verify_url="https://certifikat.example.se/verify/",
        signatories=(
            Signatory(name="Elsa Exempel", title=Text("Certifieringsansvarig", "Head of certification")),
            Signatory(name="Nils Provberg", title=Text("Nämndens ordförande", "Chair of the board")),
        ),
    )
    found = []
    for i in range(after, after + count):
        code = new_code()
        middle = chr(65 + i // 42 % 26) + chr(97 + i // 1092 % 26)
        found.append(
            replace(
                example,
                serial=f"FALK-2027-{i:06}",
                code=code,
                verify_url=example.verify_url + code,
                holder=f"{first[i % 7]} {middle}. {last[i % 6]}-{last[i // 7 % 6]}",
            )
        )
    return found


def each(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    """Milliseconds of CPU for one item, in the best round; no item is worked on twice."""
    size = len(items) // ROUNDS
    best = float("inf")
    for first in range(0, size * ROUNDS, size):
        start = time.process_time()
        for item in items[first : first + size]:
            work(item)
        best = min(best, (time.process_time() - start) / size * 1000)
    return best


def say(name: str, value: float, unit: str, reference: float | None = None) -> None:
    line: dict[str, object] = {"name": name, "value": round(value, 4), "unit": unit}
    if reference is not None:
        line["reference"] = reference
    print(json.dumps(line, ensure_ascii=False), flush=True)


def one_key(kind: str, signer: Signer, batch: list[Facts], bar: float) -> None:
    press = Press(signer=signer)
    press.issue(batch[0], at=AT)
    raw = each(lambda facts: signer.sign(facts.serial.encode()), batch)
    fast = each(lambda facts: press.issue(facts, at=AT), batch)
    say(f"{kind}: raw signature", raw, "ms")
    say(f"{kind}: fast path, draw + attach + sign + check own output", fast, "ms", bar)
    say(f"{kind}: fast path to raw signature", fast / raw, "times")
    if press.general:
        raise SystemExit("a certificate of the bench left the fast path")
    few = batch[: 20 * ROUNDS]
    general = each(lambda facts: issue(prepare(facts, signer=signer, at=AT)), few)
    say(f"{kind}: general path, draw + check + sign + verify", general, "ms", 20)
    say(f"{kind}: general path to fast path", general / fast, "times")
    known = [KnownSigner(signer.certificate, chain=signer.chain)]
    files = [press.issue(facts, at=AT).pdf for facts in few]
    say(f"{kind}: verify", each(lambda pdf: verify(pdf, known=known, at=AT), files), "ms")
    say(f"{kind}: size of a file", sum(map(len, files)) / len(files) / 1000, "kB")


def shares(signer: Signer, batch: list[Facts]) -> None:
    """Where the time of the fast path goes."""
    press = Press(signer=signer)
    press.issue(batch[0], at=AT)
    plate = press._plate(batch[0], AT)
    sheet, code = plate.draw(batch[0])
    attached = batch[0].to_json()
    pdf = press.issue(batch[0], at=AT).pdf
    whole = each(lambda facts: press.issue(facts, at=AT), batch)
    for name, cost in (
        ("draw", each(plate.draw, batch)),
        ("describe", each(lambda facts: plate.describe(facts, sheet, AT), batch)),
        ("compress", each(lambda _: (zlib.compress(code, 4), zlib.compress(attached, 6)), batch)),
        ("hash", each(lambda _: (sha256(pdf).digest(), sha256(pdf).digest()), batch)),
        ("sign", each(lambda facts: signer.sign(facts.serial.encode()), batch)),
        ("write", each(lambda _: b"".join((plate.prefix, memoryview(pdf)[len(plate.prefix) :])), batch)),
        ("read back and check", each(lambda _: plate._check(pdf, attached), batch)),
    ):
        say(f"share of {name}", cost / whole * 100, "%")


def half(number: int) -> float:
    """Issue this half of the batch into a ZIP, in a process of its own; its seconds of CPU."""
    signer, batch, folder = _held[number]
    press = Press(signer=signer)
    press.issue(batch[0], at=AT)
    begun = time.process_time()
    with zipfile.ZipFile(f"{folder}/{number}.zip", "w", zipfile.ZIP_STORED) as made:
        for facts in batch:
            made.writestr(f"{facts.serial}.pdf", press.issue(facts, at=AT).pdf)
    return time.process_time() - begun


_held: list[tuple[Signer, list[Facts], str]] = []
"""What the forked processes of ``bulk`` find: keys cannot be sent to them."""


def bulk(signer: Signer, count: int) -> None:
    """A whole batch on two cores: drawn, attached, signed, checked, into ZIPs; without the database."""
    batch = people(count, after=10 * COUNT)
    with tempfile.TemporaryDirectory() as folder:
        _held[:] = [(signer, batch[i::2], folder) for i in range(2)]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            begun = time.perf_counter()
            used = pool.map(half, range(2))
            took = time.perf_counter() - begun
    say(f"bulk of {count} on two cores, by the clock", count / took, "a second", 1000)
    say("the same, by the CPU time of the slower half", count / max(used), "a second", 1000)


def memory() -> float:
    """Megabytes that this process holds now (where the system does not say, the most that it ever held)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def grown(work: Callable[[int], object], count: int) -> float:
    """Megabytes by which memory has grown from the warm-up to the end of ``count`` calls."""
    begun = 0.0
    for i in range(count):
        if i == int(count * WARM_UP):
            gc.collect()
            begun = memory()
        work(i)
    gc.collect()
    return memory() - begun


def memory_over(signer: Signer, count: int) -> float:
    """Issue and verify ``count`` different certificates; megabytes by which memory has grown."""
    press, batch = Press(signer=signer), people(COUNT)
    known = [KnownSigner(signer.certificate, chain=signer.chain)]

    def one(i: int) -> None:
        code = new_code()
        facts = replace(
            batch[i % COUNT],
            serial=f"FALK-2027-{i:06}",
            code=code,
            verify_url=f"https://certifikat.example/{code}",
        )
        made = press.issue(facts, at=AT)
        if i % 50 == 0:
            verify(made.pdf, known=known, at=AT)

    more = grown(one, count)
    say(f"memory grown while issuing {count}", more, "MB", MOST_GROWN)
    return more


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure how fast certificates are drawn, signed and verified."
    )
    parser.add_argument(
        "--leak", type=int, metavar="N", help="issue N certificates and watch the memory instead"
    )
    arguments = parser.parse_args()
    curve = new_signer("Bench signer", authority_name="Bench authority", now=AT)
    if arguments.leak:
        raise SystemExit(memory_over(curve, arguments.leak) > MOST_GROWN)
    gc.collect()
    gc.freeze()
    batch = people(COUNT)
    say("draw alone, general path", each(lambda facts: draw(facts, at=AT), batch[:20]), "ms")
    one_key("P-256", curve, batch, 2.0)
    others = people(COUNT, after=COUNT)
    one_key(
        "RSA-3072",
        new_signer("Bench signer", authority_name="Bench authority", now=AT, rsa_bits=3072),
        others,
        2.5,
    )
    shares(curve, people(COUNT, after=2 * COUNT))
    bulk(curve, 2_000)
    issuing.measured(2_000)
    memory_over(curve, 5_000)
    tree = Tree()
    entries = [i.to_bytes(4, "big") for i in range(100_000)]
    start = time.process_time()
    for entry in entries:
        tree.append(entry)
    say("log: append", (time.process_time() - start) / len(entries) * 1e6, "µs", 2)
    say(
        "log: inclusion proof among 100,000",
        each(tree.inclusion_proof, list(range(0, 100_000, 1000))),
        "ms",
        0.02,
    )


if __name__ == "__main__":
    main()
