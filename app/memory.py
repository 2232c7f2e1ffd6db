"""How a process that stays on looks after its memory: the service's and the worker's call :func:`settle` once."""

from __future__ import annotations

import gc

_NEW = 10_000
"""So many objects may be new before the collector looks at them. A page makes some thousands, nearly all of which go by
themselves."""


def settle() -> None:
    """What has been loaded stays: the garbage collector, which looks for what holds on to itself, leaves it out.

    It otherwise goes through a few hundred thousand objects of code and configuration, time and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW, 10, 10)
