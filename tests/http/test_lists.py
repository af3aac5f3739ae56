"""Lists and records are the stored documents, as they are."""

from __future__ import annotations

import json

from publishing.models import Document
from tests.http.registry import NAMES, every_resource, fields


@every_resource
def test_list_holds_all_records_by_id_in_one_envelope(world, client, resource):
    answer = client.get(f"/v1/{resource}/").json()

    assert list(answer) == ["count", "count_is_exact", "next", "previous", "results"]
    assert [record["id"] for record in answer["results"]] == sorted(document.record for document in _documents(resource))
    assert (answer["count"], answer["count_is_exact"], answer["next"], answer["previous"]) == (len(answer["results"]), True, None, None)


@every_resource
def test_list_is_made_of_stored_documents_byte_for_byte(world, client, resource):
    content = client.get(f"/v1/{resource}/").content.decode()

    bodies = [document.body for document in _documents(resource).order_by("record")]
    assert content.endswith(f'"results":[{",".join(bodies)}]}}')


@every_resource
def test_record_is_its_stored_document(world, client, resource):
    for document in _documents(resource):
        response = client.get(f"/v1/{resource}/{document.record}/")

        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
        assert response.content.decode() == document.body


@every_resource
def test_list_and_record_show_the_declared_fields_in_order(world, client, resource):
    id_ = world[resource][0]["id"]

    assert {tuple(record) for record in world[resource]} == {tuple(fields(resource))}
    assert list(client.get(f"/v1/{resource}/{id_}/").json()) == fields(resource)


def test_what_a_record_embeds_is_shown_as_in_its_own_record(world):
    own = {name: {record["id"]: record for record in world[name]} for name in ("targets", "measures", "products")}

    for plan in world["plans"]:
        assert plan["targets"] == [own["targets"][target["id"]] for target in plan["targets"]]
        assert plan["measures"] == [own["measures"][measure["id"]] for measure in plan["measures"]]
    for company in world["companies"]:
        assert company["products"] == [own["products"][product["id"]] for product in company["products"]]


def test_root_names_every_resource_where_it_is(world, client):
    places = client.get("/v1/").json()["resources"]

    assert places == {name: f"http://testserver/v1/{name}/" for name in NAMES}
    assert {client.get(place).status_code for place in places.values()} == {200}


def test_root_names_every_address_of_the_contract(client):
    root = client.get("/v1/").json()

    named = [*root.pop("resources").values(), *root.pop("answers").values(), *root.values()]
    asked = {path for path in client.get("/v1/openapi.json").json()["paths"] if not path.endswith("/groups/") and "{" not in path}
    beside = {"/v1/", "/v1/reconcile/", "/v1/changes.atom", "/v1/openapi.json", "/docs/"}
    assert {"/v1/", *(address.removeprefix("http://testserver") for address in named)} == asked | beside


def test_numbers_are_json_numbers_as_exact_as_written(client, world):
    target = client.get("/v1/targets/hangzhou-2025.compute-2027/").content.decode()
    grant = client.get("/v1/measures/hangzhou-2025.grant/").content.decode()

    assert '"value":50.0001,' in target
    assert '"amount":0.5,' in grant


def test_text_is_written_as_it_is_not_escaped(client, world):
    content = client.get("/v1/plans/hangzhou-2025/").content

    assert "杭政函〔2025〕65号".encode() in content
    assert json.loads(content)["document_number"] == "杭政函〔2025〕65号"


def _documents(resource):
    return Document.objects.current().bodies().filter(resource=resource)
