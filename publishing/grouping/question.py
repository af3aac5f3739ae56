"""Groups: what is asked of them, read whole, and what their records must agree in for figures to be taken together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from publishing import parameters, values
from publishing.errors import BadParameters, Fault, did_you_mean
from publishing.filters import RecordFilters
from publishing.grouping.aggregates import KINDS, Aggregate, Column
from publishing.keys import Key
from publishing.parameters import General, Parameters
from publishing.resources import Resource

MOST_GROUPS = 1000
MOST_KEYS = 4
COUNT = "count"
_CONDITION = re.compile(r"(?P<name>[a-z0-9_]+?(?:\.[a-z0-9_]+?)?)(?:__(?P<bound>gte|gt|lte|lt))?=(?P<number>.*)", re.DOTALL)
_OPERATORS = {None: "=", "gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, ">=": ge, ">": gt, "<=": le, "<": lt}


@dataclass(frozen=True)
class Condition:
    """What a group must be for it to be shown: `count__gte=5`."""

    name: str
    # As SQL writes it.
    operator: str
    bound: Decimal

    def holds(self, figure: Any) -> bool:
        return figure is not None and _HOLDS[self.operator](figure, self.bound)


@dataclass(frozen=True)
class GroupQuery:
    """Groups as they were asked for."""

    rows: QuerySet[Any]
    by: Mapping[str, Key]
    aggregates: Sequence[Aggregate]
    # The column of each figure that is aggregated.
    figures: Mapping[str, str]
    # In what the records with a figure must agree, unless they are grouped by it.
    alike: Mapping[str, Mapping[str, Key]]
    conditions: Sequence[Condition]
    # Names, each with whether it descends.
    order: Sequence[tuple[str, bool]]
    # Whether groups are shown whose key is null in part.
    shows_unknown: bool


class ConditionField(values.ValueField):
    """Conditions on groups: the name of a figure, a bound and a number: `sum.value__gt=1e9`."""

    def read(self, value: str) -> Condition:
        match = _CONDITION.fullmatch(value)
        if match is None:
            raise values.fault("Write it as count__gte=5 or sum.<field>__lt=1e9: a figure, a bound and a number.", value)
        number = values.read_number(match["number"], value)
        return Condition(match["name"], _OPERATORS[match["bound"]], number)


def group_parameters(filterset: type[RecordFilters]) -> Parameters:
    """The parameters of a resource's groups, beside its filters."""
    figures = filterset.figures()
    aggregates = {word: General(values.ChoiceField(words=tuple(figures)), kind.help_text) for word, kind in KINDS.items()}
    names = ("count", *(f"{word}.{figure}" for word in KINDS for figure in figures), *filterset.keys())
    return {
        "by": General(
            values.ChoiceField(words=tuple(filterset.keys()), most_values=MOST_KEYS),
            f"Group by these, at most {MOST_KEYS}. A date groups by its year, with `.month` by its month. "
            "A record counts once for each of its values.",
            required=True,
        ),
        **(aggregates if figures else {}),
        "having": General(
            ConditionField(),
            "Show only groups with these figures: `count__gte=5`, or any that is asked for, as `sum.<field>__gt=1e9`. "
            "Bounds are `__gte __gt __lte __lt`; without one it is equal. What is null meets none.",
        ),
        "ordering": General(
            values.ChoiceField(words=(*names, *(f"-{name}" for name in names))),
            "Order by `count`, keys or figures that are asked for, `-` for descending; nulls come last, ties go by key. "
            "If it is not said, the most records come first.",
        ),
        "unknown": General(values.BooleanField(), "With `false`, leave out the groups of what is null; they are shown otherwise."),
    }


def read_group_query(data: QueryDict, resource: Resource, filterset: type[RecordFilters], known: Parameters) -> GroupQuery:
    """The groups that `data` asks of a resource; BadParameters with all faults if they are not well asked."""
    given, faults = parameters.read(data, known, also=filterset.base_filters)
    filters = filterset(data, resource.published())
    keys, columns = filterset.keys(), filterset.figures()
    by = {name: keys[name] for name in given.get("by", ())}
    figures = {name: columns[name] for word in KINDS for name in given.get(word, ())}
    aggregates = [
        Aggregate(word, name, Column(f"figure_{place}", _places(resource, figures[name])))
        for word in KINDS
        for place, name in enumerate(figures)
        if name in given.get(word, ())
    ]
    compared = dict.fromkeys(aggregate.field for aggregate in aggregates if aggregate.kind.compares)
    faults += _repeated(given)
    faults += _unasked(given, by, aggregates)
    faults += filters.faults()
    if faults:
        raise BadParameters(faults)
    return GroupQuery(
        rows=filters.qs,
        by=by,
        aggregates=aggregates,
        figures=figures,
        alike={figure: {name: keys[name] for name in filterset.comparable(figure)} for figure in compared},
        conditions=given.get("having", ()),
        order=[(name.removeprefix("-"), name.startswith("-")) for name in given.get("ordering", ("-count",))],
        shows_unknown=given.get("unknown", True),
    )


def _places(resource: Resource, column: str) -> int:
    return int(getattr(resource.model._meta.get_field(column), "decimal_places", 0))


def _repeated(given: Mapping[str, Any]) -> Iterator[Fault]:
    for parameter in ("by", *KINDS, "ordering"):
        names = [name.removeprefix("-") for name in given.get(parameter, ())]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield Fault(parameter, name, "Named twice.")


def _unasked(given: Mapping[str, Any], by: Mapping[str, Key], aggregates: Sequence[Aggregate]) -> Iterator[Fault]:
    """What groups are to be chosen or ordered by must be asked for, so that the answer shows it."""
    figures = [COUNT, *(aggregate.name for aggregate in aggregates)]
    named = [("having", condition.name, condition.name, figures) for condition in given.get("having", ())]
    named += [("ordering", name, name.removeprefix("-"), [*figures, *by]) for name in given.get("ordering", ())]
    for parameter, written, name, shown in named:
        if name not in shown:
            near = did_you_mean(name, shown)
            yield Fault(parameter, written, "Not among what is asked for: name it there, too.", allowed=shown, did_you_mean=near or None)
