"""Normalising: the one figure by which quantities in different units compare."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from publishing.derivation import write_derived
from reference.models import ExchangeRate, Unit
from reference.quantities import on_scale

MONEY_BASE = "CNY"


def normalize(facts: QuerySet[Any]) -> set[Any]:
    """Recompute `normalized_value` and `normalized_unit` of these facts; return the keys of those that changed.

    A unit with a base is multiplied by its factor. A currency is turned into yuan at the rate of the year in which the fact's first dated source
    was published, or the nearest year on record. Any other figure stands as it is. The result has four decimals and 15 significant digits; one that
    needs more before the point has no normalised twin.
    """
    rates = _rates()
    changed = []
    for fact in facts.select_related("unit").prefetch_related("sources"):
        value, unit = _normalized(fact, rates)
        if (fact.normalized_value, fact.normalized_unit_id) != (value, unit):
            fact.normalized_value, fact.normalized_unit_id = value, unit
            changed.append(fact)
    write_derived(changed, ("normalized_value", "normalized_unit"))
    return {fact.pk for fact in changed}


def _rates() -> dict[str, dict[int, Decimal]]:
    rates: dict[str, dict[int, Decimal]] = {}
    for rate in ExchangeRate.objects.all():
        rates.setdefault(rate.currency_id, {})[rate.year] = rate.yuan
    return rates


def _normalized(fact: Any, rates: dict[str, dict[int, Decimal]]) -> tuple[Decimal | None, str | None]:
    unit: Unit | None = fact.unit
    if fact.value is None or unit is None:
        return None, None
    if unit.base_id is not None and unit.factor is not None:
        return _exact(fact.value * unit.factor, unit.base_id)
    if unit.dimension == "money" and unit.code != MONEY_BASE:
        years = rates.get(unit.code, {})
        if not years:
            return None, None
        stated = min((int(source.published_on[:4]) for source in fact.sources.all() if source.published_on), default=max(years))
        return _exact(fact.value * years[min(years, key=lambda year: (abs(year - stated), year))], MONEY_BASE)
    return fact.value, unit.code


def _exact(value: Decimal, unit: str) -> tuple[Decimal | None, str | None]:
    figure = on_scale(value)
    return (figure, unit) if figure is not None else (None, None)
