from __future__ import annotations

import segno
from hypothesis import given
from hypothesis import strategies as st

from certificates.qr import rows, squares

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


def test_the_squares_paint_exactly_the_dark_modules() -> None:
    for length in (20, 70, 150, 215):
        address = ("https://falkvik.example/" + "Q7-" * 100)[:length]
        size, painted = squares(address)
        paper = [["0"] * size for _ in range(size)]
        for line in painted.removesuffix("f").splitlines():
            x, y, width, height, operator = line.split()
            assert (height, operator) == ("1", "re")
            for column in range(int(x), int(x) + int(width)):
                paper[size - 1 - int(y)][column] = "1"
        assert ["".join(row) for row in paper] == rows(address), length
