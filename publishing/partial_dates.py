"""Partial dates: EDTF level 0 (`2025`, `2025-03`, `2025-03-05`, and `2025/2035` where a span is allowed), kept as written.

EDTF level 0 is a profile of ISO 8601-1: https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.utils.deconstruct import deconstructible

from publishing.fields import Text, matches

_DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
DATE_PATTERN = f"^{_DATE}$"
SPAN_PATTERN = f"^{_DATE}(/{_DATE})?$"
_PARTS = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?")


@dataclass(frozen=True)
class PartialDate:
    """A year, a month or a day, as `text`; `earliest` and `latest` are the first and last day that it covers."""

    text: str
    earliest: date
    latest: date

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read YYYY, YYYY-MM or YYYY-MM-DD; anything else, or a day that no calendar has, is a ValueError."""
        match = _PARTS.fullmatch(text)
        if match is None:
            raise ValueError("Use YYYY, YYYY-MM or YYYY-MM-DD.")
        year, month, day = match["year"], match["month"], match["day"]
        try:
            earliest = date(int(year), int(month or 1), int(day or 1))
            latest = date(int(year), int(month or 12), int(day or monthrange(int(year), int(month or 12))[1]))
        except ValueError:
            raise ValueError(f"{text} is not in the calendar.") from None
        return cls(text, earliest, latest)

    @classmethod
    def parse_span(cls, text: str) -> PartialDate:
        """Read a partial date, or two joined by a slash, the first not after the second."""
        first, slash, last = text.partition("/")
        start = cls.parse(first)
        if not slash:
            return start
        end = cls.parse(last)
        if end.latest < start.earliest:
            raise ValueError("The span ends before it starts.")
        return cls(text, start.earliest, end.latest)


def bounds(text: str) -> tuple[str, str]:
    """What the derived columns of a date or span hold: `_earliest`, and `_latest`, in which each month has 31 days."""
    first, _, last = text.partition("/")
    last = last or first
    return (first + "-01-01")[:10], last + {4: "-12-31", 7: "-31"}.get(len(last), "")


class PartialDateField(Text):
    """A partial date as written, with two columns of its own that the database derives: `<name>_earliest` and `<name>_latest`.

    They hold `YYYY-MM-DD` as text, to filter and order by. In `_latest` each month has 31 days: a bound that sorts right needs no
    calendar, and it is never shown. `span=True` also takes `2025/2035`.
    """

    def __init__(self, *args: Any, span: bool = False, **kwargs: Any) -> None:
        self.span = span
        kwargs["max_length"] = 21 if span else 10
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, {**kwargs, "span": True} if self.span else kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        # A migration's state lists the derived columns by itself; an abstract model hands them on by inheritance of this field.
        if cls.__module__ == "__fake__" or cls._meta.abstract:
            return
        for bound, expression in (
            ("earliest", _earliest(name, span=self.span)),
            ("latest", _latest(name, span=self.span)),
        ):
            column: Any = models.GeneratedField(expression=expression, output_field=Text(max_length=10, null=True), db_persist=True, serialize=False)
            column.contribute_to_class(cls, f"{name}_{bound}")

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        return matches(self, connection, SPAN_PATTERN if self.span else DATE_PATTERN)

    def to_python(self, value: object) -> str | None:
        # YAML reads a bare 2025 as a number and a bare 2025-03-05 as a date.
        return None if value is None else str(value)

    def get_prep_value(self, value: object) -> Any:
        return super().get_prep_value(self.to_python(value))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if value is None:
            return
        try:
            (PartialDate.parse_span if self.span else PartialDate.parse)(value)
        except ValueError as fault:
            raise ValidationError(str(fault), code="partial_date") from None


# In a migration it is a plain Func: there it names a column, which takes no parameters.
@deconstructible(path="django.db.models.Func")
class _Bound(models.Func):
    """A template that names its argument several times, each time with its parameters: constraints are checked on values, too."""

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, parameters = super().as_sql(*args, **kwargs)
        return sql, [*parameters] * self.extra["template"].count(_WHOLE)


def _earliest(name: str, *, span: bool) -> models.Func:
    return _Bound(F(name), template=f"substr({_FIRST if span else _WHOLE} || '-01-01', 1, 10)")


def _latest(name: str, *, span: bool) -> models.Func:
    part = _LAST if span else _WHOLE
    return _Bound(
        F(name),
        template=f"CASE length({part}) WHEN 4 THEN {part} || '-12-31' WHEN 7 THEN {part} || '-31' ELSE {part} END",
    )


_WHOLE = "%(expressions)s"
# The two databases share no function that splits: ten spaces for the slash, and the first or last ten letters trimmed.
_FIRST = f"rtrim(substr(replace({_WHOLE}, '/', '          '), 1, 10))"
_LAST = f"ltrim(substr('          ' || replace({_WHOLE}, '/', '          '), length(replace({_WHOLE}, '/', '          ')) + 1))"
