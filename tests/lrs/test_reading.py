import json

import pytest

from app.lrs.reading import DEEPEST, InvalidJson, json_of, read
from app.lrs.validate import InvalidStatement
from tests.lrs.statements import statement


def test_each_statement_keeps_its_own_octets():
    first = json.dumps(statement(result={"score": {"scaled": 0.5}})).replace("0.5", "0.50").encode()
    second = json.dumps(statement(), indent=2).encode()
    found, many = read(b" [ " + first + b" ,\n" + second + b" ] ", version="1.0.3")
    assert many
    assert [one.raw for one in found] == [first, second]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[",
        b"[{}",
        b"nonsense",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1, "a": 1}',
        b"[" * 100_000,
        b'{"a": "\\ud800"}',
        b"{} {}",
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_what_is_not_sound_json_is_refused_with_a_reason(body: bytes):
    with pytest.raises(InvalidJson):
        json_of(body)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_deeper_than_everybody_can_read_is_refused(opening: str, closing: str):
    def nested(levels: int) -> str:
        return opening * levels + "1" + closing * levels

    json_of(nested(DEEPEST))
    with pytest.raises(InvalidJson, match="nested"):
        json_of(nested(DEEPEST + 1))
    json_of("[" + "[]," * 500 + "1]")  # many beside each other are not deep


def test_a_fault_in_a_batch_is_named_with_its_place():
    body = json.dumps([statement(), statement(verb={"id": "x"})]).encode()
    with pytest.raises(InvalidStatement) as caught:
        read(body, version="1.0.3")
    assert caught.value.at == "[1].verb.id"


def test_an_empty_batch_is_a_batch_of_none():
    assert read(b"[]", version="1.0.3") == ([], True)
