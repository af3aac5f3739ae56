"""Agreement: figures are taken together only where their records agree in what they are figures of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from publishing.errors import BadParameters, Fault
from publishing.grouping.question import GroupQuery
from publishing.keys import Key
from publishing.values import one_text

# Of how many values that differ a fault tells.
_MOST_TOLD = 100


class Agreement:
    """What the records with a figure differ in, seen group by group; what they are grouped by may differ.

    It is asked of all groups at once: figures that stand side by side are compared, be they of one group or of two.
    """

    def __init__(self, query: GroupQuery) -> None:
        self.query = query
        # What is to be the same in all, beside what they are grouped by.
        self.keys: dict[str, Key] = {name: key for keys in query.alike.values() for name, key in keys.items() if name not in query.by}
        self._figures = {figure: f"figure_{place}" for place, figure in enumerate(query.figures)}
        self._met: dict[tuple[str, str], set[Any]] = {(figure, name): set() for figure, keys in query.alike.items() for name in keys}

    @staticmethod
    def column(name: str) -> str:
        """The column of the statement that holds it."""
        return f"alike_{name}"

    def select(self) -> Iterator[str]:
        """What a group has to tell: how many figures there are, and of each of the rest the least, the greatest and how many are known."""
        for figure, keys in self.query.alike.items():
            yield f"COUNT({self._figures[figure]})"
            for name in keys:
                if name in self.keys:
                    value = f"CASE WHEN {self._figures[figure]} IS NOT NULL THEN {self.column(name)} END"
                    yield from (f"MIN({value})", f"MAX({value})", f"COUNT({value})")

    def see(self, key: Sequence[Any], told: Iterator[Any]) -> None:
        """Take note of what a group tells."""
        place = {name: place for place, name in enumerate(self.query.by)}
        for figure, keys in self.query.alike.items():
            figures = next(told)
            for name in keys:
                met = self._met[figure, name]
                if name not in self.keys:
                    if figures:
                        met.add(key[place[name]])
                    continue
                least, greatest, known = next(told), next(told), next(told)
                met |= {value for value in (least, greatest) if value is not None}
                if known < figures:
                    met.add(None)

    def require(self) -> None:
        """BadParameters that name, of each figure, what its records differ in, and what would set it right."""
        faults = {(fault.parameter, fault.detail): fault for (figure, name), met in self._met.items() for fault in self._faults(figure, name, met)}
        if faults:
            raise BadParameters(list(faults.values()))

    def agreed(self) -> dict[str, dict[str, Any]]:
        """By figure: what all of its records are figures of, where there are any."""
        return {
            figure: {name: next(iter(met)) for name in keys if name in self.keys and (met := self._met[figure, name])}
            for figure, keys in self.query.alike.items()
        }

    def _faults(self, figure: str, name: str, met: set[Any]) -> Iterator[Fault]:
        key = self.query.alike[figure][name]
        if name in self.keys and len(met) > 1:
            ways = [f"give one {name}", *([f"{name}__isnull=true"] if None in met and key.null_is_a_value else []), f"group by {name}"]
            detail = f"The figures in {figure} differ in {name} and do not compare: {', '.join(ways[:-1])} or {ways[-1]}."
            yield Fault(name, None, detail, allowed=self._values(figure, key))
        elif None in met and not key.null_is_a_value:
            detail = f"Of some figures in {figure} it is not known which {name} they are of: leave them out."
            yield Fault(f"{name}__isnull", None, detail, allowed=["false"])

    def _values(self, figure: str, key: Key) -> list[str]:
        """The values of the records that have the figure, the first of them in order, as the parameter takes each."""
        rows = self.query.rows.filter(**{f"{self.query.figures[figure]}__isnull": False}).annotate(told=key.expression).exclude(told=None)
        found = rows.order_by("told").values_list("told", flat=True).distinct()[:_MOST_TOLD]
        return sorted(one_text(str(value)) for value in found)
