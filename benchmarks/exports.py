"""How long an export of the whole data set takes, how large its files are, and what a delta to it takes.

    uv run python -m benchmarks.exports [--plans 1000]
    DATABASE_URL=… uv run python -m benchmarks.exports --keep

The first makes up a data set and edits it; the second exports what is there. The files go to a temporary folder. Deltas are from before the latest
edits (those of the last tenth of the revisions), and from the middle.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.memory import measured
from benchmarks.world import edit, fill, set_up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000, help="make up so many")
    parser.add_argument("--keep", action="store_true", help="export the data set that is there")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        os.environ["EXPORTS_DIR"] = folder
        set_up()
        if not options.keep:
            fill(options.plans)
            edit()
        export(Path(folder))


def export(folder: Path) -> None:
    from django.db import connection

    from publishing.caching import State
    from publishing.exports.building import build
    from publishing.exports.delta import write_delta
    from publishing.progress import bars

    state = State.now()
    if state is None:
        raise SystemExit("Nothing is published there.")
    table = Table("what", "s", "CPU s", "peak MiB", "records", "MiB", title=f"{connection.vendor}, revision {state.revision}")
    with bars() as begin:
        built, taken = _timed(partial(build, state, begin))
    records = sum(file.records or 0 for file in built.files if file.format == "ndjson" and file.resource)
    table.add_row("export", *taken, str(records), _mib(sum(file.bytes for file in built.files)))
    sizes: defaultdict[str, int] = defaultdict(int)
    for file in built.files:
        sizes[file.format] += file.bytes
    for form, size in sizes.items():
        table.add_row(f"  of it {form}", "", "", "", "", _mib(size))
    path = folder / "delta.ndjson"
    for since in sorted({max(state.revision * 9 // 10, 1), max(state.revision // 2, 1)} - {state.revision}, reverse=True):
        changed, taken = _timed(partial(write_delta, path, since, state.revision))
        table.add_row(f"delta since {since}", *taken, str(changed), _mib(path.stat().st_size))
    Console().print(table)


def _timed(work: Callable[[], Any]) -> tuple[Any, tuple[str, str, str]]:
    """What comes of it; and the seconds, those of this process, and the memory that it took."""
    with measured() as peak:
        start, used = time.perf_counter(), time.process_time()
        found = work()
        seconds, processor = time.perf_counter() - start, time.process_time() - used
    return found, (f"{seconds:.1f}", f"{processor:.1f}", "" if peak.mib is None else f"{peak.mib:.0f}")


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f}"


if __name__ == "__main__":
    main()
