"""Most tests start a service of their own, and four fifths of that is Werkzeug turning every route into Python code.

The code depends on the route's text alone, so that it can be kept from one service to the next.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_known: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    about = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if about not in _known:
        _known[about] = _compile(rule, append_unknown)
    return _known[about]


def keep_compiled_routes() -> None:
    """Compile each route once per process."""
    Rule._compile_builder = _compile_once  # type: ignore[method-assign, assignment]
