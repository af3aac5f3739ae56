"""Partial dates: what is one, which days it covers, and that the database derives the same bounds and order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.models import Observation, Plan
from publishing.editing import editing
from publishing.partial_dates import PartialDate
from tests import factories as make

days = st.dates(min_value=date(1, 1, 1))
written = st.builds(lambda day, letters: day.isoformat()[:letters], days, st.sampled_from([4, 7, 10]))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-03-05", date(2025, 3, 5), date(2025, 3, 5)),
    ],
)
def test_partial_date_covers_all_its_days(text: str, earliest: date, latest: date) -> None:
    assert PartialDate.parse(text) == PartialDate(text, earliest, latest)


@given(written)
def test_partial_date_covers_from_its_first_day_to_the_one_before_the_next(text: str) -> None:
    parsed = PartialDate.parse(text)

    assert parsed.earliest.isoformat().startswith(text)
    assert parsed.latest.isoformat().startswith(text)
    if parsed.latest < date.max:
        assert not (parsed.latest + timedelta(days=1)).isoformat().startswith(text)


@pytest.mark.parametrize(
    "text",
    ["", "25", "0000", "2025-1", "2025-13", "2025-00", "2025-02-29", "2025-06-31", "2025/03", "2025-W01", "20250305", " 2025", "2025\n", "２０２５"],
)
def test_anything_else_is_no_partial_date(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (whatever it says)
        PartialDate.parse(text)


@given(written, written)
def test_span_covers_from_the_start_of_one_to_the_end_of_the_other(one: str, other: str) -> None:
    start, end = PartialDate.parse(one), PartialDate.parse(other)

    if end.latest < start.earliest:
        with pytest.raises(ValueError, match="ends before it starts"):
            PartialDate.parse_span(f"{one}/{other}")
    else:
        assert PartialDate.parse_span(f"{one}/{other}") == PartialDate(f"{one}/{other}", start.earliest, end.latest)


@pytest.fixture
def plan(db: None) -> Plan:
    with editing():
        made: Plan = make.plan()
    return made


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=written)
def test_database_bounds_each_date_as_it_is_parsed(plan: Plan, text: str) -> None:
    parsed = PartialDate.parse(text)

    Plan.objects.update(period_end=text)

    earliest, latest = Plan.objects.values_list("period_end_earliest", "period_end_latest").get()
    assert earliest == parsed.earliest.isoformat()
    # Each month has 31 days there: a bound needs no calendar.
    assert parsed.latest.isoformat() <= latest
    assert latest.startswith(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("period", "earliest", "latest"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024/2026", "2024-01-01", "2026-12-31"),
        ("2024-02/2024-06-03", "2024-02-01", "2024-06-03"),
        ("2024-02-03/2025", "2024-02-03", "2025-12-31"),
        ("2024-02-03/2025-02", "2024-02-03", "2025-02-31"),
    ],
)
def test_database_bounds_spans(period: str, earliest: str, latest: str) -> None:
    with editing():
        make.observation(period=period)

    assert Observation.objects.values_list("period_earliest", "period_latest").get() == (earliest, latest)
