"""Keys: by what the records of a resource can be grouped, derived from the columns that they are filtered by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Concat, Substr
from django.db.models.lookups import Exact

# Longer texts are names and prose: nearly each record has its own.
LONGEST_VOCABULARY = 200


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Key:
    """What records are grouped by: one value of each, or several."""

    help_text: str
    # The value, where a record has one at most.
    expression: Any = None
    # Rows of `record` and `value`, where it may have several.
    links: QuerySet[Any, Any] | None = None
    # Of which model the value is a key, where it refers to a row.
    model: type[models.Model] | None = None
    # From what the database gives to what JSON shows.
    read: Callable[[Any], Any] = _as_it_is

    @property
    def null_is_a_value(self) -> bool:
        """Whether null says something: that no word applies. Where it stands for a row, it says that this is not known."""
        return self.model is None


def of_column(field: Any, lookup: str, text: str) -> dict[str, Key]:
    """A column of short texts, whole numbers or truth values; of any other there is no key."""
    if isinstance(field, models.CharField) and (field.unique or (field.max_length or LONGEST_VOCABULARY + 1) > LONGEST_VOCABULARY):
        return {}
    if isinstance(field, models.CharField | models.IntegerField | models.BooleanField):
        return {"": Key(text, F(lookup), read=field.to_python)}
    return {}


def of_date(earliest: str, latest: str, text: str, *, span: bool) -> dict[str, Key]:
    """A partial date: its year, and its month where it is as exact as that. A span of several years is a key of its own."""
    first, last = Substr(earliest, 1, 4), Substr(latest, 1, 4)
    year = Case(When(Exact(first, last), then=first), default=Concat(first, Value("/"), last)) if span else first
    month, last_month = Substr(earliest, 1, 7), Substr(latest, 1, 7)
    return {
        "": Key(f"Its year. {text}", Case(When(**{f"{earliest}__isnull": False}, then=year))),
        "month": Key(f"Its month, null where no more than the year is known. {text}", Case(When(Exact(month, last_month), then=month))),
    }


def of_reference(field: Any, text: str, *, may_hide: bool) -> dict[str, Key]:
    """A reference to a row; to one that is not published, null."""
    column = f"{field.name}_id"
    if not may_hide:
        return {"": Key(text, F(column), model=field.related_model)}
    shown = Exists(field.related_model._default_manager.published().filter(pk=OuterRef(column)))
    return {"": Key(text, Case(When(shown, then=F(column))), model=field.related_model)}


def of_links(rows: QuerySet[Any, Any], record: str, value: str, text: str) -> dict[str, Key]:
    """References to several rows, of which only the published ones count: `rows` point by `record` to the one who refers, by `value` to the other."""
    related: Any = rows.model._meta.get_field(value).related_model
    published = related._default_manager.published()
    if published.query.where:
        rows = rows.filter(**{f"{value}__in": published})
    links = rows.order_by().values(record=F(f"{record}_id"), value=F(f"{value}_id")).exclude(value=None)
    # A link of its own table is there once; other rows may say the same twice.
    return {"": Key(text, links=links if rows.model._meta.auto_created else links.distinct(), model=related)}
