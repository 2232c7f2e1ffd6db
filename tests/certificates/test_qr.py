from __future__ import annotations

import segno
from hypothesis import given
from hypothesis import strategies as st

from certificates.qr import rows

ADDRESSES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=180)


def _oracle(address: str) -> list[str]:
    code = segno.make(address, error="m", mode="byte", micro=False, mask=2, boost_error=False)
    return ["".join(str(int(module)) for module in row) for row in code.matrix]


@given(ADDRESSES)
def test_the_code_is_the_one_that_segno_makes(address: str) -> None:
    assert rows(address) == _oracle(address)


def test_every_length_is_encoded() -> None:
    for length in range(1, 220):
        address = ("https://falkvik.example/" + "Z9-" * 100)[:length]
        assert rows(address) == _oracle(address), length
