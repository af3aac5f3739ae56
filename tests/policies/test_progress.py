"""What came of targets: which observation tells, and what follows. A wrong `met` is the worst that can happen here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.models import Observation, Plan, Target
from policies.progress import Start, stand, start_of, way
from policies.verdicts import Rule, Verdict, rule_on, standing
from publishing.editing import editing
from publishing.partial_dates import PartialDate
from reference.models import Indicator
from reference.quantities import Comparator
from tests import factories as make

# Any figure that may be the true one in the generated cases below.
GRID = [Decimal(half) / 2 for half in range(-4, 90)]
DAYS = [date(2023, 6, 1), date(2024, 12, 31), date(2025, 1, 1), date(2026, 1, 1), date(2030, 1, 1)]


def plan(**columns: Any) -> Plan:
    return Plan(**{"period_start": "2024"} | columns)


def target(value: Any = 50, *, higher: bool | None = True, of: Plan | None = None, **columns: Any) -> Target:
    """A target of at least 50 by the end of 2025, of a plan from 2024 on."""
    return Target(
        plan=of or plan(), indicator=Indicator(higher_is_better=higher), value=value, normalized_value=None if value is None else Decimal(value),
        **{"comparator": "gte", "unit_id": "count", "normalized_unit_id": "count", "due": "2025"} | columns,
    )  # fmt: skip


def seen(value: Any, period: str = "2025", **columns: Any) -> Observation:
    row = {"comparator": "eq", "kind": "reported", "unit_id": "count", "normalized_unit_id": "count", "basis": "level"}
    return Observation(**{"id": f"seen-{period}-{value}"} | row | columns, period=period, value=value, normalized_value=Decimal(value))


@pytest.mark.parametrize(
    ("aim", "observed", "until_due", "after_due"),
    [
        pytest.param({}, [seen(50)], "met", "met", id="reached"),
        pytest.param({}, [seen(49)], "behind", "missed", id="not reached"),
        pytest.param({}, [], "no_data", "no_data", id="nothing observed"),
        pytest.param({}, [seen(60, "2024-06")], "met", "met", id="at least so much, reached early, is met for good"),
        pytest.param({}, [seen(40, "2024-06")], "behind", "no_data", id="too little half a year before is not too little at the end"),
        pytest.param({}, [seen(25, "2025", stated_on="2025-06-24")], "behind", "no_data", id="no figure speaks of days after it was stated"),
        pytest.param({}, [seen(60, "2026-01")], "no_data", "no_data", id="after the due date"),
        pytest.param({}, [seen(60, "2025", stated_on="2024-11")], "no_data", "no_data", id="said before it began"),
        pytest.param({}, [seen(60, "2023")], "no_data", "no_data", id="before the plan began"),
        pytest.param({}, [seen(60, "2024-06"), seen(45, "2025-12")], "behind", "missed", id="the last one counts"),
        pytest.param({}, [seen(40, comparator="gt")], "behind", "no_data", id="more than 40 tells nothing of 50"),
        pytest.param({}, [seen(50, comparator="gt")], "met", "met", id="more than 50 is at least 50"),
        pytest.param({"comparator": "gt"}, [seen(50)], "behind", "missed", id="50 is not more than 50"),
        pytest.param({"comparator": "gt"}, [seen(50, comparator="gte")], "behind", "no_data", id="at least 50 may be 50"),
        pytest.param({}, [seen(50, comparator="approx")], "no_data", "no_data", id="about 50 may be less"),
        pytest.param({}, [seen(56, comparator="approx")], "met", "met", id="about 56 is at least 50"),
        pytest.param({}, [seen(60, comparator="lt")], "no_data", "no_data", id="less than 60 may be anything"),
        pytest.param({}, [seen(60, scope="firms")], "no_data", "no_data", id="another scope"),
        pytest.param({}, [seen(60, basis="cumulative")], "no_data", "no_data", id="another basis"),
        pytest.param({}, [seen(60, per="year")], "no_data", "no_data", id="another span"),
        pytest.param({}, [seen(60, normalized_unit_id="percent")], "no_data", "no_data", id="another unit"),
        pytest.param({"comparator": "lte"}, [seen(50)], "ahead", "met", id="at most so much may still be passed"),
        pytest.param({"comparator": "lte"}, [seen(50, "2024-12")], "ahead", "no_data", id="and may have been since"),
        pytest.param({"comparator": "lte"}, [seen(51)], "behind", "missed", id="more than at most"),
        pytest.param({"comparator": "range", "value_max": Decimal(60)}, [seen(55)], "ahead", "met", id="in the range"),
        pytest.param({"comparator": "range", "value_max": Decimal(60)}, [seen(70)], "ahead", "met", id="better than the range"),
        pytest.param({"comparator": "range", "value_max": Decimal(60), "higher": None}, [seen(70)], "behind", "missed", id="past the range"),
        pytest.param(
            {"comparator": "range", "value_max": Decimal(60), "higher": None, "baseline_value": Decimal(40), "baseline_period": "2023"},
            [seen(70, "2024-12"), seen(70)],
            "behind",
            "missed",
            id="past the range is not on the way to it",
        ),
        pytest.param(
            {"comparator": "range", "value_max": Decimal(60), "higher": None, "baseline_value": Decimal(80), "baseline_period": "2023"},
            [seen(45)],
            "behind",
            "missed",
            id="past the range from above",
        ),
        pytest.param(
            {"value": 0, "comparator": "range", "value_max": Decimal(5), "unit_id": "USD", "higher": False},
            [seen(99)],
            "no_data",
            "no_data",
            id="a range that ends nobody knows where",
        ),
        pytest.param({"comparator": "eq"}, [seen(70)], "ahead", "met", id="better than exactly so much"),
        pytest.param({"comparator": "eq", "higher": None}, [seen(70)], "no_data", "no_data", id="more than exactly so much is neither"),
        pytest.param({"comparator": "eq", "higher": False}, [seen(70)], "behind", "missed", id="worse than exactly so much"),
        pytest.param({"comparator": "approx"}, [seen(47)], "behind", "no_data", id="nearly about so much"),
        pytest.param({"comparator": "approx"}, [seen(40)], "behind", "missed", id="far from about so much"),
        pytest.param({"comparator": "order_of_magnitude", "value": 100}, [seen(99)], "behind", "missed", id="short of the power of ten"),
        pytest.param({"comparator": "order_of_magnitude", "higher": False}, [seen(90)], "behind", "no_data", id="within the power of ten"),
        pytest.param({"comparator": "order_of_magnitude", "higher": False}, [seen(501)], "behind", "missed", id="past the power of ten"),
        pytest.param({"comparator": "qualitative", "value": None}, [seen(99)], "no_data", "no_data", id="without a figure"),
        pytest.param({"reliability": "disputed"}, [seen(99)], "no_data", "no_data", id="a disputed target is met by nothing"),
        pytest.param({"due": None}, [seen(60, "2031")], "met", "met", id="due some day"),
        pytest.param({}, [seen(60, "2025-01/2025-06")], "met", "met", id="half a year is enough already"),
        pytest.param({}, [seen(40, "2025-01/2025-09"), seen(55, "2024")], "met", "met", id="part of a year is too little to tell"),
        pytest.param({}, [seen(90, "2024/2025")], "no_data", "no_data", id="the sum of two years is no level"),
        pytest.param({"basis": "growth"}, [seen(60, "2025-06", basis="growth")], "no_data", "no_data", id="growth of a month"),
        pytest.param({"basis": "growth"}, [seen(60, basis="growth")], "ahead", "met", id="growth of the year"),
        pytest.param({"basis": "increase"}, [seen(60, "2022/2025", basis="increase")], "no_data", "no_data", id="increase since before the plan"),
        pytest.param(
            {"basis": "increase", "of": plan(period_start=None)}, [seen(60, basis="increase")], "no_data", "no_data", id="since nobody knows"
        ),
        pytest.param({"basis": "cumulative"}, [seen(60, "2015/2025", basis="cumulative")], "no_data", "no_data", id="all since before the plan"),
        pytest.param({"basis": "cumulative"}, [seen(40, "2025/2025-12", basis="cumulative")], "no_data", "no_data", id="all since later years"),
        pytest.param({"basis": "cumulative"}, [seen(60, "2024/2025-06", basis="cumulative")], "met", "met", id="all since it began"),
        pytest.param({"basis": "cumulative"}, [seen(40, basis="cumulative")], "behind", "missed", id="all until then"),
        pytest.param({"basis": "increase"}, [seen(30, "2024/2025-12", basis="increase")], "behind", "missed", id="increase since it began"),
        pytest.param({"baseline_value": Decimal(25), "baseline_period": "2025-03"}, [seen(25, "2025-03")], "no_data", "no_data", id="the baseline"),
        pytest.param({}, [seen(49), seen(51, id="z", stated_on="2026-03")], "met", "met", id="of one day, the one stated last"),
        pytest.param({}, [seen(49), seen(51, id="z")], "behind", "missed", id="of one day and no more known, the one that says less"),
        pytest.param({}, [seen(49), seen(51, id="a", reliability="confirmed")], "met", "met", id="of one day, the confirmed one"),
    ],
)
def test_verdict_before_and_after_the_due_date(aim, observed, until_due, after_due):
    found = stand(target(**aim), observed)

    assert (found.until_due.verdict, found.after_due.verdict) == (until_due, after_due)


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [(40, "behind"), (Decimal("44.9"), "behind"), (45, "ahead"), (49, "ahead")],
)
def test_line_runs_straight_from_the_baseline_to_the_target(figure, verdict):
    # Half-way between the ends of 2023 and 2025 the line from 40 to 50 is at 45, a day of 731 aside.
    half = seen(figure, "2024-12-30")

    given = stand(target(baseline_value=Decimal(40), baseline_period="2023"), [half])
    observed = stand(target(), [seen(40, "2023"), seen(10, "2022"), half])

    assert (given.until_due.verdict, observed.until_due.verdict) == (verdict, verdict)
    assert (given.start, observed.start) == (observed.start and type(observed.start)(Decimal(40), date(2023, 12, 31)), observed.start)
    assert way(target(), Decimal(figure), given.start) == float((Decimal(figure) - 40) / 10)


def test_line_runs_down_to_a_ceiling():
    fall = target(10, comparator="lte", higher=False, baseline_value=Decimal(20), baseline_period="2023")

    assert [stand(fall, [seen(figure, "2024-12-30")]).until_due.verdict for figure in (14, 15, 16, 9)] == ["ahead", "ahead", "behind", "ahead"]


def test_without_a_baseline_the_first_figure_since_the_plan_began_is_the_start():
    first, second = seen(30, "2024-03"), seen(45, "2025-01")

    found = stand(target(), [first, second])

    assert (found.start, found.until_due) == (Start(Decimal(30), date(2024, 3, 31), first), Rule.ON_THE_WAY)


def test_figure_too_small_for_the_base_unit_is_held_against_nothing():
    aim, ceiling, told = target(40), target(50, comparator="lte"), seen(40)
    for lost in (aim, told):
        lost.normalized_value = Decimal(0)

    assert stand(aim, [seen(0)]).until_due == Rule.NO_FIGURE
    assert stand(ceiling, [told]).until_due == Rule.UNOBSERVED


def test_figure_beyond_what_a_number_carries_is_not_known():
    large: dict[str, Any] = {"baseline_value": Decimal(10) ** 17, "value_max": Decimal(10) ** 17, "unit_id": "part"}
    row = target(Decimal("0.0001"), comparator="range", **large)
    row.normalized_value = Decimal(10) ** 14

    assert (start_of(row), stand(row, [seen(1)]).until_due) == (None, Rule.NO_FIGURE)


def test_what_adds_up_since_another_year_is_no_start():
    added = target(100, basis="cumulative")

    found = stand(added, [seen(30, "2018/2023", basis="cumulative"), seen(60, "2024/2024-12", basis="cumulative")])

    assert (found.start, found.until_due) == (Start(Decimal(0), date(2024, 1, 1)), Rule.ON_THE_WAY)


def test_baseline_is_put_on_the_targets_scale():
    row = target(Decimal(50), baseline_value=Decimal(4000), baseline_period="2023")
    row.value, row.unit_id, row.normalized_unit_id = Decimal(50000), "PFLOPS", "EFLOPS"

    assert start_of(row) == Start(Decimal(4), date(2023, 12, 31))


comparators = st.sampled_from([word for word in Comparator.values if word not in Comparator.without_figure()])
figures = st.integers(1, 20).map(Decimal)
periods = st.sampled_from(["2023", "2024", "2025", "2024-12", "2025-06", "2025-12", "2025-12-31", "2026", "2025-01/2025-06", "2024/2025"])
scopes = st.sampled_from([None, "firms"])
bases = st.sampled_from(["level", "increase", "cumulative", "multiple"])


@st.composite
def quantities(draw):
    comparator, value = draw(comparators), draw(figures)
    upper = {"value_max": value + draw(figures)} if comparator == "range" else {}
    return {"comparator": comparator, "basis": draw(bases), "scope": draw(scopes), **upper}, value


@st.composite
def observations(draw):
    columns, value = draw(quantities())
    said = draw(st.sampled_from([None, "2024-06", "2025-06-30", "2026-01"]))
    return seen(value, draw(periods), id=f"o{draw(st.integers(0, 99))}", stated_on=said, **columns)


@st.composite
def targets(draw):
    columns, value = draw(quantities())
    higher, due = draw(st.sampled_from([True, False, None])), draw(st.sampled_from([None, "2024", "2025", "2025-12"]))
    return target(value, higher=higher, due=due, of=plan(period_start=draw(st.sampled_from([None, "2024", "2025-06"]))), **columns)


@settings(max_examples=400, deadline=None)
@given(targets(), st.lists(observations(), max_size=4))
def test_no_verdict_says_more_than_the_figures(aim, observed):
    """`met` and `missed` hold for every figure that the observation may stand for; each verdict is said only when it may be."""
    found = stand(aim, observed)
    aim.rule_until_due, aim.rule_after_due = found.until_due, found.after_due
    due = PartialDate.parse(aim.due).latest if aim.due else date.max
    for day in DAYS:
        verdict = rule_on(aim, day).verdict
        told = found.observation
        assert verdict != "missed" or day > due
        assert verdict not in {"ahead", "behind"} or day <= due
        if verdict == "no_data":
            continue
        assert (told.basis, told.scope) == (aim.basis, aim.scope)
        assert PartialDate.parse_span(told.period).latest <= due
        assert not aim.plan.period_start or PartialDate.parse_span(told.period).latest >= PartialDate.parse(aim.plan.period_start).earliest
        fulfilling = [fulfils(aim, figure) for figure in GRID if may_be(told, figure)]
        assert verdict != "met" or all(fulfilling)
        assert verdict != "missed" or not any(fulfilling)


def may_be(observation, figure):
    """Whether the true figure may be this one, said anew."""
    value = observation.value
    part = observation.basis in {"level", "increase"} and observation.period == "2025-01/2025-06"
    upper = {"eq": value, "approx": value * Decimal("1.1"), "order_of_magnitude": value * 10, "range": observation.value_max}
    lower = {"lte": None, "lt": None, "approx": value * Decimal("0.9")}.get(observation.comparator, value)
    most = None if part else {"lte": value, "lt": value, **upper}.get(observation.comparator)
    if (observation.comparator == "gt" and figure <= value) or (observation.comparator == "lt" and figure >= value and not part):
        return False
    return (lower is None or figure >= lower) and (most is None or figure <= most)


def fulfils(aim, figure):
    """Whether this figure is what the target asks for, said anew."""
    value, higher = aim.value, aim.indicator.higher_is_better
    if aim.comparator in {"gt", "lt"}:
        return figure > value if aim.comparator == "gt" else figure < value
    if aim.comparator in {"gte", "lte"}:
        return figure >= value if aim.comparator == "gte" else figure <= value
    upper = aim.value_max if aim.comparator == "range" else value
    return (higher is True or figure <= upper) and (higher is False or figure >= value)


@pytest.fixture
def settled(transactional_db):
    """A target of Hangzhou's, at least 50 by the end of 2025."""
    with editing():
        make.event(make.plan("hangzhou", jurisdiction=make.city("hangzhou")), date="2024-05")
        return make.target(Plan.objects.get(), value=50, due="2025", indicator=make.indicator(higher_is_better=True))


def rules(row):
    row.refresh_from_db()
    return row.told_by_id, row.rule_until_due, row.rule_after_due


def test_target_is_settled_anew_with_whatever_it_follows_from(settled):
    assert rules(settled) == (None, "unobserved", "unobserved")

    make.observation("told", jurisdiction=make.city("hangzhou"), indicator=make.indicator(), comparator="eq", value=60, period="2025")
    assert rules(settled) == ("told", "reached", "reached")

    with editing():
        Observation.objects.filter(pk="told").update(value=40)
    assert rules(settled) == ("told", "no_line", "not_reached")

    with editing():
        Observation.objects.filter(pk="told").update(kind="forecast")
    assert rules(settled) == (None, "unobserved", "unobserved")

    with editing():
        Observation.objects.filter(pk="told").update(kind="reported", jurisdiction=make.city("ningbo"))
    assert rules(settled) == (None, "unobserved", "unobserved")

    with editing():
        Observation.objects.filter(pk="told").update(jurisdiction="hangzhou", value=60)
        Plan.objects.get().events.all().delete()
        make.event(Plan.objects.get(), date="2026-01")
    assert rules(settled) == (None, "unobserved", "unobserved")

    with editing():
        Plan.objects.get().events.all().delete()
        Observation.objects.get().delete()
    assert rules(settled) == (None, "unobserved", "unobserved")


def test_observation_and_target_written_together_are_settled_together(transactional_db):
    """The figure is normalised in the same transaction, after the target was first looked at."""
    with editing():
        make.unit("EFLOPS", dimension="computing")
        unit = make.unit("PFLOPS", dimension="computing", base_id="EFLOPS", factor="0.001")
        row = make.target(make.plan(), value=50000, unit=unit, due="2025", indicator=make.indicator(higher_is_better=True))
        make.observation("told", value=50, unit_id="EFLOPS", comparator="eq", period="2025", indicator=make.indicator())

    assert rules(row) == ("told", "reached", "reached")


def test_condition_on_verdicts_is_the_rule_of_the_day(settled):
    make.observation("told", jurisdiction=make.city("hangzhou"), indicator=make.indicator(), comparator="eq", value=40, period="2025")
    make.target(Plan.objects.get(), "other", due=None)
    make.target(Plan.objects.get(), "third", due="2025-02")

    for day in (date(2025, 2, 28), date(2025, 3, 1), date(2025, 12, 31), date(2026, 1, 1)):
        for verdict in Verdict:
            expected = {row.pk for row in Target.objects.all() if rule_on(row, day).verdict == verdict}
            assert set(Target.objects.filter(standing([verdict], day)).values_list("pk", flat=True)) == expected
        assert Target.objects.filter(standing(Verdict, day)).count() == 3


def test_every_rule_gives_a_verdict_and_says_why():
    assert {rule.verdict for rule in Rule} == set(Verdict)
    assert all(rule.label.endswith(".") for rule in Rule)
