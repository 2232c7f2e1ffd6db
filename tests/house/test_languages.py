"""Everything that people read exists in Swedish and in English."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from tests.house.source import ROOT, files, none, tree

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
JINJA = {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "silent": "false", "newstyle_gettext": "true"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0 +-]*[\d.]*[a-z]")

Message = tuple[str | None, str | tuple[str, ...]]
"""(context, msgid or (singular, plural))"""


def plain(message: str | tuple[str, ...] | list[str]) -> str | tuple[str, ...]:
    return message if isinstance(message, str) else tuple(message)


def swedish_of(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """One form, or one per grammatical number; an empty text where there is none."""
    return tuple(string) if isinstance(string, tuple | list) and string else (str(string or ""),)


def room_of(path: Path) -> str:
    """Whose catalogue a file's texts stand in: its room's, or the ground floor's."""
    return path.parts[1] if len(path.parts) > 2 and path.parts[1] != "commands" else "ui"


def used_in(path: Path) -> set[Message]:
    """The texts of one file that are to be translated."""
    method = "jinja2.ext:babel_extract" if path.suffix != ".py" else "python"
    with (ROOT / path).open("rb") as file:
        found = extract(method, file, KEYWORDS, options=JINJA if path.suffix != ".py" else {})
        return {(context, plain(message)) for _, message, _, context in found}


@cache
def used() -> dict[str, dict[Message, Path]]:
    """Each room's texts, and one file that says each."""
    rooms: dict[str, dict[Message, Path]] = defaultdict(dict)
    for path in files():
        if path.parts[0] != "app" or path.suffix not in {".py", ".html", ".txt", ".xml"}:
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        for message in used_in(path):
            rooms[room_of(path)].setdefault(message, path)
    return rooms


@cache
def catalogue(room: str) -> Catalog:
    path = ROOT / "app" / room / "translations" / "sv" / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale="sv")
    with path.open("rb") as file:
        return read_po(file, locale="sv", abort_invalid=True)


def rooms() -> list[str]:
    kept = {path.parts[1] for path in files() if path.parts[0] == "app" and path.name == "messages.po"}
    return sorted({*used(), *kept})


@cache
def said_by_libraries() -> set[str]:
    """Texts of form libraries, which a catalogue of ours may say in its own words."""
    found: set[str] = set()
    for library in (wtforms, flask_wtf):
        for path in Path(library.__file__).parent.rglob("*.py"):
            with path.open("rb") as file:
                for _, message, _, _ in extract("python", file, KEYWORDS):
                    found.update(message if isinstance(message, tuple | list) else [message])
    return found


def told(room: str) -> dict[Message, tuple[str, ...]]:
    """What the room's catalogue holds: message -> its Swedish, in as many forms as it has."""
    return {
        (entry.context or None, plain(entry.id)): swedish_of(entry.string)
        for entry in catalogue(room)
        if entry.id
    }


def forms(message: Message) -> tuple[str, ...]:
    return (message[1],) if isinstance(message[1], str) else message[1]


@pytest.mark.parametrize("room", rooms())
def test_every_text_has_its_swedish(room: str):
    swedish = told(room)
    missing = [
        f"{path}: {forms(message)[0]!r}"
        for message, path in sorted(used()[room].items(), key=lambda one: str(one[1]))
        if not all(swedish.get(message, ("",)))
    ]
    none(missing)


@pytest.mark.parametrize("room", rooms())
def test_no_translation_is_doubtful_or_left_over(room: str):
    kept = catalogue(room)
    assert [str(entry.id) for entry in kept if entry.id and entry.fuzzy] == []
    assert [str(name) for name in kept.obsolete] == []
    left = [message for message in told(room) if message not in used()[room]]
    none([forms(message)[0] for message in left if forms(message)[0] not in said_by_libraries()])


@pytest.mark.parametrize("room", rooms())
def test_translations_keep_their_placeholders(room: str):
    changed = []
    for message, swedish in told(room).items():
        wanted = {name for form in forms(message) for name in PLACEHOLDER.findall(form)}
        for form in swedish:
            found = set(PLACEHOLDER.findall(form))
            may_drop = len(swedish) > 1 or forms(message)[0] in said_by_libraries()
            if found - wanted or (wanted - found and not may_drop):
                changed.append(f"{forms(message)[0]!r}: {sorted(wanted)} became {sorted(found)}")
    none(changed)


def test_one_text_has_one_translation_everywhere():
    """The rooms' catalogues are read as one."""
    said: dict[Message, dict[tuple[str, ...], str]] = defaultdict(dict)
    for room in rooms():
        for message, swedish in told(room).items():
            said[message][swedish] = room
    assert {forms(message)[0]: one for message, one in said.items() if len(one) > 1} == {}


def test_texts_are_whole_before_they_are_translated():
    """``_(f"...")`` and ``_("..." % x)`` find no translation."""
    built = [
        f"{path}:{node.lineno} {ast.unparse(node)[:80]}"
        for path in files()
        if path.suffix == ".py" and path.parts[0] == "app"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KEYWORDS
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    none(built)
