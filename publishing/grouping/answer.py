"""Grouping: from the records that filters admit to groups of them, counted and added up in one statement, on every database alike.

It reads every record that the filters admit, once; no index can spare that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from publishing.errors import BadParameters, Fault
from publishing.grouping.aggregates import Number
from publishing.grouping.agreement import Agreement
from publishing.grouping.question import COUNT, MOST_GROUPS, Condition, GroupQuery
from publishing.keys import Key
from publishing.resources import Resource
from publishing.shapes import Reference

_CHUNK = 2000
# By what records are told apart that rest on sources.
_SOURCE = "source"


@dataclass(frozen=True)
class _Group:
    """Records with the same key: how many, and the figures asked for."""

    key: tuple[Any, ...]
    figures: dict[str, Number | None]


def find_groups(query: GroupQuery, resource: Resource) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The groups asked for, in order, as they are shown, and what their figures are figures of.

    BadParameters where figures cannot be taken together, or groups are too many.
    """
    try:
        statement, values = _statement(query)
    except EmptyResultSet:
        # The ORM sees that no record can match.
        return {"by": list(query.by), "groups": []}, {}
    groups, agreed = _read(query, statement, values)
    _sort(groups, query)
    shown = [_shown_keys(key, [group.key[place] for group in groups], resource) for place, key in enumerate(query.by.values())]
    return {"by": list(query.by), "groups": [_show(group, query, [values[place] for values in shown]) for place, group in enumerate(groups)]}, agreed


def find_sources(query: GroupQuery, resource: Resource, keys: Mapping[str, Key]) -> list[dict[str, Any]] | None:
    """The sources of all records that the filters admit, those of most records first; None where they are too many to be told."""
    if _SOURCE not in keys:
        return []
    counted = replace(query, aggregates=(), figures={}, alike={}, conditions=(), order=((COUNT, True),), shows_unknown=False)
    try:
        found, _ = find_groups(replace(counted, by={_SOURCE: keys[_SOURCE]}), resource)
    except BadParameters:
        return None
    return [group["key"][_SOURCE] for group in found["groups"]]


def _statement(query: GroupQuery) -> tuple[str, list[Any]]:
    """The SQL that groups, and its values. The ORM neither joins to rows of links without their other ends nor numbers rows inside groups."""
    rows: QuerySet[Any, Any] = query.rows.order_by()
    own = {place: key for place, key in enumerate(query.by.values()) if key.links is None}
    agreement = Agreement(query)
    alike = {agreement.column(name): key.expression for name, key in agreement.keys.items()}
    columns: dict[str, Any] = {
        **{f"figure_{place}": F(column) for place, column in enumerate(query.figures.values())},
        **{f"key_{place}": key.expression for place, key in own.items()},
        **alike,
    }
    base, values = rows.values(record=F("pk"), **columns).query.sql_with_params()
    parameters = list(values)
    joins = []
    for place, key in enumerate(query.by.values()):
        if key.links is not None:
            sql, values = key.links.query.sql_with_params()
            joins.append(f"LEFT JOIN ({sql}) AS link_{place} ON link_{place}.record = record.record")
            parameters += values
    by = [f"record.key_{place}" if place in own else f"link_{place}.value" for place in range(len(query.by))]
    known = "" if query.shows_unknown else f"WHERE {' AND '.join(f'{key} IS NOT NULL' for key in by)}"
    keys = [f"key_{place}" for place in range(len(by))]
    members = ", ".join(
        [
            *(f"{column} AS {key}" for column, key in zip(by, keys, strict=True)),
            *(f"record.figure_{place}" for place in range(len(query.figures))),
            *(f"record.{name}" for name in alike),
            *_numbered(query, ", ".join(by)),
        ]
    )
    selected = ", ".join([*keys, "COUNT(*)", *(column for aggregate in query.aggregates for column in aggregate.select), *agreement.select()])
    # In the order of an index SQLite reads the rows one by one: as fast again in the order in which they stand, which a plus sign makes it do.
    plus = "+" if connection.vendor == "sqlite" else ""
    counts, figures = _parted(query)
    having = " AND ".join(f"COUNT(*) {condition.operator} %s" for condition in counts)
    statement = f"""
        SELECT {selected}
        FROM (SELECT {members} FROM ({base}) AS record {" ".join(joins)} {known}) AS member
        GROUP BY {", ".join(f"{plus}{key}" for key in keys)}
        {f"HAVING {having}" if having else ""}
    """  # noqa: S608  (what is put in are names of ours; values go in as parameters)
    # SQLite compares a number with a decimal as with a text.
    parameters += [float(condition.bound) for condition in counts]
    return statement if figures else f"{statement} LIMIT {MOST_GROUPS + 1}", parameters


def _parted(query: GroupQuery) -> tuple[list[Condition], list[Condition]]:
    """The conditions on counts, which the database keeps, and those on figures, which are kept here: there they are exact on PostgreSQL alone."""
    counts = [condition for condition in query.conditions if condition.name == COUNT]
    return counts, [condition for condition in query.conditions if condition.name != COUNT]


def _numbered(query: GroupQuery, by: str) -> Iterator[str]:
    """The columns that number figures inside their groups, where an aggregate needs it."""
    for column in dict.fromkeys(aggregate.column for aggregate in query.aggregates if aggregate.kind.is_ranked):
        yield from column.numbered(f"record.{column.sql}", by)


def _read(query: GroupQuery, statement: str, values: Sequence[Any]) -> tuple[list[_Group], dict[str, dict[str, Any]]]:
    """The groups that meet the conditions, and what their figures are figures of."""
    agreement = Agreement(query)
    _, conditions = _parted(query)
    with _cursor(streams=bool(conditions)) as cursor:
        cursor.execute(statement, values)
        found = (group for group in _groups(query, cursor, agreement) if all(one.holds(group.figures[one.name]) for one in conditions))
        groups = list(islice(found, MOST_GROUPS + 1))
    agreement.require()
    if len(groups) > MOST_GROUPS:
        advice = f"More than {MOST_GROUPS} groups: narrow them by filters or by `having`, or group by less."
        raise BadParameters([Fault("by", ",".join(query.by), advice)])
    return groups, agreement.agreed()


def _cursor(*, streams: bool) -> Any:
    """A cursor; one that holds few rows at a time where most of them may be dropped, though PostgreSQL reads none of those in parallel."""
    held = streams and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    return connection.chunked_cursor() if held else connection.cursor()


def _groups(query: GroupQuery, cursor: Any, agreement: Agreement) -> Iterator[_Group]:
    reads = [key.read for key in query.by.values()]
    widths = [len(aggregate.select) for aggregate in query.aggregates]
    while rows := cursor.fetchmany(_CHUNK):
        for row in rows:
            rest = iter(row)
            key = tuple(None if (value := next(rest)) is None else read(value) for read in reads)
            count = next(rest)
            made = {aggregate.name: aggregate.make(list(islice(rest, width))) for aggregate, width in zip(query.aggregates, widths, strict=True)}
            agreement.see(key, rest)
            yield _Group(key, {COUNT: count, **made})


def _sort(groups: list[_Group], query: GroupQuery) -> None:
    """In the order asked for, by one name after the other from the last on: each sort leaves ties as they are."""
    places = {name: place for place, name in enumerate(query.by)}
    for name, descending in reversed([*query.order, *((name, False) for name in query.by)]):

        def rank(group: _Group, name: str = name, descending: bool = descending) -> tuple[bool, Any]:
            value: Any = group.key[places[name]] if name in places else group.figures[name]
            # Nulls come last in either direction.
            return ((value is None) != descending, 0 if value is None else value)

        groups.sort(key=rank, reverse=descending)


def _show(group: _Group, query: GroupQuery, key: Sequence[Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"key": dict(zip(query.by, key, strict=True)), COUNT: group.figures[COUNT], "sum": {}}
    for aggregate in query.aggregates:
        shown.setdefault(aggregate.word, {})[aggregate.field] = group.figures[aggregate.name]
    return shown


def _shown_keys(key: Key, values: Sequence[Any], resource: Resource) -> list[Any]:
    """These values of a key as records show them: references with their names."""
    shape: Any = getattr(resource.serializer, "shapes", {}).get(key.model, Reference)
    if key.model is None or isinstance(shape, str):
        return list(values)
    rows = key.model._default_manager.filter(pk__in={value for value in values if value is not None})
    shown = {row.pk: shape().to_representation(row) for row in rows}
    # One that was deleted since is shown in no answer: the revision that did it has this one read again.
    return [shown.get(value) for value in values]
