"""From a module's name to the package that it describes, with its own modules kept apart from everybody else's."""

from __future__ import annotations

import importlib
from pathlib import Path

from coursekit import Package, collect
from coursekit.loading import module_apart


def package_of(module: str, path: str, mark: str = "") -> Package:
    """The package that ``module`` describes, imported from the folder ``path`` where one is given.

    ``mark`` tells its modules from those of another version. What the module raises passes through.
    """
    if not path:
        return collect(importlib.import_module(module))
    with module_apart(module, Path(path), mark) as found:
        return collect(found)
