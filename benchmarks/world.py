"""A made-up data set of any size, published, in the database that DATABASE_URL names (default: SQLite in a temporary folder)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import django
from rich.progress import track


def set_up() -> None:
    """Django on a fresh SQLite file, unless the environment names a database; migrated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("VAR_DIR", tempfile.mkdtemp())
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(os.environ['VAR_DIR']) / 'benchmark.sqlite3'}")
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1,testserver"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill(plans: int, targets: int = 10, batch: int = 500) -> None:
    """That many plans with that many targets each, over 50 cities, 20 indicators, 10 topics and 100 sources; six years observed of each indicator
    in each city."""
    from cities.models import Jurisdiction
    from policies.models import Observation, Plan, PlanEvent, PlanRelation, Target
    from publishing.editing import editing
    from reference.models import Indicator, Source, Topic, Unit

    with editing(actor="benchmark"):
        Unit.objects.bulk_create([Unit(code="count", name_en="count", dimension="number")], ignore_conflicts=True)
        Jurisdiction.objects.bulk_create([Jurisdiction(id="land", name_en="Land", level="country")])
        Jurisdiction.objects.bulk_create(
            [Jurisdiction(id=f"city-{n}", name_en=f"City {n}", name_zh=f"城市{n}", level="city", parent_id="land") for n in range(50)]
        )
        Indicator.objects.bulk_create(
            [Indicator(id=f"indicator-{n}", name_en=f"Indicator {n}", definition="A number.", unit_id="count") for n in range(20)]
        )
        Topic.objects.bulk_create([Topic(id=f"topic-{n}", name_en=f"Topic {n}", definition="A subject.") for n in range(10)])
        Source.objects.bulk_create(
            [Source(id=f"source-{n}", title=f"Source {n}", language="en", kind="news", published_on="2025-03") for n in range(100)]
        )
        observed = [
            Observation(
                id=f"city-{city}.indicator-{indicator}.{year}", jurisdiction_id=f"city-{city}", indicator_id=f"indicator-{indicator}",
                kind="reported", comparator="eq", value=city * indicator * (year - 2015) * 10, unit_id="count", period=str(year),
            )
            for city in range(50)
            for indicator in range(20)
            for year in range(2020, 2026)
        ]  # fmt: skip
        Observation.objects.bulk_create(observed)
        Observation.sources.through.objects.bulk_create(
            [Observation.sources.through(observation_id=one.pk, source_id="source-0") for one in observed]
        )
    for start in track(range(0, plans, batch), description=f"{plans} plans"):
        numbers = range(start, min(start + batch, plans))
        with editing(actor="benchmark"):
            Plan.objects.bulk_create(
                [
                    Plan(
                        id=_plan(n),
                        name_en=f"Plan {n:03}",
                        name_zh=f"计划{n:03}",
                        jurisdiction_id=f"city-{n % 50}",
                        kind="action_plan",
                        status="issued",
                        summary="What it says. " * 10,
                    )
                    for n in numbers
                ]
            )
            PlanEvent.objects.bulk_create([PlanEvent(plan_id=_plan(n), kind="signed", date=f"{2018 + n % 8}-{1 + n % 12:02}") for n in numbers])
            Target.objects.bulk_create(
                [
                    Target(
                        id=f"{_plan(n)}.target-{m}", plan_id=_plan(n), statement=f"There are {n * m} things.",
                        indicator_id=f"indicator-{(n + m) % 20}", comparator="gte", value=n * m, unit_id="count", due=str(2025 + m % 6),
                    )
                    for n in numbers
                    for m in range(targets)
                ]
            )  # fmt: skip
            PlanRelation.objects.bulk_create([PlanRelation(plan_id=_plan(n), kind="implements", other_id=_plan(n // 20)) for n in numbers if n])
            Plan.sources.through.objects.bulk_create([Plan.sources.through(plan_id=_plan(n), source_id=f"source-{n % 100}") for n in numbers])
            Plan.topics.through.objects.bulk_create([Plan.topics.through(plan_id=_plan(n), topic_id=f"topic-{n % 10}") for n in numbers])
            facts = [(f"{_plan(n)}.target-{m}", f"source-{(n + m) % 100}") for n in numbers for m in range(targets)]
            Target.sources.through.objects.bulk_create([Target.sources.through(target_id=target, source_id=source) for target, source in facts])


def edit(targets: int = 8000, relatives: int = 499, promises: int = 300, times: int = 100) -> None:
    """What editors do to it later: most of it in a few places, as in life, so that some answers have much to tell.

    A plan is edited so many times, and then implemented by so many others; an edition with so many targets replaces another, some raised, some
    lowered, some reworded, some dropped and some added; and so many targets are corrected, a thousand a revision.
    """
    from django.db import connection
    from django.db.models import F

    from policies.models import Plan, PlanRelation, Target
    from publishing.editing import editing

    plans = Plan.objects.filter(id__startswith="plan-").count()
    paper = {"jurisdiction_id": "land", "kind": "action_plan", "status": "issued"}
    with editing(actor="benchmark"):
        Plan.objects.bulk_create([Plan(id="hub", name_en="Hub of many plans", name_zh="枢纽计划", **paper)])
        Plan.sources.through.objects.bulk_create([Plan.sources.through(plan_id="hub", source_id="source-1")])
    for time in track(range(times), description="a plan edited many times"):
        with editing(actor="benchmark"):
            Plan.objects.filter(id="hub").update(summary=f"What it says, in version {time}.")
    with editing(actor="benchmark"):
        # The last plans: nothing implements them.
        leaves = range(max(plans - relatives, 0), plans)
        PlanRelation.objects.bulk_create([PlanRelation(plan_id=_plan(n), kind="implements", other_id="hub") for n in leaves])
    with editing(actor="benchmark"):
        Plan.objects.bulk_create([Plan(id=f"edition-{n}", name_en=f"Plan of all things, edition {n}", **paper) for n in (1, 2)])
        PlanRelation.objects.bulk_create([PlanRelation(plan_id="edition-2", kind="replaces", other_id="edition-1")])
        promised = [_promised(edition, n) for edition in (1, 2) for n in range(promises) if n % 10 != edition]
        Target.objects.bulk_create(promised)
        cited = [Plan.sources.through(plan_id=f"edition-{n}", source_id="source-1") for n in (1, 2)]
        Plan.sources.through.objects.bulk_create(cited)
        Target.sources.through.objects.bulk_create([Target.sources.through(target_id=target.pk, source_id="source-1") for target in promised])
    # All over the ledger, ten to a plan.
    corrected = range(0, plans, max(plans * 10 // targets, 1))
    for start in track(range(0, len(corrected), 100), description="targets corrected"):
        with editing(actor="benchmark"):
            Target.objects.filter(plan__in=[_plan(n) for n in corrected[start : start + 100]]).update(value=F("value") + 1)
    # PostgreSQL's upkeep would do it within minutes; SQLite knows its rows by no statistics, unless somebody has them made.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _promised(edition: int, n: int) -> Any:
    """One of the many targets of an edition: every third is another in the second one."""
    from policies.models import Target

    changed = n % 3 if edition == 2 else 0
    return Target(
        id=f"edition-{edition}.target-{n}",
        plan_id=f"edition-{edition}",
        statement=f"There are {n} things{', all told' if changed == 2 else ''}.",
        indicator_id=f"indicator-{n % 20}",
        comparator="gte",
        value=n + (changed == 1) * (1 if n % 2 else -1),
        unit_id="count",
        scope=f"of kind {n // 20}",
        due=str(2025 + n % 6),
    )


def _plan(number: int) -> str:
    return f"plan-{number:03}"
