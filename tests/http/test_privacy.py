"""What is not published is nowhere: the world holds unpublished rows that could leak through each of these doors."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode
from urllib.parse import parse_qs, urlsplit

from django.db import connection

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
        for address in ("", "?as_of=1", "history/"):
            assert client.get(f"/v1/{resource}/{UNPUBLISHED[resource]}/{address}").status_code == 404


@every_resource
def test_no_filter_on_text_tells_of_it(world, client, resource):
    for name in filters(resource):
        family, _, lookup = name.partition("__")
        if kind_of(resource, family) in {"text", "lines", "search"} and lookup in {"", "contains"}:
            for secret in ("隐藏", "hidden" if lookup or family == "q" else UNPUBLISHED.get(resource, "Hidden")):
                answer = client.get(f"/v1/{resource}/", {name: secret}).json()
                assert (answer["count"], answer["results"]) == (0, []), f"{name}={secret}"


@every_resource
def test_its_id_is_as_unknown_to_filters_as_any_other(world, client, resource):
    names = references(resource)

    for id_ in UNPUBLISHED.values() if names else ():
        found = client.get(f"/v1/{resource}/", dict.fromkeys(names, id_)).json()["errors"]
        assert {error["parameter"] for error in found} == set(names)
        assert {error["detail"].split()[0] for error in found} == {"No"}


@every_resource
def test_no_advice_names_it(world, client, resource):
    for written in NEARLY:
        found = client.get(f"/v1/{resource}/", dict.fromkeys([*filters(resource), written], written)).json()["errors"]

        advice = [word for error in found for word in (*(error["allowed"] or ()), *(error["did_you_mean"] or ()))]
        assert _secrets(" ".join(advice)) == set()


@every_resource
def test_count_leaves_it_out(world, client, resource):
    assert client.get(f"/v1/{resource}/").json()["count"] == len(world[resource])


@every_resource
def test_no_cursor_carries_it(world, client, resource):
    """A cursor is signed, not sealed: anybody can read what it says."""
    for column in {*columns(resource)} & {*references(resource)}:
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


def references(resource):
    """The parameters that take ids of other records."""
    kinds = {name: kind_of(resource, name.partition("__")[0]) for name in filters(resource) if not name.endswith("__isnull")}
    return [name for name, kind in kinds.items() if kind == "reference"]


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
