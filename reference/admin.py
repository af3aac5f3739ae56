"""Editing sources, topics, indicators, units and rates; and how every fact shows what it rests on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from publishing.admin import RowAdmin, RowTable
from reference.models import ExchangeRate, Indicator, Source, Topic, Unit

NAMES = (("name_en", "name_zh"), "aliases")
NAMED = ("id", "name_en", "name_zh", "aliases")
FACT: tuple[Any, ...] = ("sources", ("reliability", "is_published"), "contradicts", "note")
RESTS_ON: Any = ("What it rests on", {"fields": FACT})
FACT_FILTERS = ("reliability", "is_published")


@admin.display(description="normalised")
def normalized(quantity: Any) -> str:
    """The figure that it compares by, with its unit."""
    if quantity.normalized_value is None:
        return "-"
    return f"{quantity.normalized_value.normalize():,f} {quantity.normalized_unit_id}"


@admin.display(description="quantity", ordering="value")
def quantity(fact: Any) -> str:
    """The figure as the source wrote it."""
    if fact.value is None:
        return str(fact.get_comparator_display())
    upper = f"–{fact.value_max.normalize():,f}" if fact.value_max is not None else ""
    per = f" a {fact.get_per_display()}" if fact.per else ""
    return f"{fact.get_comparator_display()} {fact.value.normalize():,f}{upper} {fact.unit_id}{per}"


@admin.register(Source)
class SourceAdmin(RowAdmin):
    """Texts that state facts."""

    list_display = ("title", "publisher", "published_on", "kind", "language", "id")
    list_filter = ("kind", "language", "title_is_description")
    search_fields = ("id", "title", "publisher", "url", "note")
    fields = (
        "id", "title", "title_is_description", ("publisher", "kind"), "url", ("published_on", "retrieved_on", "language"), "original", "note",
    )  # fmt: skip


@admin.register(Topic)
class TopicAdmin(RowAdmin):
    """The tree of subjects."""

    list_display = ("name_en", "name_zh", "parent", "definition", "id")
    search_fields = (*NAMED, "definition")
    fields = ("id", *NAMES, "parent", "definition")


@admin.register(Indicator)
class IndicatorAdmin(RowAdmin):
    """What targets and observations measure."""

    list_display = ("name_en", "name_zh", "unit_id", "higher_is_better", "id")
    list_filter = ("higher_is_better",)
    search_fields = (*NAMED, "definition")
    fields = ("id", *NAMES, "definition", ("unit", "higher_is_better"))


class ExchangeRateInline(RowTable):
    """A currency's rates, year by year."""

    model = ExchangeRate
    fields = ("year", "yuan", "source")


@admin.register(Unit)
class UnitAdmin(RowAdmin):
    """Units and currencies."""

    list_display = ("code", "name_en", "name_zh", "dimension", "base_id", "factor")
    list_filter = ("dimension",)
    search_fields = ("code", "name_en", "name_zh", "definition")
    fields = ("code", ("name_en", "name_zh"), "dimension", ("base", "factor"), "definition")
    inlines = (ExchangeRateInline,)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(RowAdmin):
    """Rates of all currencies."""

    list_display = ("currency_id", "year", "yuan", "source")
    list_display_links = ("currency_id", "year")
    list_filter = ("year",)
    search_fields = ("currency__code", "currency__name_en", "currency__name_zh", "year")
    fields = (("currency", "year", "yuan"), "source")
