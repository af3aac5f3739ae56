"""The paths by which a row gets into the database, to try a rule on each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DataError, IntegrityError, models, transaction

# Whether a row that is in order is refused once these changes are made to it.
Refuses = Callable[..., bool]


def _full_clean(row: Any, changes: dict[str, Any]) -> None:
    _changed(row, changes).full_clean()


def _save(row: Any, changes: dict[str, Any]) -> None:
    _changed(row, changes).save()


def _update(row: Any, changes: dict[str, Any]) -> None:
    type(row).objects.filter(pk=row.pk).update(**changes)


def _bulk_create(row: Any, changes: dict[str, Any]) -> None:
    key = row.pk
    row.delete()
    row.pk = key
    type(row).objects.bulk_create([_changed(row, changes)])


def _bulk_update(row: Any, changes: dict[str, Any]) -> None:
    type(row).objects.bulk_update([_changed(row, changes)], changes)


def _loaddata(row: Any, changes: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fixture.json"
        file.write_text(serializers.serialize("json", [_changed(row, changes)]))
        call_command("loaddata", file, verbosity=0)


def _changed(row: Any, changes: dict[str, Any]) -> models.Model:
    for name, value in changes.items():
        setattr(row, name, value)
    changed: models.Model = row
    return changed


def _refuses(path: Callable[[Any, dict[str, Any]], None]) -> Refuses:
    def refuses(row: Any, **changes: Any) -> bool:
        try:
            with transaction.atomic():
                path(row, changes)
        except (ValidationError, IntegrityError, DataError):
            return True
        return False

    return refuses


BY_THE_DATABASE = {path.__name__.removeprefix("_"): _refuses(path) for path in (_save, _update, _bulk_create, _bulk_update, _loaddata)}
BY_ALL = {"full_clean": _refuses(_full_clean), **BY_THE_DATABASE}

on_every_path = pytest.mark.parametrize("refuses", BY_ALL.values(), ids=BY_ALL)
on_every_path_to_the_database = pytest.mark.parametrize("refuses", BY_THE_DATABASE.values(), ids=BY_THE_DATABASE)
