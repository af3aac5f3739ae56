"""What is not published is nowhere: the world holds unpublished rows that could leak through each of these doors."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from publishing.editing import editing
from reference.models import Topic
from tests.http.naive import kind_of
from tests.http.registry import columns, every_resource, filters
from tests.http.world import SECRETS, UNPUBLISHED

NEARLY = ("hidden", "hidden-compan", "hidden-plann", "hidden-burea", "hidden-rankin", "hidden-plan.outputs")


def test_world_holds_what_could_leak(world):
    rows = {table: _rows_of(table) for table in ("policies_plan", "policies_target", "companies_company", "cities_institution", "companies_presence")}

    assert {table for table, text in rows.items() if "hidden" in text.lower()} == set(rows)


@every_resource
def test_no_list_or_record_shows_it(world, client, resource):
    addresses = [f"/v1/{resource}/?page_size=200", *(f"/v1/{resource}/{record['id']}/" for record in world[resource])]

    for address in addresses:
        assert _secrets(client.get(address).content.decode()) == set(), address


@every_resource
def test_its_record_is_not_found(client, world, resource):
    if resource in UNPUBLISHED:
        assert client.get(f"/v1/{resource}/{UNPUBLISHED[resource]}/").status_code == 404


@every_resource
def test_no_filter_on_text_tells_of_it(world, client, resource):
    for name in filters(resource):
        family, _, lookup = name.partition("__")
        if kind_of(resource, family) in {"text", "lines", "search"} and lookup in {"", "contains"}:
            for secret in (*SECRETS, UNPUBLISHED.get(resource, "hidden")):
                answer = client.get(f"/v1/{resource}/", {name: secret}).json()
                assert (answer["count"], answer["results"]) == (0, []), f"{name}={secret}"


@every_resource
def test_its_id_is_as_unknown_to_filters_as_any_other(world, client, resource):
    for name in filters(resource):
        family, _, lookup = name.partition("__")
        if kind_of(resource, family) == "reference" and lookup in {"", "not"}:
            for id_ in UNPUBLISHED.values():
                answer = client.get(f"/v1/{resource}/", {name: id_})
                assert answer.status_code == 400, f"{name}={id_}"


@every_resource
def test_no_advice_names_it(world, client, resource):
    for name in filters(resource):
        for written in NEARLY:
            answer = client.get(f"/v1/{resource}/", {name: written}).json()
            for error in answer.get("errors", ()):
                assert _secrets(" ".join([*(error["allowed"] or ()), *(error["did_you_mean"] or ())])) == set(), f"{name}={written}"


@every_resource
def test_count_leaves_it_out(world, client, resource):
    assert client.get(f"/v1/{resource}/").json()["count"] == len(world[resource])


@every_resource
def test_no_cursor_carries_it(world, client, resource):
    """A cursor is signed, not sealed: anybody can read what it says."""
    for column in columns(resource):
        address = f"/v1/{resource}/?ordering={column}&page_size=1"
        while address:
            answer = client.get(address).json()
            for link in (answer["next"], answer["previous"]):
                assert _secrets(_read(link) if link else "") == set(), column
            address = answer["next"]


def test_references_to_it_are_null_or_left_out(world):
    company = {record["id"]: record for record in world["companies"]}
    institution = {record["id"]: record for record in world["institutions"]}
    plan = {record["id"]: record for record in world["plans"]}

    assert (company["orphan"]["parent"], institution["company-lab"]["company"], institution["office-of-bureau"]["parent"]) == (None, None, None)
    assert (plan["shenzhen-2024"]["issuers"], plan["shenzhen-2024"]["companies"], plan["shenzhen-2024"]["related_by"][0]["kind"]) == (
        [],
        [],
        "annex_of",
    )
    assert (plan["ningbo-planned"]["relations"], plan["ningbo-withdrawn"]["contradicts"]) == ([], [])
    assert [record["contradicts"] for record in world["rankings"] if record["id"] == "company-ranking-2024"] == [[]]
    assert company["baidu"]["presences"] == company["baidu"]["products"] == company["baidu"]["contradicts"] == []


def test_plan_that_an_unpublished_one_replaces_still_holds(world, client):
    held = client.get("/v1/plans/?in_force_on=2025-11-01&fields=id").json()["results"]

    assert {"id": "shenzhen-2024"} in held


@pytest.mark.django_db(transaction=True)
def test_row_that_was_never_published_is_404_and_one_unpublished_since_410(client):
    from tests.http.world import plan

    with editing():
        _minimal()
        plan("never", is_published=False)
        row = plan("withdrawn", summary="Hidden summary")
    with editing():
        row.is_published = False
        row.save()

    assert client.get("/v1/plans/never/").status_code == 404
    assert client.get("/v1/plans/withdrawn/").status_code == 410
    assert _secrets(client.get("/v1/plans/withdrawn/").content.decode()) == set()
    assert client.get("/v1/plans/").json()["count"] == 0
    assert Topic.objects.count() == 0


def _minimal():
    from cities.models import Jurisdiction
    from reference.models import Source

    Source.objects.create(id="gazette", title="Gazette", language="en", kind="official")
    Jurisdiction.objects.create(id="china", name_en="China", level="country")
    Jurisdiction.objects.create(id="hangzhou", name_en="Hangzhou", level="city", parent_id="china")


def _secrets(text):
    return {secret for secret in SECRETS if secret in text}


def _read(link):
    payload = parse_qs(urlsplit(link).query)["cursor"][0].split(":")[0]
    content = urlsafe_b64decode(payload.lstrip(".") + "=" * (-len(payload.lstrip(".")) % 4))
    return (zlib.decompress(content) if payload.startswith(".") else content).decode()


def _rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return repr(cursor.fetchall())
