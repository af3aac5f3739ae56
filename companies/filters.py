"""By what companies and products are filtered."""

from __future__ import annotations

from django.db import models

from cities.filters import place
from cities.models import Jurisdiction
from companies.models import Company, Presence, Product
from publishing import keys
from publishing.filters import Parameter, RecordFilters, held_by, search
from publishing.shown import shows
from publishing.values import ReferenceField
from reference.filters import FACT, NAMES


def present(name: str, model: type[models.Model]) -> dict[str, Parameter]:
    """Companies that are, or are said to be, in a jurisdiction."""
    presences, text = Presence.objects.published(), "Where it is present, or is said to be."
    by, shown = keys.of_links(presences, "company", "jurisdiction", text), shows("presences", "jurisdiction")
    here, read = held_by(presences, "company", "jurisdiction"), ReferenceField(model=Jurisdiction)
    return {name: Parameter(read, here, text, by=by, shown=shown, about="presences.jurisdiction")}


class CompanyFilters(RecordFilters):
    """By what companies are filtered."""

    class Meta:
        model = Company
        parameters = {
            "q": search,
            "id": "id",
            **NAMES,
            "headquarters": place("headquarters"),
            "presence": present,
            "founded": "founded",
            "status": "status",
            "website": "website",
            "parent": "parent",
            "topic": "topics",
            **FACT,
        }


class ProductFilters(RecordFilters):
    """By what products are filtered."""

    class Meta:
        model = Product
        parameters = {
            "q": search,
            "id": "id",
            **NAMES,
            "company": "company",
            "family": "family",
            "kind": "kind",
            "announced": "announced",
            "released": "released",
            "license": "license",
            **FACT,
        }
