"""Rules that find wrong data. A rule yields the ids of the rows that break it, in a number of queries that does not grow with the rows.

What is `wrong` contradicts itself or its source and fails the check; a `gap` is something not known, and is only counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from statistics import median
from typing import Any, Literal
from urllib.parse import urlsplit

from django.db.models import F, Q

from cities.models import Institution, Jurisdiction, Ranking
from companies.models import Company, Presence, Product
from policies.likeness import Name, fold, near_duplicates, without_draft
from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from policies.stated_amounts import is_off_by_tens, scaled_amounts, states
from reference.models import Indicator, Source, Topic, Unit

Grade = Literal["wrong", "gap"]
Ids = Iterator[str]

_FACTS: tuple[Any, ...] = (Plan, Target, Measure, Observation, Institution, Company, Presence, Product, Ranking)
_QUANTITIES: tuple[Any, ...] = (Target, Observation)
_NAMED: tuple[Any, ...] = (Plan, Institution, Company, Product, Ranking, Jurisdiction, Indicator, Topic)
_WEAK = ("disputed", "retracted")


@dataclass(frozen=True)
class Rule:
    name: str
    grade: Grade
    reason: str
    find: Callable[[], Ids]


RULES: list[Rule] = []


def rule(grade: Grade, reason: str) -> Callable[[Callable[[], Ids]], Callable[[], Ids]]:
    """Enter a function among the rules, under its own name."""

    def enter(find: Callable[[], Ids]) -> Callable[[], Ids]:
        RULES.append(Rule(find.__name__.replace("_", "-"), grade, reason, find))
        return find

    return enter


# Sources


@rule("wrong", "Each fact rests on a source.")
def unsourced_fact() -> Ids:
    for model in _FACTS:
        yield from _ids(model.objects.filter(sources=None))


@rule("wrong", "A source of which neither publisher nor date is known cannot be found again.")
def source_of_unknown_origin() -> Ids:
    yield from _ids(Source.objects.filter(publisher=None, published_on=None))


@rule("gap", "It is not known who published the source.")
def source_without_publisher() -> Ids:
    yield from _ids(Source.objects.filter(publisher=None).exclude(published_on=None))


@rule("gap", "It is not known when the source was published.")
def source_without_date() -> Ids:
    yield from _ids(Source.objects.filter(published_on=None).exclude(publisher=None))


@rule("gap", "No address of the source is known.")
def source_without_address() -> Ids:
    yield from _ids(Source.objects.filter(url=None))


@rule("wrong", "One page is one source.")
def sources_with_one_address() -> Ids:
    pages = defaultdict(list)
    addresses: Any = Source.objects.exclude(url=None).order_by("id").values_list("id", "url")
    for id, url in addresses:
        pages[re.sub(r"^https?://(www\.)?", "", url.partition("#")[0]).rstrip("/")].append(id)
    yield from (" and ".join(ids) for ids in pages.values() if len(ids) > 1)


# The Communist Party's and the European Union's own hosts, beside the governments' own domains.
_OFFICIAL_HOST = re.compile(r"(^|\.)(gov|gob|gouv|go)(\.[a-z]{2})?$|(^|\.)(12371\.cn|europa\.eu)$")


@rule("wrong", "An official source is a page of a government or party body on its own host; a copy elsewhere is the copier's.")
def official_source_elsewhere() -> Ids:
    officials: Any = Source.objects.filter(kind="official").exclude(url=None).order_by("id").values_list("id", "url")
    for id, url in officials:
        if not _OFFICIAL_HOST.search(urlsplit(url).hostname or ""):
            yield id


@rule("wrong", "Nothing is published tomorrow, or read before it is published.")
def source_date_order() -> Ids:
    future = Q(published_on_earliest__gt=_today()) | Q(retrieved_on_earliest__gt=_today())
    yield from _ids(Source.objects.filter(future | Q(retrieved_on_latest__lt=F("published_on_earliest"))))


@rule("gap", "No fact rests on the source, and no other source republishes it.")
def unused_source() -> Ids:
    links = [f"{model._meta.model_name}s" for model in _FACTS]
    used: set[Any] = {source for link in links for source in Source.objects.filter(**{f"{link}__isnull": False}).values_list("id", flat=True)}
    used |= set(Source.objects.exclude(original=None).values_list("original", flat=True))
    used |= set(Unit.objects.exclude(rates=None).values_list("rates__source", flat=True))
    yield from _ids(Source.objects.exclude(id__in=used))


# Dates


@rule("wrong", "A target does not fall due before its plan is issued.")
def due_before_issue() -> Ids:
    yield from _ids(Target.objects.filter(due_latest__lt=F("plan__issued_on_earliest")))


@rule("wrong", "A period ends after it starts, and after the plan is issued; what is announced is not on sale before; what ends has begun.")
def period_order() -> Ids:
    yield from _ids(Plan.objects.filter(Q(period_end_latest__lt=F("period_start_earliest")) | Q(period_end_latest__lt=F("issued_on_earliest"))))
    yield from _ids(Presence.objects.filter(until_latest__lt=F("since_earliest")))
    yield from _ids(Product.objects.filter(released_latest__lt=F("announced_earliest")))


@rule("wrong", "What was reported had begun when it was stated; what was forecast was not over, else it is an estimate.")
def observation_stated_out_of_time() -> Ids:
    yield from _ids(Observation.objects.filter(kind="reported", period_earliest__gt=F("stated_on_latest")))
    yield from _ids(Observation.objects.filter(kind="forecast", period_latest__lt=F("stated_on_earliest")).exclude(reliability__in=_WEAK))


_ORDER = (
    ("consultation_opened", "consultation_closed"),
    ("consultation_opened", "adopted"),
    ("consultation_opened", "signed"),
    ("first_reading", "adopted"),
    ("adopted", "published"),
    ("signed", "published"),
    ("published", "amended"),
    ("signed", "repealed"),
    ("signed", "expired"),
    ("effective", "repealed"),
    ("effective", "expired"),
)
# Rules may not bind retroactively (Legislation Law, article 104); benefits are at times granted for a year already begun.
_NEVER_RETROACTIVE = ("legislation", "regulation")


@rule(
    "wrong",
    "Events follow each other: comments close after they open, a text is published once it is signed and holds from then, or for the year begun.",
)
def event_order() -> Ids:
    plans: dict[str, dict[str, list[PlanEvent]]] = defaultdict(lambda: defaultdict(list))
    for event in PlanEvent.objects.select_related("plan").order_by("plan", "date_earliest"):
        plans[event.plan_id][event.kind].append(event)
    for plan, events in plans.items():
        wrong = [pair for pair in _ORDER if all(kind in events for kind in pair) and _precedes(events[pair[1]][-1], events[pair[0]][0])]
        if wrong or _is_retroactive(events):
            yield plan


def _precedes(one: Any, other: Any) -> bool:
    return bool(one.date_latest < other.date_earliest)


def _is_retroactive(events: dict[str, list[PlanEvent]]) -> bool:
    decided = next((events[kind][0] for kind in ("signed", "adopted", "approved") if kind in events), None)
    if decided is None or "effective" not in events or not _precedes(events["effective"][0], decided):
        return False
    years = int(decided.date[:4]) - int(events["effective"][0].date[:4])
    return years > 0 or decided.plan.kind in _NEVER_RETROACTIVE


@rule("wrong", "What is recorded as done has happened; only the end of a consultation, taking effect and ceasing to hold are known beforehand.")
def event_after_today() -> Ids:
    ahead = ("consultation_closed", "effective", "repealed", "expired")
    yield from _unique(PlanEvent.objects.filter(date_earliest__gt=_today()).exclude(kind__in=ahead).values_list("plan", flat=True))


@rule(
    "wrong",
    "What is planned is not issued yet; what is in force took effect on a known day, or ends on one; what has expired has a stated end that is past.",
)
def status_against_dates() -> Ids:
    planned = Q(status="planned", issued_on__isnull=False)
    issued = Q(status="issued", expires_on_latest__gte=_today())
    in_force = Q(Q(effective_on_earliest__gt=_today()) | Q(effective_on=None, expires_on=None), status="in_force")
    expired = Q(Q(expires_on=None) | Q(expires_on_latest__gte=_today()), status="expired")
    yield from _ids(Plan.objects.filter(planned | issued | in_force | expired))


# Merely a gap: a data set that was right must not turn wrong overnight.
@rule("gap", "Since the status was entered, the day has come on which the plan took effect or ended.")
def status_overtaken() -> Ids:
    began = Q(status="issued", effective_on_latest__lte=_today())
    ended = Q(status__in=("issued", "in_force"), expires_on_latest__lt=_today())
    yield from _ids(Plan.objects.filter(began | ended))


# Drafts and their finals


@rule("wrong", "A draft whose final text is known is superseded.")
def draft_with_final() -> Ids:
    yield from _ids(Plan.objects.filter(status="draft_for_comment", incoming__kind="finalises").distinct())


@rule("wrong", "A final text of a draft's name finalises it.")
def final_without_finalises() -> Ids:
    related = _related_plans()
    namesakes = defaultdict(list)
    for plan in Plan.objects.order_by("id"):
        namesakes[plan.jurisdiction_id, without_draft(plan.name_zh or plan.name_en)].append((plan.pk, _is_draft(plan)))
    for plans in namesakes.values():
        for (one, is_draft), (other, is_draft_too) in combinations(plans, 2):
            if is_draft != is_draft_too and frozenset((one, other)) not in related:
                yield f"{one} and {other}"


def _is_draft(plan: Plan) -> bool:
    return plan.status == "draft_for_comment" or any(without_draft(name) != fold(name) for name in (plan.name_en, plan.name_zh) if name)


@rule("gap", "It is not known which plan took the place of the superseded one.")
def superseded_by_unknown() -> Ids:
    yield from _ids(Plan.objects.filter(status="superseded").exclude(incoming__kind__in=("finalises", "replaces")))


# Figures


@rule("wrong", "The unit of a figure measures what the indicator's unit measures; growth is a share, a multiple a multiple.")
def unit_unfit_for_indicator() -> Ids:
    for model in _QUANTITIES:
        facts = model.objects.exclude(unit=None).exclude(indicator=None).exclude(indicator__unit=None)
        for id, basis, unit, fit in facts.values_list("id", "basis", "unit__dimension", "indicator__unit__dimension"):
            fits = {"growth": {"share"}, "multiple": {"multiple", "share"}, "increase": {fit, "share"}}
            if unit not in fits.get(basis, {fit}):
                yield id


@rule("wrong", "A level in percent is a share of a whole, and so is the part of a cost that a term covers.")
def share_over_whole() -> Ids:
    for model in _QUANTITIES:
        yield from _ids(model.objects.filter(Q(value__gt=100) | Q(value_max__gt=100), unit="percent", basis="level"))
    yield from _unique(MeasureTerm.objects.filter(rate_percent__gt=100).values_list("measure", flat=True))


# In the base unit of the dimension. Money: China's product of a year is some 1.4e14 yuan; power and energy: China has 4e3 GW and uses 1e4 TWh a year.
_BOUNDS = {
    "money": (Decimal(1000), Decimal("3e14")),
    "computing": (Decimal("0.0001"), Decimal("2e4")),
    "integer-computing": (Decimal("0.0001"), Decimal("2e4")),
    "power": (Decimal("0.0001"), Decimal("1e4")),
    "energy": (Decimal("0.000001"), Decimal("5e4")),
    "data": (Decimal("0.000001"), Decimal("1e9")),
    "number": (Decimal(0), Decimal("1e12")),
    "share": (Decimal(-100), Decimal(10000)),
    "multiple": (Decimal(0), Decimal(10000)),
    "ratio": (Decimal(0), Decimal(100)),
    "rank": (Decimal(1), Decimal(1000)),
    "time": (Decimal(0), Decimal(100)),
    "time in days": (Decimal(0), Decimal(10000)),
    "time in milliseconds": (Decimal(0), Decimal(10000)),
    "length": (Decimal(0), Decimal("1e10")),
    "area": (Decimal(1), Decimal("1e13")),
    "price": (Decimal("0.01"), Decimal(10)),
    "density": (Decimal(0), Decimal(10000)),
}
_FEW = 5


@rule(
    "wrong", "A figure lies within what is possible in its dimension, and within 1,000 times the median of its like (five or more, countries apart)."
)
def implausible_figure() -> Ids:
    alike = defaultdict(list)
    for model in _QUANTITIES:
        facts = model.objects.exclude(normalized_value=None).exclude(reliability__in=_WEAK)
        columns = (
            "id",
            "normalized_value",
            "normalized_unit__dimension",
            "jurisdiction__level",
            "indicator",
            "normalized_unit",
            "basis",
            "per",
            "scope",
        )
        for id, value, dimension, level, *kind in facts.order_by("id").values_list(*columns):
            low, high = _BOUNDS.get(dimension, (Decimal("-Infinity"), Decimal("Infinity")))
            if not low <= value <= high:
                yield id
            elif kind[0] and value > 0:
                alike[level == "country", *kind].append((id, value))
    for members in alike.values():
        middle = median(value for _, value in members)
        yield from (id for id, value in members if len(members) >= _FEW and not middle / 1000 <= value <= middle * 1000)


@rule("wrong", "A figure is not a power of ten away from what its text says.")
def figure_off_its_text() -> Ids:
    for model in _QUANTITIES:
        facts = model.objects.filter(unit__dimension="money").exclude(value=None).exclude(value_text=None)
        for fact in facts.order_by("id"):
            if any(is_off_by_tens(value, fact.value_text) for value in (fact.value, fact.value_max) if value):
                yield fact.pk
    for fact in Target.objects.filter(unit__dimension="money").exclude(value=None).order_by("id"):
        if is_off_by_tens(fact.value, fact.statement):
            yield fact.pk
    for fact in Measure.objects.exclude(amount=None).order_by("id"):
        if is_off_by_tens(fact.amount, fact.statement):
            yield fact.pk


@rule("wrong", "The text of a count states the count, not the size of what is counted: that is its scope.")
def text_of_another_figure() -> Ids:
    for model in _QUANTITIES:
        for fact in model.objects.filter(unit__dimension="number").exclude(value=None).exclude(value_text=None).order_by("id"):
            if scaled_amounts(fact.value_text) and not any(states(fact.value_text, value) for value in (fact.value, fact.value_max) if value):
                yield fact.pk


# Facts against each other


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
    facts = model.objects.exclude(value=None).exclude(indicator=None).exclude(reliability__in=_WEAK).order_by("id")
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
    for model in _FACTS:
        firm = {fact.pk: str(_id(fact)) for fact in model.objects.exclude(reliability__in=_WEAK)}
        pairs = {pair for pair in _contradictions(model) if all(pk in firm for pk in pair)}
        yield from sorted(" and ".join(sorted(firm[pk] for pk in pair)) for pair in pairs)


@rule("wrong", "What is disputed or retracted says why.")
def doubt_without_note() -> Ids:
    for model in _FACTS:
        yield from _ids(model.objects.filter(reliability__in=_WEAK, note=None))


@rule("wrong", "What is confirmed is told by two sources or more that do not republish each other.")
def confirmed_by_one() -> Ids:
    for model in _FACTS:
        confirmed = model.objects.filter(reliability="confirmed").prefetch_related("sources")
        yield from _ids(fact for fact in confirmed if len({source.original_id or source.pk for source in fact.sources.all()}) < 2)


@rule("wrong", "A target's or measure's id begins with its owner's.")
def id_of_another_owner() -> Ids:
    for model, owner in ((Target, "plan"), (Measure, "plan"), (Measure, "own_jurisdiction")):
        for id, owned_by in model.objects.exclude(**{owner: None}).order_by("id").values_list("id", owner):
            if not id.startswith(f"{owned_by}."):
                yield id


@rule("wrong", "A company's headquarters are where its undisputed headquarters presence is, or above or below.")
def headquarters_elsewhere() -> Ids:
    parents = dict(Jurisdiction.objects.values_list("id", "parent"))
    presences = Presence.objects.filter(kind="headquarters", until=None, name=None).exclude(reliability__in=_WEAK)
    for company, place, headquarters in presences.order_by("company").values_list("company", "jurisdiction", "company__headquarters"):
        if headquarters not in _line(place, parents) and place not in _line(headquarters, parents):
            yield company


def _line(record: str | None, parents: dict[str, str | None]) -> Iterator[str]:
    while record:
        yield record
        record = parents[record]


# Names and sentences


@rule("wrong", "Two records of one place whose names are nearly the same are one thing entered twice.")
def near_duplicate() -> Ids:
    for model, within, kin in (
        (Plan, "jurisdiction", _related_plans() | _plans_of_unlike_years()),
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
    for model in _NAMED:
        rows = list(model.objects.order_by("id"))
        owners = {(_homonyms(row), name.casefold()): row.pk for row in rows for name in (row.name_en, row.name_zh) if name}
        yield from _unique(row.pk for row in rows for alias in row.aliases if owners.get((_homonyms(row), alias.casefold()), row.pk) != row.pk)


def _homonyms(row: Any) -> str | None:
    """Within what a name is one thing's: places of two provinces share one (Suzhou of Jiangsu, Suzhou of Anhui)."""
    return row.parent_id if isinstance(row, Jurisdiction) else None


@rule("wrong", "A name in Chinese is written in Chinese.")
def latin_name_zh() -> Ids:
    for model in _NAMED:
        named = model.objects.exclude(name_zh=None).order_by("id").values_list("id", "name_zh")
        yield from (id for id, name in named if not re.search(r"[\u3400-\u9fff]", name))


_LONG = 300


@rule("wrong", "A statement is one sentence of at most 300 characters.")
def long_statement() -> Ids:
    for model in (Target, Measure):
        yield from _ids(row for row in model.objects.order_by("id") if len(row.statement) > _LONG)


@rule("gap", "A sentence of a summary or note is over 300 characters long.")
def long_sentence() -> Ids:
    for model in (*_FACTS, Source, Jurisdiction):
        for row in model.objects.all():
            texts = (getattr(row, "summary", None), row.note)
            if any(len(sentence) > _LONG for text in texts if text for sentence in re.split(r"(?<=[.!?。])\s*", text)):
                yield _id(row)


# Vocabularies


@rule("gap", "No record has the topic, nor one below it.")
def unused_topic() -> Ids:
    parents = dict(Topic.objects.values_list("id", "parent"))
    tagged = {topic for model in (Plan, Target, Measure, Company) for topic in model.topics.through.objects.values_list("topic", flat=True)}
    used = {topic for tag in tagged for topic in _line(tag, parents)}
    yield from sorted(topic for topic in parents if topic not in used)


@rule("gap", "No target or observation has the indicator.")
def unused_indicator() -> Ids:
    yield from _ids(Indicator.objects.filter(targets=None, observations=None))


@rule("gap", "No figure, amount, rate, indicator or other unit has the unit.")
def unused_unit() -> Ids:
    used = {unit for model in _QUANTITIES for unit in model.objects.values_list("unit", flat=True).distinct()}
    used |= set(Measure.objects.values_list("currency", flat=True).distinct()) - {None}
    yield from _ids(Unit.objects.filter(multiples=None, rates=None, indicators=None).exclude(code__in=used - {None}))


@rule("gap", "No measure uses the instrument.")
def unused_instrument() -> Ids:
    used = set(Measure.objects.values_list("instrument", flat=True))
    yield from (instrument for instrument in Measure.Instrument.values if instrument not in used)


def _today() -> str:
    return date.today().isoformat()  # noqa: DTZ011


def _ids(rows: Iterable[Any]) -> Ids:
    yield from sorted(_id(row) for row in rows)


def _id(row: Any) -> str:
    """A presence has no id of its own."""
    return str(row) if isinstance(row, Presence) else str(row.pk)


def _unique(ids: Iterable[str]) -> Ids:
    yield from dict.fromkeys(ids)


def _related_plans() -> set[frozenset[str]]:
    return {frozenset(pair) for pair in PlanRelation.objects.values_list("plan", "other")}


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
