"""By what jurisdictions, institutions and rankings are filtered; and the tree of jurisdictions, for all who filter by place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from cities.models import City, Institution, Jurisdiction, Ranking, RankingEntry
from publishing import keys
from publishing.filters import Condition, Parameter, RecordFilters, family, held_by, search
from publishing.past import Past
from publishing.shown import shows
from publishing.then import Then
from publishing.values import BooleanField, ReferenceField
from reference.filters import FACT, NAMES

WITHIN = "within"


class Place(Parameter):
    """A jurisdiction by its id; with `within=true`, all that lie below it too."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        filters: Any = self.parent  # type: ignore[attr-defined]  # set by the filter set
        if value and filters.form.cleaned_data.get(WITHIN):
            return qs.filter(self.condition(Jurisdiction.objects.within(value).values("pk")))
        return super().filter(qs, value)

    def then(self, value: Any, past: Past) -> Then:
        filters: Any = self.parent  # type: ignore[attr-defined]  # as above
        return super().then(_within(value, past) if filters.form.cleaned_data.get(WITHIN) else value, past)


def place(lookup: str) -> Callable[[str, type[models.Model]], dict[str, Parameter]]:
    """The family of a field that refers to a jurisdiction, with `within` beside it."""

    def parameters(name: str, model: type[models.Model]) -> dict[str, Parameter]:
        plain = family(name, lookup, model)
        text = plain[name].help_text
        return {**plain, **_placed(name, lambda value: Q(**{f"{lookup}__in": value}), text, column=plain[name].column, by=plain[name].by)}

    return parameters


def _placed(name: str, condition: Condition, text: str, about: str | None = None, **options: Any) -> dict[str, Parameter]:
    within = Parameter(BooleanField(), lambda value: Q(), "With `true`, also what lies below the jurisdictions named.", needs=(name,), about=about)
    return {name: Place(ReferenceField(model=Jurisdiction), condition, text, about=about, **options), WITHIN: within}


def _within(ids: list[str], past: Past) -> list[str]:
    """The jurisdictions of these ids and all that lay below them then: the tree of then is read whole, some hundreds of documents."""
    parents = {place["id"]: place["parent"] and place["parent"]["id"] for place in past.records("jurisdictions")}
    found = set(ids)
    while below := {id_ for id_, parent in parents.items() if parent in found} - found:
        found |= below
    return sorted(found)


def itself(name: str, model: type[models.Model]) -> dict[str, Parameter]:
    """The jurisdictions of these ids: with `within`, a province's cities."""
    return _placed(name, lambda value: Q(pk__in=value), "The jurisdiction itself; with `within=true`, what lies below it too.", about="id")


def ranked(name: str, model: type[models.Model]) -> dict[str, Parameter]:
    """Rankings in which these have a place."""
    related, text = RankingEntry._meta.get_field(name).related_model, f"A {name} that it ranks."
    entries = RankingEntry.objects.published()
    by = keys.of_links(entries, "ranking", name, text)
    read = ReferenceField(model=related)  # type: ignore[arg-type]  # a foreign key leads to a model
    return {name: Parameter(read, held_by(entries, "ranking", name), text, by=by, shown=shows("entries", name), about=f"entries.{name}")}


class JurisdictionFilters(RecordFilters):
    """By what jurisdictions are filtered."""

    class Meta:
        model = Jurisdiction
        parameters = {
            "q": search,
            "id": "id",
            "jurisdiction": itself,
            **NAMES,
            "level": "level",
            "parent": "parent",
            "gb_code": "gb_code",
            "iso_code": "iso_code",
            "latitude": "latitude",
            "longitude": "longitude",
            "note": "note",
        }


class CityFilters(JurisdictionFilters):
    """By what cities are filtered."""

    class Meta(JurisdictionFilters.Meta):
        model = City


class InstitutionFilters(RecordFilters):
    """By what institutions are filtered."""

    class Meta:
        model = Institution
        parameters = {
            "q": search,
            "id": "id",
            **NAMES,
            "kind": "kind",
            "jurisdiction": place("jurisdiction"),
            "parent": "parent",
            "company": "company",
            "established": "established",
            "website": "website",
            "summary": "summary",
            **FACT,
        }


class RankingFilters(RecordFilters):
    """By what rankings are filtered."""

    class Meta:
        model = Ranking
        parameters = {
            "q": search,
            "id": "id",
            **NAMES,
            "publisher": "publisher",
            "year": "year",
            "jurisdiction": ranked,
            "company": ranked,
            **FACT,
        }
