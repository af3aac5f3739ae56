"""What there is to test: every resource, with the filters and the columns to order by that its viewset declares."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from publishing.resources import RESOURCES

NAMES = sorted(RESOURCES)
every_resource = pytest.mark.parametrize("resource", NAMES)


def viewset(resource: str) -> Any:
    """The viewset behind /v1/<resource>/."""
    view: Any = resolve(f"/v1/{resource}/").func
    return view.cls


@cache
def filters(resource: str) -> dict[str, Any]:
    """The parameters that a list is filtered by."""
    return dict(viewset(resource).filterset_class.base_filters)


def parameters(resource: str, action: str = "list") -> dict[str, Any]:
    """The parameters that an action takes beside filters."""
    view = viewset(resource)()
    view.action = action
    return dict(view.question.parameters_of())


def columns(resource: str) -> list[str]:
    """What a list can be ordered by."""
    return sorted(viewset(resource).filterset_class.columns())


def fields(resource: str) -> list[str]:
    """The fields of a record, in order."""
    return list(RESOURCES[resource].serializer().fields)


def queries(client: Client, address: str, headers: dict[str, str] | None = None) -> int:
    """How many queries an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        client.get(address, headers=headers)
    return len(captured)
