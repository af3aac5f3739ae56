"""Editing jurisdictions, institutions and rankings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cities.models import City, CityQuerySet, Institution, Jurisdiction, Ranking, RankingEntry
from publishing.admin import RowAdmin, RowTable
from reference.admin import FACT_FILTERS, NAMED, NAMES, RESTS_ON


@admin.register(Jurisdiction)
class JurisdictionAdmin(RowAdmin):
    """Every place with a government."""

    list_display: Any = ("name_en", "name_zh", "level", "parent", "gb_code", "iso_code", "id")
    list_filter = ("level",)
    search_fields = (*NAMED, "gb_code", "iso_code")
    fields = ("id", *NAMES, ("level", "parent"), ("gb_code", "iso_code"), ("latitude", "longitude"), "note")


@admin.register(City)
class CityAdmin(JurisdictionAdmin):
    """The cities among them."""

    list_display = ("name_en", "name_zh", "level", "parent", "gb_code", "id")

    def get_queryset(self, request: HttpRequest) -> Any:
        return City.objects.published()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "level":
            kwargs["choices"] = [(level.value, level.label) for level in CityQuerySet.LEVELS]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(Institution)
class InstitutionAdmin(RowAdmin):
    """Bodies that make, carry out or host AI policy."""

    list_display = ("name_en", "name_zh", "kind", "jurisdiction", "reliability", "is_published", "id")
    list_filter = ("kind", *FACT_FILTERS)
    search_fields = (*NAMED, "summary", "jurisdiction__name_en", "jurisdiction__name_zh")
    fieldsets = (
        (None, {"fields": ("id", *NAMES, ("kind", "established"), ("jurisdiction", "parent", "company"), "website", "summary")}),
        RESTS_ON,
    )


class RankingEntryInline(RowTable):
    """The places, first to last."""

    model = RankingEntry
    fields = ("rank", "jurisdiction", "company", "score", "strengths")


@admin.register(Ranking)
class RankingAdmin(RowAdmin):
    """Lists in which a publisher puts jurisdictions or companies in an order."""

    list_display = ("name_en", "name_zh", "publisher", "year", "reliability", "is_published", "id")
    list_filter = ("year", *FACT_FILTERS)
    search_fields = (*NAMED, "publisher")
    fieldsets = ((None, {"fields": ("id", *NAMES, ("publisher", "year"))}), RESTS_ON)
    inlines = (RankingEntryInline,)


@admin.register(RankingEntry)
class RankingEntryAdmin(RowAdmin):
    """The places of all rankings."""

    list_display = ("rank", "jurisdiction", "company", "ranking", "score")
    search_fields = tuple(f"{what}__{name}" for what in ("jurisdiction", "company", "ranking") for name in NAMED)
    fields = ("ranking", ("rank", "score"), ("jurisdiction", "company"), "strengths")
