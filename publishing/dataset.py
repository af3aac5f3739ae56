"""The data set: the fixture files of this installation, loaded set by set and published as one revision.

A file states its rows whole, and what it states holds: a row is written where it differs, with its links, however it was edited since. A file
that has not changed since it was loaded is not read again, so edits made elsewhere stay. Loading never deletes a row: one that has vanished
from a file is no longer looked after and stays as it is, to be taken out, moved or unpublished by an editor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction

from publishing.entries import Entry, Flaw, FlawedFilesError, check, columns, find, is_named_by_id, key, read
from publishing.models import Fixture, Revision
from publishing.paths import batches
from publishing.progress import Begin, silently
from publishing.publish import lock, publish_pending
from publishing.tracking import foreign_keys_to_owners, pending


@dataclass(frozen=True)
class File:
    """A fixture file, by its path within the folder of fixtures, as it is now."""

    name: str
    text: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.text).hexdigest()


@dataclass(frozen=True)
class Loaded:
    """What loading did: the rows it had to write, and the revision that shows them, if any document changed."""

    rows: int
    revision: Revision | None


def files() -> list[File]:
    """All fixture files, in the order of their names."""
    folders = [Path(folder) for folder in settings.FIXTURE_DIRS]
    return [File(str(path.relative_to(folder)), path.read_bytes()) for folder in folders for path in sorted(folder.rglob("*.yaml"))]


def changed(found: Iterable[File]) -> list[File]:
    """Those that are not as they were when they were last loaded."""
    loaded = dict(Fixture.objects.values_list("name", "sha256"))
    return [file for file in found if loaded.get(file.name) != file.sha256]


def load(found: Collection[File], *, actor: str, begin: Begin = silently) -> Loaded:
    """Load these files in one transaction as one revision, or nothing of them: then FlawedFilesError says all that is wrong."""
    entries = _read(found, begin)
    with transaction.atomic():
        lock(Fixture)
        # Another process may have loaded them while this one waited.
        if not changed(found):
            return Loaded(0, None)
        pending().actor = actor
        written = _write(entries, begin)
        marks = [Fixture(name=file.name, sha256=file.sha256) for file in found]
        Fixture.objects.bulk_create(marks, update_conflicts=True, unique_fields=["name"], update_fields=["sha256"])
        try:
            return Loaded(written, publish_pending(begin))
        except ValidationError as error:
            raise FlawedFilesError(Flaw("together", None, None, message) for message in error.messages) from error


def _read(found: Collection[File], begin: Begin) -> list[Entry]:
    advance = begin("files", len(found))
    entries: list[Entry] = []
    flaws: list[Flaw] = []
    for file in found:
        stated, wrong = read(file.name, file.text)
        entries += stated
        flaws += wrong
        advance(1)
    flaws += check(entries)
    if flaws:
        raise FlawedFilesError(flaws)
    return entries


def _write(entries: list[Entry], begin: Begin) -> int:
    """Write the rows that differ from the database, and all links that do; return how many rows did."""
    by_model: defaultdict[type[models.Model], list[Entry]] = defaultdict(list)
    for entry in entries:
        by_model[entry.model].append(entry)
    advance = begin("rows", len(entries))
    written = 0
    # A row may refer to one that comes later: foreign keys are checked at the end of the transaction.
    for model, stated in by_model.items():
        differing = list(_differing(model, stated))
        for batch in batches(differing):
            _upsert(model, batch)
        written += len(differing)
        advance(len(stated))
    for model, stated in by_model.items():
        for link in model._meta.many_to_many:
            _link(model, link, stated, by_model.get(link.related_model, []))
    return written


def _differing(model: type[models.Model], stated: list[Entry]) -> Iterator[Entry]:
    """The entries whose rows are new or not as stated; each entry takes the key that its row has in this database."""
    existing = _existing(model, stated)
    names = [column.attname for column in columns(model).values()]
    owners = foreign_keys_to_owners(model)
    for entry in stated:
        row = existing.get(key(entry.row))
        if row is not None:
            entry.row.pk = row.pk
            entry.row._state.adding = False
            if all(getattr(row, name) == getattr(entry.row, name) for name in names):
                continue
            for owner in owners:
                pending().leave(model, owner, [getattr(row, f"{owner}_id")])
        yield entry


def _existing(model: type[models.Model], stated: list[Entry]) -> dict[Any, Any]:
    """The rows that the entries state, as far as they are in the database, by key."""
    by = model._meta.pk if is_named_by_id(model) else _owner(model)
    rows: dict[Any, Any] = {}
    for batch in batches({getattr(entry.row, by.attname) for entry in stated}):
        rows.update((key(row), row) for row in model._base_manager.filter(**{f"{by.attname}__in": batch}))
    return rows


def _owner(model: type[models.Model]) -> Any:
    """The row that a row without an id of its own goes with."""
    return next(column for column in model._meta.fields if isinstance(column, models.ForeignKey) and column.remote_field.on_delete is models.CASCADE)


def _upsert(model: type[models.Model], entries: list[Entry]) -> None:
    try:
        with transaction.atomic():
            _write_rows(model, entries)
    except DatabaseError as error:
        raise FlawedFilesError(list(_refusals(model, entries)) or [Flaw("together", None, None, str(error))]) from error


def _write_rows(model: type[models.Model], entries: list[Entry]) -> None:
    model._default_manager.bulk_create(
        [entry.row for entry in entries],
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=list(columns(model)),
    )


def _refusals(model: type[models.Model], entries: list[Entry]) -> Iterator[Flaw]:
    """Why the database refuses them: one by one, as it does not say of which row it speaks."""
    for entry in entries:
        try:
            with transaction.atomic():
                _write_rows(model, [entry])
        except DatabaseError as error:
            flaws = list(_broken_rules(entry))
            yield from flaws or [entry.flaw(None, str(error).splitlines()[0])]


def _broken_rules(entry: Entry) -> Iterator[Flaw]:
    for rules in (entry.row.validate_unique, entry.row.validate_constraints):
        try:
            rules()
        except ValidationError as error:
            yield from entry.flaws(error)


def _link(model: type[models.Model], link: models.ManyToManyField[Any, Any], stated: list[Entry], targets: list[Entry]) -> None:
    """Make the links of these rows those that are stated. One that holds both ways goes only if both rows are stated here: the other may claim it."""
    through: Any = link.remote_field.through
    mine, other = (through._meta.get_field(name).attname for name in (link.m2m_field_name(), link.m2m_reverse_field_name()))
    rows = {entry.row.pk for entry in stated}
    numbers = {} if is_named_by_id(link.related_model) else _numbers(link, stated, targets)
    wanted = {(entry.row.pk, numbers.get(named, named)) for entry in stated for named in entry.links.get(link.name, ())}
    if link.remote_field.symmetrical:
        wanted |= {(target, row) for row, target in wanted}
    existing: dict[tuple[Any, Any], Any] = {}
    for batch in batches(rows):
        found = through._base_manager.filter(**{f"{mine}__in": batch}).values_list(mine, other, "pk")
        existing.update({(row, target): pk for row, target, pk in found})
    missing = wanted - existing.keys()
    unwanted = {(row, target) for row, target in existing.keys() - wanted if not link.remote_field.symmetrical or target in rows}
    # Of a link that holds both ways the other half may be there.
    through._base_manager.bulk_create((through(**{mine: row, other: target}) for row, target in sorted(missing)), ignore_conflicts=True)
    for batch in batches([existing[pair] for pair in unwanted]):
        through._base_manager.filter(pk__in=batch).delete()
    if missing or unwanted:
        pending().write(model, {row for row, _ in missing | unwanted})


def _numbers(link: models.ManyToManyField[Any, Any], stated: list[Entry], targets: list[Entry]) -> dict[Any, Any]:
    """The numbers that rows without a public id have in this database, by the keys that files name them by."""
    numbers = {key(entry.row): entry.row.pk for entry in targets}
    elsewhere = {named for entry in stated for named in entry.links.get(link.name, ())} - numbers.keys()
    return numbers | {named: row.pk for named, row in find(link.related_model, elsewhere).items()}
