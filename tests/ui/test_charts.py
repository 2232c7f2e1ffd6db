"""Drawings say the same in words, and carry neither style nor script."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from app.ui import charts
from app.ui.charts import Axis, Column, Node, Station

pytestmark = pytest.mark.usefixtures("swedish")

HOSTILE = '<script>alert("x")</script>'


def tree(drawing: Markup) -> ElementTree.Element:
    """The drawing as a tree; fails where its markup is not well-formed."""
    return ElementTree.fromstring(f"<root>{drawing}</root>")


def all_drawings(word: str) -> list[Markup]:
    return [
        charts.bar(31, 100),
        charts.parts([(word, 20), ("b", 10)], 100, "h"),
        charts.path([Station(title=word, state="current", text=word, amount=1, target=3, url="/x?a=1&b=2")]),
        charts.profile(word, [Axis(label=word, now=2, then=1)] * 4),
        charts.columns(word, [Column(label=word, value=3, mark=word)], head=word, unit=word),
        charts.tree(word, Node(label=word, text=word, children=(Node(label=word, url="/x"),))),
    ]


def test_what_people_wrote_is_escaped_in_every_drawing() -> None:
    for drawing in all_drawings(HOSTILE):
        assert "<script" not in drawing
        tree(drawing)


def test_no_drawing_carries_inline_style() -> None:
    for drawing in all_drawings("Lärande"):
        assert not re.search(r"\sstyle=|\son\w+=|<style", drawing)


@pytest.mark.parametrize(
    ("amount", "target", "width"),
    [(31, 100, "31%"), (0, 100, "0%"), (140, 100, "100%"), (-5, 100, "0%"), (0, 0, "100%"), (1, 3, "33.33%")],
)
def test_a_bar_is_filled_to_its_share(amount: float, target: float, width: str) -> None:
    amounts = [
        rect.get("width")
        for rect in tree(charts.bar(amount, target)).iter("rect")
        if (rect.get("class") or "").startswith("amount")
    ]
    assert amounts == [width]


def test_the_parts_of_a_bar_stand_in_words_beside_it() -> None:
    words = "".join(tree(charts.parts([("Betalda", 22), ("Obetalda", 9)], 100, "h")).itertext())
    assert "Betalda 22 h" in words
    assert "Obetalda 9 h" in words


def test_five_parts_are_too_many_to_tell_apart() -> None:
    with pytest.raises(ValueError, match="at most 4"):
        charts.parts([(str(n), n) for n in range(5)], 100)


def test_a_path_is_a_list_that_says_where_one_is() -> None:
    drawing = tree(
        charts.path(
            [
                Station(title="Ansökan", state="done"),
                Station(title="Coachtimmar", state="current", text="31 av 100 h"),
                Station(title="Certifikat", state="later"),
            ]
        )
    )
    rows = list(drawing.iter("li"))
    assert [row.get("aria-current") for row in rows] == [None, "step", None]
    assert "Du är här · 31 av 100 h" in "".join(rows[1].itertext())


def test_columns_over_time_have_every_number_but_noughts_in_their_table() -> None:
    bars = [
        Column(label="1 mars", value=3),
        Column(label="2 mars", value=0),
        Column(label="3 mars", value=-1, open=True),
    ]
    drawing = tree(charts.columns("Användning", bars, head="Dag", unit="Användningar"))
    shapes = [one for one in drawing.iter("rect") if (one.get("class") or "").startswith("column")]
    assert [one.get("class") for one in shapes] == ["column", "column open"]
    assert [float(one.get("height") or 0) for one in shapes] == [90, 30]
    rows = ["".join(row.itertext()) for row in drawing.iter("tr")]
    assert rows == ["DagAnvändningar", "1 mars3", "3 mars\N{MINUS SIGN}1"]


def test_a_profile_has_every_number_in_its_table() -> None:
    axes = [
        Axis(label="Lärande", now=4.2, then=2.8),
        Axis(label="Resurser", now=2.2, then=2),
        Axis(label="Samverkan", now=3, then=1),
    ]
    cells = [cell.text for cell in tree(charts.profile("Förmågor", axes)).iter("td")]
    assert cells == ["4,2", "2,8", "2,2", "2", "3", "1"]


def test_a_profile_of_two_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="three axes"):
        charts.profile("Förmågor", [Axis(label="a", now=1), Axis(label="b", now=2)])


def test_a_tree_is_also_a_nested_list_with_links() -> None:
    root = Node(label="Vera", children=(Node(label="Siv", url="/siv"), Node(label="Nils")))
    drawing = tree(charts.tree("Vem som har utbildat vem", root))
    nested = next(item for item in drawing.iter("ul") if item.get("class") == "nested")
    assert [link.get("href") for link in nested.iter("a")] == ["/siv"]
    assert "Nils" in "".join(nested.itertext())


def test_a_parent_stands_halfway_between_its_children() -> None:
    root = Node(label="Vera", children=(Node(label="Siv"), Node(label="Nils")))
    heights = [float(circle.get("cy") or 0) for circle in tree(charts.tree("t", root)).iter("circle")]
    assert heights[0] == (heights[1] + heights[2]) / 2
