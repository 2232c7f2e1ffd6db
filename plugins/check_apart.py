"""What the process of a check runs: look at a course as its author's tool does, and print what it found as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from coursekit.check import check_shipped

if __name__ == "__main__":
    found = check_shipped(sys.argv[1], Path(sys.argv[2])).findings
    sys.stdout.write("\x1e" + json.dumps([[one.file, one.line, one.says] for one in found]))
