"""What a first page is made of: one next step, drawings and lists of its role, and single tasks that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: a title, one sentence, where to do it. ``state`` is a word of ``app.ui.status``."""

    title: str
    text: str
    url: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page: the template in ``portal/front/`` that lays it out, and what it shows."""

    template: str
    data: Mapping[str, Any]

    @property
    def file(self) -> str:
        return f"portal/front/{self.template}.html"


@dataclass(frozen=True, slots=True)
class Front:
    """What a role sees first. ``first`` is the next step: title, sentence, (button, address)."""

    lead: str
    first: tuple[str, str, tuple[str, str]] | None = None
    panels: Sequence[Panel] = field(default=())
    tasks: Sequence[Task] = field(default=())
