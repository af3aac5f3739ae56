"""How far a long command has come: a bar for each of its steps, on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# Told how many more are done.
Advance = Callable[[int], object]
# Begins a step by its name and size.
Begin = Callable[[str, int], Advance]


def silently(step: str, size: int) -> Advance:
    """A step that shows nothing."""
    return lambda done: None


@contextmanager
def bars(*, shown: bool = True) -> Iterator[Begin]:
    """Steps shown as bars while the block lasts."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as progress:

        def begin(step: str, size: int) -> Advance:
            task = progress.add_task(step, total=size)
            return lambda done: progress.advance(task, done)

        yield begin
