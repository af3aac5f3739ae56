"""What both databases can be asked."""

from __future__ import annotations

import pytest

from publishing.editing import editing
from reference.models import Unit

pytestmark = pytest.mark.django_db


def test_rows_of_more_owners_than_sqlite_takes_alternatives_are_loaded_with_them():
    columns = {"name_en": "Unit", "dimension": "number"}
    with editing():
        bases = Unit.objects.bulk_create(Unit(code=f"base-{number}", **columns) for number in range(1_001))
        Unit.objects.bulk_create(Unit(code=f"unit-{base}", base=base, factor=1, **columns) for base in bases)

    assert {row.base for row in Unit.objects.exclude(base=None).prefetch_related("base")} == set(bases)
