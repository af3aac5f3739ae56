"""Indexes follow the filters: what a list can be ordered by, an index begins with."""

from __future__ import annotations

from typing import Any

import pytest

from config import urls  # noqa: F401  (the viewsets are known once the addresses are)
from publishing.viewsets import ResourceViewSet


@pytest.mark.parametrize("viewset", ResourceViewSet.__subclasses__(), ids=lambda viewset: viewset.__name__)
def test_every_column_that_a_list_is_ordered_by_leads_an_index(viewset: type[ResourceViewSet]) -> None:
    model: Any = viewset.serializer_class.Meta.model
    ordered = {_field(model, column).name for column in viewset.filterset_class.columns().values()}

    led = {index.fields[0] for index in model._meta.concrete_model._meta.indexes}
    led |= {field.name for field in model._meta.concrete_fields if field.primary_key or field.unique or field.db_index}

    assert ordered - led == set()


def _field(model: Any, column: str) -> Any:
    return model._meta.get_field(column.removesuffix("_id") if column != "id" else column)
