"""Two plans, promise by promise: pairs are of one promise, and each promise is shown once."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.diff import diff_measures, diff_targets
from policies.models import Measure, MeasureTerm, Target
from reference.models import Indicator


def target(name: str, value: Any = 50, **columns: Any) -> Target:
    row = {"indicator_id": "capacity", "comparator": "gte", "unit_id": "count", "normalized_unit_id": "count", "due": "2025", "statement": name}
    figure = None if value is None else Decimal(value)
    made: Any = Target(**{"id": f"plan.{name}", "value": figure, "normalized_value": figure} | row | columns)
    made.indicator = Indicator(id=made.indicator_id) if made.indicator_id else None
    return made


def measure(name: str, *terms: MeasureTerm, **columns: Any) -> Measure:
    row: Any = Measure(
        **{"id": f"plan.{name}", "instrument": "voucher", "statement": name, "currency_id": "CNY", "amount_comparator": "eq"} | columns
    )
    row._prefetched_objects_cache = {"terms": MeasureTerm.objects.none()}
    row._prefetched_objects_cache["terms"]._result_cache = list(terms)
    return row


def told(difference):
    """The difference by name: pairs with what became of them."""
    return (
        [one.pk for one in difference.added],
        [one.pk for one in difference.dropped],
        [(pair.before.pk, pair.after.pk, pair.direction) for pair in [*difference.changed, *difference.unchanged]],
    )


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        pytest.param({}, {}, None, id="the same under another name"),
        pytest.param({}, {"due": "2025-12"}, None, id="the same day"),
        pytest.param({}, {"value": 60}, "raised", id="more"),
        pytest.param({}, {"value": 40}, "lowered", id="less"),
        pytest.param({}, {"comparator": "gt"}, "raised", id="more than, not at least"),
        pytest.param({"comparator": "range", "value_max": 60}, {"comparator": "range", "value_max": 55}, "lowered", id="up to less"),
        pytest.param(
            {"comparator": "range", "value_max": 60}, {"value": 52, "comparator": "range", "value_max": 55}, "reworded", id="from more up to less"
        ),
        pytest.param({}, {"comparator": "range", "value_max": 60}, "reworded", id="at least so much, then a range from there"),
        pytest.param({"comparator": "eq"}, {"comparator": "range", "value_max": 60}, "raised", id="so much, then a range from there"),
        pytest.param({"comparator": "lte"}, {"comparator": "lte", "value": 40}, "raised", id="at most less"),
        pytest.param({"comparator": "lte"}, {"comparator": "lt"}, "raised", id="less than, not at most"),
        pytest.param({"comparator": "lte"}, {"value": 60}, "reworded", id="at most so much, then at least more"),
        pytest.param(
            {"unit_id": "USD", "normalized_value": Decimal(360)}, {"unit_id": "USD", "normalized_value": Decimal(355)}, None, id="by two rates"
        ),
        pytest.param(
            {"comparator": "range", "value_max": 60},
            {"comparator": "range", "value": 50_000, "value_max": 60_000, "unit_id": "thousandths", "normalized_value": Decimal(50)},
            None,
            id="the same range in another unit",
        ),
        pytest.param({}, {"due": "2024"}, "raised", id="sooner"),
        pytest.param({}, {"due": "2027"}, "lowered", id="later"),
        pytest.param({}, {"value": 60, "due": "2027"}, "reworded", id="more, and later"),
        pytest.param({}, {"statement": "Reach 50."}, "reworded", id="in other words"),
        pytest.param({"comparator": "undisclosed", "value": None}, {}, "reworded", id="a figure that was masked"),
        pytest.param({}, {"scope": "firms"}, "reworded", id="of others, in the same words"),
    ],
)
def test_pair_says_what_became_of_it(before, after, direction):
    old, new = target("old", **{"statement": "Said."} | before), target("new", **{"statement": "Said."} | after)

    assert told(diff_targets([old], [new])) == ([], [], [(old.pk, new.pk, direction)])


@pytest.mark.parametrize(
    ("after", "direction"),
    [({"value": 40}, "raised"), ({"value": 60}, "lowered"), ({"value": 40, "due": "2024"}, "raised"), ({"value": 40, "due": "2027"}, "reworded")],
)
def test_less_is_raised_where_less_is_better(after, direction):
    said: dict[str, Any] = {"comparator": "eq", "statement": "Said."}
    before, after = target("cost", **said), target("cost", **said | after)
    for row in (before, after):
        row.indicator = Indicator(id="capacity", higher_is_better=False)

    assert told(diff_targets([before], [after]))[2] == [(before.pk, after.pk, direction)]


@pytest.mark.parametrize("after", [{"indicator_id": "output"}, {"is_stretch": True}, {"scope": "firms"}, {"basis": "growth"}])
def test_what_promises_something_else_is_another_target(after):
    old, new = target("old", statement="Reach so much."), target("new", statement="Half of all big firms are there by then.", **after)

    assert told(diff_targets([old], [new])) == ([new.pk], [old.pk], [])


def test_what_may_belong_to_several_is_paired_by_name_or_not_at_all():
    old = [target("of-firms", 10), target("of-all", 20)]

    assert told(diff_targets(old, [target("of-all", 25), target("of-firms", 5)]))[2] == [
        ("plan.of-all", "plan.of-all", "raised"),
        ("plan.of-firms", "plan.of-firms", "lowered"),
    ]
    assert told(diff_targets(old, [target("quite-another", 15)])) == (["plan.quite-another"], ["plan.of-firms", "plan.of-all"], [])


def test_years_of_one_path_are_paired_by_year():
    old, new = ([target(f"{name}-{year}", value, due=year, series=name) for year, value in path] for name, path in (
        ("compute", [("2025", 10), ("2026", 20)]), ("power", [("2025", 10), ("2026", 30), ("2027", 40)]),
    ))  # fmt: skip

    assert told(diff_targets(old, new)) == (
        ["plan.power-2027"],
        [],
        [("plan.compute-2025", "plan.power-2025", "reworded"), ("plan.compute-2026", "plan.power-2026", "raised")],
    )


def test_measures_are_paired_by_instrument_and_name_amount_or_words():
    money = {"amount": Decimal(250), "per": "year"}
    old = [
        measure("vouchers", **money),
        measure("grant", instrument="grant", statement="Labs get grants for chips."),
        measure("fund", instrument="fund"),
    ]
    new = [measure("coupons", **money), measure("chips", instrument="grant", statement="Labs get grants for AI chips."), measure("fund")]

    assert told(diff_measures(old, new)) == (
        ["plan.fund"],
        ["plan.fund"],
        [("plan.grant", "plan.chips", "reworded"), ("plan.vouchers", "plan.coupons", "reworded")],
    )
    more = measure("vouchers", **money | {"amount": Decimal(300)})
    assert told(diff_measures(old[:1], [more]))[2] == [("plan.vouchers", "plan.vouchers", "raised")]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        pytest.param(({"rate_percent": 30}, {}), ({"rate_percent": 50}, {}), "raised", id="a larger share"),
        pytest.param(({"cap_amount": 100}, {}), ({"cap_amount": 80}, {}), "lowered", id="a lower cap"),
        pytest.param(({"rate_percent": 30, "cap_amount": 100}, {}), ({"rate_percent": 50, "cap_amount": 80}, {}), "reworded", id="more of less"),
        pytest.param(({"cap_amount": 100}, {}), ({"cap_amount": 500}, {"currency_id": "JPY"}), "reworded", id="a cap in other money"),
        pytest.param(
            ({"cap_amount": 100, "cap_per": "year"}, {}), ({"cap_amount": 80, "cap_per": "project"}, {}), "reworded", id="a cap by another count"
        ),
    ],
)
def test_measure_is_raised_with_what_its_terms_offer(before, after, direction):
    old, new = (measure("voucher", MeasureTerm(**term), **columns) for term, columns in (before, after))

    assert told(diff_measures([old], [new]))[2] == [(old.pk, new.pk, direction)]


def test_long_statements_are_paired_in_time():
    """Fifty of six hundred letters on either side: the most that is read word by word, and the longest that there may be."""
    letters = "abcdefghijklmnopqrstuvwxyz "
    old, new = (
        [measure(f"{plan}-{number}", statement="".join(Random(f"{plan}{number}").choices(letters, k=600))) for number in range(50)] for plan in "ab"
    )
    begun = perf_counter()

    found = diff_measures(old, new)

    assert (len(found.dropped), len(found.added)) == (50, 50)
    assert perf_counter() - begun < 5


names = st.sampled_from([f"name-{letter}" for letter in "abcdefgh"])
promises = st.lists(
    st.builds(
        target,
        names,
        st.sampled_from([None, 10, 20]),
        indicator_id=st.sampled_from([None, "capacity", "output"]),
        due=st.sampled_from([None, "2025", "2027"]),
        scope=st.sampled_from([None, "firms"]),
        series=st.sampled_from([None, "path"]),
        is_stretch=st.booleans(),
        statement=st.sampled_from(["Reach much.", "Reach more.", "Be first."]),
    ),
    max_size=7,
    unique_by=lambda one: one.pk,
)


@settings(max_examples=200, deadline=None)
@given(promises, promises)
def test_every_target_of_both_plans_stands_exactly_once(before, after):
    found = diff_targets(before, after)
    pairs = [*found.changed, *found.unchanged]

    assert sorted(one.pk for one in [*found.dropped, *(pair.before for pair in pairs)]) == sorted(one.pk for one in before)
    assert sorted(one.pk for one in [*found.added, *(pair.after for pair in pairs)]) == sorted(one.pk for one in after)
    assert all(pair.before.indicator_id == pair.after.indicator_id or pair.before.statement == pair.after.statement for pair in pairs)


@settings(max_examples=100, deadline=None)
@given(promises)
def test_plan_does_not_differ_from_itself(plan):
    found = diff_targets(plan, plan)

    assert (found.added, found.dropped, found.changed, len(found.unchanged)) == ([], [], [], len(plan))
