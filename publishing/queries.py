"""What a list is asked for, read whole: every parameter is known, every value is right, or all faults are named at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from publishing import values
from publishing.errors import BadParameters, Fault, did_you_mean
from publishing.filters import RecordFilters
from publishing.ordering import Key, read_order
from publishing.pagination import DEFAULT_SIZE, LARGEST_SIZE, LONGEST_CURSOR, Cursor
from publishing.resources import Resource
from publishing.selection import Tree, read_selection

# More than any resource has.
MOST_PARAMETERS = 200


class SizeField(values.ValueField):
    """How many records a page holds."""

    def read(self, value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= LARGEST_SIZE):
            raise values.fault(f"A whole number from 1 to {LARGEST_SIZE}.", value)
        return int(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}


@dataclass(frozen=True)
class General:
    """A parameter that all resources share."""

    field: values.ValueField
    help_text: str


RECORD_PARAMETERS = {
    "fields": General(
        values.ValueField(),
        "Show these fields alone; dots reach into nested ones: `id,name_en,jurisdiction.id`. A typed client wants whole records: leave it out.",
    ),
    "format": General(values.ChoiceField(words=("json",), single=True), "The format of the answer."),
}
LIST_PARAMETERS = {
    "ordering": General(values.ValueField(), "Order by these fields, `-` for descending; ties go by ascending id, nulls come last."),
    "page_size": General(SizeField(single=True), f"Records a page, at most {LARGEST_SIZE}."),
    "cursor": General(
        values.ValueField(single=True, longest=LONGEST_CURSOR), "Where the list goes on, from `next` or `previous` of the answer before."
    ),
    **RECORD_PARAMETERS,
}


@dataclass(frozen=True)
class ListQuery:
    """A list as it was asked for."""

    rows: QuerySet[Any]
    keys: list[Key]
    size: int
    cursor: Cursor | None
    fields: Tree | None
    # Filters and order: what a cursor belongs to.
    name: str


def read_list_query(data: QueryDict, resource: Resource, filterset: type[RecordFilters]) -> ListQuery:
    """The list that `data` asks of a resource; BadParameters with all faults if it is not well asked."""
    _refuse_too_many(data)
    faults = list(_unknown(data, {*filterset.base_filters, *LIST_PARAMETERS}))
    general = _general(data, LIST_PARAMETERS, faults)
    keys, order_faults = read_order(general.get("ordering", ()), filterset.columns(), resource.model)
    fields, field_faults = read_selection(general.get("fields", ()), resource.serializer)
    filters = filterset(data, resource.model._default_manager.published())  # type: ignore[attr-defined]
    faults += [*order_faults, *field_faults, *filters.faults()]
    name = _name(data, resource)
    cursor = None
    if "cursor" in general:
        try:
            cursor = Cursor.read(general["cursor"], name, keys, resource.model)
        except ValueError as error:
            faults.append(Fault("cursor", general["cursor"][: values.MOST_LETTERS], str(error)))
    if faults:
        raise BadParameters(faults)
    return ListQuery(filters.qs, keys, general.get("page_size", DEFAULT_SIZE), cursor, fields, name)


def read_record_query(data: QueryDict, resource: Resource) -> Tree | None:
    """The fields that `data` asks of a record; BadParameters with all faults if it is not well asked."""
    _refuse_too_many(data)
    faults = list(_unknown(data, RECORD_PARAMETERS))
    general = _general(data, RECORD_PARAMETERS, faults)
    fields, field_faults = read_selection(general.get("fields", ()), resource.serializer)
    faults += field_faults
    if faults:
        raise BadParameters(faults)
    return fields


def _refuse_too_many(data: QueryDict) -> None:
    """Nobody asks that in earnest, and each fault is dear: what it may have meant is looked for."""
    if len(data) > MOST_PARAMETERS:
        raise BadParameters([Fault(list(data)[MOST_PARAMETERS][: values.MOST_LETTERS], None, f"Give at most {MOST_PARAMETERS} parameters.")])


def _unknown(data: QueryDict, known: Any) -> Iterator[Fault]:
    for name in data:
        if name not in known:
            yield Fault(
                name[: values.MOST_LETTERS],
                str(data[name])[: values.MOST_LETTERS],
                "No such parameter.",
                allowed=sorted(known),
                did_you_mean=did_you_mean(name[: values.MOST_LETTERS], known) or None,
            )


def _general(data: QueryDict, parameters: Mapping[str, General], faults: list[Fault]) -> dict[str, Any]:
    read = {}
    for name in parameters.keys() & data.keys():
        try:
            read[name] = parameters[name].field.clean(data.getlist(name))
        except ValidationError as errors:
            faults += map(partial(_fault, name), errors.error_list)
    return read


def _fault(name: str, error: ValidationError) -> Fault:
    return Fault(name, detail=str(error.message), **{"value": None, **(error.params or {})})


def _name(data: QueryDict, resource: Resource) -> str:
    free = {"cursor", "page_size", "fields", "format"}
    asked = sorted((name, value) for name, given in data.lists() if name not in free for value in given)
    return f"{resource.name} {asked}"


def refuse_parameters(data: QueryDict) -> None:
    """For what takes no parameters."""
    _refuse_too_many(data)
    faults = list(_unknown(data, ()))
    if faults:
        raise BadParameters(faults)
