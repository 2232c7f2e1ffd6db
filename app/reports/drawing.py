"""A month's use of a licence on paper, each line with the statement that bears it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from reportlab.platypus import Paragraph

from app.licensing.usage import Line
from app.ui import formatting
from app.ui.paper import WIDTH, grid, sheets, styles

AT_ONCE = 200
"""Lines in one table: a longer one takes the more time for each line."""
SHARES = (0.19, 0.17, 0.14, 0.08, 0.42)


def draw(
    facts: Sequence[tuple[str, str]],
    lines: Sequence[Line],
    *,
    ways: Mapping[str, str],
    disputed: Mapping[UUID, str],
    signed: str,
    issuer: str,
    language: str,
) -> bytes:
    """The report. ``facts``: what it is about; ``disputed``: the state of each disputed line, in words; ``signed``:
    how it is signed."""
    style = styles()
    title = _("Usage report")
    content: list[Any] = [
        Paragraph(escape(title), style["title"]),
        *(Paragraph(f"<b>{escape(name)}:</b> {escape(said)}", style["text"]) for name, said in facts),
        Paragraph(escape(_("Lines")), style["h2"]),
    ]
    heads = [Paragraph(escape(one), style["head"]) for one in _heads()]
    for first in range(0, len(lines), AT_ONCE):
        some = lines[first : first + AT_ONCE]
        rows = [_row(one, ways, disputed.get(one.id)) for one in some]
        content.append(grid([heads, *rows], [WIDTH * share for share in SHARES]))
    if not lines:
        content.append(Paragraph(escape(_("Nothing was used in this month.")), style["text"]))
    explained = _(
        "Each line cites the statement that caused it, by its id in the record. It is borne out when that statement is "
        "in the record and tells of the same person and the same use; of a correction, when it takes that back."
    )
    content += [Paragraph(escape(explained), style["small"]), Paragraph(escape(signed), style["small"])]
    return sheets(content, title=title, author=issuer, language=language, foot=f"{issuer} · {title}")


def _heads() -> tuple[str, ...]:
    return (_("Recorded"), _("Who"), _("How"), _("Counts"), _("Statement"))


def _row(line: Line, ways: Mapping[str, str], disputed: str | None) -> list[Any]:
    style = styles()
    count = "1" if line.quantity > 0 else "\N{MINUS SIGN}1"
    cited = [str(line.statement), _("borne out") if line.borne_out else _("NOT borne out")]
    if line.corrects:
        cited.append(_("corrects the line %(line)s", line=line.corrects))
    if disputed:
        cited.append(disputed)
    said = (formatting.moment(line.recorded_at), line.who, ways[line.way])
    return [
        *(Paragraph(escape(one), style["cell"]) for one in said),
        Paragraph(count, style["num"]),
        Paragraph("<br/>".join(map(escape, cited)), style["cell"]),
    ]
