"""Entries: what fixture files say of rows, read and checked in memory, every flaw of every file at once; nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import models

from publishing.errors import did_you_mean
from publishing.fields import Lines
from publishing.models import Document
from publishing.partial_dates import PartialDateField
from publishing.paths import batches
from publishing.resources import RESOURCES
from publishing.rows import Row

# In C where there is one: ten times as fast.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Flaw:
    """What is wrong in a file: with which record of it, in which field, and why."""

    file: str
    record: str | None
    field: str | None
    reason: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.record, self.field) if part)
        return f"{self.file}: {place}: {self.reason}" if place else f"{self.file}: {self.reason}"


class FlawedFilesError(Exception):
    """The files cannot be loaded; all that is wrong is named."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws = list(flaws)
        super().__init__("\n".join(str(flaw) for flaw in self.flaws))


@dataclass
class Entry:
    """A row as a file states it, whole: a column that is left out has its default, a link that is left out is none."""

    file: str
    row: Any
    links: dict[str, set[Any]] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        return type(self.row)

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower} {' '.join(str(part) for part in self.row.natural_key() if part is not None)}"

    def flaw(self, field_name: str | None, reason: str) -> Flaw:
        return Flaw(self.file, self.label, None if field_name == NON_FIELD_ERRORS else field_name, reason)

    def flaws(self, error: ValidationError) -> Iterator[Flaw]:
        """A flaw for each of the errors."""
        for name, reasons in error.update_error_dict({}).items():
            for reason in reasons:
                yield from (self.flaw(name, message) for message in reason.messages)


def read(file: str, text: bytes) -> tuple[list[Entry], list[Flaw]]:
    """The entries of a file, and what of it could not be read."""
    try:
        said = yaml.load(text, Loader=_Loader) or []  # noqa: S506  (both are safe loaders)
    except yaml.YAMLError as error:
        return [], [Flaw(file, None, None, f"Not YAML: {' '.join(str(error).split())}")]
    if not isinstance(said, list):
        return [], [Flaw(file, None, None, "Not a list of entries.")]
    entries: list[Entry] = []
    flaws: list[Flaw] = []
    for number, one in enumerate(said, start=1):
        entry = _entry(file, number, one)
        if isinstance(entry, Entry):
            entries.append(entry)
        else:
            flaws += entry
    return entries, flaws


def check(entries: list[Entry]) -> list[Flaw]:
    """All that is wrong with the entries together, but for what only the database can tell."""
    flaws = [*_repeated(entries), *_moved(entries), *_unknown(entries)]
    joined = not flaws
    for entry in entries:
        referred = [column.name for column in entry.model._meta.fields if column.is_relation and getattr(entry.row, column.attname) is not None]
        try:
            entry.row.clean_fields(exclude=referred)
            # Rules that look at other rows would trip over one that is not there.
            if joined:
                entry.row.clean()
        except ValidationError as error:
            flaws += entry.flaws(error)
        for link in entry.model._meta.many_to_many:
            if not link.blank and not entry.links.get(link.name):
                flaws.append(entry.flaw(link.name, "At least one is needed."))
    return flaws


def is_named_by_id(model: type[models.Model]) -> bool:
    """Whether files name the rows of this model by their primary key, and not by a list: their natural key."""
    return not isinstance(model._meta.pk, models.AutoField)


def key(row: Any) -> Any:
    """What names a row in every installation alike."""
    return row.pk if is_named_by_id(type(row)) else tuple(row.natural_key())


def find(model: type[models.Model], keys: Iterable[Any]) -> dict[Any, Any]:
    """The rows of these keys that are in the database."""
    found: dict[Any, Any] = {}
    if is_named_by_id(model):
        for batch in batches(set(keys)):
            found.update(model._base_manager.in_bulk(batch))
        return found
    # Only a link names such a row, and few do.
    for named in keys:
        with suppress(ObjectDoesNotExist, TypeError, ValueError):
            found[named] = model._default_manager.get_by_natural_key(*named)  # type: ignore[attr-defined]  # tracked models are Rows
    return found


@cache
def columns(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The columns that a file may set, the primary key aside: neither derived nor generated."""
    return {column.name: column for column in model._meta.concrete_fields if column.editable and not column.generated and not column.primary_key}


def _entry(file: str, number: int, said: object) -> Entry | list[Flaw]:
    if not isinstance(said, dict) or not said.keys() <= {"model", "pk", "fields"} or not isinstance(said.get("fields", {}), dict):
        return [Flaw(file, f"entry {number}", None, "An entry has a model, fields, and a pk where its model has public ids.")]
    try:
        found = apps.get_model(str(said.get("model")))
    except (LookupError, ValueError):
        found = models.Model
    if not issubclass(found, Row) or found._meta.proxy:
        return [Flaw(file, f"entry {number}", "model", f"No model of the data set: {said.get('model')}.")]
    model: type[models.Model] = found
    record = f"{model._meta.label_lower} {said.get('pk', f'(entry {number})')}"
    values, links, faults = _values(model, said.get("fields", {}))
    if is_named_by_id(model):
        try:
            values[model._meta.pk.attname] = _scalar(model._meta.pk, said.get("pk"))
        except ValidationError as error:
            faults["pk"] = error
    elif "pk" in said:
        faults["pk"] = ValidationError("Leave it out: the row is found by what it says.")
    if faults:
        return [Flaw(file, record, name, message) for name, error in faults.items() for message in error.messages]
    return Entry(file, model(**values), links)


def _values(model: type[models.Model], said: Mapping[Any, Any]) -> tuple[dict[str, Any], dict[str, set[Any]], dict[str, ValidationError]]:
    settable = columns(model)
    links = {link.name: link for link in model._meta.many_to_many}
    values: dict[str, Any] = {}
    linked: dict[str, set[Any]] = {}
    faults: dict[str, ValidationError] = {}
    for name, value in said.items():
        try:
            if name in links:
                linked[name] = _keys(links[name], value)
            elif name in settable:
                column = settable[name]
                values[column.attname] = column.to_python(value) if isinstance(column, Lines) else _scalar(column, value)
            else:
                faults[str(name)] = _no_such_field(model, str(name), [*settable, *links])
        except ValidationError as error:
            faults[str(name)] = error
    return values, linked, faults


def _keys(link: models.ManyToManyField[Any, Any], value: object) -> set[Any]:
    if not isinstance(value, list):
        raise ValidationError("Give a list.")
    target = link.related_model
    if is_named_by_id(target):
        keys = [_scalar(target._meta.pk, one) for one in value]
    elif all(isinstance(one, list) for one in value):
        keys = [tuple(one) for one in value]
    else:
        raise ValidationError("Its rows have no ids: name each by a list, its natural key.")
    if None in keys:
        raise ValidationError("An id in the list is empty.")
    repeated = {str(one) for one in keys if keys.count(one) > 1}
    if repeated:
        raise ValidationError(f"Twice in the list: {', '.join(sorted(repeated))}.")
    return set(keys)


def _scalar(column: Any, value: object) -> Any:
    """The value as the column holds it. What YAML took for a number is not turned back into text: `no`, 0110 and 2.10 would come back changed."""
    column = column.target_field if column.is_relation else column
    if value is None:
        return None
    if isinstance(value, (list, dict)):
        raise ValidationError("Give one value.")
    if isinstance(column, models.CharField | models.TextField) and not isinstance(value, str):
        if not isinstance(column, PartialDateField) or isinstance(value, bool | float):
            raise ValidationError(f"Write it in quotes: YAML reads it as {value!r}.")
    elif isinstance(value, bool) != isinstance(column, models.BooleanField):
        raise ValidationError(f"Not what it holds: {value!r}.")
    return column.to_python(str(value) if isinstance(value, float) else value)


def _no_such_field(model: type[models.Model], name: str, known: list[str]) -> ValidationError:
    if any(column.name == name for column in model._meta.concrete_fields):
        return ValidationError("It is derived, never typed in." if name != model._meta.pk.name else "Write it as pk.")
    near = did_you_mean(name, known)
    return ValidationError(f"No such field.{f' Did you mean {near[0]}?' if near else ''}")


def _repeated(entries: list[Entry]) -> Iterator[Flaw]:
    first: dict[tuple[Any, ...], Entry] = {}
    for entry in entries:
        other = first.setdefault((entry.model, key(entry.row)), entry)
        if other is not entry:
            yield entry.flaw(None, f"It stands in {other.file} already." if other.file != entry.file else "It stands there twice.")


def _moved(entries: list[Entry]) -> Iterator[Flaw]:
    """Ids under which a record was published that has another id now."""
    for resource in RESOURCES.values():
        named = {str(entry.row.pk): entry for entry in entries if entry.model is resource.model}
        for batch in batches(named):
            gone = Document.objects.current().filter(resource=resource.name, record__in=batch, action=Document.Action.MOVED)
            for document in gone:
                yield named[document.record].flaw("pk", f"It was moved to {document.successor}; write that id.")


def _unknown(entries: list[Entry]) -> Iterator[Flaw]:
    """References to rows that are neither in the files nor in the database. The others are joined up, so that `clean` asks the database for none."""
    rows: defaultdict[type[models.Model], dict[Any, Any]] = defaultdict(dict)
    for entry in entries:
        rows[entry.model][key(entry.row)] = entry.row
    elsewhere: defaultdict[type[models.Model], set[Any]] = defaultdict(set)
    for entry in entries:
        for _, model, named in _references(entry):
            if named not in rows[model]:
                elsewhere[model].add(named)
    for model, keys in elsewhere.items():
        rows[model].update(find(model, keys))
    for entry in entries:
        for name, model, named in _references(entry):
            if named not in rows[model]:
                near = did_you_mean(str(named), [str(known) for known in (*rows[model], *model._base_manager.values_list("pk", flat=True)[:5000])])
                advice = f" Did you mean {' or '.join(near)}?" if near else ""
                yield entry.flaw(name, f"No such {model._meta.verbose_name}: {named}.{advice}")
            elif name not in entry.links:
                entry.model._meta.get_field(name).set_cached_value(entry.row, rows[model][named])  # type: ignore[union-attr]  # a reference is a field


def _references(entry: Entry) -> Iterator[tuple[str, Any, Any]]:
    for column in columns(entry.model).values():
        if column.is_relation and (named := getattr(entry.row, column.attname)) is not None:
            yield column.name, column.related_model, named
    for name, keys in entry.links.items():
        target = entry.model._meta.get_field(name).related_model
        yield from ((name, target, named) for named in keys)
