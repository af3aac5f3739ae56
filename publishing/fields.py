"""Columns that behave alike on every database: text in code-point order, record ids, lists of lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$"


class Text(models.CharField):  # type: ignore[type-arg]  # the plugin reads null from the call
    """Text that is absent (null) or says something, and that sorts by code point on every database.

    A cursor compares in Python's order what the database has sorted, so a locale's collation would lose rows between pages.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        return _by_code_point(super().db_parameters(connection), connection)

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        # The output field of a generated column has no column of its own.
        return f"{_column(self, connection)} <> ''" if hasattr(self, "column") else None

    def formfield(self, **kwargs: Any) -> Any:
        if self.max_length and self.max_length > 300 and not self.choices:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        return super().formfield(**kwargs)


class RecordId(Text):
    """The public id of a record and its primary key: ASCII kebab-case, dots between an owner's id and its own part."""

    default_validators = [
        RegexValidator(
            ID_PATTERN,
            "Use lower-case ASCII letters, digits and single hyphens; a dot joins an owner's id and its own part.",
        ),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        return matches(self, connection, ID_PATTERN)


class Lines(models.TextField):  # type: ignore[type-arg]  # generic in the stubs alone
    r"""A short list of one-line texts, in order. Python sees a list; the column holds `\nfirst\nsecond\n`, or nothing.

    So one `LIKE` finds a line or a part of one, with the same result on SQLite and PostgreSQL.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        return _by_code_point(super().db_parameters(connection), connection)

    def from_db_value(self, value: str, expression: object, connection: object) -> list[str]:
        return value.split("\n")[1:-1] if value else []

    def to_python(self, value: object) -> list[str]:
        if value is None:
            return []
        lines = value.splitlines() if isinstance(value, str) else value
        if not isinstance(lines, Iterable) or not all(isinstance(line, str) for line in lines):
            raise ValidationError("Give a list of texts, one a line.")
        return [line.strip() for line in lines if line.strip()]

    def clean(self, value: object, model_instance: models.Model | None) -> list[str]:
        lines = self.to_python(value)
        if any(re.search(r"[\r\n]", line) for line in lines):
            raise ValidationError("A line cannot hold a line break.")
        return lines

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return "".join(f"\n{line}" for line in value) + "\n" if value else ""
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": _LinesFormField, **kwargs})


class _LinesFormField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("max_length", None)
        super().__init__(**{**kwargs, "help_text": f"{kwargs.get('help_text', '')} One a line.".strip()})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = value if isinstance(value, str) else "\n".join(value or [])
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


def matches(field: models.Field[Any, Any], connection: BaseDatabaseWrapper, pattern: str) -> str:
    """The SQL of a column check that `field` matches `pattern`, a regular expression without quotes or per cent signs."""
    operator = "~" if connection.vendor == "postgresql" else "REGEXP"
    return f"{_column(field, connection)} {operator} '{pattern}'"


def _by_code_point(parameters: dict[str, str | None], connection: BaseDatabaseWrapper) -> dict[str, str | None]:
    # Also, who ignores case then ignores that of A to Z alone, as SQLite does.
    return {**parameters, "collation": "C"} if connection.vendor == "postgresql" else parameters


def _column(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> str:
    return connection.ops.quote_name(str(field.column))
