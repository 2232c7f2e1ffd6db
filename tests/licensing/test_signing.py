"""A licence file holds exactly as it was signed, and in no other form."""

import random

import pytest

from app.licensing.signing import (
    BadFile,
    BadKey,
    check,
    fingerprint,
    load_private,
    new_key,
    public_of,
    raw_public,
    sign,
)
from app.rules.terms import BadTerms, write
from tests.licensing.terms import KEY, PRIVATE, PUBLIC, terms

RAW = public_of(KEY)


def known(named):
    return RAW if named == fingerprint(RAW) else None


@pytest.fixture(scope="module")
def file() -> bytes:
    return sign(write(terms()), KEY)


def test_a_signed_licence_is_read_with_its_terms(file):
    made = terms()
    assert check(sign(write(made), KEY), known).terms == made


def mutated(whole: bytes, chance: random.Random) -> bytes:
    """``whole`` with something changed, taken out, doubled, put in or moved."""
    body = bytearray(whole)
    place, length = chance.randrange(len(body)), chance.randrange(1, 9)
    match chance.randrange(6):
        case 0:
            body[place] ^= 1 << chance.randrange(8)
        case 1:
            del body[place : place + length]
        case 2:
            body[place:place] = body[place : place + length]
        case 3:
            body[place:place] = bytes(chance.randrange(256) for _ in range(length))
        case 4:
            body[place] = ord(chr(body[place]).swapcase()) if body[place] < 128 else 0
        case 5:
            other = chance.randrange(len(body))
            body[place], body[other] = body[other], body[place]
    return bytes(body)


def test_ten_thousand_changed_files_are_all_refused(file):
    chance, tried = random.Random(13), 0
    while tried < 10_000:
        changed = mutated(file, chance)
        if changed == file:
            continue
        tried += 1
        with pytest.raises(BadFile):
            check(changed, known)


def test_every_single_bit_of_the_head_matters(file):
    for place in range(file.index(b"\n\n") + 2):
        for bit in range(8):
            changed = bytearray(file)
            changed[place] ^= 1 << bit
            with pytest.raises(BadFile):
                check(bytes(changed), known)


def test_another_key_does_not_speak_for_the_publisher(file):
    other = raw_public(new_key()[1])
    with pytest.raises(BadFile) as refused:
        check(file, lambda _named: other)
    assert refused.value.code == "unknown_key"


def test_a_signature_of_another_licence_does_not_fit(file):
    other = sign(write(terms(amount=1000)), KEY)
    head, _, _ = file.partition(b"\n\n")
    with pytest.raises(BadFile) as refused:
        check(head + b"\n\n" + other.partition(b"\n\n")[2], known)
    assert refused.value.code == "signature"


def test_terms_that_cannot_be_read_are_never_signed():
    with pytest.raises(BadTerms):
        sign(b"{}", KEY)


def test_only_ed25519_keys_are_taken():
    for pem in (b"", b"nonsense", PUBLIC):
        with pytest.raises(BadKey):
            load_private(pem)
    with pytest.raises(BadKey):
        raw_public(PRIVATE)
