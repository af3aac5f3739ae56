"""Writes of rows by every path that there is, as values that hypothesis can draw, show and make smaller.

Rows are named by their place among those of their model, so a write fits any data; where there are none it does nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, models, transaction
from django.test import Client
from hypothesis import strategies as st

from policies.models import Plan
from publishing.editing import editing
from publishing.fields import Lines
from publishing.identity import move
from publishing.partial_dates import PartialDateField
from publishing.rows import Record, Row
from tests import factories as make
from tests.admin import pages

MODELS: list[type[Any]] = [model for model in apps.get_models() if issubclass(model, Row)]
LINKS: list[Any] = [link for model in MODELS if not model._meta.proxy for link in model._meta.many_to_many]
KEYS_TO_OWNERS: list[Any] = [
    key for model in MODELS if not model._meta.proxy for key in model._meta.fields if key.is_relation and key.editable and not key.remote_field.hidden
]
REFUSED = (ValidationError, IntegrityError)


class Undo(Exception):  # noqa: N818  (no error: it is meant)
    """What rolls a block back on purpose."""


@dataclass(frozen=True)
class Nth:
    """A row, by its place among those of its model."""

    place: int


Changes = dict[str, Any]


class Write(ABC):
    """One write, or several; raises one of REFUSED if it is not allowed."""

    @abstractmethod
    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        """Do it. `editor` is logged in to the admin; `old` are instances read before the first write."""


@dataclass(frozen=True)
class Save(Write):
    model: type[Any]
    row: int
    changes: Changes
    only_these: bool
    from_memory: bool

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        row = _remembered(self.model, self.row, old) if self.from_memory else _nth(self.model, self.row)
        if row and (not self.only_these or _is_there(row)):
            changes = _change(row, self.changes)
            row.save(update_fields=list(changes) if self.only_these else None)


@dataclass(frozen=True)
class Update(Write):
    model: type[Any]
    rows: frozenset[int]
    changes: Changes

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        _these(self.model, self.rows).update(**_resolved(self.model, self.changes))


@dataclass(frozen=True)
class BulkUpdate(Write):
    model: type[Any]
    rows: frozenset[int]
    changes: Changes

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        rows = list(_these(self.model, self.rows))
        for row in rows:
            _change(row, self.changes)
        self.model.objects.bulk_update(rows, self.changes.keys())


@dataclass(frozen=True)
class Copy(Write):
    """A new row like an old one; under an old id where `name` is one."""

    model: type[Any]
    row: int
    name: str
    changes: Changes
    path: str
    is_sourced: bool

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        row = _nth(self.model, self.row)
        if row is None:
            return
        row.pk = self.name if issubclass(self.model, Record) else None
        row._state.adding = True
        changes = _change(row, self.changes)
        with transaction.atomic():
            if self.path == "save":
                row.save()
            elif self.path == "create":
                row.save(force_insert=True)
            elif self.path == "update_or_create" and row.pk:
                self.model.objects.update_or_create(pk=row.pk, defaults=changes, create_defaults=_columns(row))
            elif self.path == "upsert" and row.pk and changes:
                self.model.objects.bulk_create([row], update_conflicts=True, unique_fields=["pk"], update_fields=list(changes))
            else:
                self.model.objects.bulk_create([row], ignore_conflicts=self.path == "ignore_conflicts")
            if self.is_sourced and row.pk and hasattr(row, "sources") and _is_there(row):
                row.sources.add("source")


@dataclass(frozen=True)
class Delete(Write):
    model: type[Any]
    rows: frozenset[int]
    path: str

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        if self.path == "queryset":
            _these(self.model, self.rows).delete()
            return
        row = _remembered(self.model, min(self.rows), old) if self.path == "memory" else _nth(self.model, min(self.rows))
        if row and _is_there(row):
            row.delete()


@dataclass(frozen=True)
class Link(Write):
    """A write of many-to-many links, from the row that holds them, from the one held, or in their own table."""

    link: Any
    row: int
    others: frozenset[int]
    action: str
    side: str

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        holder, held = self.link.model, self.link.related_model
        if self.side == "reverse":
            holder, held = held, holder
        row, others = _nth(holder, self.row), list(_these(held, self.others))
        if row is None:
            return
        if self.side == "table":
            self._write_table(row, others)
            return
        accessor = self.link.name if self.side == "forward" or holder is held else self.link.remote_field.get_accessor_name()
        links = getattr(row, accessor)
        if self.action == "set":
            links.set(others)
        elif self.action == "clear":
            links.clear()
        else:
            getattr(links, self.action)(*others)

    def _write_table(self, row: Any, others: list[Any]) -> None:
        table: Any = self.link.remote_field.through
        mine, other = self.link.m2m_field_name(), self.link.m2m_reverse_field_name()
        links = table.objects.filter(**{mine: row})
        if self.action == "set" and others:
            links.filter(pk__in=links[:1].values("pk")).update(**{other: others[0]})
        elif self.action in {"clear", "remove"}:
            (links if self.action == "clear" else links.filter(**{f"{other}__in": others})).delete()
        else:
            table.objects.bulk_create([table(**{mine: row, other: one}) for one in others if one.pk != row.pk], ignore_conflicts=True)


@dataclass(frozen=True)
class Adopt(Write):
    """Rows given to another owner, from the owner's side."""

    key: Any
    owner: int
    rows: frozenset[int]
    action: str

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        owner, rows = _nth(self.key.related_model, self.owner), list(_these(self.key.model, self.rows))
        if owner is None or owner in rows:
            return
        children = getattr(owner, self.key.remote_field.get_accessor_name())
        if self.action == "set":
            children.set(rows)
        elif self.action == "clear" and self.key.null:
            children.clear()
        elif self.action == "add":
            children.add(*rows)


@dataclass(frozen=True)
class LoadData(Write):
    model: type[Any]
    row: int
    changes: Changes

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        if row := _nth(self.model, self.row):
            _change(row, self.changes)
            with TemporaryDirectory() as folder:
                file = Path(folder) / "fixture.json"
                file.write_text(serializers.serialize("json", [row]))
                call_command("loaddata", file, verbosity=0)


@dataclass(frozen=True)
class SavePage(Write):
    """A page of the admin, saved with changes to its row and its inlines."""

    model: type[Any]
    row: int
    changes: Changes
    inline: int
    inline_row: int
    is_deleted: bool

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        if row := _nth(self.model, self.row):
            sent = pages.filled_in(editor.get(pages.changing(row)))
            sent |= {name.removesuffix("_id"): "" if value is None else value for name, value in _resolved(self.model, self.changes).items()}
            inlines = [name.removesuffix("-INITIAL_FORMS") for name, count in sent.items() if name.endswith("-INITIAL_FORMS") and count]
            if inlines and self.is_deleted:
                sent[f"{inlines[self.inline % len(inlines)]}-{self.inline_row}-DELETE"] = "on"
            pages.post(editor, pages.changing(row), sent)


@dataclass(frozen=True)
class Rename(Write):
    """A record moved to another id, or merged into the one that has it."""

    model: type[Any]
    row: int
    name: str

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        if row := _nth(self.model, self.row):
            move(row, self.name)


@dataclass(frozen=True)
class Block(Write):
    """Writes in a transaction, a savepoint or an editing; what is refused in it takes it back, and it may be taken back when all is well."""

    kind: str
    writes: list[Write]
    is_taken_back: bool

    def __call__(self, editor: Client, old: dict[type[Any], list[Any]]) -> None:
        block: Any = {"atomic": transaction.atomic, "editing": editing, "savepoint": _savepoint}[self.kind]
        with suppress(Undo, *REFUSED), block():
            for write in self.writes:
                write(editor, old)
            if self.is_taken_back:
                raise Undo


def make_world() -> dict[type[Any], list[Any]]:
    """Rows of every model, and the instances by model."""
    with editing():
        province = make.province()
        city, other_city = make.city(parent=province), make.city("other-city", parent=province)
        topic, thousand = make.topic(), make.unit("thousand", base=make.unit(), factor=1000)
        dollar = make.currency("USD")
        make.rate(dollar, 2024, "7.1")
        make.source("dated", published_on="2024-05")
        company = make.company(headquarters=city, topics=[topic])
        make.company("other-company", parent=company)
        make.listing(company)
        make.presence(company, jurisdiction=city)
        make.product(company)
        bureau = make.institution(jurisdiction=city, company=company)
        ranking = make.ranking()
        make.entry(ranking, 1, jurisdiction=city)
        make.entry(ranking, 2, company=company)
        plan = make.plan(jurisdiction=city, issuers=[bureau], companies=[company], topics=[topic])
        draft = make.plan("draft", jurisdiction=other_city, contradicts=[plan])
        make.relation(plan, "replaces", draft)
        make.event(plan)
        make.event(draft, "published", "2024-01")
        target = make.target(plan, topics=[topic], unit=thousand)
        make.target(draft, indicator=make.indicator(), unit=dollar, contradicts=[target])
        make.term(make.measure(plan))
        make.measure(city)
        seen = make.observation(company=company)
        make.observation("other-observation", contradicts=[seen])
    return {model: list(model.objects.order_by("pk")) for model in MODELS}


def writes() -> st.SearchStrategy[Write]:
    """Single writes, by any path."""
    place = st.integers(0, 2)
    # A page takes as long as ten other writes.
    return st.one_of(_quick_writes(), st.builds(SavePage, st.just(Plan), place, _changes(Plan), place, place, st.booleans()))


def blocks() -> st.SearchStrategy[Write]:
    """Several writes in a transaction, with blocks in blocks."""
    kinds = st.sampled_from(["savepoint", "editing"])
    inside = st.recursive(
        _quick_writes(), lambda write: st.builds(Block, kinds, st.lists(write, min_size=1, max_size=2), st.booleans()), max_leaves=3
    )
    return st.builds(Block, st.sampled_from(["atomic", "editing"]), st.lists(inside, min_size=2, max_size=3), st.booleans())


def _quick_writes() -> st.SearchStrategy[Write]:
    model = st.sampled_from(MODELS)
    concrete = st.sampled_from([model for model in MODELS if not model._meta.proxy])
    record = st.sampled_from([model for model in MODELS if issubclass(model, Record)])
    place, places = st.integers(0, 2), st.frozensets(st.integers(0, 2), min_size=1)
    name = st.sampled_from(["copy", "plan", "draft", "city", "company", "plan.copy"])
    copying = st.sampled_from(["save", "create", "update_or_create", "upsert", "bulk_create", "ignore_conflicts"])
    linking, side = st.sampled_from(["add", "remove", "set", "clear"]), st.sampled_from(["forward", "reverse", "table"])
    return st.one_of(
        model.flatmap(lambda model: st.builds(Save, st.just(model), place, _changes(model), st.booleans(), st.booleans())),
        model.flatmap(lambda model: st.builds(Update, st.just(model), places, _changes(model))),
        model.flatmap(lambda model: st.builds(BulkUpdate, st.just(model), places, _changes(model))),
        model.flatmap(lambda model: st.builds(Copy, st.just(model), place, name, _changes(model), copying, st.booleans())),
        st.builds(Delete, model, places, st.sampled_from(["instance", "queryset", "memory"])),
        st.builds(Link, st.sampled_from(LINKS), place, places, linking, side),
        st.builds(Adopt, st.sampled_from(KEYS_TO_OWNERS), place, places, st.sampled_from(["add", "set", "clear"])),
        concrete.flatmap(lambda model: st.builds(LoadData, st.just(model), place, _changes(model))),
        st.builds(Rename, record, place, name),
    )


def _changes(model: type[Any]) -> st.SearchStrategy[Changes]:
    columns: dict[str, Any] = {column.attname: _values(column) for column in model._meta.fields if column.editable and not column.primary_key}
    one = st.sampled_from(sorted(columns)).flatmap(lambda name: st.fixed_dictionaries({name: columns[name]}))
    return st.lists(one, min_size=1, max_size=2).map(lambda changes: {name: value for change in changes for name, value in change.items()})


def _values(column: Any) -> st.SearchStrategy[Any]:
    values: st.SearchStrategy[Any]
    if column.is_relation:
        values = st.integers(0, 2).map(Nth)
    elif column.choices:
        values = st.sampled_from([value for value, _ in column.choices])
    elif isinstance(column, PartialDateField):
        values = st.sampled_from(["2024", "2025-03", "2025-03-05"])
    elif isinstance(column, Lines):
        return st.sampled_from([[], ["Alias"]])
    elif isinstance(column, models.BooleanField):
        values = st.booleans()
    elif isinstance(column, models.CharField):
        values = st.sampled_from(["A", "B"])
    else:
        values = st.integers(1, 3)
    return st.none() | values if column.null else values


def _resolved(model: type[Any], changes: Changes) -> Changes:
    """The changes, with keys in the place of rows; without those whose rows there are none of."""
    resolved = {}
    for name, value in changes.items():
        found = _nth(model._meta.get_field(name.removesuffix("_id")).related_model, value.place) if isinstance(value, Nth) else None
        if not isinstance(value, Nth):
            resolved[name] = value
        elif found is not None:
            resolved[name] = found.pk
    return resolved


def _change(row: Any, changes: Changes) -> Changes:
    resolved = _resolved(type(row), changes)
    for name, value in resolved.items():
        setattr(row, name, value)
    return resolved


def _columns(row: Any) -> Changes:
    return {column.attname: getattr(row, column.attname) for column in row._meta.fields if not column.generated}


def _nth(model: type[Any], place: int) -> Any:
    rows = model.objects.order_by("pk")
    count = rows.count()
    return rows[place % count] if count else None


def _these(model: type[Any], places: frozenset[int]) -> Any:
    return model.objects.filter(pk__in=[row.pk for place in places if (row := _nth(model, place)) is not None])


def _remembered(model: type[Any], place: int, old: dict[type[Any], list[Any]]) -> Any:
    return old[model][place % len(old[model])] if old[model] else None


def _is_there(row: models.Model) -> bool:
    return type(row)._base_manager.filter(pk=row.pk).exists()


@contextmanager
def _savepoint() -> Iterator[None]:
    """A savepoint by hand, without the block that Django usually puts around one."""
    sid = transaction.savepoint()
    try:
        yield
    except BaseException:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(sid)
        raise
    transaction.savepoint_commit(sid)
