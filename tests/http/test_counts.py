"""Few records or many: counts are exact to 10,000, and say when they are an estimate; queries are as many as ever."""

from __future__ import annotations

import pytest
from django.db import connection

from publishing.editing import editing
from reference.models import Source
from tests.http.registry import queries
from tests.http.world import ground, plan


@pytest.fixture
def ten_thousand(db):
    Source.objects.bulk_create(source(number) for number in range(10_000))


def test_count_of_ten_thousand_is_exact(ten_thousand, client):
    assert counted(client, "/v1/sources/?page_size=1") == (10_000, True)
    assert counted(client, "/v1/sources/?page_size=1&kind=blog") == (5_000, True)
    assert counted(client, "/v1/sources/?page_size=1&id=source-7") == (1, True)


def test_count_above_ten_thousand_is_an_estimate_where_counting_is_slow(ten_thousand, client):
    Source.objects.bulk_create(source(number) for number in range(10_000, 10_050))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    count, is_exact = counted(client, "/v1/sources/?page_size=1")

    assert (count, is_exact) == (10_050, True) if connection.vendor == "sqlite" else (count > 10_000, is_exact) == (True, False)
    assert abs(count - 10_050) < 1_000


@pytest.mark.parametrize("number", [1, 3, 50])
def test_cold_list_takes_as_many_queries_for_50_records_as_for_1(client, db, number):
    with editing():
        ground()
        for place in range(number):
            plan(f"plan-{place}")

    # 1. the latest revision  2. the count  3. the page: rows joined to their documents
    assert queries(client, "/v1/plans/?page_size=200") == 3
    assert counted(client, "/v1/plans/") == (number, True)


def source(number):
    return Source(id=f"source-{number}", title="Title", language="en", kind="blog" if number % 2 else "news")


def counted(client, address):
    answer = client.get(address).json()
    return answer["count"], answer["count_is_exact"]
