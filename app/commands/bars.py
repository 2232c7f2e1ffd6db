"""How long work shows on the command line: a bar on the error stream, so that what is printed can be piped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

console = Console(stderr=True)


@contextmanager
def steps(label: str, total: int | None) -> Iterator[Callable[[str], None]]:
    """A bar that moves one step for each call, and shows what the call says. ``total`` None: not known before."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[at]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=total, at="")
        yield lambda at: bar.update(task, advance=1, at=at)
