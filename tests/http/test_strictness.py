"""Nothing is ignored: whatever is wrong with a query is a 400 that names every fault at once, never a 500."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.http.naive import kind_of
from tests.http.registry import NAMES, every_resource, filters, parameters

TOO_LONG = 3_001
# Not a value of any parameter.
NEVER = ["", " ", "\t\n ", "\x00", "a\x00b", "x" * TOO_LONG, "算" * TOO_LONG, ",".join(["a"] * 101), "," * 101]
# Text, and nothing but text.
TEXT_ALONE = ["nonsense", ",", ",,", "null", "'; DROP TABLE x; --", "%00", "\ufffd", "\U0001f600", "a" * 300]
NO_NUMBERS = [
    "NaN", "-NaN", "sNaN", "Infinity", "-inf", "1_000", "0x10", "١٢", "１２", "1e400", "-1e400", "1e9999999999999999999", "9" * 40, "1.23456", "1,5.",
    "1e-9999999", "1e999999999", "-1e9999999", "0e999999999", "0e-999999999", "+1", "1 000", "¼", "--1", "1e", ".", "1/2",
]  # fmt: skip
NO_DATES = [
    "2025-13", "2025-00", "2025-02-29", "2025-1-1", "2025-W01", "2025-01-01T00:00:00Z", "0000", "20250101", "-2025", "10000",
    "９９９９", "today", "2025-", "2025-06-31",
]  # fmt: skip
# Parameters that take any text.
OF_TEXT = {"text", "lines", "search"}


@every_resource
@pytest.mark.parametrize("value", NEVER, ids=lambda value: repr(value[:12]))
def test_value_that_is_none_is_refused_for_every_parameter_at_once(world, client, resource, value):
    names = {*filters(resource), *parameters(resource)}

    response = client.get(f"/v1/{resource}/", dict.fromkeys(names, value))

    accepting = {name for name in names if value.count(",") and takes_commas(resource, name, value)}
    assert faulty(response) == names - accepting


@every_resource
def test_text_is_refused_for_every_parameter_that_takes_none(world, client, resource):
    names = {*filters(resource), *parameters(resource)}
    wrong = {name for name in names if not takes_text(resource, name)}

    for value in TEXT_ALONE:
        assert faulty(client.get(f"/v1/{resource}/", dict.fromkeys(names, value))) == wrong, value


@every_resource
@pytest.mark.parametrize(("kind", "written"), [("number", NO_NUMBERS), ("date", NO_DATES), ("day", NO_DATES)])
def test_what_is_no_number_or_no_date_is_refused_where_one_is_asked_for(world, client, resource, kind, written):
    names = {name for name in filters(resource) if kind_of(resource, name.partition("__")[0]) == kind and not name.endswith("__isnull")}

    for value in written if names else ():
        assert faulty(client.get(f"/v1/{resource}/", dict.fromkeys(names, value))) == names, value


@every_resource
def test_parameter_of_one_value_is_refused_when_repeated(world, client, resource):
    for name, parameter in filters(resource).items():
        if parameter.form_field.single:
            response = client.get(f"/v1/{resource}/?{name}=true&{name}=true")

            assert {"parameter": name, "value": "true, true", "detail": "Give it once.", "allowed": None, "did_you_mean": None} in errors(response)


@every_resource
def test_unknown_parameter_is_400_and_lists_the_valid_ones(world, client, resource):
    unknown = ["nonsense", "id__nonsense", "id__exact", "pk", "is_published", "ID", " id", "id ", "id[]", "", "__not", "\x00", "算"]

    found = errors(client.get(f"/v1/{resource}/", dict.fromkeys(unknown, "1")))

    assert [(error["parameter"], error["value"], error["detail"]) for error in found] == [(name, "1", "No such parameter.") for name in unknown]
    assert all(error["allowed"] == sorted({*filters(resource), *parameters(resource)}) for error in found)


@every_resource
def test_misspelt_parameter_is_answered_with_what_it_may_have_meant(world, client, resource):
    misspelt = {f"{name}z": name for name in {*filters(resource), *parameters(resource)}}

    advice = {error["parameter"]: error["did_you_mean"] for error in errors(client.get(f"/v1/{resource}/", misspelt))}

    assert {name: meant[0] for name, meant in advice.items()} == misspelt


@every_resource
def test_unknown_reference_is_400_with_the_nearest_that_exist(world, client, resource):
    known = {record["id"] for records in world.values() for record in records}

    for name in filters(resource):
        family, _, lookup = name.partition("__")
        if kind_of(resource, family) == "reference" and lookup in {"", "not"}:
            (error,) = errors(client.get(f"/v1/{resource}/", {name: "hangzou"}))
            assert (error["parameter"], error["value"], error["allowed"]) == (name, "hangzou", None)
            assert error["detail"].startswith("No such ")
            assert set(error["did_you_mean"] or ()) <= known


def test_all_faults_are_named_at_once_each_with_its_advice(world, client):
    response = client.get("/v1/targets/?jurisdiction=hangzou,shenzhen,bejing&ordering=-valeu&is_stretch=yes&fields=id,vlue&page_size=201&colour=red")

    assert [(error["parameter"], error["value"], (error["did_you_mean"] or [None])[0]) for error in errors(response)] == [
        ("colour", "red", None),
        ("page_size", "201", None),
        ("ordering", "-valeu", "value"),
        ("fields", "vlue", "value"),
        ("jurisdiction", "hangzou", "hangzhou"),
        ("jurisdiction", "bejing", "beijing"),
        ("is_stretch", "yes", None),
    ]
    assert response.json()["detail"] == "7 faults in the query; nothing was ignored."


def test_every_wrong_value_of_one_parameter_is_named(world, client):
    response = client.get("/v1/plans/?kind=opinions,opinion,notice,rule&kind=x")

    assert [error["value"] for error in errors(response)] == ["opinion", "rule", "x"]
    assert errors(response)[0]["did_you_mean"] == ["opinions"]


@pytest.mark.parametrize("size", ["0", "201", "-1", "1.5", "1e2", "٣", "99999999999999999999", "all", " 5", "0x5", "5,6"])
def test_page_size_is_a_whole_number_up_to_200(world, client, size):
    (error,) = errors(client.get("/v1/plans/", {"page_size": size}))

    assert (error["parameter"], error["detail"]) == ("page_size", "A whole number from 1 to 200.")


def test_within_says_nothing_without_its_jurisdiction(world, client):
    (error,) = errors(client.get("/v1/plans/?within=true"))

    assert (error["parameter"], error["detail"]) == ("within", "It needs jurisdiction beside it.")
    assert client.get("/v1/companies/?within=false&presence=hangzhou").status_code == 400


def test_span_is_taken_where_records_have_one_and_nowhere_else(world, client):
    assert client.get("/v1/observations/?period=2024/2026").status_code == 200
    assert faulty(client.get("/v1/observations/?period=2026/2024&period__lte=2024/2026&stated_on=2024/2026")) == {
        "period",
        "period__lte",
        "stated_on",
    }


@pytest.mark.parametrize("day", ["2025", "2025-06", "2025-06-31", "today", "2025-06-01,2025-06-02"])
def test_in_force_on_takes_one_day(world, client, day):
    assert faulty(client.get("/v1/plans/", {"in_force_on": day})) == {"in_force_on"}


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("/v1/?page_size=1", {"page_size"}),
        ("/v1/?a=1&b=2", {"a", "b"}),
        ("/v1/changes/?since=x&until=2&page_size=201", {"since", "until", "page_size"}),
        ("/v1/plans/hangzhou-2025/history/?page_size=0&cursor=x&as_of=1", {"page_size", "cursor", "as_of"}),
        ("/v1/openapi.json?version=2", {"version"}),
        ("/v1/openapi.yaml?x", {"x"}),
        ("/v1/plans/hangzhou-2025/?page_size=5&kind=opinions", {"page_size", "kind"}),
        ("/v1/plans/hangzhou-2025/?format=xml", {"format"}),
        ("/v1/plans/hangzhou-2025/?format=json&format=json", {"format"}),
        ("/v1/plans/?format=xml", {"format"}),
    ],
)
def test_strictness_holds_on_every_path(world, client, address, wrong):
    assert faulty(client.get(address)) == wrong


def test_hundred_values_are_taken_and_one_more_is_not(world, client):
    ids = [f"an-id-that-is-as-long-as-many-are-{number}" for number in range(99)]

    taken = client.get("/v1/plans/", {"id": ",".join([*ids, "hangzhou-2025"])})
    refused = client.get("/v1/plans/", {"id": [*ids, "a", "b"]})

    assert [record["id"] for record in taken.json()["results"]] == ["hangzhou-2025"]
    assert [error["detail"] for error in errors(refused)] == ["Give at most 100 values."]


def test_search_takes_twenty_words_and_not_one_more(world, client):
    assert client.get("/v1/plans/", {"q": "plan " * 20}).json()["count"] == 3
    assert [error["detail"] for error in errors(client.get("/v1/plans/", {"q": "plan " * 21}))] == ["At most 20 words."]


def test_longest_values_that_columns_hold_can_be_asked_for(world, client):
    thesis = next(source for source in world["sources"] if source["id"] == "thesis")

    for field in ("title", "url"):
        assert client.get("/v1/sources/", {field: thesis[field], "fields": "id"}).json()["results"] == [{"id": "thesis"}]


@pytest.mark.parametrize("address", ["/v1/plans/", "/v1/plans/hangzhou-2025/", "/v1/"])
def test_too_many_parameters_are_refused_in_one_sentence(world, client, address):
    response = client.get(address, {f"parameter-{number}": "x" for number in range(5000)})

    assert [error["detail"] for error in errors(response)] == ["Give at most 200 parameters."]


def test_long_names_and_values_are_not_echoed_whole(world, client):
    response = client.get("/v1/plans/", {"n" * 10_000: "v" * 10_000})

    assert [(len(error["parameter"]), len(error["value"])) for error in errors(response)] == [(300, 300)]


RAW = [
    "%ff",
    "%ff%fe",
    "%C0%80",
    "%ED%A0%80",
    "%",
    "%%",
    "%zz",
    "%u4e2d",
    "&&&",
    "=",
    "==",
    "&=&",
    ";",
    "a;b",
    "+",
    "#",
    "?",
    "??",
    "%00",
    "%0d%0a",
    "\\",
    "<b>",
]


@pytest.mark.parametrize("raw", RAW)
def test_bytes_that_are_no_text_never_break_it(world, client, raw):
    for query in ("", "q=", "name_en__contains=", "jurisdiction=", "cursor="):
        response = client.get("/", PATH_INFO="/v1/plans/", QUERY_STRING=query + raw)

        assert response.status_code in {200, 400}
        assert response.headers["Content-Type"] in {"application/json", "application/problem+json"}


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_query_breaks_it(world, client, data):
    resource = data.draw(st.sampled_from(NAMES))
    names = st.sampled_from(sorted({*filters(resource), *parameters(resource)})) | ANYTHING
    number = st.decimals().map(str) | st.integers().map(str) | st.floats().map(repr)
    values = ANYTHING | number | st.dates().map(str) | st.sampled_from(["true", "hangzhou", "CNY", "hangzhou-2025", "%", "_"])
    query = urlencode(data.draw(st.lists(st.tuples(names, values), max_size=6)))
    note(f"/v1/{resource}/?{query}")

    response = client.get(f"/v1/{resource}/?{query}")

    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert errors(response)


def takes_text(resource, name):
    family, _, lookup = name.partition("__")
    if name in parameters(resource) or lookup == "isnull" or family == "within":
        return False
    return lookup == "contains" or kind_of(resource, family) in OF_TEXT


def takes_commas(resource, name, value):
    """One text that holds commas is a text; parted by them, these are too many."""
    return len(value) <= 300 and name in filters(resource) and takes_text(resource, name) and filters(resource)[name].form_field.single


def errors(response):
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    return response.json()["errors"]


def faulty(response):
    return {error["parameter"] for error in errors(response)}
