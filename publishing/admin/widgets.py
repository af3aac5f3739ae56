"""Select boxes that find rows as one types, and number boxes without idle zeros."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models


class Finder(AutocompleteMixin):
    """A select box that holds what is chosen and asks the server for the rest; `label` tells all those of a page what their choices are called."""

    labels: dict[str, str] | None = None
    create_option: Any
    is_required: bool
    allow_multiple_selected: bool

    @property
    def finds(self) -> type[models.Model]:
        found: type[models.Model] = self.field.remote_field.model
        return found

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        if self.labels is None:
            return super().optgroups(name, value, attr)
        options = [(key, self.labels[key]) for key in map(str, value) if key in self.labels]
        if not (self.is_required or self.allow_multiple_selected):
            options.insert(0, ("", ""))
        return [(None, [self.create_option(name, key, label, bool(key), i) for i, (key, label) in enumerate(options)], 0)]


class FindOne(Finder, AutocompleteSelect):
    """Finds one row."""


class FindMany(Finder, AutocompleteSelectMultiple):
    """Finds several rows."""


class PlainNumber(forms.NumberInput):
    """A number without the zeros that its column pads it with."""

    def format_value(self, value: Any) -> str | None:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else super().format_value(value)


def label(shown: Iterable[forms.BaseForm]) -> None:
    """Tell each Finder of these forms what its choices are called: one query a model, however many forms there are."""
    finders = list(_finders(shown))
    keys: defaultdict[type[models.Model], set[str]] = defaultdict(set)
    for finder, chosen in finders:
        keys[finder.finds] |= {key for key in chosen if is_key(finder.finds, key)}
    labels = {model: {str(row.pk): str(row) for row in model._base_manager.filter(pk__in=found)} if found else {} for model, found in keys.items()}
    for finder, _ in finders:
        finder.labels = labels[finder.finds]


def is_key(model: type[models.Model], text: str) -> bool:
    """Whether a row of this model could have this primary key."""
    try:
        model._meta.pk.clean(text, None)
    except ValidationError:
        return False
    return "\x00" not in text


def _finders(shown: Iterable[forms.BaseForm]) -> Iterator[tuple[Finder, list[str]]]:
    for form in shown:
        for bound in form:
            # The admin wraps a select box in links that add and change its rows.
            widget = getattr(bound.field.widget, "widget", bound.field.widget)
            if isinstance(widget, Finder):
                chosen = bound.value()
                yield widget, [str(key) for key in (chosen if isinstance(chosen, list | tuple) else [chosen]) if key not in {None, ""}]
