"""How answers about plans, targets and observations are shown that are more than their records: comparison and progress."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from rest_framework import serializers

from policies import comparison, progress
from policies.comparison import Rank, Row
from policies.models import Target
from policies.readings import Scale
from policies.serializers import ObservationSerializer, TargetSerializer
from policies.verdicts import Rule, Verdict, rule_on
from publishing.documents import bodies
from publishing.shapes import Number, PartialDateShape, Reference, SpanShape, Vocabulary

_NUMBER = Number()
_REFERENCE = Reference()


class ScaleSerializer(serializers.Serializer[Any]):
    """What figures share that can be set against each other."""

    unit = serializers.CharField(read_only=True, allow_null=True, help_text="Code of the unit that they are normalised to.")
    basis = serializers.CharField(read_only=True, help_text="What they are of: level, increase, cumulative, growth or multiple.")
    per = serializers.CharField(read_only=True, allow_null=True, help_text="The span that they count by, e.g. year.")
    scope = serializers.CharField(read_only=True, allow_null=True, help_text="What is counted, where the indicator leaves it open.")
    targets = serializers.IntegerField(read_only=True, help_text="Targets on this scale.")
    observations = serializers.IntegerField(read_only=True, help_text="Observations on this scale.")


class RankSerializer(serializers.Serializer[Any]):
    """A place among the rows whose figures are on the same scale."""

    place = serializers.IntegerField(read_only=True, help_text="1 is best: the highest, or the lowest where less is better; equals share a place.")
    of = serializers.IntegerField(read_only=True, help_text="How many are ranked with it.")


class PointSerializer(serializers.Serializer[Any]):
    """A figure in time: a target by its due date, or an observation by its period."""

    resource = serializers.CharField(read_only=True, help_text="targets or observations.")
    id = serializers.CharField(read_only=True, help_text="Public id of the target or observation.")
    time = SpanShape(read_only=True, allow_null=True, help_text="When it is due, or what it covers.")
    comparator = serializers.CharField(read_only=True, help_text="How the figure binds.")
    normalized_value = Number(read_only=True, allow_null=True, help_text="The figure, in `normalized_unit`.")
    normalized_unit = serializers.CharField(read_only=True, allow_null=True, help_text="Code of its unit.")
    basis = serializers.CharField(read_only=True, help_text="What it is of: level, increase, cumulative, growth or multiple.")
    per = serializers.CharField(read_only=True, allow_null=True, help_text="The span that it counts by, e.g. year.")
    scope = serializers.CharField(read_only=True, allow_null=True, help_text="What is counted, where the indicator leaves it open.")
    kind = serializers.CharField(read_only=True, allow_null=True, help_text="Of an observation: reported, estimated or forecast.")
    is_stretch = serializers.BooleanField(read_only=True, allow_null=True, help_text="Of a target: whether the plan only strives for it.")
    reliability = serializers.CharField(read_only=True, help_text="How far it can be relied on.")


class ComparisonRowSerializer(serializers.Serializer[Any]):
    """What one jurisdiction aims at, and what was observed there."""

    jurisdiction = Reference(read_only=True, help_text="Where.")
    targets = TargetSerializer(many=True, read_only=True, help_text="Its targets, by due date.")
    observation = ObservationSerializer(
        read_only=True, allow_null=True, help_text="The latest that was reported, and is neither disputed nor retracted."
    )
    gap = Number(
        read_only=True,
        allow_null=True,
        help_text="From the observation to the target `gap_to`, in its normalised unit; null unless unit, basis, per and scope agree.",
    )
    gap_to = serializers.CharField(
        read_only=True, allow_null=True, help_text="Id of that target: the next to fall due after the observation, else the last; no stretch goal."
    )
    observation_rank = RankSerializer(read_only=True, allow_null=True, help_text="Its place by the latest observation.")
    target_rank = RankSerializer(read_only=True, allow_null=True, help_text="Its place by the target that falls due last; no stretch goal.")
    series = PointSerializer(many=True, read_only=True, help_text="All its figures in time, estimates, forecasts and disputed ones too.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """One indicator over jurisdictions: targets and observations side by side."""

    indicator = Reference(read_only=True, help_text="What is compared.")
    unit = serializers.CharField(read_only=True, allow_null=True, help_text="Code of the unit that the indicator's figures normalise to.")
    scales = ScaleSerializer(many=True, read_only=True, help_text="What the figures below are counted in and of; only those of one scale compare.")
    rows = ComparisonRowSerializer(many=True, read_only=True, help_text="One a jurisdiction, by id.")


class StartSerializer(serializers.Serializer[Any]):
    """Where a target starts from."""

    value = Number(read_only=True, help_text="The figure, in the target's normalised unit.")
    on = PartialDateShape(read_only=True, help_text="The day that it held.")
    observation = Reference(read_only=True, allow_null=True, help_text="The observation that says so; null where the plan does, or nothing need.")


class ProgressSerializer(serializers.Serializer[Any]):
    """A target, what was observed of it, and what follows."""

    target = TargetSerializer(read_only=True, help_text="What shall be true.")
    observation = ObservationSerializer(read_only=True, allow_null=True, help_text="The observation that tells on it; null where there is no data.")
    ratio = Number(read_only=True, allow_null=True, help_text="Observed over target, both normalised.")
    verdict = Vocabulary(choices=Verdict.choices, read_only=True, help_text="met, missed, ahead, behind or no_data.")
    rule = serializers.CharField(read_only=True, help_text="Why the verdict is what it is.")
    start = StartSerializer(read_only=True, allow_null=True, help_text="Where the target starts from: its baseline, else what was observed first.")
    start_ratio = Number(read_only=True, allow_null=True, help_text="The share of the way from the start to the target that was observed.")


def show_progress(targets: Sequence[str], today: date) -> list[str]:
    """How each of these targets stands on a day, in their order."""
    rows = Target.objects.select_related("plan", "indicator", "told_by__indicator", "starts_from").in_bulk(targets)
    found = {id_: (row, rule_on(row, today)) for id_, row in rows.items()}
    telling = {row.told_by_id for row, rule in found.values() if row.told_by_id and rule.verdict != Verdict.NO_DATA}
    documents = bodies({"targets": targets, "observations": telling})
    return [orjson.dumps(_progress(*found[id_], documents)).decode() for id_ in targets if ("targets", id_) in documents and id_ in found]


def show_comparison(indicator: Any, rows: Sequence[Row]) -> dict[str, Any]:
    """The comparison of these rows, with the documents of what they show."""
    documents = bodies(
        {
            "targets": [target.pk for row in rows for target in row.targets],
            "observations": [row.observation.pk for row in rows if row.observation is not None],
        }
    )
    unit = indicator.unit
    return {
        "indicator": _REFERENCE.to_representation(indicator),
        "unit": (unit.base_id or unit.code) if unit else None,
        "scales": [{**_scale(scale), "targets": targets, "observations": observations} for scale, targets, observations in comparison.scales(rows)],
        "rows": [_row(row, documents) for row in rows],
    }


def _progress(target: Any, rule: Rule, documents: dict[tuple[str, str], Any]) -> dict[str, Any]:
    told = target.told_by if ("observations", target.told_by_id) in documents and rule.verdict != Verdict.NO_DATA else None
    start = progress.start_of(target)
    return {
        "target": documents["targets", target.pk],
        "observation": documents["observations", told.pk] if told else None,
        "ratio": progress.ratio(target, told.normalized_value) if told else None,
        "verdict": rule.verdict.value,
        "rule": rule.label.format(observation=target.told_by_id),
        "start": _start(start) if start else None,
        "start_ratio": progress.way(target, told.normalized_value, start) if told else None,
    }


def _start(start: progress.Start) -> dict[str, Any]:
    observation = _REFERENCE.to_representation(start.observation) if start.observation is not None else None
    return {"value": _number(start.value), "on": start.on.isoformat(), "observation": observation}


def _row(row: Row, documents: dict[tuple[str, str], Any]) -> dict[str, Any]:
    return {
        "jurisdiction": _REFERENCE.to_representation(row.jurisdiction),
        "targets": [documents["targets", target.pk] for target in row.targets if ("targets", target.pk) in documents],
        "observation": documents.get(("observations", row.observation.pk)) if row.observation is not None else None,
        "gap": _number(row.gap),
        "gap_to": row.next_target.pk if row.next_target is not None else None,
        "observation_rank": _rank(row.observation_rank),
        "target_rank": _rank(row.target_rank),
        "series": [*_points("targets", row.targets), *_points("observations", row.observations)],
    }


def _points(resource: str, quantities: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "resource": resource,
            "id": one.pk,
            "time": one.due if resource == "targets" else one.period,
            "comparator": one.comparator,
            "normalized_value": _number(one.normalized_value),
            "normalized_unit": one.normalized_unit_id,
            "basis": one.basis,
            "per": one.per,
            "scope": one.scope,
            "kind": getattr(one, "kind", None),
            "is_stretch": getattr(one, "is_stretch", None),
            "reliability": one.reliability,
        }
        for one in quantities
    ]


def _scale(scale: Scale) -> dict[str, Any]:
    return {"unit": scale.unit, "basis": scale.basis, "per": scale.per, "scope": scale.scope}


def _rank(rank: Rank | None) -> dict[str, int] | None:
    return {"place": rank.place, "of": rank.of} if rank is not None else None


def _number(value: Decimal | None) -> float | None:
    return _NUMBER.to_representation(value) if value is not None else None
