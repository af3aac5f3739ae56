"""A large world out of a small one: what is published of a thousand plans, copied under other numbers.

    uv run python -m benchmarks.growth [--times 100]

To publish a million targets takes an hour; to copy their rows and documents by SQL, and to index the copies, some minutes. What comes out is as if
it had been published, and then edited: `manage.py publish --check` finds it right. The other benchmarks take it with `--keep`.
"""

from __future__ import annotations

import argparse

from django.db.models import Model
from rich.console import Console
from rich.progress import track

from benchmarks.world import edit, fill, set_up

PLANS = 1000
# What tells a plan: its id, and its names in the documents of others.
_MARKS = ("plan-", "Plan ", "计划")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="how many thousand plans there shall be, with ten targets each")
    options = parser.parse_args()
    set_up()
    fill(PLANS)
    for copy in track(range(1, options.times), description=f"{options.times * PLANS} plans"):
        _copy(copy)
    _settle(options.times)
    edit()

    from django.db import connection

    Console().print(f"In {connection.vendor}: {connection.settings_dict['NAME']}")


def _copy(number: int) -> None:
    """One more of everything that belongs to plans, in a revision of its own: `plan-017` becomes `plan-7017`."""
    from django.db import transaction
    from django.utils import timezone

    from policies.models import Plan, PlanEvent, PlanRelation, Target
    from publishing.models import Document, Revision, SearchEntry
    from publishing.resources import RESOURCES
    from publishing.search import index

    with transaction.atomic():
        revision = Revision.objects.latest("number").number + 1
        Revision.objects.create(number=revision, at=timezone.now(), actor="benchmark")
        _copy_rows(Plan, "id", number)
        for model in (Plan.sources.through, Plan.topics.through, PlanEvent, PlanRelation):
            _copy_rows(model, "plan_id", number)
        _copy_rows(Target, "id", number)
        _copy_rows(Target.sources.through, "target_id", number)
        _copy_rows(Document, "record", number, "until_id IS NULL", revision_id=revision, action="'created'")
        documents = Document.objects.filter(revision=revision).values_list("resource", "record", "body")
        SearchEntry.objects.bulk_create([index.entry(RESOURCES[resource], record, body) for resource, record, body in documents], batch_size=2000)


def _copy_rows(model: type[Model], key: str, number: int, only: str = "TRUE", **put: object) -> None:
    """Copy the first thousand plans' rows of a table, with these values put into columns."""
    from django.db import connection
    from django.db.models import AutoField, CharField, ForeignKey, TextField

    columns, values = [], []
    for field in model._meta.concrete_fields:
        if field.generated or isinstance(field, AutoField):
            continue
        columns.append(f'"{field.column}"')
        value = columns[-1]
        if field.column in put:
            value = str(put[field.column])
        elif isinstance(field, CharField | TextField | ForeignKey):
            for mark in _MARKS:
                value = f"REPLACE({value}, '{mark}', '{mark}{number}')"
        values.append(value)
    table, first = model._meta.db_table, f"({key} LIKE 'plan-___' OR {key} LIKE 'plan-___.%')"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE {first} AND {only}")


def _settle(times: int) -> None:
    """What is kept of all documents together, and what the planner has to know."""
    from django.db import connection
    from django.db.models import F

    from publishing.models import Tally

    Tally.objects.filter(resource__in=("plans", "targets")).update(places=F("places") * times, filled=F("filled") * times)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
