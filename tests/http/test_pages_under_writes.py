"""While a reader pages, others write: what stays is seen exactly once."""

from __future__ import annotations

from random import Random

import pytest

from publishing.editing import editing
from reference.models import Topic
from tests.http.test_pagination import walk
from tests.http.world import topic

pytestmark = pytest.mark.django_db(transaction=True)
PARENTS = ("root-a", "root-b")
ORDERS = ["id", "-id", "parent,-name_en", "-name_zh", "name_zh,-id", "-parent,name_zh"]


@pytest.mark.parametrize("ordering", ORDERS)
def test_survivor_is_on_exactly_one_page_while_rows_come_and_go(client, ordering):
    chance = Random(ordering)
    survivors = {f"stays-{number}" for number in range(12)}
    with editing():
        for id_ in (*PARENTS, *sorted(survivors), *(f"goes-{number}" for number in range(12))):
            grow(id_, chance)

    seen = []
    for turn, page in enumerate(walk(client, f"/v1/topics/?page_size=3&ordering={ordering}", "next")):
        seen += [record["id"] for record in page["results"]]
        disturb(turn, chance)

    assert sorted(id_ for id_ in seen if id_ in survivors) == sorted(survivors)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("ordering", ORDERS)
def test_way_back_passes_each_survivor_once_too(client, ordering):
    chance = Random(ordering)
    survivors = {f"stays-{number}" for number in range(12)}
    with editing():
        for id_ in (*PARENTS, *sorted(survivors), *(f"goes-{number}" for number in range(12))):
            grow(id_, chance)
    *_, last = walk(client, f"/v1/topics/?page_size=3&ordering={ordering}", "next")

    seen = [record["id"] for record in last["results"]]
    for turn, page in enumerate(walk(client, last["previous"], "previous")):
        seen += [record["id"] for record in page["results"]]
        disturb(turn, chance)

    assert sorted(id_ for id_ in seen if id_ in survivors) == sorted(survivors)
    assert len(seen) == len(set(seen))


def test_page_whose_neighbour_was_deleted_goes_on_behind_it(client):
    with editing():
        for id_ in "abcdef":
            topic(id_)
    onward = client.get("/v1/topics/?page_size=2").json()["next"]
    Topic.objects.filter(pk__in=["b", "c"]).delete()

    page = client.get(onward).json()

    assert [record["id"] for record in page["results"]] == ["d", "e"]
    assert [record["id"] for record in client.get(page["previous"]).json()["results"]] == ["a"]


def test_record_that_is_changed_between_pages_is_shown_as_it_is_then(client):
    with editing():
        for id_ in "abc":
            topic(id_)
    onward = client.get("/v1/topics/?page_size=2").json()["next"]
    Topic.objects.filter(pk="c").update(name_en="Changed")

    assert [record["name_en"] for record in client.get(onward).json()["results"]] == ["Changed"]


def grow(id_, chance):
    """A topic with nulls and ties in what topics are ordered by."""
    parent = None if id_ in PARENTS else chance.choice([None, *PARENTS])
    topic(id_, name_en=f"Name {chance.randint(1, 4)}", name_zh=chance.choice([None, "数据", "算力", "人才"]), parent_id=parent)


def disturb(turn, chance):
    """Rows come and go, before and after the page."""
    leaving = chance.sample(sorted(Topic.objects.filter(pk__startswith="goes").values_list("pk", flat=True)), 2)
    with editing():
        Topic.objects.filter(pk__in=leaving).delete()
        for number in range(3):
            grow(f"comes-{turn}-{number}-{chance.randint(0, 9)}", chance)
            grow(f"goes-{turn}-{number}", chance)
