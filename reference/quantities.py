"""Quantities: a comparator, a figure and a unit as a source wrote them, and the one figure that they compare by."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from publishing.fields import Text

CENT = Decimal("0.0001")
_TOO_LARGE = Decimal(10) ** 15


class Comparator(models.TextChoices):
    """How a figure binds. `gte` is "reach" or "at least", `gt` "more than"; `order_of_magnitude` is 千亿级: the power of ten alone."""

    GTE = "gte", "at least"
    GT = "gt", "more than"
    LTE = "lte", "at most"
    LT = "lt", "less than"
    EQ = "eq", "exactly"
    APPROX = "approx", "about"
    ORDER_OF_MAGNITUDE = "order_of_magnitude", "in the order of"
    RANGE = "range", "from … to"
    UNDISCLOSED = "undisclosed", "undisclosed"
    QUALITATIVE = "qualitative", "without a figure"

    @classmethod
    def without_figure(cls) -> tuple[str, str]:
        return cls.UNDISCLOSED.value, cls.QUALITATIVE.value


class Basis(models.TextChoices):
    """What the figure is of: the level at the end, the increase by then, all since the start, a growth rate, or times the baseline."""

    LEVEL = "level"
    INCREASE = "increase"
    CUMULATIVE = "cumulative"
    GROWTH = "growth"
    MULTIPLE = "multiple"


class Per(models.TextChoices):
    """The span or thing that a rate counts by."""

    YEAR = "year"
    MONTH = "month"
    QUARTER = "quarter"
    DAY = "day"
    PROJECT = "project"
    COMPANY = "company"
    PERSON = "person"
    OTHER = "other"


def validate_figure(value: Decimal) -> None:
    """Refuse what a JSON number cannot carry exactly: more than 15 significant digits."""
    if len(value.normalize().as_tuple().digits) > 15:
        raise ValidationError("A figure has at most 15 significant digits.", code="figure")


def on_scale(value: Decimal) -> Decimal | None:
    """A computed figure to four decimals and 15 significant digits; None for one that needs more before the point."""
    # A JSON number carries no more than 15 digits, nor does SQLite.
    if abs(value) >= _TOO_LARGE:
        return None
    rounded = Context(prec=15).plus(value.quantize(CENT))
    return rounded if abs(rounded) < _TOO_LARGE else None


class Figure(models.DecimalField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A number exact to four decimals."""

    default_validators = [validate_figure]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=22, decimal_places=4)
        super().__init__(*args, **kwargs)


class Quantity(models.Model):
    """A figure as written, with its normalised twin.

    Two quantities compare only within one normalised unit, `basis`, `per` and `scope`: most contradictions in the wild are two scopes of one word.
    """

    comparator = Text(
        max_length=20,
        choices=Comparator,
        help_text='How the figure binds: gte for "reach", gt for "more than", qualitative where there is none.',
    )
    value = Figure(
        null=True,
        blank=True,
        help_text="The figure, in `unit`; the lower bound of a range. Null if undisclosed or qualitative.",
    )
    value_max = Figure(null=True, blank=True, help_text="Upper bound, for a range alone.")
    unit = models.ForeignKey(
        "reference.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the figure counts in: CNY, EFLOPS, count, percent …",
    )
    per = Text(max_length=10, choices=Per, null=True, blank=True, help_text="The span that a rate counts by, e.g. year.")
    basis = Text(
        max_length=10,
        choices=Basis,
        default=Basis.LEVEL,
        help_text="What the figure is of: level, increase, cumulative, growth or multiple.",
    )
    scope = Text(
        max_length=200,
        null=True,
        blank=True,
        help_text="What is counted, where the indicator leaves it open: above-scale firms, core industry, FP16 …",
    )
    value_text = Text(max_length=100, null=True, blank=True, help_text="The figure in the source's own words: 千亿级, 数十.")
    normalized_value = Figure(null=True, editable=False, help_text="`value` in `normalized_unit`, to compare, order and sum by; derived.")
    normalized_unit = models.ForeignKey(
        "reference.Unit",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="Yuan for money, the base unit for the rest; derived.",
    )

    # Where a change alters the normalised figure: see publishing.derivation.
    derived_from: ClassVar[tuple[str | tuple[str, ...], ...]] = ("unit", "unit__base", "unit__rates", "sources")

    # What lists are filtered and ordered by; each model indexes its own.
    filtered_by: ClassVar[tuple[str, ...]] = ("comparator", "value", "value_max", "per", "basis", "scope", "value_text", "normalized_value")

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(comparator__in=Comparator.without_figure(), value=None)
                | (~Q(comparator__in=Comparator.without_figure()) & Q(value__isnull=False)),
                name="%(class)s_value_fits_comparator",
                violation_error_message="An undisclosed or qualitative quantity has no value; any other has one.",
                violation_error_code="value_fits_comparator",
            ),
            models.CheckConstraint(
                # A comparison with null is neither true nor false, and a check refuses only what is false.
                condition=Q(comparator="range", value_max__isnull=False, value_max__gt=F("value")) | (~Q(comparator="range") & Q(value_max=None)),
                name="%(class)s_range_has_upper_bound",
                violation_error_message="A range has an upper bound above its value; nothing else has one.",
                violation_error_code="range_has_upper_bound",
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(unit__isnull=False),
                name="%(class)s_value_has_unit",
                violation_error_message="A value needs a unit.",
                violation_error_code="value_has_unit",
            ),
            models.CheckConstraint(condition=Q(comparator__in=Comparator.values), name="%(class)s_comparator_is_known"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="%(class)s_basis_is_known"),
            models.CheckConstraint(condition=Q(per=None) | Q(per__in=Per.values), name="%(class)s_per_is_known"),
            models.CheckConstraint(
                condition=Q(normalized_value=None, normalized_unit=None) | Q(normalized_value__isnull=False, normalized_unit__isnull=False),
                name="%(class)s_normalized_is_whole",
            ),
        )
