"""Quantities: which figures there can be, and the one figure that those of other units compare by."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.models import Observation, Target
from publishing.editing import editing
from reference.models import ExchangeRate, Unit
from reference.quantities import Comparator, validate_figure
from tests import factories as make
from tests.every_path import Refuses, on_every_path

pytestmark = pytest.mark.django_db


def normalized(**columns: Any) -> Any:
    """The figure that a published observation compares by, and its unit."""
    with editing():
        make.observation(**columns)
    return again()


def again() -> Any:
    """The same, as it is now."""
    return Observation.objects.values_list("normalized_value", "normalized_unit").get()


@on_every_path
@pytest.mark.parametrize(
    "changes",
    [
        {"value": None},
        {"value_max": 5},
        {"comparator": "undisclosed"},
        {"comparator": "qualitative"},
        {"comparator": "range", "value_max": None},
        {"comparator": "range", "value_max": 1},
        {"comparator": "range", "value_max": Decimal("0.5")},
    ],
)
def test_comparator_says_which_figures_there_are(refuses: Refuses, changes: dict[str, Any]) -> None:
    assert refuses(make.target(make.plan()), **changes)


@pytest.mark.parametrize("comparator", Comparator.values)
def test_every_comparator_can_be_entered(comparator: str) -> None:
    figures: dict[str, Any] = {"value": 5, "unit": make.unit()}
    if comparator == "range":
        figures["value_max"] = 6
    if comparator in Comparator.without_figure():
        figures = {"value": None, "unit": None}

    with editing():
        make.target(make.plan(), comparator=comparator, **figures).full_clean()

    assert Target.objects.get().comparator == comparator


@pytest.mark.parametrize("value", ["123456789012345", "12345678901.2345", "1e14", "0.0001", "-3"])
def test_figure_of_15_digits_is_kept_exactly(value: str) -> None:
    validate_figure(Decimal(value))
    with editing():
        make.observation(value=Decimal(value))

    assert Observation.objects.get().value == Decimal(value)


@pytest.mark.parametrize("value", ["1234567890123456", "123456789012.3456"])
def test_figure_that_a_json_number_cannot_carry_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="15 significant digits"):
        validate_figure(Decimal(value))


def test_unit_with_a_base_is_multiplied_by_its_factor() -> None:
    petaflops = make.unit("PFLOPS", dimension="computing", base=make.unit("EFLOPS", dimension="computing"), factor=Decimal("0.001"))

    assert normalized(value=70000, unit=petaflops) == (70, "EFLOPS")


def test_base_unit_stands_as_it_is() -> None:
    assert normalized(value=Decimal("12.5"), unit=make.unit("percent", dimension="share")) == (Decimal("12.5"), "percent")


@pytest.mark.parametrize(
    ("published", "yuan"),
    [(["2024-05"], 720), (["2025"], 710), (["2025", "2024-12-31"], 720), (["2019"], 720), (["2031"], 710), ([None], 710), ([None, "2024"], 720)],
)
def test_currency_is_turned_into_yuan_at_the_rate_of_the_first_dated_source(published: list[str | None], yuan: int) -> None:
    with editing():
        dollar = make.currency("USD")
        make.rate(dollar, 2024, "7.2")
        make.rate(dollar, 2025, "7.1")
        sources = [make.source(f"source-{number}", published_on=day) for number, day in enumerate(published)]

    assert normalized(value=100, unit=dollar, sources=sources) == (yuan, "CNY")


def test_currency_without_a_rate_has_no_normalised_figure() -> None:
    assert normalized(value=100, unit=make.currency("XAU")) == (None, None)


@pytest.mark.parametrize("comparator", Comparator.without_figure())
def test_without_a_figure_there_is_nothing_to_normalise(comparator: str) -> None:
    assert normalized(comparator=comparator) == (None, None)


@pytest.mark.parametrize("value", [10_000, 10**17])
def test_figure_too_large_for_a_json_number_has_no_normalised_twin(value: int) -> None:
    large = make.unit("Tcount", base=make.unit(), factor=Decimal(10) ** 11)

    assert normalized(value=value, unit=large) == (None, None)


@pytest.mark.parametrize("base", ["PFLOPS", "TFLOPS", "EFLOPS"])
def test_base_unit_has_no_base_itself(base: str) -> None:
    with editing():
        unit: Unit = make.unit("PFLOPS")
        make.unit("TFLOPS", base=unit, factor=Decimal("0.001"))
        make.unit("EFLOPS")

    unit.base_id, unit.factor = base, Decimal("0.001")

    with pytest.raises(ValidationError, match="A base unit has no base itself"):
        unit.full_clean()


def test_normalised_figure_follows_its_unit_its_rate_and_its_sources() -> None:
    with editing():
        dollar = make.currency("USD")
        rate = make.rate(dollar, 2025, "7.1")
        early = make.source("early", published_on="2024")
    assert normalized(value=100, unit=dollar) == (710, "CNY")

    with editing():
        ExchangeRate.objects.filter(pk=rate.pk).update(yuan=7)
    assert again() == (700, "CNY")

    with editing():
        make.rate(dollar, 2024, "6")
        Observation.objects.get().sources.set([early])
    assert again() == (600, "CNY")

    with editing():
        Unit.objects.filter(pk="USD").update(dimension="number")
    assert again() == (100, "USD")


@pytest.fixture
def part(db: None) -> Unit:
    """A unit that one observation is in."""
    with editing():
        unit: Unit = make.unit("part", base=make.unit(), factor=1)
        make.observation(unit=unit)
    return unit


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.decimals("-99999999", "99999999", places=4), factor=st.decimals("0.000001", "1000000", places=6))
def test_normalised_figure_is_value_times_factor_to_four_decimals_and_15_digits(part: Unit, value: Decimal, factor: Decimal) -> None:
    with editing():
        Unit.objects.filter(pk="part").update(factor=factor)
        Observation.objects.update(value=value)

    found, _ = again()

    assert found == Context(prec=15).plus((value * factor).quantize(Decimal("0.0001")))
