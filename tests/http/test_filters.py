"""Filters admit what the records themselves say, and every field has one."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from publishing.resources import RESOURCES
from tests.http.naive import RELATIONS, Asked, World, admitted, field_of, kind_of, shapes, singular
from tests.http.registry import NAMES, every_resource, fields, filters
from tests.search.naive import searched_texts

# What is embedded and has no filter of its own: who asks for it uses this.
INSTEAD_OF_A_FILTER = {
    ("plans", "events"): "the dates that follow from them",
    ("plans", "relations"): "a parameter for each kind",
    ("plans", "related_by"): "the same, of the other plan",
    ("plans", "targets"): "/v1/targets/?plan=",
    ("plans", "measures"): "/v1/measures/?plan=",
    ("measures", "terms"): "the measure",
    ("companies", "listings"): "the company",
    ("companies", "presences"): "presence=",
    ("companies", "products"): "/v1/products/?company=",
    ("rankings", "entries"): "jurisdiction= and company=",
}
PLACES = {"jurisdiction": "jurisdictions", "headquarters": "jurisdictions", "presence": "jurisdictions"}
REFERS_TO = {
    **PLACES,
    "company": "companies",
    "plan": "plans",
    "source": "sources",
    "original": "sources",
    "topic": "topics",
    "indicator": "indicators",
    "issuer": "institutions",
    **dict.fromkeys(RELATIONS, "plans"),
}
# Ends of months, and the days on which plans of the world begin and cease to hold.
DAYS = [
    "2000-01-18",
    "2023-06-30",
    "2024-02-29",
    "2024-06-30",
    "2024-07-01",
    "2024-12-31",
    "2025-01-01",
    "2025-02-28",
    "2025-03-31",
    "2025-08-14",
    "2025-08-15",
    "2025-08-31",
    "2025-09-01",
    "2025-12-31",
    "2026-01-31",
    "2026-02-28",
    "2027-12-31",
]
Strategy = st.SearchStrategy[str]


@every_resource
def test_every_field_has_a_filter(resource):
    names = {singular(RESOURCES[resource], field): field for field in fields(resource) if (resource, field) not in INSTEAD_OF_A_FILTER}

    assert sorted(names.keys() - filters(resource).keys()) == []


FINE_PRINT = {
    # A partial date falls due on its last day, and a bound that is partial goes to its end.
    "targets/?due__lte=2026-02-28&due__gte=2026-02": ["hangzhou-2025.compute-2026", "hangzhou-2025.compute-2027"],
    "targets/?due=2026-02": ["hangzhou-2025.compute-2026", "hangzhou-2025.compute-2027"],
    "targets/?due=2026-02-28": ["hangzhou-2025.compute-2027"],
    "targets/?due__gt=2026&due__lt=2027-12-31": ["hangzhou-2025.mystery"],
    "targets/?due__lt=2024-03": ["shenzhen-2024.euro"],
    "observations/?period=2024&kind=reported&unit=CNY&company__isnull=true&reliability=reported": ["hangzhou.output.2024", "hangzhou.output.2024-h1"],
    "observations/?period__gte=2025&period__lte=2030-12&kind=forecast": ["hangzhou.output.2030"],
    "observations/?period=2024-02/2024-06&kind=reported": ["brazil.energy.2024"],
    "observations/?period__not=2024/2030": [],
    # What no row can hold is asked of none.
    "rankings/?year__lte=-4378": [],
    "rankings/?year__gt=99999": [],
    # Null never matches a bound; what is not a value may be null.
    "companies/?founded__gte=0001": ["alibaba", "antgroup", "baidu", "orphan", "unitree"],
    "companies/?founded__not=1999,2014": ["baidu", "deeproute", "unitree"],
    "measures/?amount__gte=-1&per__not=year": ["binjiang.subsidy", "hangzhou-2025.fund", "hangzhou-2025.grant", "ningbo.reward"],
    # Numbers are exact, in the unit that they were written in; normalised, they compare.
    "targets/?value=50.0001": ["hangzhou-2025.compute-2027"],
    "targets/?normalized_value=50&normalized_unit=EFLOPS": ["hangzhou-2025.compute-2026"],
    "targets/?value__gt=99999999999.9998": ["brazil-strategy.much", "hangzhou-2025.order"],
    "targets/?value=1e2": ["hangzhou-2025.share", "shenzhen-2024.euro"],
    "cities/?latitude__gte=-999.9999&latitude__lt=23": ["shenzhen"],
    # Percent signs, underscores and stars are plain letters, and case counts only where the whole is asked for.
    "topics/?alias=Compute": ["embodied"],
    "topics/?alias=compute": [],
    "topics/?alias__contains=COMPUTE": ["compute", "embodied"],
    "topics/?alias__contains=e_p": ["compute"],
    # Part of a name is taken as it is written, with its blanks and commas.
    "topics/?alias__contains=compute,+s": ["compute"],
    "topics/?alias__contains=+compute": ["compute"],
    "topics/?alias__contains=0%25": ["compute"],
    "topics/?name_en__contains=*": ["data"],
    "topics/?alias__not=Compute": ["compute", "data", "talent", "technology"],
    "companies/?note__contains=one.%0Aline_": ["baidu"],
    # A comma may be part of a name: the whole counts beside its parts.
    "sources/?publisher=Hangzhou,%20the%20city": ["gazette"],
    "sources/?publisher=Hangzhou,%20the%20city,Daily": ["daily", "notice-1", "notice-3", "notice-5", "notice-7", "yearbook"],
    "topics/?alias=AI%2B%20compute,%20shared": ["compute"],
    # Behind a backslash a comma parts nothing.
    "sources/?publisher=Hangzhou%5C,%20the%20city": ["gazette"],
    "sources/?publisher=Daily%5C,%20the%20city": [],
    "sources/?publisher=Hangzhou%5C,%20the%20city,Daily": ["daily", "gazette", "notice-1", "notice-3", "notice-5", "notice-7", "yearbook"],
    "topics/?alias=compute%5C,%20shared,Compute": ["embodied"],
    # A jurisdiction is exactly that one, with `within` all that lies below it: a fact's own, else its plan's.
    "targets/?jurisdiction=binjiang": ["hangzhou-2025.mystery"],
    "plans/?jurisdiction=zhejiang": [],
    "plans/?jurisdiction=zhejiang&within=true&kind=opinions,strategy": ["binjiang-opinions"],
    "jurisdictions/?jurisdiction=hangzhou,beijing&within=true": ["beijing", "binjiang", "binjiang-high-tech", "haidian", "hangzhou"],
    "cities/?jurisdiction=zhejiang&within=true": ["hangzhou", "ningbo"],
    # What hides behind an unpublished row is null, and so filtered.
    "companies/?parent__isnull=false": ["antgroup"],
    "institutions/?company__isnull=false": ["damo"],
    "plans/?issuer__isnull=false": ["hangzhou-2023", "hangzhou-2025"],
    "companies/?contradicts__isnull=false": ["deeproute", "unitree"],
    "companies/?presence=brazil": [],
    "companies/?presence=hangzhou,shenzhen": ["alibaba", "unitree"],
    # By the events: from its taking effect, else its issue; a repeal or a successor ends it the day before; a draft never held.
    "plans/?in_force_on=2025-08-14&jurisdiction=hangzhou": ["hangzhou-2023"],
    "plans/?in_force_on=2025-08-15&jurisdiction=hangzhou": ["hangzhou-2025"],
    "plans/?in_force_on=2024-06-30&jurisdiction=beijing": ["beijing-rules"],
    "plans/?in_force_on=2024-07-01&jurisdiction=beijing": [],
    "targets/?in_force_on=2025-08-31&jurisdiction=haidian": ["beijing-embodied.firms"],
    "targets/?in_force_on=2025-09-01&jurisdiction=haidian": [],
    "measures/?in_force_on=2025-09-01&instrument=reward": [],
    "plans/?implements=china-ai-plus": ["beijing-embodied", "hangzhou-2025"],
    "plans/?replaces=hangzhou-2023&finalises=hangzhou-draft": ["hangzhou-2025"],
    # A record with two of the values counts once.
    "plans/?topic=compute,data&topic=talent": ["hangzhou-2025", "hangzhou-draft"],
    "rankings/?jurisdiction=hangzhou,beijing": ["city-ranking-2024", "city-ranking-2025"],
    # All words must occur, each anywhere.
    "plans/?q=highland%202025": ["hangzhou-2025"],
    "plans/?q=具身": ["beijing-embodied"],
    "topics/?q=智能": ["embodied"],
}


@pytest.mark.parametrize(("question", "ids"), FINE_PRINT.items())
def test_filters_keep_to_the_fine_print(world, client, question, ids):
    answer = client.get(f"/v1/{question}").json()

    assert [record["id"] for record in answer["results"]] == ids
    assert answer["count"] == len(ids)


@every_resource
def test_every_value_that_is_shown_can_be_asked_for(world, client, resource):
    for name in filters(resource).keys() & shapes(resource).keys():
        field = field_of(resource, name)
        for value in {json.dumps(value) for value in _shown(world[resource], field)}:
            shown = json.loads(value)
            asked = shown["id"] if isinstance(shown, dict) else value if isinstance(shown, bool) else shown

            records = client.get(f"/v1/{resource}/", {name: asked, "page_size": 200}).json()["results"]

            holders = [record for record in world[resource] if shown == record[field] or (isinstance(record[field], list) and shown in record[field])]
            assert [record for record in holders if record not in records] == [], f"{name}={asked}"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_filter_admits_what_the_records_say(world, client, data):
    asked, written = data.draw(questions(world))
    # Else what is searched for comes in the order of its rank.
    path = f"/v1/{asked.resource}/?{written}&page_size=200&ordering=id"
    note(path)

    response = client.get(path)
    answer = response.json()

    assert response.status_code == 200, answer
    assert [record["id"] for record in answer["results"]] == admitted(asked, world)
    assert answer["count"] == len(answer["results"])


@st.composite
def questions(draw: st.DrawFn, world: World) -> tuple[Asked, str]:
    """A parameter with values near those that are shown, and how it is written in a query."""
    resource = draw(st.sampled_from(NAMES))
    parameter = draw(st.sampled_from(sorted(filters(resource).keys() - {"within"})))
    name, _, lookup = parameter.partition("__")
    value = _values(resource, name, lookup, world)
    single = lookup in {"isnull", "contains", "gte", "gt", "lte", "lt"} or kind_of(resource, name) in {"boolean", "day", "search"}
    groups = [[draw(value)]] if single else draw(st.lists(st.lists(value, min_size=1, max_size=3), min_size=1, max_size=2))
    written = [",".join(group) for group in groups]
    meant = [one for group in groups for one in group]
    if kind_of(resource, name) in {"text", "lines"} and not single:
        # A comma may be part of a name: the whole counts as a value beside its parts.
        meant = [*written, *(part.strip() for text in written for part in text.split(","))]
    within = "within" in filters(resource) and name in PLACES and not lookup and name != "presence" and draw(st.booleans())
    asked = Asked(resource, parameter, tuple(meant), within=within)
    return asked, urlencode([*((parameter, text) for text in written), *([("within", "true")] if within else [])])


def _values(resource: str, name: str, lookup: str, world: World) -> Strategy:
    """Values for a parameter, near those that records show."""
    kind = {"isnull": "boolean", "contains": "part"}.get(lookup) or kind_of(resource, name)
    if kind == "search":
        texts = [text for record in world[resource] for text in searched_texts(resource, record)[1]]
        return st.lists(_parts(texts), min_size=1, max_size=3).map(" ".join)
    if kind in {"boolean", "day", "code", "word", "reference"}:
        return st.sampled_from(_choices(kind, resource, name, world))
    shown = _shown(world[resource], field_of(resource, name))
    if kind in {"date", "number"}:
        near = _around if kind == "date" else _near_whole if resource == "rankings" else _near
        return st.sampled_from([written for value in shown or ["2025" if kind == "date" else 0] for written in near(value)])
    whole = st.sampled_from([*shown, "no such text"])
    return _parts(shown) if kind == "part" else whole | whole.map(str.swapcase)


def _choices(kind: str, resource: str, name: str, world: World) -> list[str]:
    if kind == "word":
        return list(filters(resource)[name].form_field.words)
    if kind == "reference":
        return [record["id"] for record in world[REFERS_TO.get(name) or {"cities": "jurisdictions"}.get(resource, resource)]]
    return {"boolean": ["true", "false"], "day": [*DAYS], "code": ["CNY", "USD", "EUR", "EFLOPS", "PFLOPS", "count", "percent"]}[kind]


def _shown(records, field):
    """All values of a field, or of one nested in it, that are not null."""
    values = records
    for part in field.split("."):
        values = [value[part] for value in values if value]
    return [one for value in values if value is not None for one in (value if isinstance(value, list) else [value])]


def _around(value):
    return [part for day in [*value.split("/"), *DAYS] for part in (day[:4], day[:7], day)]


def _near(value):
    return [str(value), f"{float(value) + 0.0001:.4f}", f"{float(value) - 0.0001:.4f}", f"{int(value)}"]


def _near_whole(value):
    return [str(value - 1), str(value), str(value + 1), f"{value}e0"]


def _parts(texts):
    """Parts of these texts, in any case, and letters that mean something to LIKE."""
    whole = st.sampled_from([*texts, "%", "_", "*", "100%", "\\", "l_p"])
    part = st.tuples(whole, st.integers(0, 20), st.integers(1, 12)).map(lambda drawn: drawn[0][drawn[1] % len(drawn[0]) :][: drawn[2]])
    cased = part | part.map(str.upper) | part.map(str.lower)
    return cased.filter(lambda text: text.strip())
