"""Groups count and add up what the records say, and never what does not compare."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from policies.models import Measure
from publishing.editing import editing
from publishing.grouping.aggregates import KINDS
from reference.models import Source
from tests import factories as make
from tests.http.naive import World
from tests.http.naive_groups import ALIKE, Asked, grouped, keys_of
from tests.http.registry import NAMES, every_resource, queries, viewset
from tests.http.test_schema import assert_conforms
from tests.http.test_strictness import errors
from tests.http.world import SECRETS

COMPUTE = "/v1/targets/groups/?indicator=computing-capacity&basis=level"


def test_groups_have_their_shape(world, client):
    answer = client.get("/v1/measures/groups/?by=topic,per&sum=amount&filled=amount&currency=CNY&instrument=voucher,fund").json()

    compute = {"id": "compute", "name_en": "Compute", "name_zh": "算力"}
    talent = {"id": "talent", "name_en": "Talent", "name_zh": None}
    assert answer == {
        "by": ["topic", "per"],
        "groups": [
            {"key": {"topic": compute, "per": "year"}, "count": 1, "sum": {"amount": 250_000_000}, "filled": {"amount": 1}},
            {"key": {"topic": compute, "per": None}, "count": 1, "sum": {"amount": 100_000_000_000}, "filled": {"amount": 1}},
            {"key": {"topic": talent, "per": None}, "count": 1, "sum": {"amount": 100_000_000_000}, "filled": {"amount": 1}},
            {"key": {"topic": None, "per": "year"}, "count": 1, "sum": {"amount": 100_000_000}, "filled": {"amount": 1}},
        ],
    }


def keys(resource):
    return list(viewset(resource).filterset_class.keys())


def figures(resource):
    return list(viewset(resource).filterset_class.figures())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_groups_are_what_the_records_say(world, client, data):
    asked = data.draw(_questions(world))
    path = f"/v1/{asked.resource}/groups/?{_written(asked)}"
    note(path)

    response = client.get(path)

    expected = grouped(asked, world)
    if expected is None:
        assert response.status_code == 400
        assert {error["parameter"].removesuffix("__isnull") for error in errors(response)} <= {name for names in ALIKE.values() for name in names}
    else:
        assert json.loads(response.content, parse_float=Decimal) == {"by": asked.by, "groups": expected}


@st.composite
def _questions(draw: st.DrawFn, world: World) -> Asked:
    """Groups of a resource; of one with figures, often of records that agree in what theirs are of."""
    resource = draw(st.sampled_from([*NAMES, *["targets", "measures", "observations"] * 6]))
    asked = Asked(resource, draw(st.lists(st.sampled_from(keys(resource)), min_size=1, max_size=3, unique=True)), unknown=draw(st.booleans()))
    if figures(resource):
        pairs = st.tuples(st.sampled_from(list(KINDS)), st.sampled_from(figures(resource)))
        asked.figures = sorted(draw(st.sets(pairs, max_size=4)), key=lambda pair: list(KINDS).index(pair[0]))
        record = draw(st.sampled_from(world[resource]))
        alike = sorted({name for _, figure in asked.figures for name in ALIKE.get((resource, figure), ())} - set(asked.by))
        asked.given = {name: keys_of(record, resource, name)[0] for name in alike if draw(st.integers(0, 7))}
    names = [*asked.by, "count", *(f"{word}.{figure}" for word, figure in asked.figures)]
    chosen = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    asked.ordering = [draw(st.sampled_from(["", "-"])) + name for name in chosen]
    return asked


def _written(asked: Asked) -> str:
    written = [("by", ",".join(asked.by))]
    for word in KINDS:
        names = [figure for kind, figure in asked.figures if kind == word]
        written += [(word, ",".join(names))] if names else []
    for name, value in asked.given.items():
        written.append((f"{name}__isnull", "true") if value is None else (name, value["id"] if isinstance(value, dict) else value))
    written += [("ordering", ",".join(asked.ordering))] if asked.ordering else []
    return urlencode([*written, *([] if asked.unknown else [("unknown", "false")])])


@every_resource
def test_no_group_tells_of_what_is_not_published(world, client, resource):
    for key in keys(resource):
        answer = client.get(f"/v1/{resource}/groups/?by={key}")

        assert answer.status_code == 200
        assert {secret for secret in SECRETS if secret in answer.content.decode()} == set(), key


REFUSED = {
    # What would make them comparable is named, with the values that were met.
    "by=due&sum=value&indicator=computing-capacity": [("unit", ["EFLOPS", "PFLOPS"])],
    "by=jurisdiction&max=normalized_value&plan=hangzhou-2025&basis=level&scope__isnull=true": [
        ("indicator", ["computing-capacity", "industry-output"]),
        ("normalized_unit", ["CNY", "EFLOPS"]),
    ],
    "by=unit,basis,per,scope,due&avg=value": [("by", None)],
    # Null says that there is none of it, and compares with no other; a null indicator says that nobody knows.
    "by=indicator,unit&sum=value&unit=percent,USD": [
        ("basis", ["growth", "increase", "level"]),
        ("indicator__isnull", ["false"]),
        ("per", ["year"]),
        ("scope", ["Core industry", "core industry\\, above-scale"]),
    ],
}


@pytest.mark.parametrize(("asked", "faults"), REFUSED.items())
def test_figures_that_do_not_compare_are_not_taken_together(world, client, asked, faults):
    found = errors(client.get(f"/v1/targets/groups/?{asked}"))

    assert sorted((error["parameter"], error["allowed"]) for error in found) == faults


def test_refusal_says_what_to_do(world, client):
    (error,) = errors(client.get("/v1/observations/groups/?by=kind&median=value&indicator=industry-output"))

    assert error == {
        "parameter": "scope",
        "value": None,
        "detail": "The figures in value differ in scope and do not compare: give one scope, scope__isnull=true or group by scope.",
        "allowed": ["core industry"],
        "did_you_mean": None,
    }


def test_each_value_that_a_refusal_names_is_taken_as_one(db, client):
    with editing():
        make.observation("output", scope="AI industry")
        make.observation("output-2", scope="AI industry, first three quarters")
    asked = "/v1/observations/groups/?by=kind&sum=value&indicator=indicator"

    (error,) = errors(client.get(asked))
    scopes = error["allowed"]
    groups = [client.get(f"{asked}&{urlencode({'scope': scope})}").json()["groups"] for scope in scopes]

    assert scopes == ["AI industry", "AI industry\\, first three quarters"]
    assert groups == [[{"key": {"kind": "reported"}, "count": 1, "sum": {"value": 1}}]] * 2


def test_of_many_values_a_refusal_names_the_first(db, client):
    with editing():
        for number in (*range(60, 105), *range(60)):
            make.observation(f"output-{number}", scope=f"scope {number:03}", indicator=make.indicator("many"))

    (error,) = errors(client.get("/v1/observations/groups/?by=kind&sum=value&indicator=many"))

    assert error["allowed"] == [f"scope {number:03}" for number in range(100)]


def test_counts_need_no_agreement(world, client):
    groups = client.get("/v1/targets/groups/?by=unit&filled=value,normalized_value&unit=EUR,USD,CNY").json()["groups"]

    assert [(group["key"]["unit"], group["count"], group["filled"]) for group in groups] == [
        ("CNY", 2, {"value": 2, "normalized_value": 2}),
        ("EUR", 1, {"value": 1, "normalized_value": 0}),
        ("USD", 1, {"value": 1, "normalized_value": 1}),
    ]


FINE_PRINT = {
    f"{COMPUTE}&by=due&sum=normalized_value&having=sum.normalized_value__gt=40,count__gt=1": [("2025", 3), ("2026", 2)],
    f"{COMPUTE}&by=due&sum=normalized_value&having=sum.normalized_value__gt=100.0001": [("2025", 3)],
    f"{COMPUTE}&by=due&sum=normalized_value&having=sum.normalized_value=100.0001": [("2026", 2)],
    f"{COMPUTE}&by=due&having=count__lt=3&having=count__gte=2e0": [("2026", 2)],
    f"{COMPUTE}&by=due&having=count__gt=1e300": [],
    f"{COMPUTE}&by=due&having=count=2.0000,count__lt=2.0001": [("2026", 2)],
    # Groups that are too small are not compared, either.
    "/v1/targets/groups/?by=indicator&max=value&unit=count,EFLOPS&basis=level&indicator__isnull=false&having=count__gt=3": [
        ("computing-capacity", 4)
    ],
    # What is null meets no condition.
    f"{COMPUTE}&by=unit&max=normalized_value&having=max.normalized_value__gte=-1": [("EFLOPS", 4), ("PFLOPS", 1)],
    "/v1/measures/groups/?by=instrument&max=amount&currency__isnull=true&having=max.amount__gte=-1": [],
    # A span of several years is a key of its own; a month is known where the date is as exact as that.
    "/v1/observations/groups/?by=period&jurisdiction=hangzhou": [("2024", 2), ("2025", 1), ("2025/2030", 1)],
    "/v1/observations/groups/?by=period.month&indicator=companies": [("2025-02", 2)],
    "/v1/plans/groups/?by=issued_on.month&jurisdiction=shenzhen,beijing": [("2024-02", 1), (None, 2)],
    "/v1/plans/groups/?by=issued_on.month&jurisdiction=shenzhen,beijing&unknown=false": [("2024-02", 1)],
    "/v1/plans/groups/?by=implements&unknown=false": [("china-ai-plus", 2)],
    "/v1/rankings/groups/?by=year&ordering=year": [(2024, 2), (2025, 1)],
    "/v1/plans/groups/?by=kind&jurisdiction=zhejiang&within=true&q=hangzhou": [("action_plan", 2), ("implementation_plan", 1)],
    "/v1/rankings/groups/?by=year&year__gt=99999": [],
}


@pytest.mark.parametrize(("asked", "expected"), FINE_PRINT.items())
def test_groups_keep_to_the_fine_print(world, client, asked, expected):
    groups = client.get(asked).json()["groups"]

    shown = [(next(iter(group["key"].values())), group["count"]) for group in groups]
    assert sorted(((key["id"] if isinstance(key, dict) else key), count) for key, count in shown if key) == [pair for pair in expected if pair[0]]
    assert [count for key, count in shown if key is None] == [count for key, count in expected if key is None]


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ("", [("by", "It is needed.")]),
        ("by=unit,unit", [("by", "Named twice.")]),
        ("by=unit,basis,per,scope,due", [("by", "Give at most 4 values.")]),
        ("by=value", [("by", "Not one of the allowed values.")]),
        ("by=unit&sum=scope", [("sum", "Not one of the allowed values.")]),
        ("by=unit&having=count", [("having", "Write it as count__gte=5 or sum.<field>__lt=1e9: a figure, a bound and a number.")]),
        ("by=unit&having=count__gte=many", [("having", "Not a number.")]),
        ("by=unit&having=count__gte=1e99999999999999999999", [("having", "Out of range.")]),
        ("by=unit&having=count__gte=0e-999999999", [("having", "Out of range.")]),
        ("by=unit&having=sum.value__gte=5", [("having", "Not among what is asked for: name it there, too.")]),
        ("by=unit&ordering=-sum.value,-due", [("ordering", "Not among what is asked for: name it there, too.")] * 2),
        ("by=unit&ordering=count,-count", [("ordering", "Named twice.")]),
        ("by=unit&unknown=no&page_size=5", [("page_size", "No such parameter."), ("unknown", "Not one of the allowed values.")]),
        ("by=unit&jurisdiction=hangzou&within=true&sum=x", [("sum", "Not one of the allowed values."), ("jurisdiction", "No such jurisdiction.")]),
    ],
)  # fmt: skip
def test_every_fault_is_named_at_once(world, client, asked, faults):
    assert [(error["parameter"], error["detail"]) for error in errors(client.get(f"/v1/targets/groups/?{asked}"))] == faults


def test_figures_are_exact_however_large(world, client):
    large, small = Decimal(999_999_999_999_999_000), Decimal("0.0002")
    row = {"plan_id": "hangzhou-2025", "statement": "Give.", "instrument": "grant", "amount_comparator": "eq", "currency_id": "EUR"}
    amounts = [*[large] * 20, small, Decimal("12345678901.2345")]
    Measure.objects.bulk_create([Measure(id=f"hangzhou-2025.m-{place}", amount=amount, **row) for place, amount in enumerate(amounts)])

    content = client.get("/v1/measures/groups/?by=currency&currency=EUR&sum=amount&min=amount&max=amount&avg=amount").content.decode()

    assert content.endswith(
        '"sum":{"amount":20000000012345658901.2347},"min":{"amount":0.0002},"max":{"amount":999999999999999000},'
        '"avg":{"amount":909090909652075404.6016}}]}'
    )


def test_thousand_groups_are_shown_and_no_more(world, client):
    known = client.get("/v1/sources/groups/?by=publisher&unknown=false").json()["groups"]
    Source.objects.bulk_create([Source(id=f"s-{n}", title="S", language="en", kind="news", publisher=f"P {n}") for n in range(1000 - len(known))])
    asked = "/v1/sources/groups/?by=publisher&unknown=false"

    shown = client.get(f"{asked}&ordering=publisher")
    refused = client.get("/v1/sources/groups/?by=publisher")

    assert len(shown.json()["groups"]) == 1000
    assert [(error["parameter"], error["detail"]) for error in errors(refused)] == [
        ("by", "More than 1000 groups: narrow them by filters or by `having`, or group by less.")
    ]
    assert [group["count"] for group in client.get(f"{asked}&having=count__gt=2").json()["groups"]] == [6]


def test_groups_take_one_query_and_one_for_each_kind_of_record_named(world, client):
    # 1. the latest revision  2. the groups  3. whether the revision still stands
    assert queries(client, "/v1/targets/groups/?by=unit,due,scope&filled=value") == 3
    assert queries(client, "/v1/targets/groups/?by=unit,basis,per,scope&median=value&indicator__isnull=false&unknown=false") == 3
    # 4. the jurisdictions' names  5. the topics'
    assert queries(client, "/v1/targets/groups/?by=jurisdiction,topic") == 5
    # 1. the latest revision: it still stands
    assert queries(client, "/v1/targets/groups/?by=jurisdiction,topic") == 1


def test_groups_are_as_the_contract_says(world, contract):
    for resource in NAMES:
        for key in keys(resource):
            assert_conforms(contract, f"/v1/{resource}/groups/", f"/v1/{resource}/groups/?by={key}", 200)
    for asked in ("by=unit&sum=value&min=value&indicator=computing-capacity&unit=EFLOPS", "by=unit&filled=value,normalized_value"):
        assert_conforms(contract, "/v1/targets/groups/", f"/v1/targets/groups/?{asked}", 200)
    assert_conforms(contract, "/v1/targets/groups/", "/v1/targets/groups/?by=unit&sum=value", 400)
