"""The formats of lists and records: all hold what the JSON holds, and each keeps the promises of its kind."""

from __future__ import annotations

import json
import re
from io import BytesIO
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from publishing.formats import XLSX
from publishing.licensing import LICENSE
from publishing.resources import RESOURCES
from publishing.selection import paths
from tests.http.registry import NAMES, columns, every_resource, queries
from tests.http.tables import read_csv, read_xlsx
from tests.http.world import SECRETS

TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "bibtex": "application/x-bibtex",
    "csl-json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
}
TABLES = ["csv", "ndjson", "xlsx"]
CITATIONS = ["bibtex", "csl-json", "ris"]
# What is shown whole where it is embedded has a list of its own.
OWN = {"targets", "measures", "products"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_table_holds_what_the_json_list_holds(world, client, data):
    resource = data.draw(st.sampled_from(NAMES))
    asked = {
        "page_size": data.draw(st.sampled_from([1, 3, 200])),
        "ordering": data.draw(st.sampled_from(columns(resource))),
    }
    if data.draw(st.booleans()):
        asked["fields"] = ["id", *data.draw(st.lists(st.sampled_from(sorted(paths(RESOURCES[resource].serializer))), max_size=4))]

    answer = client.get(f"/v1/{resource}/", asked).json()
    found = {form: client.get(f"/v1/{resource}/", asked | {"format": form}) for form in TABLES}

    assert [json.loads(line) for line in found["ndjson"].content.decode().splitlines()] == answer["results"]
    header, *rows = read_csv(found["csv"])
    assert rows == [[shown(reach(record, name)) for name in header] for record in answer["results"]]
    assert read_xlsx(found["xlsx"]) == [header, *([typed(reach(record, name)) for name in header] for record in answer["results"])]
    assert {next_of(response) for response in found.values()} == {answer["next"] and re.sub(r"&format=\w+", "", answer["next"])}


@every_resource
def test_columns_are_all_fields_but_those_of_records_that_have_a_list_of_their_own(world, client, resource):
    header, *_ = read_csv(client.get(f"/v1/{resource}/?format=csv"))

    leaves = {name for name in paths(RESOURCES[resource].serializer) if not any(other.startswith(f"{name}.") for other in paths_of(resource))}
    assert set(header) == {name for name in leaves if not (OWN & {name.split(".")[0]} and name.count(".")) or re.fullmatch(r"\w+\.id", name)}
    assert len(header) == len(set(header))


@every_resource
def test_record_is_a_table_of_one_row(world, client, resource):
    record = world[resource][0]
    address = f"/v1/{resource}/{record['id']}/"

    assert client.get(f"{address}?format=ndjson").content == client.get(address).content + b"\n"
    assert read_csv(client.get(f"{address}?format=csv")) == read_csv(client.get(f"/v1/{resource}/?id={record['id']}&format=csv"))


@every_resource
@pytest.mark.parametrize("form", TABLES)
def test_whole_list_is_all_that_the_filters_admit_and_nothing_unpublished(world, client, resource, form):
    whole = client.get(f"/v1/{resource}/?page_size=all&ordering=-id&format={form}").getvalue()
    page = client.get(f"/v1/{resource}/?page_size=200&ordering=-id&format={form}")

    assert (read_xlsx(whole), next_of(page)) == (read_xlsx(page), None) if form == "xlsx" else (whole, None) == (page.content, None)
    assert form == "xlsx" or not [secret for secret in SECRETS if secret in whole.decode()]


@pytest.mark.parametrize("address", ["/v1/search/?q=plan&page_size=2", "/v1/properties/?resource=plans&page_size=30"])
def test_other_lists_are_tables_too_and_go_on_where_their_pages_do(world, client, address):
    answer = client.get(address).json()
    lines, table = (client.get(f"{address}&format={form}") for form in ("ndjson", "csv"))

    assert [json.loads(line) for line in lines.content.decode().splitlines()] == answer["results"]
    assert len(read_csv(table)) == len(read_xlsx(client.get(f"{address}&format=xlsx"))) == len(answer["results"]) + 1
    assert next_of(lines) == next_of(table) == answer["next"]


def test_changes_line_by_line_go_on_from_the_link(world, client):
    answer = client.get("/v1/changes/?page_size=200").json()
    lines = client.get("/v1/changes/?page_size=200&format=ndjson")

    assert [json.loads(line) for line in lines.content.decode().splitlines()] == answer["results"]
    assert next_of(lines) == f"http://testserver/v1/changes/?page_size=200&since={quote(str(answer['next']))}"


def test_embedded_record_asked_for_whole_is_shown_whole(world, client):
    header, row = read_csv(client.get("/v1/plans/hangzhou-2025/?format=csv&fields=id,measures"))

    assert header[:3] == ["id", "measures.id", "measures.plan.id"]
    assert row[header.index("measures.amount")] == "100000000000; 0.5; 250000000"
    assert row[header.index("measures.topics.id")] == "compute | talent; ; compute"
    assert row[header.index("measures.terms.condition")] == "; ; in general | small firms, 50% | "


def test_negative_number_is_no_formula(world, client):
    assert read_csv(client.get("/v1/targets/hangzhou-2025.fall/?format=csv&fields=value"))[1] == ["-3"]


def test_workbook_says_where_it_is_from_and_what_its_columns_mean(world, client):
    response = client.get("/v1/topics/compute/?format=xlsx&fields=id,parent.id")

    about = [list(row) for row in load_workbook(BytesIO(response.content))["About"].iter_rows(values_only=True)]
    assert [row for row in about if row[0] != "Published"] == [
        ["Data set", "AI Policy Atlas"],
        ["Revision", "1"],
        ["License", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"],
        ["Asked for", "http://testserver/v1/topics/compute/?format=xlsx&fields=id,parent.id"],
        [None, None],
        ["Column", "Definition"],
        ["id", "Public id: a slug that never changes and is never reused."],
        ["parent.id", "Public id."],
    ]


def test_csv_is_lines_as_rfc_4180_has_them_with_a_mark_for_excel_if_asked(world, client):
    asked = "/v1/companies/baidu/?format=csv&fields=id,name_zh,note"

    assert client.get(asked).content == b'id,name_zh,note\r\nbaidu,,"Line one.\nLine_two 100%."\r\n'
    assert client.get(f"{asked}&bom=false").content == client.get(asked).content
    assert client.get(f"{asked}&bom=true").content == b"\xef\xbb\xbf" + client.get(asked).content


def test_geojson_is_a_feature_a_record_with_or_without_a_position(world, client):
    response = client.get("/v1/jurisdictions/?format=geojson&id=haidian,hangzhou&fields=name_zh,level")

    assert response.json() == {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": "haidian", "geometry": None, "properties": {"name_zh": "海淀区", "level": "district"}},
            {
                "type": "Feature",
                "id": "hangzhou",
                "geometry": {"type": "Point", "coordinates": [120.1551, 30.2741]},
                "properties": {"name_zh": "杭州市", "level": "city"},
            },
        ],
    }
    whole = json.loads(client.get("/v1/cities/?format=geojson&page_size=all").getvalue())
    assert [feature["properties"] for feature in whole["features"]] == world["cities"]


# Which format an answer has, and what its head says of it.


@pytest.mark.parametrize(
    ("accept", "query", "form"),
    [
        ("text/csv", "", "csv"),
        ("text/*", "", "csv"),
        ("text/csv;q=0.5, application/json", "", "json"),
        ("text/csv, application/json;q=0.5", "", "csv"),
        ("text/csv, */*", "", "csv"),
        ("*/*", "", "json"),
        ("application/*", "", "json"),
        ("", "", "json"),
        ("application/x-ndjson;charset=utf-8", "", "ndjson"),
        (TYPES["xlsx"], "", "xlsx"),
        ("application/geo+json", "", "geojson"),
        ("application/json", "?format=csv", "csv"),
        ("image/png", "?format=ndjson", "ndjson"),
    ],
)
def test_format_is_what_the_address_asks_for_else_what_is_preferred(world, client, accept, query, form):
    for place in ("/v1/cities/", "/v1/cities/hangzhou/"):
        response = client.get(place + query, headers={"Accept": accept})

        assert (response.status_code, response.headers["Content-Type"].split(";")[0]) == (200, TYPES[form])
        assert "Accept" in response.headers["Vary"].split(", ")


@pytest.mark.parametrize(("resource", "places"), [("plans", []), ("cities", ["geojson"])])
def test_unknown_format_is_400_and_one_that_nothing_satisfies_406_with_those_that_there_are(world, client, resource, places):
    for place, citations in ((f"/v1/{resource}/", []), (f"/v1/{resource}/{world[resource][0]['id']}/", CITATIONS)):
        forms = ["json", *TABLES, *citations, *places]
        [fault] = client.get(f"{place}?format=pdf").json()["errors"]
        problem = client.get(place, headers={"Accept": "application/pdf"}).json()

        assert (fault["parameter"], fault["value"], fault["allowed"]) == ("format", "pdf", forms)
        assert (problem["status"], problem["detail"]) == (406, f"The answer is had as {', '.join(TYPES[form] for form in forms)}.")


@pytest.mark.parametrize("place", ["/v1/cities/?", "/v1/cities/hangzhou/?", "/v1/cities/?page_size=all&"])
def test_each_format_has_its_own_tag_name_and_head(world, client, place):
    forms = [*(["json"] if "all" not in place else []), *TABLES, "geojson"]
    found = {form: client.get(place, headers={"Accept": TYPES[form]}) for form in forms}

    assert len({response.headers["ETag"] for response in found.values()}) == len(found)
    name = "cities-hangzhou" if "hangzhou" in place else "cities"
    assert {form: response.headers.get("Content-Disposition") for form, response in found.items() if form != "json"} == {
        **{form: f'attachment; filename="{name}-revision-1.{form}"' for form in TABLES},
        "geojson": f'inline; filename="{name}-revision-1.geojson"',
    }
    for form, response in found.items():
        assert response.headers["Link"].startswith(LICENSE)
        assert response.headers["Dataset-Revision"] == "1"
        known = client.get(place, headers={"Accept": TYPES[form], "If-None-Match": response.headers["ETag"]})
        head = client.head(place, headers={"Accept": TYPES[form]})
        assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", response.headers["ETag"])
        assert (head.getvalue(), dict(head.headers)) == (b"", dict(response.headers))


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("page_size=all", [("page_size", "A whole number from 1 to 200.")]),
        ("page_size=all&format=json", [("page_size", "A whole number from 1 to 200.")]),
        ("page_size=all&page_size=all&format=csv", [("page_size", "Give it once.")]),
        ("bom=true", [("bom", "It needs format=csv beside it.")]),
        ("bom=true&format=ndjson&page_size=0", [("page_size", "A whole number from 1 to 200."), ("bom", "It needs format=csv beside it.")]),
    ],
)
def test_what_a_format_does_not_take_is_named(world, client, query, faults):
    errors = client.get(f"/v1/plans/?{query}").json()["errors"]

    assert sorted((error["parameter"], error["detail"]) for error in errors) == sorted(faults)


def test_whole_list_goes_on_from_nowhere(world, client):
    onward = client.get("/v1/plans/?page_size=1").json()["next"]

    [error] = client.get(onward.replace("page_size=1", "page_size=all&format=csv")).json()["errors"]
    assert error["detail"] == "A whole list has no pages: give it without a cursor."


def test_workbook_of_more_than_it_can_hold_is_refused_with_advice(world, client, monkeypatch):
    monkeypatch.setitem(XLSX.__dict__, "most", 3)

    [error] = client.get("/v1/plans/?page_size=all&format=xlsx").json()["errors"]
    assert error["detail"] == "More than 3 records are too many for xlsx: narrow them by filters, or take csv."
    assert client.get("/v1/plans/?page_size=all&format=xlsx&kind=opinions").status_code == 200


@every_resource
def test_table_takes_as_many_queries_for_200_records_as_for_1(world, client, resource):
    # 1. the latest revision  2. the page
    assert [queries(client, f"/v1/{resource}/?format=csv&page_size={size}") for size in (1, 200)] == [2, 2]
    # 1. the document, with its revision and the latest
    assert queries(client, f"/v1/{resource}/{world[resource][0]['id']}/?format=xlsx") == 1
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/v1/{resource}/?format=csv&page_size=all").getvalue()
    # 1. the latest revision  2. the ids, with theirs  3. when that was  4. the documents of 500 ids
    assert len(captured) == 4


def next_of(response):
    """The address of the next page without its format."""
    found = re.search(r'<([^>]+)>; rel="next"', response.headers["Link"])
    return re.sub(r"&format=\w+", "", found[1]) if found else None


def paths_of(resource):
    return paths(RESOURCES[resource].serializer)


def reach(value, name):
    """What stands under a dotted name: of what is many-valued, a list."""
    first, _, rest = name.partition(".")
    if isinstance(value, list):
        return [reach(one, name) for one in value]
    below = None if value is None else value[first]
    return reach(below, rest) if rest and below is not None else below


def joined(value, separators=("; ", " | ")):
    if isinstance(value, list):
        return separators[0].join(joined(one, separators[1:]) for one in value)
    return re.sub(r"([\\;|])", r"\\\1", plain(value))


def plain(value):
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def shown(value):
    """A cell of a CSV."""
    written = joined(value) if isinstance(value, list) else plain(value)
    return f"'{written}" if isinstance(value, str | list) and written.startswith(tuple("=+-@\t\r")) else written


def typed(value):
    """A cell of a workbook."""
    return (joined(value) or None) if isinstance(value, list) else value


def test_list_of_nothing_is_an_empty_file_of_its_format(world, client):
    answer = client.get("/v1/sources/?id=nothing&format=ndjson")

    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "application/x-ndjson", b"")
    assert client.get("/v1/sources/?id=nothing&format=ndjson").headers["Content-Type"] == "application/x-ndjson"
