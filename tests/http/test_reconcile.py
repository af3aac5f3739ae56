"""The reconciliation service: what the protocol asks for, as OpenRefine asks for it, and as strictly as all else."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing.editing import editing
from publishing.licensing import LICENSE
from tests.http import protocol
from tests.http.registry import queries
from tests.http.world import SECRETS, UNPUBLISHED, topic

HERE = "/v1/reconcile/"
SUGGEST = {kind: f"{HERE}suggest/{kind}/" for kind in ("entity", "type", "property")}
ORIGIN = {"Origin": "http://127.0.0.1:3333"}


def batch(client, asked, **headers):
    return client.post(HERE, f"queries={quote(json.dumps(asked))}", content_type="application/x-www-form-urlencoded", headers=headers)


def extend(client, ids, *wanted):
    return client.get(HERE, {"extend": json.dumps({"ids": ids, "properties": [{"id": id_} for id_ in wanted]})})


def found(response):
    return {key: [(one["id"], one["score"], one["match"]) for one in value["result"]] for key, value in response.json().items()}


def errors(response):
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    return {error["parameter"]: error["detail"] for error in response.json()["errors"]}


def conforms(response, name):
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    protocol.conforms(name, response.json())
    return response.json()


@pytest.mark.parametrize("address", [HERE, "/v1/reconcile"])
def test_service_says_what_it_offers_and_each_address_of_it_answers(world, client, address):
    manifest = conforms(client.get(address), "manifest")

    assert (manifest["identifierSpace"], manifest["versions"], manifest["batchSize"]) == ("http://testserver/v1/", ["0.2"], 100)
    assert {"cities", "plans", "companies"} <= {one["id"] for one in manifest["defaultTypes"]}
    for service in manifest["suggest"].values():
        assert client.get(service["service_url"] + service["service_path"], {"prefix": "ha"}).status_code == 200
    proposal = manifest["extend"]["propose_properties"]
    assert client.get(proposal["service_url"] + proposal["service_path"], {"type": "plans"}).status_code == 200
    id_ = quote("cities/hangzhou", safe="")
    assert client.get(manifest["preview"]["url"].replace("{{id}}", id_)).headers["Content-Type"] == "text/html; charset=utf-8"
    assert client.get(manifest["view"]["url"].replace("{{id}}", id_)).json()["name_zh"] == "杭州市"


def test_batch_of_a_spreadsheet_gives_candidates_for_each_cell(world, client):
    asked = {"q0": {"query": "杭州", "type": "cities", "limit": 1}, "q1": {"query": "Unitree", "type": ["companies"], "type_strict": "any"}}

    response = batch(client, asked)

    assert conforms(response, "reconciliation-result-batch") == {
        "q0": {
            "result": [
                {
                    "id": "cities/hangzhou",
                    "name": "Hangzhou",
                    "description": "杭州市 · city · Zhejiang",
                    "type": [{"id": "cities", "name": "Cities"}],
                    "score": 0.95,
                    "match": True,
                    "features": [{"id": "name", "value": 0.95}],
                }
            ]
        },
        "q1": {
            "result": [
                {
                    "id": "companies/unitree",
                    "name": "Unitree",
                    "description": "宇树科技 · Binjiang",
                    "type": [{"id": "companies", "name": "Companies"}],
                    "score": 1.0,
                    "match": True,
                    "features": [{"id": "name", "value": 1.0}],
                }
            ]
        },
    }
    assert response.json() == client.get(HERE, {"queries": json.dumps(asked)}).json()


def test_single_query_is_an_object_or_a_text(world, client):
    one = client.get(HERE, {"query": '{"query": "Hangzhou", "type": "cities", "limit": 1}'}).json()

    assert [(result["id"], result["match"]) for result in one["result"]] == [("cities/hangzhou", True)]
    assert client.get(HERE, {"query": "Hangzhou"}).json()["result"][0]["id"] == "cities/hangzhou"


def test_properties_tell_namesakes_apart_and_lower_the_score_of_the_others(world, client):
    plan = {"query": "Hangzhou AI plan", "type": "plans", "limit": 2}
    given = [{"pid": "jurisdiction", "v": "Hangzhou City"}, {"pid": "status", "v": ["draft_for_comment", "planned"]}]

    answer = batch(client, {"any": plan, "draft": {**plan, "properties": given}, "year": {**plan, "properties": [{"pid": "year", "v": 2024}]}})

    draft, final = "plans/hangzhou-draft", "plans/hangzhou-2025"
    assert found(answer) == {
        "any": [(final, 0.95, True), (draft, 0.93, False)],
        "draft": [(draft, 0.93, False), (final, 0.712, False)],
        "year": [(draft, 0.93, False), (final, 0.475, False)],
    }
    assert answer.json()["draft"]["result"][1]["features"] == [
        {"id": "name", "value": 0.95},
        {"id": "jurisdiction", "value": True},
        {"id": "status", "value": False},
    ]


@pytest.mark.parametrize(
    ("pid", "value", "agrees"),
    [
        ("parent", "浙江", True),
        ("parent", {"id": "jurisdictions/zhejiang", "name": "whatever"}, True),
        ("parent", "Guangdong", False),
        ("gb_code", "330100", True),
        ("latitude", "30.2741", True),
        ("latitude", 30, False),
        ("aliases", "hangchow", True),
        ("level", ["county", "city"], True),
        ("gb_code", 330100.0, True),
    ],
)
def test_property_agrees_by_its_kind(world, client, pid, value, agrees):
    [result] = batch(client, {"q": {"query": "Hangzhou", "type": "cities", "properties": [{"pid": pid, "v": value}]}}).json()["q"]["result"]

    assert result["features"][1:] == [{"id": pid, "value": agrees}]


@pytest.mark.parametrize(
    ("given", "agrees"),
    [("2025-07-01", True), ("2025-07-01T00:00:00Z", True), ("2025", True), ("2025-07-02T00:00:00Z", False), ("2024", False)],
)
def test_date_agrees_as_far_as_both_are_known_however_a_spreadsheet_holds_it(world, client, given, agrees):
    asked = {"query": "plans/hangzhou-2025", "type": "plans", "properties": [{"pid": "issued_on", "v": given}]}
    results = {result["id"]: result for result in batch(client, {"q": asked}).json()["q"]["result"]}

    assert results["plans/hangzhou-2025"]["features"][1:] == [{"id": "issued_on", "value": agrees}]


def test_query_without_a_text_finds_by_what_an_index_holds(world, client):
    asked = {
        "code": {"type": "cities", "properties": [{"pid": "gb_code", "v": "330200"}]},
        "company": {"type": "products", "properties": [{"pid": "company", "v": "Alibaba"}, {"pid": "license", "v": "open_weights"}]},
        "none": {"type": "cities", "properties": [{"pid": "note", "v": "A district, 100% urban_area."}]},
        "any": {"properties": [{"pid": "gb_code", "v": "330200"}]},
    }

    assert found(batch(client, asked)) == {
        "code": [("cities/ningbo", 1.0, True)],
        "company": [("products/qwen-2", 1.0, True), ("products/qwen-3", 0.75, False), ("products/qwen-image", 0.75, False)],
        "none": [],
        "any": [("cities/ningbo", 1.0, True)],
    }


def test_values_of_properties_can_be_fetched_for_matched_cells(world, client):
    response = extend(client, ["plans/hangzhou-2025", "products/qwen-3", "nothing"], "jurisdiction", "issued_on", "events.kind", "company")

    none: dict[str, list[object]] = {"jurisdiction": [], "issued_on": [], "events.kind": [], "company": []}
    assert conforms(response, "data-extension-response") == {
        "meta": [
            {"id": "jurisdiction", "name": "jurisdiction", "type": {"id": "jurisdictions", "name": "Jurisdictions"}},
            {"id": "issued_on", "name": "issued on"},
            {"id": "events.kind", "name": "events: kind"},
            {"id": "company", "name": "company", "type": {"id": "companies", "name": "Companies"}},
        ],
        "rows": {
            "plans/hangzhou-2025": {
                "jurisdiction": [{"id": "jurisdictions/hangzhou", "name": "Hangzhou"}],
                "issued_on": [{"str": "2025-07-01"}],
                "events.kind": [{"str": kind} for kind in ("announced", "signed", "published", "effective")],
                "company": [],
            },
            "products/qwen-3": {**none, "company": [{"id": "companies/alibaba", "name": "Alibaba"}]},
            "nothing": none,
        },
    }


def test_every_proposed_property_can_be_fetched_and_be_given(world, client):
    for type_ in ("plans", "cities", "companies", "rankings"):
        wanted = [one["id"] for one in client.get(f"{HERE}properties/", {"type": type_}).json()["properties"]]
        for start in range(0, len(wanted), 20):
            part = wanted[start : start + 20]
            conforms(extend(client, [f"{type_}/{record['id']}" for record in world[type_]], *part), "data-extension-response")
            given = {"query": "hangzhou", "type": type_, "properties": [{"pid": id_, "v": "2025"} for id_ in part]}
            conforms(batch(client, {"q": given}), "reconciliation-result-batch")


def test_properties_of_entities_of_any_type_are_proposed_where_none_is_known(world, client):
    # As OpenRefine asks where a column was matched without a type.
    proposed = client.get(f"{HERE}properties/?type=").json()

    assert proposed["type"] == ""
    assert {"parent", "issued_on", "company", "website"} <= {one["id"] for one in proposed["properties"]}
    assert list(errors(client.get(f"{HERE}properties/"))) == ["type"]


def test_fetched_entities_have_a_type_where_all_those_asked_for_have_the_same(world, client):
    metas = [extend(client, ids, "parent").json()["meta"] for ids in (["cities/hangzhou"], ["cities/hangzhou", "companies/unitree"])]

    assert metas == [
        [{"id": "parent", "name": "parent", "type": {"id": "jurisdictions", "name": "Jurisdictions"}}],
        [{"id": "parent", "name": "parent"}],
    ]


def test_suggestions_are_for_what_was_typed_so_far(world, client):
    # As OpenRefine's forms send it; a word with a colon they take for a filter.
    habits = {"spell": "always", "exact": "false", "prefixed": "true", "scoring": "schema", "filter": "(all a:b)"}
    entities = conforms(client.get(SUGGEST["entity"], {"prefix": "han", "type": "cities", **habits}), "suggest-entities-response")
    properties = conforms(client.get(SUGGEST["property"], {"prefix": "juris", "schema": "plans", **habits}), "suggest-properties-response")
    types = conforms(client.get(SUGGEST["type"], {"prefix": "Cit", **habits}), "suggest-types-response")

    assert entities["result"][0] == {
        "id": "cities/hangzhou",
        "name": "Hangzhou",
        "description": "杭州市 · city · Zhejiang",
        "notable": [{"id": "cities", "name": "Cities"}],
    }
    assert properties == {"result": [{"id": "jurisdiction", "name": "jurisdiction", "description": "Whose plan it is."}]}
    assert types == {"result": [{"id": "cities", "name": "Cities"}]}
    assert client.get(SUGGEST["entity"], {"prefix": "cities/ningbo"}).json()["result"][0]["id"] == "cities/ningbo"
    assert client.get(SUGGEST["entity"], {"prefix": "浙"}).json()["result"][0]["id"] == "jurisdictions/zhejiang"
    assert client.get(SUGGEST["entity"], {"prefix": ""}).json() == {"result": []}
    suggested = [one["id"] for one in client.get(SUGGEST["entity"], {"prefix": "ning"}).json()["result"]]
    assert (suggested[0], "jurisdictions/ningbo" in suggested) == ("cities/ningbo", False)


def test_suggestions_go_on_from_the_cursor(world, client):
    first, second = (client.get(SUGGEST["property"], {"prefix": "", "cursor": start}).json()["result"] for start in (0, 10))

    assert (len(first), len(second)) == (10, 10)
    assert not {one["id"] for one in first} & {one["id"] for one in second}


def test_preview_is_a_page_that_runs_nothing_and_may_be_framed(world, client):
    with editing(actor="tests"):
        topic("markup", name_en="<script>alert(1)</script>", definition="<b onload='x'>&", aliases=['"><img src=x onerror=y>'])

    response = client.get(f"{HERE}preview/", {"id": "topics/markup"}, headers={"Accept": "text/html"})

    page = response.content.decode()
    assert set(re.findall(r"<(\w+)", page)) == {"html", "head", "title", "meta", "style", "body", "h1", "a", "p", "small"}
    assert "X-Frame-Options" not in response.headers
    assert (response.headers["Content-Security-Policy"], response.headers["Link"]) == ("default-src 'none'; style-src 'unsafe-inline'", LICENSE)


@pytest.mark.parametrize("callback", ["f", "jQuery36_1700000000000", "window.$._a1"])
def test_script_of_an_old_client_gets_a_call_of_its_function(world, client, callback):
    plain = client.get(HERE, {"query": "Hangzhou"})

    response = client.get(HERE, {"query": "Hangzhou", "callback": callback, "_": "1700000000000"})

    assert response.content == b"/**/" + callback.encode() + b"(" + plain.content + b");"
    assert (response.headers["Content-Type"], response.headers["X-Content-Type-Options"]) == ("text/javascript; charset=utf-8", "nosniff")


@pytest.mark.parametrize("callback", ["alert(1)//", "a;b", "a b", "1a", "a.", "a[0]", "<script>", "ｆ", "a\n", "x" * 101, ""])
def test_callback_that_is_more_than_a_name_is_refused(world, client, callback):
    for address in (HERE, f"{SUGGEST['entity']}?prefix=a", f"{HERE}properties/?type=plans"):
        assert list(errors(client.get(f"{address}{'&' if '?' in address else '?'}callback={quote(callback)}"))) == ["callback"]


def test_script_can_hold_any_name(db, client):
    with editing(actor="tests"):
        topic("separator", name_en="Line\u2028and\u2029paragraph")

    script = client.get(HERE, {"query": "topics/separator", "callback": "f"}).content.decode()

    assert r"Line\u2028and\u2029paragraph" in script


@pytest.mark.parametrize("address", [HERE, f"{SUGGEST['type']}?prefix=a", f"{HERE}properties/?type=plans", f"{HERE}preview/?id=cities/hangzhou"])
def test_clients_on_any_site_may_ask(world, client, address):
    answered = client.get(address, headers=ORIGIN)

    assert (answered.status_code, answered.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert batch(client, {}, **ORIGIN).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ([], {"queries": "Not an object."}),
        ({"a": {}, "b": 1}, {"queries.a": "Give a query, or properties, or both.", "queries.b": "Not an object."}),
        (
            {"a": {"query": "x", "type": "citys", "limit": 0}},
            {"queries.a.type": "Not one of the allowed values.", "queries.a.limit": "A whole number from 1 to 50."},
        ),
        ({"a": {"query": 1, "mode": "x"}}, {"queries.a.query": "Not text.", "queries.a.mode": "No such member."}),
        (
            {"a": {"query": "x", "properties": [{"pid": "colour", "v": 1}, {"pid": "parent"}, {"pid": "parent", "v": [None]}]}},
            {
                "queries.a.properties[0].pid": "Not one of the allowed values.",
                "queries.a.properties[1].v": "It is needed.",
                "queries.a.properties[2].v[0]": "Not a text, a number, true, false or an entity.",
            },
        ),
    ],
)  # fmt: skip
def test_batch_that_is_not_well_asked_is_refused_with_all_its_faults_and_their_places(world, client, asked, faults):
    assert errors(batch(client, asked)) == faults


def test_what_the_protocol_does_not_say_is_a_problem(world, client):
    form = "application/x-www-form-urlencoded"

    assert list(errors(client.get(f"{HERE}?querys=x"))) == ["querys"]
    assert list(errors(client.get(f"{HERE}?queries=x"))) == ["queries"]
    assert list(errors(client.get(f"{HERE}?query=x&extend=x"))) == ["query", "extend"]
    assert list(errors(client.post(HERE, "&", content_type=form))) == ["queries"]
    assert list(errors(client.post(f"{HERE}?queries=x", "queries={}", content_type=form))) == ["queries"]
    assert list(errors(extend(client, ["cities/hangzhou"], "colour"))) == ["extend.properties[0].id"]
    assert list(errors(client.get(SUGGEST["entity"], {"type": "planets", "cursor": -1}))) == ["prefix", "cursor", "type"]
    assert client.post(HERE, "{}", content_type="application/json").status_code == 415
    assert batch(client, {str(number): {"query": "x"} for number in range(101)}).status_code == 413
    assert client.put(HERE).status_code == client.post(SUGGEST["type"]).status_code == 405
    assert client.get(f"{HERE}preview/?id=cities/atlantis").status_code == 404


def test_nothing_unpublished_is_matched_suggested_shown_or_fetched(world, client):
    hidden = [f"{name}/{id_}" for name, id_ in UNPUBLISHED.items()]
    asked = {str(place): {"query": name} for place, name in enumerate([*hidden, "Hidden plan", "隐藏公司", "hidden bureau"])}
    answers = [
        batch(client, asked),
        batch(client, {"q": {"type": "companies", "properties": [{"pid": "name_en", "v": "Hidden Company"}]}}),
        *(client.get(SUGGEST["entity"], {"prefix": prefix}) for prefix in ("hid", "Hidden", "隐", *hidden)),
    ]

    assert [secret for secret in SECRETS for answer in answers if secret in answer.content.decode()] == []
    assert {client.get(f"{HERE}preview/", {"id": id_}).status_code for id_ in hidden} == {404}
    assert {str(cells) for cells in extend(client, hidden, "name_en", "note").json()["rows"].values()} == {"{'name_en': [], 'note': []}"}


def test_queries_are_few_however_many_cells(world, client):
    with CaptureQueriesContext(connection) as captured:
        batch(client, {str(number): {"query": f"{name} {number}"} for number, name in enumerate(["Hangzhou", "Ningbo", "Unitree", "Beijin"] * 25)})

    # 1. the revision  2. entries by words  3. near words  4. entries by those  5. the entries  6. entries that are named by id  7. the documents
    # 8. the revision again
    assert len(captured) <= 8
    # 1. the revision  2. the documents  3. the revision again
    assert queries(client, f"{HERE}?extend=" + quote('{"ids": ["plans/hangzhou-2025", "cities/ningbo"], "properties": [{"id": "name_zh"}]}')) == 3
    # 1. names that begin so  2.–4. entries by words and ids  5. the documents, between the two looks at the revision
    assert queries(client, f"{SUGGEST['entity']}?prefix=hangzhou") <= 8
