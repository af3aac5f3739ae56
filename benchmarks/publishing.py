"""How fast rows are published, in milliseconds a document: loading them, rendering them, storing what changed.

    uv run python -m benchmarks.publishing [--plans 1000]

Each plan has 10 targets. The last line is what a writer waits for who wrote all of it in one transaction: finding what is affected, and the rest.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.world import fill, set_up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=1000)
    options = parser.parse_args()
    set_up()
    fill(options.plans)

    from django.db import connection, transaction

    from publishing.models import Document, Revision
    from publishing.progress import bars
    from publishing.publish import all_records, publish, publish_pending
    from publishing.rendering import load, render
    from publishing.resources import RESOURCES
    from publishing.tracking import pending

    batches = list(all_records())
    documents = sum(len(ids) for _, ids in batches)

    def forget() -> None:
        Document.objects.all().delete()
        Revision.objects.all().delete()

    def publish_batches(batches: Iterable[Any]) -> None:
        with transaction.atomic():
            for resource, ids in batches:
                publish({resource.name: set(ids)})

    def write_all() -> None:
        with transaction.atomic(), bars() as begin:
            for resource in RESOURCES.values():
                pending().write(resource.model, resource.model._base_manager.values_list("pk", flat=True))
            publish_pending(begin)

    loading = _best(lambda: [list(load(resource, ids)) for resource, ids in track(batches, "loading")])
    rendering = _best(lambda: [render(resource, ids) for resource, ids in track(batches, "rendering")])
    storing = _best(lambda: publish_batches(track(batches, "storing")), before=forget)
    writing = _best(write_all, before=forget)

    table = Table("step", "ms a document", title=f"{connection.vendor}, {options.plans} plans, {documents} documents")
    for step, seconds in (
        ("load", loading),
        ("render", rendering - loading),
        ("store", storing - rendering),
        ("publish", storing),
        ("publish what one transaction wrote", writing),
    ):
        table.add_row(step, f"{seconds * 1000 / documents:.3f}")
    Console().print(table)


def _best(work: Callable[[], object], *, before: Callable[[], object] = lambda: None, times: int = 3) -> float:
    """The seconds that it takes when nothing else is in the way."""
    seconds = []
    for _ in range(times):
        before()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
