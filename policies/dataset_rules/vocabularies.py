"""Rules on vocabularies: words that nothing is described by."""

from __future__ import annotations

from companies.models import Company
from policies.dataset_rules.rows import QUANTITIES, ids, line
from policies.dataset_rules.rule import Ids, rule
from policies.models import Measure, Plan, Target
from reference.models import Indicator, Topic, Unit


@rule("gap", "No record has the topic, nor one below it.")
def unused_topic() -> Ids:
    parents = dict(Topic.objects.values_list("id", "parent"))
    tagged = {topic for model in (Plan, Target, Measure, Company) for topic in model.topics.through.objects.values_list("topic", flat=True)}
    used = {topic for tag in tagged for topic in line(tag, parents)}
    yield from sorted(topic for topic in parents if topic not in used)


@rule("gap", "No target or observation has the indicator.")
def unused_indicator() -> Ids:
    yield from ids(Indicator.objects.filter(targets=None, observations=None))


@rule("gap", "No figure, amount, rate, indicator or other unit has the unit.")
def unused_unit() -> Ids:
    used = {unit for model in QUANTITIES for unit in model.objects.values_list("unit", flat=True).distinct()}
    used |= set(Measure.objects.values_list("currency", flat=True).distinct()) - {None}
    yield from ids(Unit.objects.filter(multiples=None, rates=None, indicators=None).exclude(code__in=used - {None}))


@rule("gap", "No measure uses the instrument.")
def unused_instrument() -> Ids:
    used = set(Measure.objects.values_list("instrument", flat=True))
    yield from (instrument for instrument in Measure.Instrument.values if instrument not in used)
