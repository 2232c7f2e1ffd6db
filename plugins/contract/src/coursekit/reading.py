"""One page as its readers meet it: what would shut somebody out, what leads nowhere, how long it takes to read.

Every finding has the line of the file on which the author wrote it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from markdown_it.token import Token

from coursekit.pages import ATTRIBUTES, CALLOUTS, PARSER, SCHEME, TAGS, render

WORDS_A_MINUTE = 180
"""How fast a careful reader reads."""
QUIET = {"html", "head", "body", "title", "meta", "input"}
"""Tags around a page, which may be left out without a word."""
EMPTY_WORDS = {"här", "klicka här", "läs mer", "länk", "here", "click here", "read more", "link", "more"}
VOID = {"img", "br", "hr", "track", "meta", "input", "col", "wbr", "source", "link"}


@dataclass(slots=True)
class Element:
    """One element of the page: its tag, its attributes, the words in it, what it holds, and the line it is on."""

    line: int
    tag: str
    attributes: Mapping[str, str]
    words: str = ""
    holds: list[Element] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.words: list[tuple[int, str]] = []
        self._open: list[Element] = []
        self._base, self._row = 1, 1

    def _line(self) -> int:
        return self._base + self.getpos()[0] - self._row

    def handle_comment(self, data: str) -> None:
        if data.startswith("line "):
            self._base, self._row = int(data.removeprefix("line ")), self.getpos()[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(self._line(), tag, {name: value or "" for name, value in attrs})
        self.elements.append(made)
        for outer in self._open:
            outer.holds.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        for outer in self._open:
            outer.words += data
        if not any(outer.tag in ("code", "pre") for outer in self._open):
            self.words.append((self._line(), data))


def _mark(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens with comments between them that say on which line of the file each stands."""
    for token in tokens:
        if token.map and token.type == "inline":
            token.children = [_comment(token.map[0] + 1), *(token.children or [])]
        elif token.map and token.nesting >= 0:
            yield _comment(token.map[0] + 1)
        yield token


def _comment(line: int) -> Token:
    return Token("html_inline", "", 0, content=f"<!--line {line}-->")


def read(text: str, *, html: bool) -> tuple[Sequence[Element], Sequence[tuple[int, str]]]:
    """The elements of the page, in order, and its words outside code with their lines."""
    drawn = text
    if not html:
        env: dict[str, Any] = {}
        drawn = PARSER.renderer.render(list(_mark(PARSER.parse(text, env))), PARSER.options, env)
    reader = _Reader()
    reader.feed(drawn)
    reader.close()
    return reader.elements, reader.words


Finding = tuple[int, str]
"""A line of the page, and a sentence for its author."""


def findings(text: str, *, listed: Sequence[str], html: bool = False) -> list[Finding]:
    """Everything that is wrong with the page, by line."""
    elements, words = read(text, html=html)
    found = [
        *_pictures(elements, listed),
        *_films(elements, listed),
        *_links(elements, text, listed, html),
        *_headings(elements),
        *_tables(elements),
        *_taken_away(elements),
        *(_callouts(text) if not html else ()),
        *_footnotes(text, words),
    ]
    if not any(words.strip() for _line, words in words):
        found.append((1, "the page has no words"))
    return sorted(set(found))


def reading_minutes(words: int) -> int:
    """Whole minutes, rounded up, that reading so many words takes."""
    return -(-words // WORDS_A_MINUTE)


def _source(element: Element, listed: Sequence[str], what: str) -> Iterator[Finding]:
    name = element.attributes.get("src", "")
    if SCHEME.match(name):
        yield element.line, f"{what} {name!r} lies on another site; put the file in the package"
    elif name not in listed:
        yield element.line, f"{what} {name!r} is not listed in the course's files"


def _pictures(elements: Sequence[Element], listed: Sequence[str]) -> Iterator[Finding]:
    for one in elements:
        if one.tag != "img":
            continue
        yield from _source(one, listed, "the picture")
        words = one.attributes.get("alt", "").strip()
        if not words:
            yield one.line, "a picture has no words for those who cannot see it"
        elif re.search(r"\.(svg|png|jpe?g|webp|gif)$", words, re.IGNORECASE):
            yield one.line, f"a picture's words are its file name, {words!r}; say what it shows"


def _films(elements: Sequence[Element], listed: Sequence[str]) -> Iterator[Finding]:
    for one in elements:
        if one.tag != "video":
            continue
        if "controls" not in one.attributes:
            yield one.line, "a film has no controls"
        yield from _source(one, listed, "the film")
        tracks = [inner for inner in one.holds if inner.tag == "track"]
        if not any(track.attributes.get("kind") == "captions" for track in tracks):
            yield one.line, "a film has no captions"
        for track in tracks:
            yield from _source(track, listed, "the captions")
            if not track.attributes.get("srclang"):
                yield track.line, "the captions do not say their language (srclang)"


def _links(elements: Sequence[Element], text: str, listed: Sequence[str], html: bool) -> Iterator[Finding]:
    page = str(render(text, files="", listed=listed, html=html).html)
    places = set(re.findall(r'id="([^"]+)"', page))
    for one in elements:
        if one.tag != "a" or "href" not in one.attributes:
            continue
        target, words = one.attributes["href"], " ".join(one.words.split()).strip(" .!→").casefold()
        pictured = any(inner.tag == "img" and inner.attributes.get("alt") for inner in one.holds)
        if not words and not pictured:
            yield one.line, f"the link to {target!r} has no words"
        elif words in EMPTY_WORDS:
            yield one.line, f"the link {words!r} does not say where it leads"
        if target.startswith("#"):
            if target[1:] not in places:
                yield one.line, f"the link leads to {target!r}, which is not on the page"
        elif not re.match(r"https?://[^/\s]+\.[^/\s]+|mailto:[^@\s]+@[^@\s]+", target):
            if SCHEME.match(target):
                yield one.line, f"the link to {target!r} is taken away; https and mailto are kept"
            elif target not in listed:
                yield one.line, f"the link leads to {target!r}, which is not listed in the course's files"


def _headings(elements: Sequence[Element]) -> Iterator[Finding]:
    level = 1
    for one in elements:
        if not re.fullmatch(r"h[1-6]", one.tag):
            continue
        own = int(one.tag[1])
        if not one.words.strip():
            yield one.line, "a heading has no words"
        if own == 1:
            yield (
                one.line,
                "a heading of the first level: the page's title stands there already, begin with ##",
            )
        elif own > level + 1:
            yield one.line, f"a heading of level {own} follows one of level {level}; none may be skipped"
        level = own


def _tables(elements: Sequence[Element]) -> Iterator[Finding]:
    for one in elements:
        if one.tag != "table":
            continue
        heads = [inner for inner in one.holds if inner.tag == "th"]
        if not heads:
            yield one.line, "a table has no heads for its columns"
        elif not all(head.words.strip() for head in heads[1:]):
            yield one.line, "a column of a table has no head"


def _taken_away(elements: Sequence[Element]) -> Iterator[Finding]:
    for one in elements:
        if one.tag not in TAGS and one.tag not in QUIET and one.tag != "h1":
            yield one.line, f"<{one.tag}> is taken away"
            continue
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(one.tag, set())
        for name in one.attributes:
            if name == "style" and one.tag in ("th", "td"):
                continue  # how Markdown aligns a column
            if name not in allowed and one.tag not in QUIET:
                yield one.line, f"{name!r} on <{one.tag}> is taken away"


def _outside_code(text: str) -> Iterator[Finding]:
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        start = re.match(r"\s{0,3}(```+|~~~+)", line)
        if start and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else start[1]
        elif not fence:
            yield number, line


def _callouts(text: str) -> Iterator[Finding]:
    opened = 0
    for number, line in _outside_code(text):
        start = re.match(r":::+\s*([^\s]*)", line.strip())
        if start is None:
            continue
        if not start[1]:
            if not opened:
                yield number, "::: closes a callout that was never opened"
            opened = 0
            continue
        if start[1] not in CALLOUTS:
            yield number, f"there is no callout {start[1]!r}; it can be {', '.join(CALLOUTS)}"
        if opened:
            yield opened, "the callout is not closed with :::"
        opened = number
    if opened:
        yield opened, "the callout is not closed with :::"


def _footnotes(text: str, words: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    for at, said in words:
        for name in re.findall(r"\[\^([^\]\s]+)\]", said):
            yield at, f"the footnote {name!r} has no text"
    lines = list(_outside_code(text))
    used = Counter(name for _n, line in lines for name in re.findall(r"\[\^([^\]\s]+)\](?!:)", line))
    for number, line in lines:
        note = re.match(r"\s{0,3}\[\^([^\]\s]+)\]:", line)
        if note and not used[note[1]]:
            yield number, f"the footnote {note[1]!r} is never referred to"
