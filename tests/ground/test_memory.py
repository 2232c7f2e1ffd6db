"""A process that stays on spares the collector what it has loaded."""

import subprocess
import sys

LOADED = """
import gc
from app import memory
before = len(gc.get_objects())
memory.settle()
assert gc.get_freeze_count() > 0.9 * before, (gc.get_freeze_count(), before)
assert gc.isenabled()
"""


def test_what_is_loaded_is_left_out_and_the_rest_is_still_collected():
    run = subprocess.run([sys.executable, "-c", LOADED], stderr=subprocess.PIPE, text=True)
    assert run.returncode == 0, run.stderr
