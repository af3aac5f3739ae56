"""The data dictionary says of every field what the records and the parameters say."""

from __future__ import annotations

from typing import Any

import pytest

from publishing.resources import RESOURCES
from publishing.selection import paths
from tests.http.naive import singular
from tests.http.registry import columns, every_resource, filters, queries, viewset
from tests.http.test_schema import assert_conforms
from tests.http.test_strictness import errors

# Numbers of nothing, and scores in whatever the ranking counts.
WITHOUT_UNIT = {("rankings", "year"), ("rankings", "entries.rank"), ("rankings", "entries.score")}


def properties(client, resource) -> dict[str, Any]:
    """What the dictionary says of a resource, by field."""
    results: list[dict[str, Any]] = []
    address = f"/v1/properties/?resource={resource}&page_size=200"
    while address:
        answer = client.get(address).json()
        results += answer["results"]
        address = answer["next"]
    return {found["name"]: found for found in results}


def test_property_has_its_shape(world, client):
    found = properties(client, "targets")

    assert found["due"] == {
        "resource": "targets",
        "name": "due",
        "type": "partial_date",
        "is_list": False,
        "is_nullable": True,
        "words": None,
        "unit": None,
        "unit_field": None,
        "definition": "By when; partial date that falls due on its last day.",
        "operators": ["due", "due__not", "due__gte", "due__lte", "due__gt", "due__lt", "due__isnull"],
        "sortable": True,
        "groupable": True,
        "group_by": ["due", "due.month"],
        "summable": False,
        "share_filled": round(sum(target["due"] is not None for target in world["targets"]) / len(world["targets"]), 4),
        "example": next(target["due"] for target in sorted(world["targets"], key=lambda target: target["id"]) if target["due"]),
    }
    assert (found["value"]["unit_field"], found["value"]["summable"], found["topics"]["group_by"]) == ("unit", True, ["topic"])
    assert (found["sources"]["type"], found["sources"]["is_list"], found["comparator"]["words"][0]) == ("reference", True, "gte")


@every_resource
def test_every_field_is_in_the_dictionary_and_defined(world, client, resource):
    found = properties(client, resource)

    assert found.keys() == paths(RESOURCES[resource].serializer)
    assert [name for name, one in found.items() if not one["definition"].strip()] == []


@every_resource
def test_every_number_says_what_it_counts_in(world, client, resource):
    found = properties(client, resource)
    numbers = {name: one for name, one in found.items() if one["type"] in {"number", "integer"} and (resource, name) not in WITHOUT_UNIT}

    assert {name: one["unit"] or one["unit_field"] for name, one in numbers.items() if not (one["unit"] or one["unit_field"] in found)} == {}


@every_resource
def test_every_parameter_of_a_field_is_named_there(world, client, resource):
    found = properties(client, resource)
    named = {operator: name for name, one in found.items() for operator in one["operators"]}

    assert filters(resource).keys() - named.keys() <= {"q", "in_force_on"}
    for name, one in found.items():
        if "." not in name:
            family = singular(RESOURCES[resource], name)
            assert {operator.partition("__")[0] for operator in one["operators"]} - {"within", "jurisdiction"} <= {family}
            assert one["sortable"] == (family in columns(resource))
    assert {key for one in found.values() for key in one["group_by"]} == set(viewset(resource).filterset_class.keys())


@every_resource
def test_share_and_example_are_what_the_records_show(world, client, resource):
    for name, one in properties(client, resource).items():
        holders: list[Any] = world[resource]
        *owners, last = name.split(".")
        for owner in owners:
            held = [holder[owner] for holder in holders if holder[owner]]
            holders = [inner for value in held for inner in (value if isinstance(value, list) else [value])]
        filled = [holder[last] for holder in holders if holder[last] not in (None, [])]

        assert one["share_filled"] == (round(len(filled) / len(holders), 4) if holders else None), name
        shown = [inner for value in filled for inner in (value if isinstance(value, list) else [value])]
        assert one["example"] is None if one["type"] == "object" or not shown else one["example"] in shown, name


def test_pages_visit_each_field_once_there_and_back(world, client):
    pages = [client.get("/v1/properties/?resource=measures,topics&page_size=7").json()]
    while pages[-1]["next"]:
        pages.append(client.get(pages[-1]["next"]).json())
    back = [pages[-1]]
    while back[-1]["previous"]:
        back.append(client.get(back[-1]["previous"]).json())

    names = [(one["resource"], one["name"]) for page in pages for one in page["results"]]
    assert len(names) == len(set(names)) == pages[0]["count"]
    assert [page["results"] for page in back[::-1]] == [page["results"] for page in pages]


@pytest.mark.parametrize(
    ("asked", "faulty"),
    [("resource=plan&page_size=0", {"resource", "page_size"}), ("q=a&resource=", {"q", "resource"}), ("cursor=abc", {"cursor"})],
)
def test_every_fault_is_named_at_once(world, client, asked, faulty):
    assert {error["parameter"] for error in errors(client.get(f"/v1/properties/?{asked}"))} == faulty


def test_cursor_is_of_its_own_list(world, client):
    onward = client.get("/v1/properties/?page_size=1").json()["next"].partition("?")[2]

    assert [error["parameter"] for error in errors(client.get(f"/v1/properties/?resource=plans&{onward}"))] == ["cursor"]


def test_dictionary_takes_four_queries_and_one_a_resource(world, client):
    # 1. the latest revision  2. tallies  3. the records that the documentation shows  4. the first records  5. whether the revision still stands
    assert queries(client, "/v1/properties/?resource=plans") == 5
    # 4. once more
    assert queries(client, "/v1/properties/?resource=sources,topics&page_size=200") == 6
    assert queries(client, "/v1/properties/?resource=plans") == 1


def test_properties_are_as_the_contract_says(world, contract):
    assert_conforms(contract, "/v1/properties/", "/v1/properties/?page_size=200", 200)
    assert_conforms(contract, "/v1/properties/", "/v1/properties/?page_size=201", 400)
