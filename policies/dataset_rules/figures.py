"""Rules on figures: whether one is possible, and what its text says."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from statistics import median

from django.db.models import Q

from policies.dataset_rules.rows import QUANTITIES, WEAK, ids, unique
from policies.dataset_rules.rule import Ids, rule
from policies.models import Measure, MeasureTerm, Target
from policies.stated_amounts import is_off_by_tens, scaled_amounts, states


@rule("wrong", "The unit of a figure measures what the indicator's unit measures; growth is a share, a multiple a multiple.")
def unit_unfit_for_indicator() -> Ids:
    for model in QUANTITIES:
        facts = model.objects.exclude(unit=None).exclude(indicator=None).exclude(indicator__unit=None)
        for id, basis, unit, fit in facts.values_list("id", "basis", "unit__dimension", "indicator__unit__dimension"):
            fits = {"growth": {"share"}, "multiple": {"multiple", "share"}, "increase": {fit, "share"}}
            if unit not in fits.get(basis, {fit}):
                yield id


@rule("wrong", "A level in percent is a share of a whole, and so is the part of a cost that a term covers.")
def share_over_whole() -> Ids:
    for model in QUANTITIES:
        yield from ids(model.objects.filter(Q(value__gt=100) | Q(value_max__gt=100), unit="percent", basis="level"))
    yield from unique(MeasureTerm.objects.filter(rate_percent__gt=100).values_list("measure", flat=True))


# In the base unit of the dimension. Money: China's product of a year is some 1.4e14 yuan; power and energy: China has 4e3 GW and uses 1e4 TWh a year.
_BOUNDS = {
    "money": (Decimal(1000), Decimal("3e14")),
    "computing": (Decimal("0.0001"), Decimal("2e4")),
    "integer-computing": (Decimal("0.0001"), Decimal("2e4")),
    "power": (Decimal("0.0001"), Decimal("1e4")),
    "energy": (Decimal("0.000001"), Decimal("5e4")),
    "data": (Decimal("0.000001"), Decimal("1e9")),
    "number": (Decimal(0), Decimal("1e12")),
    "share": (Decimal(-100), Decimal(10000)),
    "multiple": (Decimal(0), Decimal(10000)),
    "ratio": (Decimal(0), Decimal(100)),
    "rank": (Decimal(1), Decimal(1000)),
    "time": (Decimal(0), Decimal(100)),
    "time in days": (Decimal(0), Decimal(10000)),
    "time in milliseconds": (Decimal(0), Decimal(10000)),
    "length": (Decimal(0), Decimal("1e10")),
    "area": (Decimal(1), Decimal("1e13")),
    "price": (Decimal("0.01"), Decimal(10)),
    "density": (Decimal(0), Decimal(10000)),
}
_FEW = 5


@rule(
    "wrong", "A figure lies within what is possible in its dimension, and within 1,000 times the median of its like (five or more, countries apart)."
)
def implausible_figure() -> Ids:
    alike = defaultdict(list)
    for model in QUANTITIES:
        facts = model.objects.exclude(normalized_value=None).exclude(reliability__in=WEAK)
        columns = (
            "id",
            "normalized_value",
            "normalized_unit__dimension",
            "jurisdiction__level",
            "indicator",
            "normalized_unit",
            "basis",
            "per",
            "scope",
        )
        for id, value, dimension, level, *kind in facts.order_by("id").values_list(*columns):
            low, high = _BOUNDS.get(dimension, (Decimal("-Infinity"), Decimal("Infinity")))
            if not low <= value <= high:
                yield id
            elif kind[0] and value > 0:
                alike[level == "country", *kind].append((id, value))
    for members in alike.values():
        middle = median(value for _, value in members)
        yield from (id for id, value in members if len(members) >= _FEW and not middle / 1000 <= value <= middle * 1000)


@rule("wrong", "A figure is not a power of ten away from what its text says.")
def figure_off_its_text() -> Ids:
    for model in QUANTITIES:
        facts = model.objects.filter(unit__dimension="money").exclude(value=None).exclude(value_text=None)
        for fact in facts.order_by("id"):
            if any(is_off_by_tens(value, fact.value_text) for value in (fact.value, fact.value_max) if value):
                yield fact.pk
    for fact in Target.objects.filter(unit__dimension="money").exclude(value=None).order_by("id"):
        if is_off_by_tens(fact.value, fact.statement):
            yield fact.pk
    for fact in Measure.objects.exclude(amount=None).order_by("id"):
        if is_off_by_tens(fact.amount, fact.statement):
            yield fact.pk


@rule("wrong", "The text of a count states the count, not the size of what is counted: that is its scope.")
def text_of_another_figure() -> Ids:
    for model in QUANTITIES:
        for fact in model.objects.filter(unit__dimension="number").exclude(value=None).exclude(value_text=None).order_by("id"):
            if scaled_amounts(fact.value_text) and not any(states(fact.value_text, value) for value in (fact.value, fact.value_max) if value):
                yield fact.pk
