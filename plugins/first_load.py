"""What the process of a first load runs: import the module, ask its hooks, print what it is or why not, as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from coursekit import PackageError

from plugins.importing import package_of


def answer(module: str, path: str) -> dict[str, Any]:
    """The course's id and version, or the reasons why ``module`` cannot be used."""
    try:
        course = package_of(module, path).course
    except PackageError as error:
        return {"reasons": list(error.faults)}
    except Exception as error:
        return {"reasons": [f"it raised {type(error).__name__}: {error}"]}
    return {"reasons": [], "course": course.id, "version": course.version}


if __name__ == "__main__":
    sys.stdout.write("\x1e" + json.dumps(answer(sys.argv[1], sys.argv[2])))
