"""What a list or a record is asked for, read whole: every parameter is known, every value is right, or all faults are named at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers

from publishing import parameters, values
from publishing.errors import BadParameters, Fault
from publishing.filters import RecordFilters
from publishing.ordering import Key, read_order
from publishing.pagination import DEFAULT_SIZE, LARGEST_SIZE, LONGEST_CURSOR, Cursor
from publishing.parameters import General, Parameters
from publishing.past import AS_OF, Past
from publishing.resources import Resource
from publishing.search.asking import RANKED
from publishing.selection import Tree, read_selection
from publishing.then import Then

ALL = "all"


class SizeField(values.WholeField):
    """How many records a page holds."""

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "default": DEFAULT_SIZE}


class SizeOrAllField(SizeField):
    """As above, or `all`; the contract leaves that out, as typed clients read JSON, which has pages alone."""

    def read(self, value: str) -> int | str:
        return ALL if value == ALL else super().read(value)


PAGE_PARAMETERS = {
    "page_size": General(SizeField(most=LARGEST_SIZE, single=True), f"Records a page, at most {LARGEST_SIZE}."),
    "cursor": General(
        values.ValueField(single=True, longest=LONGEST_CURSOR), "Where the list goes on, from `next` or `previous` of the answer before."
    ),
}
SHAPE_PARAMETERS = {
    "fields": General(
        values.ValueField(),
        "Show these fields alone; dots reach into nested ones: `id,name_en,jurisdiction.id`. A typed client wants whole records: leave it out.",
    ),
}
RECORD_PARAMETERS = {**AS_OF, **SHAPE_PARAMETERS}
LIST_PARAMETERS = {
    "ordering": General(values.ValueField(), "Order by these fields, `-` for descending; ties go by ascending id, nulls come last."),
    **PAGE_PARAMETERS,
    **SHAPE_PARAMETERS,
}


# Of lists that can be had as of a past day, and be sent whole, in formats that are written as they are read.
WHOLE_PARAMETERS = {
    **LIST_PARAMETERS,
    **AS_OF,
    "page_size": General(
        SizeOrAllField(most=LARGEST_SIZE, single=True), f"Records a page, at most {LARGEST_SIZE}; except in json also `all`, the whole list."
    ),
}


@dataclass(frozen=True)
class Answers:
    """What a list shows of each record in the record's stead: its name, and its shape."""

    name: str
    shape: type[serializers.BaseSerializer[Any]]


@dataclass(frozen=True)
class ListQuery:
    """A list as it was asked for."""

    rows: QuerySet[Any]
    keys: list[Key]
    # None: all of it.
    size: int | None
    cursor: Cursor | None
    fields: Tree | None
    # Filters and order: what a cursor belongs to.
    name: str
    # What is shown of each record.
    shape: type[serializers.BaseSerializer[Any]]
    # As of when, and what the filters ask of then; they have not narrowed the rows yet.
    past: Past | None = None
    filters: Sequence[Then] = ()


def read_list_query(  # noqa: PLR0913, PLR0917  (the last two are for lists of another kind)
    data: QueryDict,
    resource: Resource,
    filterset: type[RecordFilters],
    known: Parameters,
    answers: Answers | None = None,
    past: Past | None = None,
) -> ListQuery:
    """The list that `data` asks of a resource; BadParameters with all faults if it is not well asked.

    `known` are the parameters beside the filters. A list that `answers` something else about its records has a name of its own for its cursors,
    and its own fields. `past` is what `as_of` was read as.
    """
    name, shape = (answers.name, answers.shape) if answers else (resource.name, resource.serializer)
    # To read `as_of` takes a query: once is enough.
    unread = {name: general for name, general in known.items() if past is None or name not in AS_OF}
    given, faults = parameters.read(data, unread, also={*filterset.base_filters, *known})
    rows = resource.published()
    filters = filterset(data, rows, past)
    keys, order_faults = read_order(given.get("ordering", ()), filterset.columns(), resource.model)
    ranked = filters.ranked() if "ordering" not in given and past is None else None
    if ranked is not None:
        keys = list(RANKED)
    fields, field_faults = read_selection(given.get("fields", ()), shape)
    faults += [*order_faults, *field_faults, *filters.faults()]
    if given.get("page_size") == ALL and "cursor" in given:
        faults.append(Fault("page_size", ALL, "A whole list has no pages: give it without a cursor."))
    name = _name(data, name)
    cursor = None
    if "cursor" in given:
        try:
            cursor = Cursor.read(given["cursor"], name, keys, resource.model if ranked is None else ranked.model)
        except ValueError as error:
            faults.append(Fault("cursor", given["cursor"][: values.MOST_LETTERS], str(error)))
    if faults:
        raise BadParameters(faults)
    size = given.get("page_size", DEFAULT_SIZE)
    size = None if size == ALL else size
    if past is not None:
        return ListQuery(rows, keys, size, cursor, fields, name, shape, past, filters.then(past))
    return ListQuery(filters.qs if ranked is None else ranked, keys, size, cursor, fields, name, shape)


def read_record_query(data: QueryDict, resource: Resource, known: Parameters) -> tuple[Tree | None, Past | None]:
    """The fields that `data` asks of a record, and as of when; BadParameters with all faults if it is not well asked."""
    given, faults = parameters.read(data, known)
    fields, field_faults = read_selection(given.get("fields", ()), resource.serializer)
    faults += field_faults
    if faults:
        raise BadParameters(faults)
    return fields, given.get("as_of")


def _name(data: QueryDict, answers: str) -> str:
    free = {"cursor", "page_size", "fields", "format", "bom"}
    asked = sorted((name, value) for name, given in data.lists() if name not in free for value in given)
    return f"{answers} {asked}"
