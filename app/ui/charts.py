"""Drawings made on the server: data in, markup out, no style and no script in it.

Each says the same in words or in a table beside it, and can be read in grey: filled, half, hatched and ringed shapes
carry what the colours carry. Labels are the caller's words, already in the reader's language.
What is drawn many times over is put together with ``%``, which takes a quarter of the time of ``format``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Literal

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.ui.formatting import number

State = Literal["done", "current", "next", "later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One stop on a path. ``amount`` of ``target`` fills the ring of the current one; ``text`` says it in words."""

    title: str
    state: State
    text: str = ""
    amount: float = 0
    target: float = 0
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One capability of a profile, on a scale that all axes share; ``then`` is an earlier or wished value."""

    label: str
    now: float
    then: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A person or thing in a tree, with those that come of it."""

    label: str
    text: str = ""
    url: str | None = None
    lit: bool = False
    children: Sequence[Node] = field(default_factory=tuple)


def _share(amount: float, target: float) -> float:
    """Per cent of the target, 0 to 100; a target of nothing is reached."""
    if target <= 0:
        return 100.0
    return max(0.0, min(100.0, 100.0 * amount / target))


def _f(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def bar(amount: float, target: float, *, reached: bool = True) -> Markup:
    """A bar filled to the share of the target. Decoration: the words stand beside it (macro ``progress``).

    ``reached`` False: the target is only the longest of several bars, so a full one is nothing to be green about.
    """
    share = _share(amount, target)
    met = " met" if reached and share >= 100 else ""
    edge = (
        Markup('<rect class="edge" x="%s%%" width="2" height="14"/>') % _f(share) if 0 < share < 100 else ""
    )
    return Markup(
        '<svg class="bar" height="14" aria-hidden="true" focusable="false"><rect class="ground" width="100%%"'
        ' height="14"/><rect class="amount%s" width="%s%%" height="14"/>%s</svg>'
    ) % (met, _f(share), edge)


_HATCHES = ("", "M-2 10 10-2M4 16 16 4", "M0 3h14M0 10h14", "M3 0v14M10 0v14")


def _hatch(prefix: str, at: int) -> Markup:
    return Markup(
        '<pattern id="{}" width="12" height="14" patternUnits="userSpaceOnUse"><rect class="part-{}" width="12"'
        ' height="14"/><path class="hatch" fill="none" d="{}"/></pattern>'
    ).format(f"{prefix}-{at}", at, _HATCHES[at])


def parts(
    amounts: Sequence[tuple[str, float]], target: float, unit: str = "", ident: str = "parts"
) -> Markup:
    """A bar made of up to four named parts of a target, each with its own hatching, and a legend with the numbers.

    ``ident`` tells several on one page apart. Parts beyond the target are scaled to the whole.
    """
    if len(amounts) > len(_HATCHES):
        raise ValueError(f"A bar shows at most {len(_HATCHES)} parts; put the rest together.")
    whole = max(target, sum(amount for _label, amount in amounts)) or 1
    left, rects, legend = 0.0, Markup(""), Markup("")
    hatches = Markup("").join(_hatch(ident, at) for at in range(len(amounts)))
    for at, (label, amount) in enumerate(amounts):
        width = 100 * amount / whole
        fill = f"url(#{ident}-{at})"
        rects += Markup('<rect x="{}%" width="{}%" height="14" fill="{}"/>').format(_f(left), _f(width), fill)
        legend += Markup(
            '<li><svg class="swatch" viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" rx="3"'
            ' fill="{}"/></svg>{} <span class="num">{}</span></li>'
        ).format(fill, label, f"{number(amount)} {unit}".strip())
        left += width
    return Markup(
        '<svg class="bar" height="14" aria-hidden="true" focusable="false"><defs>{}</defs><rect class="ground"'
        ' width="100%" height="14"/>{}</svg><ul class="parts-legend">{}</ul>'
    ).format(hatches, rects, legend)


def _station_symbol(station: Station, place: int) -> Markup:
    if station.state == "done":
        inside = Markup(
            '<circle class="full" cx="24" cy="24" r="22"/><path class="tick" d="m15 24.5 6.5 6.5L34 18"/>'
        )
    else:
        inside = Markup('<circle class="ring" cx="24" cy="24" r="20"/>')
        share = _share(station.amount, station.target) if station.target else 0
        if station.state == "current" and share:
            inside += Markup(
                '<circle class="arc" cx="24" cy="24" r="20" pathLength="100" stroke-dasharray="{} 100"'
                ' transform="rotate(-90 24 24)"/>'
            ).format(_f(share))
        inside += Markup('<text x="24" y="30">{}</text>').format(place)
    return Markup(
        '<svg class="station" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{}</svg>'
    ).format(inside)


def path(stations: Sequence[Station]) -> Markup:
    """A journey as stations in order. It is a list: what is drawn is also what is read out."""
    words = {"done": _("Done"), "current": _("You are here"), "next": _("Next"), "later": _("Later")}
    rows = Markup("")
    for place, station in enumerate(stations, start=1):
        title = (
            Markup('<a href="{}">{}</a>').format(station.url, station.title)
            if station.url
            else escape(station.title)
        )
        current = Markup(' aria-current="step"') if station.state == "current" else ""
        rows += Markup(
            '<li data-state="{}"{}>{}<div class="station-body"><p class="station-title">{}</p><p class="station-text">'
            "{}</p></div></li>"
        ).format(
            station.state,
            current,
            _station_symbol(station, place),
            title,
            " · ".join(part for part in (words[station.state], station.text) if part),
        )
    return Markup('<ol class="path">{}</ol>').format(rows)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="num"') if at else "", text)
        for at, text in enumerate(heads)
    )
    body = Markup("").join(
        Markup('<tr><th scope="row">%s</th>%s</tr>')
        % (
            row[0],
            Markup("").join(
                Markup('<td class="num" data-label="%s">%s</td>') % (heads[at], text)
                for at, text in enumerate(row)
                if at
            ),
        )
        for row in rows
    )
    return Markup(
        '<details class="fold plain"><summary>{}</summary><div class="fold-body"><table class="table"><caption'
        ' class="visually-hidden">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>'
    ).format(_("Show as a table"), caption, head, body)


def _wrapped(label: str, width: int = 13) -> list[str]:
    """A label in at most three lines, broken between words; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2]}…"]


def profile(
    title: str, axes: Sequence[Axis], *, top: float = 5, now_label: str = "", then_label: str = ""
) -> Markup:
    """Capabilities as a web with three to ten spokes from 0 to ``top``, the same numbers in a table below."""
    if len(axes) < 3:
        raise ValueError("A profile needs three axes or more; draw bars instead.")
    cx, cy, radius = 210.0, 165.0, 105.0
    spokes = [(sin(2 * pi * at / len(axes)), -cos(2 * pi * at / len(axes))) for at in range(len(axes))]

    def points(values: Sequence[float]) -> str:
        return " ".join(
            f"{_f(cx + x * radius * min(value, top) / top)},{_f(cy + y * radius * min(value, top) / top)}"
            for (x, y), value in zip(spokes, values, strict=True)
        )

    drawn = Markup("")
    for ring in range(1, 6):
        drawn += Markup('<polygon class="web" points="{}"/>').format(points([top * ring / 5] * len(axes)))
    for (x, y), axis in zip(spokes, axes, strict=True):
        drawn += Markup('<line class="spoke" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
            _f(cx), _f(cy), _f(cx + x * radius), _f(cy + y * radius)
        )
        anchor = "middle" if abs(x) < 0.2 else "start" if x > 0 else "end"
        lines = _wrapped(axis.label)
        start = cy + y * (radius + 18) - (len(lines) - 1) * (15 if y < -0.6 else 7.5 if y < 0.6 else 0) + 4
        drawn += Markup('<text text-anchor="{}">{}</text>').format(
            anchor,
            Markup("").join(
                Markup('<tspan x="{}" y="{}">{}</tspan>').format(
                    _f(cx + x * (radius + 14)), _f(start + 15 * at), line
                )
                for at, line in enumerate(lines)
            ),
        )
    earlier = [axis.then for axis in axes if axis.then is not None]
    if len(earlier) == len(axes):
        drawn += Markup('<polygon class="then" points="{}"/>').format(points(earlier))
    current = [axis.now for axis in axes]
    drawn += Markup('<polygon class="now" points="{}"/>').format(points(current))
    for point in points(current).split(" "):
        x_text, y_text = point.split(",")
        drawn += Markup('<circle class="dot" cx="{}" cy="{}" r="4"/>').format(x_text, y_text)
    key = Markup("")
    now_words, then_words = now_label or _("Now"), then_label or _("Before")
    heads = [_("Capability"), now_words]
    rows = [[axis.label, number(axis.now)] for axis in axes]
    if len(earlier) == len(axes):
        line = Markup(
            '<li><svg class="key-line" viewBox="0 0 28 12" aria-hidden="true"><line{} x1="0" y1="6" x2="28"'
            ' y2="6"/></svg>{}</li>'
        )
        key = Markup('<ul class="parts-legend">{}{}</ul>').format(
            line.format("", now_words), line.format(Markup(' class="then"'), then_words)
        )
        heads.append(then_words)
        rows = [[*row, number(axis.then)] for row, axis in zip(rows, axes, strict=True)]
    return Markup(
        '<figure class="figure"><figcaption>{}</figcaption><svg class="profile" viewBox="0 0 420 330" width="504"'
        ' height="396" role="img" aria-label="{}">{}</svg>{}{}</figure>'
    ).format(
        title,
        _("%(title)s: the numbers are in the table below.", title=title),
        drawn,
        key,
        _table(title, heads, rows),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One upright bar. ``label`` names it in the table, ``mark`` stands below it (empty: nothing does); ``open``: it
    is not over yet, and is drawn as an outline."""

    label: str
    value: int
    mark: str = ""
    open: bool = False


def columns(title: str, bars: Sequence[Column], *, head: str, unit: str) -> Markup:
    """Amounts over time as upright bars, the same numbers in a table below. ``head`` names what the labels are,
    ``unit`` what is counted. Bars below nought hang from the line."""
    if not bars:
        raise ValueError("Nothing to draw.")
    width, height, left, foot = 400.0, 120.0, 36.0, 24.0
    most, least = max(1, *(one.value for one in bars)), min(0, *(one.value for one in bars))
    scale, step = height / (most - least), (width - left) / len(bars)
    zero = 10 + most * scale
    drawn = Markup('<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        _f(left), _f(zero), _f(width), _f(zero)
    )
    drawn += Markup(
        '<line class="web" x1="{}" y1="10" x2="{}" y2="10"/><text x="{}" y="15" text-anchor="end">{}</text>'
        '<text x="{}" y="{}" text-anchor="end">0</text>'
    ).format(_f(left), _f(width), _f(left - 6), number(most), _f(left - 6), _f(zero + 5))
    for at, one in enumerate(bars):
        x, size = left + at * step + step * 0.14, abs(one.value) * scale
        if one.value:
            drawn += Markup('<rect class="column%s" x="%s" y="%s" width="%s" height="%s"/>') % (
                " open" if one.open else "",
                _f(x),
                _f(zero - size if one.value > 0 else zero),
                _f(step * 0.72),
                _f(max(1.0, size)),
            )
        if one.mark:
            drawn += Markup('<text x="%s" y="%s" text-anchor="middle">%s</text>') % (
                _f(left + (at + 0.5) * step),
                _f(10 + height + foot - 6),
                one.mark,
            )
    said = [one for one in bars if one.value]
    return Markup(
        '<figure class="figure"><figcaption>{}</figcaption><svg class="over-time" viewBox="0 0 {w} {h}" width="{wide}"'
        ' height="{tall}" role="img" aria-label="{}">{}</svg>{}</figure>'
    ).format(
        title,
        _("%(title)s: the numbers are in the table below.", title=title),
        drawn,
        _table(title, [head, unit], [[one.label, number(one.value)] for one in said]) if said else "",
        w=_f(width),
        h=_f(height + foot + 10),
        wide=_f(width * 1.6),
        tall=_f((height + foot + 10) * 1.6),
    )


_STEP, _ROW = 210, 44


def _place(
    node: Node,
    depth: int,
    row: float,
    placed: list[tuple[Node, int, float, float | None]],
) -> tuple[float, float]:
    """Leaves take one row each, a parent stands halfway between its first and last child: (own row, next free)."""
    at = len(placed)
    placed.append((node, depth, 0.0, None))
    if not node.children:
        own, free = row, row + 1
    else:
        free, rows = row, []
        for child in node.children:
            child_row, free = _place(child, depth + 1, free, placed)
            rows.append(child_row)
        own = (rows[0] + rows[-1]) / 2
    placed[at] = (node, depth, own, None)
    return own, free


def _nested(nodes: Sequence[Node]) -> Markup:
    items = Markup("").join(
        Markup("<li>{}{}{}</li>").format(
            Markup('<a href="{}">{}</a>').format(node.url, node.label) if node.url else node.label,
            Markup(' <span class="soft">{}</span>').format(node.text) if node.text else "",
            Markup("<ul>{}</ul>").format(_nested(node.children)) if node.children else "",
        )
        for node in nodes
    )
    return items


def tree(title: str, root: Node) -> Markup:
    """Who came of whom, left to right; the same as a nested list below, where names are links."""
    placed: list[tuple[Node, int, float, float | None]] = []
    _own, rows = _place(root, 0, 0.0, placed)
    depth = max(level for _node, level, _row, _none in placed)
    by_node = {id(node): (20 + level * _STEP, 24 + row * _ROW) for node, level, row, _none in placed}
    lines, shapes = Markup(""), Markup("")
    for node, _level, _row, _none in placed:
        x, y = by_node[id(node)]
        for child in node.children:
            to_x, to_y = by_node[id(child)]
            lines += Markup('<path class="branch" d="M{} {}H{}C{} {} {} {} {} {}"/>').format(
                *(_f(v) for v in (x + 9, y, to_x - 78, to_x - 44, y, to_x - 44, to_y, to_x - 9, to_y))
            )
        shapes += Markup(
            '<circle class="node{}" cx="{}" cy="{}" r="8"/><text x="{}" y="{}">{}</text>'
        ).format(
            " lit" if node.lit else "",
            _f(x),
            _f(y),
            _f(x + 15),
            _f(y - 10 if node.children else y + 5),
            node.label if len(node.label) <= 24 else node.label[:23] + "…",
        )
    width, height = 20 + depth * _STEP + 220, 24 + rows * _ROW
    return Markup(
        '<figure class="figure"><figcaption>{}</figcaption><div class="tree-frame" tabindex="0" role="group"'
        ' aria-label="{}"><svg class="tree" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true"'
        ' focusable="false">{}{}</svg></div><details class="fold plain"><summary>{}</summary><div class="fold-body">'
        '<ul class="nested">{}</ul></div></details></figure>'
    ).format(title, title, lines, shapes, _("Show as a list"), _nested([root]), w=_f(width), h=_f(height))
