"""Rules on names and sentences: one thing entered twice, one name for two things, one sentence too long."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from typing import Any

from cities.models import Institution, Jurisdiction, Ranking
from companies.models import Company, Product
from policies.dataset_rules.drafts import related_plans
from policies.dataset_rules.rows import FACTS, NAMED, id_of, ids, unique
from policies.dataset_rules.rule import Ids, rule
from policies.likeness import Name, near_duplicates
from policies.models import Measure, Plan, Target
from reference.models import Indicator, Source, Topic


@rule("wrong", "Two records of one place whose names are nearly the same are one thing entered twice.")
def near_duplicate() -> Ids:
    for model, within, kin in (
        (Plan, "jurisdiction", related_plans() | _plans_of_unlike_years()),
        (Institution, "jurisdiction", _families(Institution)),
        (Company, None, _families(Company)),
        (Product, "company", set()),
        (Ranking, "publisher", set()),
        (Jurisdiction, "parent", _coded_places()),
        (Indicator, None, set()),
        (Topic, None, _families(Topic)),
    ):
        groups = defaultdict(list)
        for id, name_en, name_zh, group in model.objects.order_by("id").values_list("id", "name_en", "name_zh", within or "pk"):
            groups[group if within else None].append(Name(id, name_en, name_zh))
        for names in groups.values():
            yield from (f"{one} and {other}" for one, other in near_duplicates(names) if frozenset((one, other)) not in kin)


@rule("wrong", "A rendering that is another record's name leads to the wrong record.")
def alias_of_another() -> Ids:
    for model in NAMED:
        rows = list(model.objects.order_by("id"))
        owners = {(_homonyms(row), name.casefold()): row.pk for row in rows for name in (row.name_en, row.name_zh) if name}
        yield from unique(row.pk for row in rows for alias in row.aliases if owners.get((_homonyms(row), alias.casefold()), row.pk) != row.pk)


def _homonyms(row: Any) -> str | None:
    """Within what a name is one thing's: places of two provinces share one (Suzhou of Jiangsu, Suzhou of Anhui)."""
    return row.parent_id if isinstance(row, Jurisdiction) else None


@rule("wrong", "A name in Chinese is written in Chinese.")
def latin_name_zh() -> Ids:
    for model in NAMED:
        named = model.objects.exclude(name_zh=None).order_by("id").values_list("id", "name_zh")
        yield from (id for id, name in named if not re.search(r"[\u3400-\u9fff]", name))


_LONG = 300


@rule("wrong", "A statement is one sentence of at most 300 characters.")
def long_statement() -> Ids:
    for model in (Target, Measure):
        yield from ids(row for row in model.objects.order_by("id") if len(row.statement) > _LONG)


@rule("gap", "A sentence of a summary or note is over 300 characters long.")
def long_sentence() -> Ids:
    for model in (*FACTS, Source, Jurisdiction):
        for row in model.objects.all():
            texts = (getattr(row, "summary", None), row.note)
            if any(len(sentence) > _LONG for text in texts if text for sentence in re.split(r"(?<=[.!?。])\s*", text)):
                yield id_of(row)


def _families(model: Any) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in model.objects.exclude(parent=None).values_list("id", "parent")}


def _coded_places() -> set[frozenset[str]]:
    """Pairs of places of one parent that have each a code of their own, as 黔南 and 黔西南."""
    places = defaultdict(list)
    for id, parent in Jurisdiction.objects.exclude(gb_code=None).values_list("id", "parent"):
        places[parent].append(id)
    return {frozenset(pair) for members in places.values() for pair in combinations(members, 2)}


def _plans_of_unlike_years() -> set[frozenset[str]]:
    """Pairs of plans of one place whose names differ and whose years of issue differ: two editions."""
    plans = defaultdict(list)
    for id, place, issued_on, *names in Plan.objects.exclude(issued_on=None).values_list("id", "jurisdiction", "issued_on", "name_en", "name_zh"):
        plans[place].append((id, str(issued_on)[:4], names))
    pairs = (pair for members in plans.values() for pair in combinations(members, 2))
    return {frozenset((one[0], other[0])) for one, other in pairs if one[1] != other[1] and one[2] != other[2]}
