"""Every record says how it is cited: as what, of which revision, under which licence and where it stays."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
import rispy
from hypothesis import example, given
from hypothesis import strategies as st
from pybtex.database import parse_string

from publishing.formats import BIBTEX, CSL_JSON, RIS, About, Table
from publishing.licensing import LICENSE
from publishing.models import Revision
from reference.serializers import TopicSerializer
from tests.http.registry import every_resource, queries

pytestmark = pytest.mark.any_database

HARD = ["50% & more", "{", "}{", "\\", "a_b^c~d#e$f", "C:\\", '"quoted"', "Line one.\r\nTY  - BOOK", "人工智能“+”行动", "@misc{a,", "\\{", "%"]
TITLES = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=60).filter(str.strip)


@every_resource
def test_every_record_is_cited_in_every_form_with_its_revision_license_and_address(world, client, resource):
    for record in world[resource]:
        address = f"http://testserver/v1/{resource}/{record['id']}/"
        bibtex, csl, ris = (client.get(f"{address}?format={form}") for form in ("bibtex", "csl-json", "ris"))
        [[key, entry]] = parse_string(bibtex.content.decode(), "bibtex").entries.items()
        [item] = csl.json()
        [reference] = rispy.loads(ris.content.decode())

        assert key == item["id"] == reference["id"] == f"{resource}:{record['id']}"
        assert entry.fields["url"] == item["URL"] == reference["urls"][0] == f"{address}?as_of=1"
        assert item["title"] == reference["title"] == read_latex(entry.fields["title"])
        assert item["note"] == "Revision 1. License: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
        assert {response.headers["Link"] for response in (bibtex, csl, ris)} == {f'{LICENSE}, <{address}>; rel="cite-as"'}
    assert client.get(f"{item['URL']}").json() == world[resource][-1]


def test_citation_is_of_the_data_set_and_says_what_of_it(world, client):
    issued = Revision.objects.get().at

    [item] = client.get("/v1/targets/hangzhou-2025.compute-2027/?format=csl-json").json()

    assert item == {
        "id": "targets:hangzhou-2025.compute-2027",
        "type": "dataset",
        "title": f"Reach compute-2027, in: {world_name(world, 'hangzhou-2025')}",
        "author": [{"literal": "AI Policy Atlas"}],
        "container-title": "AI Policy Atlas",
        "publisher": "AI Policy Atlas",
        "issued": {"date-parts": [[issued.year, issued.month, issued.day]]},
        "version": "1",
        "URL": "http://testserver/v1/targets/hangzhou-2025.compute-2027/?as_of=1",
        "note": "Revision 1. License: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    }


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("measures/ningbo.reward", "Give reward, in: Ningbo (宁波市)"),
        ("observations/alibaba.compute.2025", "Computing capacity (智能算力规模), Alibaba, Hangzhou (杭州市), 2025"),
        ("sources/gazette", "杭州市人民政府公报, 第7期"),
        ("cities/hangzhou", "Hangzhou (杭州市)"),
    ],
)
def test_title_says_what_the_record_is(world, client, address, title):
    assert client.get(f"/v1/{address}/?format=csl-json").json()[0]["title"] == title


@given(TITLES)
@example(" ".join(HARD))
def test_any_title_is_read_back_as_it_is(title):
    expected = " ".join(title.split())

    [[_, entry]] = parse_string(cited(BIBTEX, title), "bibtex").entries.items()
    [reference] = rispy.loads(cited(RIS, title))

    assert reference["title"].strip() == expected
    assert orjson.loads(cited(CSL_JSON, title))[0]["title"] == expected
    assert read_latex(entry.fields["title"]) == expected


@pytest.mark.parametrize("title", HARD)
def test_no_title_ends_the_entry_that_it_stands_in(title):
    assert len(parse_string(cited(BIBTEX, title), "bibtex").entries) == len(rispy.loads(cited(RIS, title))) == 1


def test_citation_shows_no_fields(world, client):
    for form in ("bibtex", "csl-json", "ris"):
        [error] = client.get(f"/v1/topics/compute/?fields=id&format={form}").json()["errors"]
        assert (error["parameter"], error["detail"]) == ("fields", "No such parameter.")


def test_every_answer_about_a_record_says_how_it_is_cited(world, client):
    link = f'{LICENSE}, <http://testserver/v1/plans/hangzhou-2025/>; rel="cite-as"'
    known = client.get("/v1/plans/hangzhou-2025/?fields=id")

    assert known.headers["Link"] == link
    assert client.get("/v1/plans/hangzhou-2025/?format=csv").headers["Link"] == link
    assert client.get("/v1/plans/hangzhou-2025/?fields=id", headers={"If-None-Match": known.headers["ETag"]}).headers["Link"] == link


def test_citation_takes_one_query(world, client):
    # 1. the document, with its revision and the latest
    assert queries(client, "/v1/plans/hangzhou-2025/?format=ris") == 1


def cited(form, title):
    table = Table([orjson.dumps({"id": "a", "name_en": title, "name_zh": None}).decode()], TopicSerializer)
    about = About("http://testserver/v1/topics/a/?format=ris", "topics", 7, datetime(2026, 11, 27, tzinfo=UTC))
    return b"".join(form.write(table, about)).decode()


def read_latex(text):
    """What LaTeX makes of it; by hand, as no reader knows every command."""
    names = {
        r"{\textbackslash}": "\\", r"{\textbraceleft}": "{", r"{\textbraceright}": "}", r"{\textasciitilde}": "~", r"{\textasciicircum}": "^",
        r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_",
    }  # fmt: skip
    inner, read = text.removeprefix("{").removesuffix("}"), ""
    while inner:
        name = next((name for name in names if inner.startswith(name)), inner[0])
        read += names.get(name, name)
        inner = inner[len(name) :]
    return read


def world_name(world, plan):
    [record] = [record for record in world["plans"] if record["id"] == plan]
    return f"{record['name_en']} ({record['name_zh']})" if record["name_zh"] else record["name_en"]
