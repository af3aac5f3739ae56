"""Candidates: the records that a name may mean, best first; found by the search index, scored by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from publishing.fields import ID_PATTERN
from publishing.models import SearchEntry
from publishing.resolving.scores import Called, match
from publishing.resolving.usage import usage_of
from publishing.resources import RESOURCES
from publishing.search.candidates import candidates_of_all
from publishing.search.once import Within, first_of_each

# Entries that are looked at for each name, those with the most and the rarest words in common.
_LOOKED_AT = 60
# A record with less in common is no candidate.
LEAST = 0.3
_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True)
class Asked:
    """A name as somebody wrote it, and the resources that it may be of; the usual ones, where none is named."""

    name: str
    named: tuple[str, ...] = ()

    @property
    def within(self) -> Within:
        return Within(self.named) if self.named else Within(usual_resources(), once=True)


@dataclass(frozen=True)
class Candidate:
    """A record that may be meant, and by which of its names."""

    resource: str
    id: str
    name_en: str
    name_zh: str | None
    score: float
    matched: str


def named_resources() -> tuple[str, ...]:
    """The resources whose records have names of their own."""
    return tuple(resource.name for resource in RESOURCES.values() if resource.searched.names)


def usual_resources() -> tuple[str, ...]:
    """The resources that a name is looked for in where nothing says which; the narrower first."""
    return tuple(sorted((name for name in named_resources() if usage_of(RESOURCES[name].serializer).by_default), key=_breadth))


def resolve(asked: Sequence[Asked], most: int) -> list[list[Candidate]]:
    """For each name its candidates, at most `most`; by score, and ids where that is the same. No name bears on what another finds."""
    alike = candidates_of_all([(one.name, one.within) for one in asked], _LOOKED_AT)
    called = _by_id(asked)
    return [_best(one, [*entries, *(called[key] for key in _keys(one) if key in called)], most) for one, entries in zip(asked, alike, strict=True)]


def begins_with(asked: Asked, most: int) -> list[tuple[str, str]]:
    """Resource and id of records whose names begin so, as written or with a capital, in the order of their names; one query, by indexes."""
    parts, params = [], []
    prefix = asked.name
    for name in asked.within.resources:
        rows = RESOURCES[name].published()
        # A proxy has the indexes of the model behind it.
        indexed = {index.fields[0] for index in rows.model._meta.concrete_model._meta.indexes if index.fields}
        columns = [column for column in ("name_en", "name_zh") if column in indexed]
        for column in columns:
            for start in dict.fromkeys((prefix, prefix.capitalize(), prefix.title())):
                begin = rows.filter(**{f"{column}__gte": start, f"{column}__lt": f"{start}\U0010ffff"}).order_by(column, "pk")
                sql, values = begin.values_list("pk", column)[:most].query.sql_with_params()
                parts.append(f"SELECT %s AS resource, part.* FROM ({sql}) AS part")  # noqa: S608  (SQL of the ORM; values go in as parameters)
                params += [name, *values]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        found = sorted(cursor.fetchall(), key=lambda row: (len(row[2]), row[2], row[1], _breadth(row[0])))
    records = dict.fromkeys((resource, id_) for resource, id_, _ in found)
    return (first_of_each(records, lambda record: record) if asked.within.once else list(records))[:most]


def _by_id(asked: Iterable[Asked]) -> dict[tuple[str, str], SearchEntry]:
    """The records that are named by their ids, in one query."""
    keys = {key for one in asked for key in _keys(one)}
    if not keys:
        return {}
    found = SearchEntry.objects.defer("tokens").filter(record__in={id_ for _, id_ in keys})
    return {(entry.resource, entry.record): entry for entry in found}


def _keys(one: Asked) -> list[tuple[str, str]]:
    """The records whose id, alone or behind the name of their resource, this may be."""
    resource, _, id_ = one.name.strip().rpartition("/")
    within = [name for name in named_resources() if name == resource] if resource else one.within.resources
    return [(name, id_) for name in within if _ID.fullmatch(id_)]


def _best(asked: Asked, entries: Iterable[SearchEntry], most: int) -> list[Candidate]:
    scored = [_scored(asked.name.strip(), entry) for entry in {entry.pk: entry for entry in entries}.values()]
    likely = sorted((one for one in scored if one.score >= LEAST), key=lambda one: (-one.score, one.id, _breadth(one.resource)))
    return (first_of_each(likely, lambda one: (one.resource, one.id)) if asked.within.once else likely)[:most]


def _breadth(resource: str) -> tuple[bool, str]:
    """What sorts a narrower resource before a wider one."""
    return RESOURCES[resource].wider is None, resource


def _scored(name: str, entry: SearchEntry) -> Candidate:
    names = tuple(one for one in (entry.name_en, entry.name_zh) if one)
    called = Called(entry.record, names, tuple(one for one in entry.names if one not in names))
    found = match(name.removeprefix(f"{entry.resource}/"), called, usage_of(RESOURCES[entry.resource].serializer))
    return Candidate(entry.resource, entry.record, entry.name_en, entry.name_zh, found.score, found.matched)
