"""Dumping: the data set as fixture files again, byte for byte as they are where nothing has changed, so that edits come back as a diff.

A row stays in the file that states it; a new one goes where its nearest kin are. Within a file models follow the order of the apps and rows
that of their keys; a field stands where its model declares it, and is left out where it is empty or has its default.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import yaml
from django.apps import apps
from django.db import models

from publishing.dataset import File
from publishing.entries import columns, is_named_by_id, key, read
from publishing.rows import Row

# Where a row goes that is the first of its kin.
ELSEWHERE = "elsewhere"
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

Place = tuple[type[models.Model], Any]


def dump(files: Iterable[File]) -> dict[str, str]:
    """The texts of all files, by name, as the database has it now; a file none of whose rows is left is not among them."""
    places = _places(files)
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    kin = _Kin(places)
    for model in _models():
        for row in _rows(model):
            file = places.get((model, key(row))) or kin.file_for(row)
            rows[file].append(row)
    return {name: _text(found) for name, found in sorted(rows.items())}


def _places(files: Iterable[File]) -> dict[Place, str]:
    """The file that states each row."""
    return {(entry.model, key(entry.row)): file.name for file in files for entry in read(file.name, file.text)[0]}


class _Kin:
    """Where the rows are that a new one belongs with: those that share what it refers to first, in the file that holds most of its model there."""

    def __init__(self, places: dict[Place, str]) -> None:
        self.folders = {place: name.rpartition("/")[0] for place, name in places.items()}
        self.names: defaultdict[type[models.Model], Counter[str]] = defaultdict(Counter)
        for (model, _), name in places.items():
            self.names[model][name.rpartition("/")[2]] += 1

    def file_for(self, row: Any) -> str:
        model = type(row)
        name = self.names[model].most_common(1)[0][0] if self.names[model] else f"{model._meta.model_name}.yaml"
        return f"{self._folder(row)}/{name}"

    def _folder(self, row: Any) -> str:
        model = type(row)
        for column in columns(model).values():  # type: ignore[arg-type]  # a class is hashable
            if not column.is_relation or (related := getattr(row, column.attname)) is None:
                continue
            siblings = model._base_manager.filter(**{column.attname: related})[:200]
            folders = Counter(folder for sibling in siblings if (folder := self.folders.get((model, key(sibling)))))
            if folders:
                return folders.most_common(1)[0][0]
            owner = getattr(row, column.name)
            if folder := self.folders.get((type(owner), key(owner))):
                return folder
        return ELSEWHERE


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, Row) and not model._meta.proxy]


def _rows(model: type[models.Model]) -> list[Any]:
    rows = model._base_manager.prefetch_related(*(link.name for link in model._meta.many_to_many))
    return sorted(rows, key=lambda row: _sortable(key(row)))


def _sortable(named: Any) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in (named if isinstance(named, tuple) else (named,)))


def _text(rows: list[Any]) -> str:
    return "\n".join(yaml.dump([_entry(row)], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=150) for row in rows)


def _entry(row: Any) -> dict[str, Any]:
    model = type(row)
    named = {"pk": row.pk} if is_named_by_id(model) else {}
    return {"model": model._meta.label_lower, **named, "fields": dict(_fields(row))}


def _fields(row: Any) -> Iterator[tuple[str, Any]]:
    for name, column in columns(type(row)).items():  # type: ignore[arg-type]  # a class is hashable
        value = getattr(row, column.attname)
        if value is not None and value != column.get_default():
            yield name, _plain(value)
    for link in type(row)._meta.many_to_many:
        named = sorted((key(other) for other in getattr(row, link.name).all()), key=_sortable)
        if named:
            yield link.name, [list(one) if isinstance(one, tuple) else one for one in named]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # YAML reads 0.3 as a binary fraction: what is not whole is written as text.
        return int(value) if value == value.to_integral_value() else str(value.normalize())
    return value
