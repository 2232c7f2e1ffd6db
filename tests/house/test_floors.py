"""Who may know whom. The arrows between rooms are import-linter's (``./run check``); these are the finer rules."""

import ast
import sys
from pathlib import Path

from app.factory import ROOMS
from tests.house.source import ROOT, imports, modules, none, product, tree

MAY_SEE_THE_REQUEST = {
    "app/access.py": "the gate",
    "app/factory.py": "chooses the transaction and the headers of each answer",
    "app/i18n.py": "the page's language",
    "app/portal/menu.py": "the menu shows which page it stands on, to whoever is here",
}

MAY_IMPORT_LATE: dict[str, str] = {}

MAY_COMMIT = {
    "app/lrs/group.py": "the transaction of many requests, of which none could commit for the others",
    "app/lrs/rows.py": "the driver's commit for it",
    "app/jobs.py": "claims its rows and keeps progress",
    "app/awards/issuing.py": "issuing stores an intent, signs, and stores the result: three commits by design",
}


def is_edge(path: Path) -> bool:
    """A module in which a request is at home: one with views, the look of every page, a room's wiring."""
    name = path.stem
    in_views = "views" in path.parts or name.endswith("views") or name.startswith("views")
    return (
        in_views
        or answers_at_an_address(path)
        or name in {"blueprint", "setup"}
        or path.parts[:2] == ("app", "ui")
    )


def answers_at_an_address(path: Path) -> bool:
    """Whether the module has views of its room's blueprint."""
    return any(
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in {"bp.get", "bp.post", "bp.route"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )


def is_job(path: Path) -> bool:
    """A module with work for the worker, which commits step by step."""
    return any(
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func).split(".")[-1] == "job"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )


def test_the_rules_know_nothing_but_the_standard_library():
    foreign = [
        f"{path}:{line} {module}"
        for path in modules("app")
        if path.parts[:2] == ("app", "rules")
        for module, _, line in imports(path)
        if not module.startswith((".", "app.rules")) and module.split(".")[0] not in sys.stdlib_module_names
    ]
    none(foreign)


def test_the_rules_and_the_certificates_have_no_clock():
    clocks = {"now", "today", "utcnow", "time", "monotonic", "localtime", "gmtime"}
    asked = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in [*modules("app"), *modules("certificates")]
        if path.parts[0] == "certificates" or path.parts[:2] == ("app", "rules")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date", "time", "clock"}
    ]
    none(asked)


def test_only_views_and_the_gate_see_the_request():
    seen = [
        f"{path}:{line} {module}.{name}"
        for path in modules("app")
        if not is_edge(path) and str(path) not in MAY_SEE_THE_REQUEST
        for module, name, line in imports(path)
        if (module, name)
        in {("flask", "request"), ("flask", "g"), ("flask", "session"), ("flask_login", "current_user")}
    ]
    none(seen)


def test_services_never_commit():
    edges = {"commands", "commands.py", "demo", "cli.py"}
    commits = [
        f"{path}:{node.lineno}"
        for path in modules("app")
        if not is_edge(path)
        and not is_job(path)
        and str(path) not in MAY_COMMIT
        and not edges & {*path.parts}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    none(commits)


def test_imports_stand_at_the_top_of_their_file():
    late = [
        f"{path}:{inner.lineno}"
        for path in product()
        if str(path) not in MAY_IMPORT_LATE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    none(late)


def test_only_the_clock_is_asked_for_the_time():
    asked = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in modules("app")
        if str(path) != "app/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date"}
    ]
    none(asked)


def test_every_exemption_is_still_needed():
    named = {*MAY_SEE_THE_REQUEST, *MAY_IMPORT_LATE, "app/jobs.py"}
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_room_with_pages_is_known_to_the_factory():
    rooms = {
        f"app.{path.parts[1]}" for path in modules("app") if path.name == "views.py" and len(path.parts) == 3
    }
    assert sorted(rooms - {room.__name__.removesuffix(".setup") for room in ROOMS}) == []
    silent = [room for room in sorted(rooms) if not (ROOT / room.replace(".", "/") / "setup.py").exists()]
    none([f"{room} has no setup.py: its pages are never registered" for room in silent])
