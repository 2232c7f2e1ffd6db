"""QR codes for addresses, fast: what is the same for all addresses of one length is computed once.

Byte mode, error level M, mask 2 (ISO/IEC 18004). The layout of a symbol is taken from segno; the bits that differ
between two addresses of equal length are encoded here, and segno is the oracle that the tests compare with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest

import segno
from segno import consts

_BLOCKS: dict[int, tuple[int, tuple[int, ...]]] = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32, 32)),
    5: (24, (43, 43)),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38, 38, 39, 39)),
    9: (22, (36, 36, 36, 37, 37)),
    10: (26, (43,) * 4 + (44,)),
    11: (30, (50, 51, 51, 51, 51)),
    12: (22, (36,) * 6 + (37, 37)),
}
"""Per version: error codewords in each block, and data codewords of the blocks (level M)."""

_DARK = re.compile("1+")
_DATA = {consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT}
_FORMAT = {consts.TYPE_FORMAT_DARK, consts.TYPE_FORMAT_LIGHT}


def _powers() -> tuple[list[int], list[int]]:
    exponentials, logarithms = [0] * 512, [0] * 256
    value = 1
    for i in range(255):
        exponentials[i] = exponentials[i + 255] = value
        logarithms[value] = i
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return exponentials, logarithms


_EXP, _LOG = _powers()


def rows(address: str) -> list[str]:
    """The modules of the code, row by row from the top, as strings of 0 and 1."""
    size, packed = _packed(address)
    width = len(packed) // size
    lines = (packed[at : at + width] for at in range(0, len(packed), width))
    return [format(int.from_bytes(line, "big"), f"0{8 * width}b")[:size] for line in lines]


def squares(address: str) -> tuple[int, str]:
    """The dark modules as page operators over unit modules, origin at the bottom left; and the width.

    They are one path, so that squares that touch leave no seam between them.
    """
    size, packed = _packed(address)
    return size, "".join([eight[dark] for eight, dark in zip(_eights(size), packed, strict=True)]) + "f"


class _Eight(dict[int, str]):
    """Eight modules of one row as they are written, by which of them are dark: there are only so many of them."""

    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

    def __missing__(self, dark: int) -> str:
        spans = (found.span() for found in _DARK.finditer(format(dark, "08b")))
        made = self[dark] = "".join(f"{self.x + start} {self.y} {end - start} 1 re\n" for start, end in spans)
        return made


@lru_cache(maxsize=16)
def _eights(size: int) -> list[_Eight]:
    return [_Eight(x, y) for y in range(size - 1, -1, -1) for x in range(0, size, 8)]


def _packed(address: str) -> tuple[int, bytes]:
    """The width, and the modules row by row from the top, eight in a byte; each row begins a byte."""
    data = address.encode("ascii")
    if len(data) <= 200:
        layout = _layout(len(data))
        return layout.size, layout.packed(data)
    matrix = _segno(address).matrix
    return len(matrix), _pack(matrix).to_bytes(_bits(len(matrix)) // 8, "big")


def _pack(matrix: Sequence[Sequence[int]]) -> int:
    """The modules as one big number, each row filled up to whole bytes."""
    width = _bits(len(matrix)) // len(matrix)
    return int("".join("".join(str(int(dark)) for dark in row).ljust(width, "0") for row in matrix), 2)


def _bits(size: int) -> int:
    return size * (size + 7 & ~7)


def _segno(address: str) -> segno.QRCode:
    return segno.make(address, error="m", mode="byte", micro=False, mask=2, boost_error=False)


class _Layout:
    """The symbol for addresses of one length: an example, and where each bit of a message goes."""

    def __init__(self, length: int) -> None:
        example = b"x" * length
        code = _segno(example.decode())
        kinds = [list(row) for row in code.matrix_iter(verbose=True, border=0)]
        self.size = size = len(kinds)
        self.version = int(code.version)

        def carries_data(row: int, column: int) -> bool:
            if kinds[row][column] in _FORMAT:  # segno counts one data module in with the format
                return not (min(row, column) <= 8 and (max(row, column) <= 8 or max(row, column) >= size - 8))
            return kinds[row][column] in _DATA

        width = _bits(size) // size
        order: list[int] = []
        column, upwards = size - 1, True
        while column > 0:
            column -= column == 6
            for step in range(size):
                row = size - 1 - step if upwards else step
                order.extend(row * width + c for c in (column, column - 1) if carries_data(row, c))
            column, upwards = column - 2, not upwards
        self.example = _pack(code.matrix)
        last = _bits(size) - 1
        codewords = self._codewords(example)
        self.places = [1 << (last - place) for place in order[: 8 * len(codewords)]]
        self.codewords = codewords
        self.message = example
        self.flips: list[dict[int, int]] = [{byte: 0} for byte in example]

    def packed(self, data: bytes) -> bytes:
        # the code is linear: what two messages differ in is the sum of what each byte differs in, checks included
        changed = self.example
        for i, (byte, flips) in enumerate(zip(data, self.flips, strict=True)):
            flipped = flips.get(byte)
            if flipped is None:
                flipped = flips[byte] = self._flipped(i, byte)
            changed ^= flipped
        return changed.to_bytes(_bits(self.size) // 8, "big")

    def _flipped(self, place: int, byte: int) -> int:
        """The modules that change where the example has this byte at ``place``."""
        changed = bytearray(self.message)
        changed[place] = byte
        differing = enumerate(zip(self._codewords(bytes(changed)), self.codewords, strict=True))
        return sum(
            self.places[8 * i + bit]
            for i, (new, old) in differing
            for bit in range(8)
            if (new ^ old) & 0x80 >> bit
        )

    def _codewords(self, data: bytes) -> bytes:
        """The message with its padding and error correction, interleaved as it is placed."""
        count, sizes = _BLOCKS[self.version]
        width = 8 if self.version < 10 else 16
        total = sum(sizes)
        bits = (0b0100 << width | len(data)) << 8 * len(data) | int.from_bytes(data, "big")
        used = 4 + width + 8 * len(data)
        spare = 8 * total - used
        zeros = min(4, spare)
        bits <<= zeros
        zeros = -(used + zeros) % 8
        bits <<= zeros
        message = bits.to_bytes((bits.bit_length() + 7) // 8, "big").rjust((used + 7) // 8, b"\0")
        message = (message + b"\xec\x11" * total)[:total]
        blocks, at = [], 0
        for size in sizes:
            blocks.append(message[at : at + size])
            at += size
        parts = [c for column in zip_longest(*blocks) for c in column if c is not None]
        parts += [c for column in zip(*(_correction(b, count) for b in blocks), strict=True) for c in column]
        return bytes(parts)


@lru_cache(maxsize=32)
def _layout(length: int) -> _Layout:
    return _Layout(length)


@lru_cache(maxsize=16)
def _multiples(count: int) -> list[int]:
    """The generator polynomial of this degree times every field element, each as one big number."""
    generator = [1]
    for i in range(count):
        longer = [*generator, 0]
        for j, c in enumerate(generator):
            if c:
                longer[j + 1] ^= _EXP[_LOG[c] + i]
        generator = longer
    table = [0]
    for factor in range(1, 256):
        table.append(
            int.from_bytes(bytes(_EXP[_LOG[c] + _LOG[factor]] if c else 0 for c in generator[1:]), "big")
        )
    return table


def _correction(block: bytes, count: int) -> bytes:
    """The Reed-Solomon codewords of one block."""
    table, shift, mask = _multiples(count), 8 * (count - 1), (1 << 8 * count) - 1
    rest = 0
    for byte in block:
        rest = rest << 8 & mask ^ table[byte ^ rest >> shift]
    return rest.to_bytes(count, "big")
