"""A course's page from Markdown (or HTML) to HTML that is safe to show.

Markdown with tables, footnotes and callouts (``::: tip Title`` ... ``:::``). Whatever comes out goes through the
sanitiser, so no script, style, form, frame or foreign address survives. Pictures and downloads are the
package's own listed files and nothing else. :func:`faults` says what would shut somebody out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

CALLOUTS = ("note", "tip", "case", "exercise", "warning", "quote")

TAGS = {
    "a", "abbr", "aside", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt",
    "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s",
    "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "track", "ul", "video",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"id", "lang", "class"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "track": {"src", "kind", "srclang", "label"},
    "video": {"src", "controls", "width", "height"},
}
CLASSES = {
    "callout",
    "callout-title",
    "table-frame",
    "num",
    "wide",
    *(f"callout-{kind}" for kind in CALLOUTS),
}
CLASSES |= {
    "footnotes",
    "footnotes-list",
    "footnote-ref",
    "footnote-item",
    "footnote-backref",
    "footnotes-sep",
}
ADDRESS = re.compile(r'(src|href)="([^"]*)"')
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """Safe HTML, its sections (id, title) for a table of contents, and how many words it has."""

    html: Markup
    sections: tuple[tuple[str, str], ...]
    words: int


def _callout(kind: str) -> Any:
    def draw(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, _env: Any) -> str:
        if tokens[index].nesting < 0:
            return "</div>\n"
        title = tokens[index].info.strip().removeprefix(kind).strip()
        head = f'<p class="callout-title">{escape(title)}</p>\n' if title else ""
        return f'<div class="callout callout-{kind}">\n{head}'

    return draw


def _parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": True, "typographer": False}).enable("table").use(footnote_plugin)
    )
    for kind in CALLOUTS:
        parser.use(container_plugin, name=kind, render=_callout(kind))
    return parser


PARSER = _parser()


def _heading_ids(html: str) -> str:
    taken: dict[str, int] = {}

    def name(match: re.Match[str]) -> str:
        words = re.sub(r"<[^>]+>", "", unescape(match[2])).casefold()
        slug = re.sub(r"[^\w]+", "-", words).strip("-") or "section"
        taken[slug] = taken.get(slug, 0) + 1
        number = f"-{taken[slug]}" if taken[slug] > 1 else ""
        return f'<h{match[1]} id="s-{slug}{number}">{match[2]}</h{match[1]}>'

    return re.sub(r"<h([23])>(.*?)</h\1>", name, html, flags=re.DOTALL)


def _address(files: str, listed: Sequence[str]) -> Any:
    def put(match: re.Match[str]) -> str:
        attribute, target = match[1], unescape(match[2])
        if target.startswith("#") or (attribute == "href" and re.match(r"https?://|mailto:", target)):
            return match[0]
        if SCHEME.match(target) or target not in listed:
            return f'{attribute}=""'
        return f'{attribute}="{escape(files + target)}"'

    return put


def _keep(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id":  # only footnotes name places; anything else could pose as a part of our own page
        return value if re.match(r"fn(ref)?\d", value) else None
    if attribute != "class":
        return value
    kept = " ".join(name for name in value.split() if name in CLASSES)
    return kept or None


def render(text: str, *, files: str, listed: Sequence[str], html: bool = False) -> Page:
    """``text`` as a safe page. ``files`` is put before the name of each file in ``listed``."""
    drawn = text if html else PARSER.render(text)
    drawn = drawn.replace("<th>", '<th scope="col">').replace("<th style", '<th scope="col" style')
    drawn = drawn.replace("<table>", '<div class="table-frame"><table>').replace("</table>", "</table></div>")
    clean = nh3.clean(
        drawn,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    clean = _heading_ids(ADDRESS.sub(_address(files, listed), clean))
    clean = re.sub(r'<img[^>]*src=""[^>]*>|(?<=<a) href=""', "", clean)
    sections = tuple(
        (match[1], re.sub(r"<[^>]+>", "", unescape(match[2]))) for match in HEADING.finditer(clean)
    )
    words = len(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", clean)))
    return Page(Markup(clean), sections, words)  # noqa: S704 - it has just been sanitised


def faults(page: Page) -> list[str]:
    """What keeps the page from being used by everybody: pictures without words, films without captions."""
    found = []
    for picture in re.findall(r"<img[^>]*>", page.html):
        if not re.search(r'alt="[^"]+"', picture):
            found.append("a picture has no words for those who cannot see it")
    for film in re.findall(r"<video.*?</video>", page.html, flags=re.DOTALL):
        if 'kind="captions"' not in film:
            found.append("a film has no captions")
    return found
