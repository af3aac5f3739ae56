"""Pictures of groups, comparison and progress: they show the figures of the answer, and say what of, who says so and how to cite it."""

from __future__ import annotations

import json
from collections import Counter
from xml.etree import ElementTree

import pytest

from publishing.charts import cut
from publishing.editing import editing
from publishing.licensing import LICENSE
from publishing.models import Revision
from tests import factories as make
from tests.http.registry import queries

COMPARE = "/v1/compare/?indicator=industry-output"
PROGRESS = "/v1/progress/?page_size=200"
GROUPS = "/v1/targets/groups/?by=jurisdiction"
SPEC = "application/vnd.vegalite.v6+json"


@pytest.mark.parametrize("address", [COMPARE, PROGRESS, GROUPS, f"{GROUPS},due", f"{GROUPS}&id=none", "/v1/compare/?indicator=standing"])
def test_picture_is_readable_xml_that_fetches_nothing_and_names_data_set_revision_and_license(world, client, address):
    response = client.get(f"{address}&format=svg")

    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/svg+xml")
    assert response.headers["Content-Disposition"].startswith("inline; filename=")
    assert response.headers["Link"] == LICENSE
    picture = ElementTree.fromstring(response.content)
    assert [place for element in picture.iter() for name, place in element.attrib.items() if name.endswith("href")] == []
    assert f"AI Policy Atlas, revision 1 of {Revision.objects.get().at:%Y-%m-%d}, CC BY 4.0" in texts(picture)


def test_comparison_draws_the_figures_of_the_first_scale_and_says_which(world, client):
    answer = client.get(COMPARE).json()
    spec = client.get(COMPARE, headers={"Accept": SPEC}).json()

    scale = {name: answer["scales"][0][name] for name in ("unit", "basis", "per", "scope")}
    alike = [
        point
        for row in answer["rows"]
        for point in row["series"]
        if {"unit": point["normalized_unit"], **{name: point[name] for name in ("basis", "per", "scope")}} == scale
        and None not in (point["normalized_value"], point["time"])
    ]
    assert sorted(point["value"] for point in drawn(spec)) == sorted(point["normalized_value"] for point in alike)
    title = spec["vconcat"][0]["title"]
    assert title["text"].startswith("Industry output 产业规模")
    assert title["subtitle"][0].startswith("In CNY, level, ")
    [sources, *_] = spec["title"]["text"]
    assert sources.startswith("Sources: Hangzhou, the city")


def test_progress_draws_each_target_with_its_verdict_and_no_figure_where_there_is_no_data(world, client):
    answer = client.get(PROGRESS).json()["results"]
    rows = drawn(client.get(f"{PROGRESS}&format=vega-lite").json())

    assert [(row["verdict"].replace(" ", "_"), row["written"] == "no data") for row in rows] == [
        (one["verdict"], one["ratio"] is None) for one in answer
    ]


def test_progress_says_of_how_many_targets_a_page_is(world, client):
    whole = client.get(f"{PROGRESS}&format=vega-lite").json()["vconcat"][0]["title"]
    part = client.get("/v1/progress/?page_size=2&format=vega-lite").json()["vconcat"][0]["title"]

    count = client.get(PROGRESS).json()["count"]
    assert whole["subtitle"] == []
    assert part["subtitle"] == [f"2 of {count} targets; the others are not shown."]


def test_groups_are_drawn_as_they_are_counted(world, client):
    answer = client.get(f"{GROUPS}&ordering=-count").json()["groups"]
    rows = drawn(client.get(f"{GROUPS}&ordering=-count&format=vega-lite").json())

    assert [row["figure"] for row in rows] == [group["count"] for group in answer]
    assert rows[0]["bar"] == "Hangzhou 杭州市"


def test_sums_say_what_they_are_sums_of(world, client):
    spec = client.get(f"{GROUPS}&sum=normalized_value&indicator=computing-capacity&scope__isnull=true&format=vega-lite").json()

    assert spec["vconcat"][0]["title"]["subtitle"] == [
        "indicator = computing-capacity, scope isnull = true",
        "Normalized value: indicator computing-capacity, normalized unit EFLOPS, basis level.",
    ]


def test_groups_name_the_sources_of_all_records_that_are_counted(world, client):
    counted = [fact for fact in world["targets"] if fact["jurisdiction"]["id"] == "hangzhou"]
    most = Counter(source["publisher"] or source["title"] for fact in counted for source in fact["sources"]).most_common(1)[0][0]

    foot = client.get(f"{GROUPS}&jurisdiction=hangzhou&format=vega-lite").json()["title"]["text"]
    none = client.get("/v1/topics/groups/?by=parent&format=vega-lite").json()["title"]["text"]

    assert foot[0].startswith(f"Sources: {most}")
    assert not none[0].startswith("Sources")


def test_what_falls_into_years_stands_in_time_whichever_key_it_is(world, client):
    spec = client.get("/v1/targets/groups/?by=reliability,due&format=vega-lite").json()

    [bars] = spec["vconcat"]
    assert bars["encoding"]["x"]["sort"] == sorted(bars["encoding"]["x"]["sort"])
    assert {row["colour"] for row in drawn(spec)} == {"reported", "disputed"}


def test_names_of_many_months_do_not_lie_on_one_another(db, client):
    with editing():
        for month in range(1, 25):
            make.source(f"month-{month}", published_on=f"{2000 + month // 12}-{month % 12 + 1:02}")

    few = client.get("/v1/sources/groups/?by=published_on&format=vega-lite").json()
    many = client.get("/v1/sources/groups/?by=published_on.month&format=vega-lite").json()

    [years], [months] = few["vconcat"], many["vconcat"]
    assert (years["encoding"]["x"]["axis"]["labelAngle"], months["encoding"]["x"]["axis"]["labelAngle"]) == (0, -90)
    # As wide as lines are high.
    assert months["width"] >= 14 * len(drawn(many))


@pytest.mark.parametrize(("address", "rows"), [(COMPARE, "rows"), (PROGRESS, "results"), (GROUPS, "groups")])
def test_answers_are_had_as_tables_too(world, client, address, rows):
    answer = client.get(address).json()[rows]
    found = client.get(f"{address}&format=ndjson")

    assert [json.loads(line) for line in found.content.decode().splitlines()] == answer
    assert len(client.get(f"{address}&format=csv").content.decode().split("\r\n")) == len(answer) + 2
    assert client.get(f"{address}&format=xlsx").status_code == 200


def test_key_of_groups_is_columns_of_its_own(world, client):
    header = client.get(f"{GROUPS},unit&format=csv").content.decode().split("\r\n")[0]

    assert header == "key.jurisdiction.id,key.jurisdiction.name_en,key.jurisdiction.name_zh,key.unit,count"


# Groups do not show their sources, which the picture names: which ones, and what they are called.
@pytest.mark.parametrize(("address", "more"), [(COMPARE, 0), (PROGRESS, 0), (GROUPS, 2)])
def test_picture_takes_as_many_queries_as_the_answer_and_its_sources_and_is_kept_as_it_is(world, client, address, more):
    picture = f"{address}&format=svg"

    assert queries(client, picture) <= queries(client, address) + more
    # 1. the latest revision: it still stands
    assert queries(client, picture) == 1
    etag = client.get(picture).headers["ETag"]
    assert client.get(picture, headers={"If-None-Match": etag}).status_code == 304
    assert etag != client.get(f"{address}&format=vega-lite").headers["ETag"]


def test_lists_have_no_picture(world, client):
    for place in ("/v1/plans/", "/v1/plans/hangzhou-2025/"):
        assert client.get(f"{place}?format=svg").status_code == 400
        assert client.get(place, headers={"Accept": "image/svg+xml"}).status_code == 406


@pytest.mark.parametrize(
    ("text", "width", "fits"),
    [
        ("Hangzhou", 8, "Hangzhou"),
        ("Hangzhou", 7, "Hangzh…"),
        ("杭州市", 6, "杭州市"),
        ("杭州市", 5, "杭州…"),
        ("杭州市", 4, "杭…"),
        ("a, b", 3, "a…"),
    ],
)
def test_text_is_cut_where_it_is_wider_than_there_is_room(text, width, fits):
    assert cut(text, width) == fits


def drawn(spec):
    """The rows that a picture shows."""
    return max(spec["datasets"].values(), key=len)


def texts(picture):
    return [element.text for element in picture.iter() if element.text]
