"""The rows that tests start from are in order, so that what is refused is refused for what the test changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import models

from cities.models import Institution, Jurisdiction, Ranking, RankingEntry
from companies.models import Company, Listing, Presence, Product
from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from publishing.rows import Row
from reference.models import ExchangeRate, Indicator, Source, Topic, Unit
from tests import factories as make
from tests.every_path import Refuses, on_every_path

pytestmark = pytest.mark.django_db

ROWS: dict[type[models.Model], Callable[[], models.Model]] = {
    Source: make.source,
    Topic: make.topic,
    Unit: make.unit,
    ExchangeRate: lambda: make.rate(make.currency("USD"), 2024, "7.1"),
    Indicator: make.indicator,
    Jurisdiction: make.city,
    Institution: make.institution,
    Ranking: make.ranking,
    RankingEntry: lambda: make.entry(make.ranking()),
    Company: make.company,
    Listing: lambda: make.listing(make.company()),
    Presence: lambda: make.presence(make.company()),
    Product: lambda: make.product(make.company()),
    Plan: make.plan,
    PlanEvent: lambda: make.event(make.plan()),
    PlanRelation: lambda: make.relation(make.plan(), "replaces", make.plan("draft")),
    Target: lambda: make.target(make.plan()),
    Measure: lambda: make.measure(make.plan()),
    MeasureTerm: lambda: make.term(make.measure(make.plan())),
    Observation: make.observation,
}


@on_every_path
@pytest.mark.parametrize("row", ROWS.values(), ids=[model.__name__ for model in ROWS])
def test_row_as_it_is_made_is_not_refused(refuses: Refuses, row: Callable[[], models.Model]):
    made = row()

    as_it_is = {column.attname: getattr(made, column.attname) for column in made._meta.fields if not (column.generated or column.primary_key)}
    assert not refuses(made, **as_it_is)


def test_every_model_is_tried():
    assert ROWS.keys() == {model for model in apps.get_models() if issubclass(model, Row) and not model._meta.proxy}
