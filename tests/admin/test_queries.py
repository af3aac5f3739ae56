"""How many queries the pages of the admin take, whatever the number of rows on them."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.admin.pages import changing, listing
from tests.admin.world import make_world

# The list, and the page of one row. Two of each are the session and its user; the lists count twice, for the filters and for the page;
# a page asks for its row, for each relation and inline, for the labels of each model that can be chosen, and twice for its documents.
QUERIES = {
    "cities.city": (5, 6),
    "cities.institution": (5, 11),
    "cities.jurisdiction": (5, 6),
    "cities.ranking": (6, 12),
    "cities.rankingentry": (5, 8),
    "companies.company": (5, 21),
    "companies.listing": (6, 7),
    "companies.presence": (5, 12),
    "companies.product": (6, 11),
    "policies.measure": (5, 16),
    "policies.measureterm": (5, 8),
    "policies.observation": (5, 13),
    "policies.plan": (5, 32),
    "policies.planevent": (5, 7),
    "policies.planrelation": (5, 8),
    "policies.target": (5, 17),
    "publishing.document": (4, 5),
    "publishing.fixture": (4, 3),
    "publishing.nameword": (4, 3),
    "publishing.revision": (4, 4),
    "publishing.searchentry": (4, 3),
    "publishing.tally": (4, 3),
    "reference.exchangerate": (6, 5),
    "reference.indicator": (5, 6),
    "reference.source": (6, 6),
    "reference.topic": (5, 6),
    "reference.unit": (6, 5),
    "webhooks.message": (5, 5),
    "webhooks.subscription": (5, 4),
}

# Of the others the first row has as many of everything as the world gives.
ROWS = {
    "cities.city": "city-0",
    "cities.institution": "institution-0",
    "cities.jurisdiction": "city-0",
    "companies.company": "company-0",
    "policies.plan": "plan-0",
    "reference.source": "source-0",
    "reference.topic": "topic-0",
    "reference.unit": "USD",
}


@pytest.mark.parametrize("size", [1, 3])
def test_every_page_takes_as_many_queries_for_3_rows_as_for_1(editor, size):
    make_world(size)
    models = [model for model in admin.site._registry if model not in {User, Group}]
    ContentType.objects.get_for_models(*models, for_concrete_models=False)

    queries = {name(model): (queries_of(editor, listing(model)), queries_of(editor, changing(row_of(model)))) for model in models}

    assert queries == QUERIES


def name(model):
    return model._meta.label_lower


def row_of(model):
    rows = model._default_manager.order_by("pk")
    return rows.get(pk=ROWS[name(model)]) if name(model) in ROWS else rows.first()


def queries_of(editor, url):
    with CaptureQueriesContext(connection) as queries:
        assert editor.get(url).status_code == 200
    return len(queries)
