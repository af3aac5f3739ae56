"""Rules on facts beside each other: two that disagree, and what each rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from cities.models import Jurisdiction
from companies.models import Presence
from policies.dataset_rules.rows import FACTS, WEAK, id_of, ids, line
from policies.dataset_rules.rule import Ids, rule
from policies.models import Measure, Observation, Target


@rule(
    "wrong",
    "Of one thing at one time there is one figure, unless one is disputed, they contradict each other, or they were stated at different times.",
)
def unlike_observations_of_one_thing() -> Ids:
    kind = ("indicator", "jurisdiction", "company", "scope", "basis", "per", "period", "kind", "stated_on", "normalized_unit")
    yield from _unlike(Observation, kind)


@rule("wrong", "A plan sets one figure for one thing and one date, unless one is a stretch.")
def unlike_targets_of_one_plan() -> Ids:
    yield from _unlike(Target, ("plan", "indicator", "scope", "basis", "per", "due", "is_stretch", "normalized_unit"))


def _unlike(model: Any, kind: tuple[str, ...]) -> Ids:
    contradicting = set(_contradictions(model))
    facts = model.objects.exclude(value=None).exclude(indicator=None).exclude(reliability__in=WEAK).order_by("id")
    groups = defaultdict(list)
    for id, value, value_max, *key in facts.values_list("id", "normalized_value", "value_max", *kind):
        groups[tuple(key)].append((id, (value, value_max)))
    for members in groups.values():
        for (one, figure), (other, unlike) in combinations(members, 2):
            if figure != unlike and frozenset((one, other)) not in contradicting:
                yield f"{one} and {other}"


def _contradictions(model: Any) -> Iterator[frozenset[Any]]:
    name = model._meta.model_name
    pairs = model.contradicts.through.objects.values_list(f"from_{name}", f"to_{name}")
    yield from (frozenset(pair) for pair in pairs)


@rule("wrong", "Of two rows that contradict each other one is disputed or retracted.")
def undecided_contradiction() -> Ids:
    for model in FACTS:
        firm = {fact.pk: str(id_of(fact)) for fact in model.objects.exclude(reliability__in=WEAK)}
        pairs = {pair for pair in _contradictions(model) if all(pk in firm for pk in pair)}
        yield from sorted(" and ".join(sorted(firm[pk] for pk in pair)) for pair in pairs)


@rule("wrong", "What is disputed or retracted says why.")
def doubt_without_note() -> Ids:
    for model in FACTS:
        yield from ids(model.objects.filter(reliability__in=WEAK, note=None))


@rule("wrong", "What is confirmed is told by two sources or more that do not republish each other.")
def confirmed_by_one() -> Ids:
    for model in FACTS:
        confirmed = model.objects.filter(reliability="confirmed").prefetch_related("sources")
        yield from ids(fact for fact in confirmed if len({source.original_id or source.pk for source in fact.sources.all()}) < 2)


@rule("wrong", "A target's or measure's id begins with its owner's.")
def id_of_another_owner() -> Ids:
    for model, owner in ((Target, "plan"), (Measure, "plan"), (Measure, "own_jurisdiction")):
        for id, owned_by in model.objects.exclude(**{owner: None}).order_by("id").values_list("id", owner):
            if not id.startswith(f"{owned_by}."):
                yield id


@rule("wrong", "A company's headquarters are where its undisputed headquarters presence is, or above or below.")
def headquarters_elsewhere() -> Ids:
    parents = dict(Jurisdiction.objects.values_list("id", "parent"))
    presences = Presence.objects.filter(kind="headquarters", until=None, name=None).exclude(reliability__in=WEAK)
    for company, place, headquarters in presences.order_by("company").values_list("company", "jurisdiction", "company__headquarters"):
        if headquarters not in line(place, parents) and place not in line(headquarters, parents):
            yield company
