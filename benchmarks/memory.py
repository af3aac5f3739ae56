"""How much memory a piece of work takes at its peak, beside what the process had before. On Linux, whose kernel keeps count; else not known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_PEAK = Path("/proc/self/clear_refs")


@dataclass
class Peak:
    """What the block took, in MiB, once it is over."""

    mib: float | None = None


@contextmanager
def measured() -> Iterator[Peak]:
    """Measure the block."""
    peak = Peak()
    with suppress(OSError):
        # Sets the mark back to what is in use now.
        _PEAK.write_text("5")
    before = _status()
    yield peak
    after = _status()
    if before and after:
        # SQLite maps its file: what is read of it is no memory that anybody else could need.
        mapped = after["RssFile"] - before["RssFile"]
        peak.mib = max(after["VmHWM"] - before["VmRSS"] - mapped, 0) / 1024


def _status() -> dict[str, int]:
    """The figures of the process, in KiB."""
    if not _STATUS.exists():
        return {}
    lines = (line.split() for line in _STATUS.read_text().splitlines() if line.endswith(" kB"))
    return {name.rstrip(":"): int(size) for name, size, _ in lines}
