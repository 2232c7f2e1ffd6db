"""Import a course's module from its own folder, under a name of its own, so that two versions never meet.

While it is imported and its hooks are asked, its absolute imports of itself find its own files. Afterwards its
modules stand in ``sys.modules`` under the name ``<module>@<mark>``, and whatever stood there before stands there again.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

_ONE_AT_A_TIME = threading.RLock()


def _family(top: str) -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name == top or name.startswith(f"{top}.")}


@contextmanager
def module_apart(module: str, source: Path, mark: str = "") -> Iterator[ModuleType]:
    """``module`` imported afresh from the folder ``source``, for as long as the block runs under its own name.

    With ``mark`` its modules are kept afterwards as ``<name>@<mark>``. What the module raises passes through.
    """
    top, _, rest = module.partition(".")
    folder = source / top
    with _ONE_AT_A_TIME:
        before = _family(top)
        for name in before:
            del sys.modules[name]
        importlib.invalidate_caches()
        try:
            spec = importlib.util.spec_from_file_location(
                top, folder / "__init__.py", submodule_search_locations=[str(folder)]
            )
            if spec is None or spec.loader is None or not (folder / "__init__.py").is_file():
                raise ModuleNotFoundError(f"No module named {top!r}", name=top)
            found = importlib.util.module_from_spec(spec)
            sys.modules[top] = found
            spec.loader.exec_module(found)
            yield importlib.import_module(module) if rest else found
        finally:
            own = _family(top)
            for name in own:
                del sys.modules[name]
            if mark:
                sys.modules.update({f"{name}@{mark}": one for name, one in own.items()})
            sys.modules.update(before)
