"""The rows that rules look at, and how they are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from cities.models import Institution, Jurisdiction, Ranking
from companies.models import Company, Presence, Product
from policies.dataset_rules.rule import Ids
from policies.models import Measure, Observation, Plan, Target
from reference.models import Indicator, Topic

FACTS: tuple[Any, ...] = (Plan, Target, Measure, Observation, Institution, Company, Presence, Product, Ranking)
QUANTITIES: tuple[Any, ...] = (Target, Observation)
NAMED: tuple[Any, ...] = (Plan, Institution, Company, Product, Ranking, Jurisdiction, Indicator, Topic)
WEAK = ("disputed", "retracted")


def ids(rows: Iterable[Any]) -> Ids:
    """The ids of these rows, in order."""
    yield from sorted(id_of(row) for row in rows)


def id_of(row: Any) -> str:
    """What a row is named by: a presence has no id of its own."""
    return str(row) if isinstance(row, Presence) else str(row.pk)


def unique(found: Iterable[str]) -> Ids:
    """Each id once."""
    yield from dict.fromkeys(found)


def line(record: str | None, parents: dict[str, str | None]) -> Iterator[str]:
    """A record and all that it lies below, each once: a bulk write may have closed a circle."""
    found: dict[str, None] = {}
    while record and record not in found:
        found[record] = None
        record = parents[record]
    yield from found


def today() -> str:
    return timezone.now().date().isoformat()
