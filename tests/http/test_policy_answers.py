"""Comparison and progress keep what holds on every address: nothing is ignored, nothing unpublished is told."""

from __future__ import annotations

import pytest

from policies.filters import ComparisonFilters, ProgressFilters
from policies.views import ProgressView
from tests.http.test_strictness import NEVER, errors, faulty
from tests.http.world import SECRETS

COMPARE = "/v1/compare/?indicator=capacity"
ADDRESSES = ["/v1/progress/?page_size=200", "/v1/compare/?indicator=industry-output", "/v1/compare/?indicator=computing-capacity&jurisdiction=ningbo"]


@pytest.mark.parametrize("value", NEVER, ids=lambda value: repr(value[:12]))
def test_what_is_no_value_is_refused_for_every_parameter(world, client, value):
    for address, names in (
        ("/v1/progress/", {*ProgressFilters.base_filters, *ProgressView.question.parameters_of()}),
        ("/v1/compare/", {*ComparisonFilters.base_filters, "indicator", "format"}),
    ):
        refused = faulty(client.get(address, dict.fromkeys(names, value)))
        assert {name for name in names - refused if not (value.count(",") and "contains" in name)} <= ({"q"} if value.count(",") else set())


def test_unknown_words_are_answered_with_the_known_ones(world, client):
    assert {error["parameter"]: error["did_you_mean"] for error in errors(client.get("/v1/progress/?verdict=mett&verdickt=met&fields=rulle"))} == {
        "verdict": ["met"],
        "verdickt": ["verdict"],
        "fields": ["rule"],
    }
    assert [(error["parameter"], error["detail"]) for error in errors(client.get("/v1/compare/"))] == [("indicator", "It is needed.")]
    (unknown,) = errors(client.get("/v1/compare/?indicator=computing"))
    assert (unknown["detail"], unknown["did_you_mean"]) == ("No such indicator.", ["computing-capacity"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_answer_tells_of_nothing_unpublished_and_is_validated(world, client, address):
    answer = client.get(address)

    assert [secret for secret in SECRETS if secret in answer.content.decode()] == []
    assert client.head(address)["ETag"] == answer["ETag"]
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.post(address).status_code == 405


def test_every_published_target_has_a_line_of_progress(world, client):
    found = client.get("/v1/progress/?page_size=200").json()["results"]

    assert [line["target"] for line in found] == world["targets"]
    assert all((line["verdict"] == "no_data") == (line["observation"] is None) == (line["ratio"] is None) for line in found)
