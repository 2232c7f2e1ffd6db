"""Where text goes: fit it on one line, else wrap it, never let it run over."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from certificates.faces import Line, shape


class DoesNotFit(ValueError):
    """A text that is too long for its place even at the smallest size; the message names the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"too long for its place on the sheet: {text[:60]}...")


def wrap(text: str, face: str, size: float, width: float) -> list[Line]:
    """``text`` broken at blanks into lines of at most ``width`` points; a longer word is broken inside."""
    lines: list[Line] = []
    current = ""
    for word in text.split():
        joined = f"{current} {word}" if current else word
        if shape(joined, face).width(size) <= width:
            current = joined
            continue
        if current:
            lines.append(shape(current, face))
        current = word
        while shape(current, face).width(size) > width:
            head = _longest_start(current, face, size, width)
            lines.append(shape(head, face))
            current = current[len(head) :]
    if current:
        lines.append(shape(current, face))
    return lines


def balanced(text: str, face: str, size: float, width: float) -> list[Line]:
    """As ``wrap``, with lines of about the same length."""
    best = wrap(text, face, size, width)
    if len(best) < 2:
        return best
    low, high = width / len(best), width
    for _ in range(6):
        middle = (low + high) / 2
        tried = wrap(text, face, size, middle)
        if len(tried) == len(best) and all(" " not in text or not _broken(line, text) for line in tried):
            best, high = tried, middle
        else:
            low = middle
    return best


@lru_cache(maxsize=2048)
def fit(
    text: str, face: str, width: float, sizes: tuple[tuple[float, float], ...]
) -> tuple[float, tuple[Line, ...]]:
    """The largest size that suits, and the lines.

    ``sizes[n]`` is the largest and the smallest size for ``n + 1`` lines; fewer lines are preferred. Raises
    ``DoesNotFit``.
    """
    one = shape(" ".join(text.split()), face)
    for count, (largest, smallest) in enumerate(sizes, start=1):
        if one.width(smallest) > width * count:
            continue
        if count == 1:
            return min(largest, width * 1000 / max(1, one.advance) // 0.1 * 0.1), (one,)
        size = largest
        while size >= smallest:
            lines = balanced(text, face, size, width)
            if len(lines) <= count:
                return size, tuple(lines)
            size -= 0.5
    raise DoesNotFit(text)


def _broken(line: Line, text: str) -> bool:
    return bool(set(line.text.split()) - set(unicodedata.normalize("NFC", text).split()))


def _longest_start(word: str, face: str, size: float, width: float) -> str:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if shape(word[:middle], face).width(size) <= width:
            low = middle
        else:
            high = middle - 1
    while low < len(word) and low > 1 and unicodedata.category(word[low]).startswith("M"):
        low -= 1
    return word[:low]
