"""Once: a resource whose model is a proxy shows rows that another one shows, too.

Where resources are named, each is searched by itself. Where none is, such a row is found once, as a record of the narrower resource: the entry of
the wider one says that it `has_narrower`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from publishing.resources import RESOURCES

_T = TypeVar("_T")


@dataclass(frozen=True)
class Within:
    """The resources that are searched, and whether what several of them show is found once."""

    resources: tuple[str, ...]
    once: bool = False


def first_of_each(found: Iterable[_T], record: Callable[[_T], tuple[str, str]]) -> list[_T]:
    """The first of what shows the same row; `record` gives resource and id of each."""
    firsts: dict[tuple[str, str], _T] = {}
    for one in found:
        name, id_ = record(one)
        wider = RESOURCES[name].wider
        firsts.setdefault((wider.name if wider else name, id_), one)
    return list(firsts.values())
