"""How long each kind of answer takes: questions that are hard in some way, asked cold, one after the other, through Django's whole stack.

    uv run python -m benchmarks.answers [--plans 1000] [--part search --part time …]
    DATABASE_URL=… uv run python -m benchmarks.answers --keep

The first makes up a data set (of 10 targets a plan) and edits it; the second asks of what is there, the real data set for one. The least of three
times is shown, of what takes over 10 seconds the first; interrupted, it shows what it has. `CPU` is the time of this process alone, which on SQLite
does all the work; `first` is when a streamed answer begins, `peak` what it took of memory beyond what there was; a status is that of a refusal.
Exports and webhooks take minutes: benchmarks.exports, benchmarks.webhooks.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.memory import measured
from benchmarks.world import edit, fill, set_up

_TIMES = 3
# What takes longer is not asked again.
_LONG = 10
_SAMPLE = 2000


@dataclass(frozen=True)
class Ask:
    """A question: its address, in braces what is looked up in the data set; and its body, of the names that are there, where it has one."""

    path: str
    body: Callable[[list[str]], tuple[bytes, str]] | None = None
    # Pages further on.
    turns: int = 0


def _names(names: list[str]) -> tuple[bytes, str]:
    return orjson.dumps({"queries": [{"name": name} for name in names]}), "application/json"


def _cells(names: list[str]) -> tuple[bytes, str]:
    queries = {f"q{place}": {"query": name, "type": "plans"} for place, name in enumerate(names)}
    return urlencode({"queries": orjson.dumps(queries).decode()}).encode(), "application/x-www-form-urlencoded"


QUESTIONS: dict[str, dict[str, Ask]] = {
    "search": {
        "a rare word": Ask("/v1/search/?q={rare}"),
        "a word in most records": Ask("/v1/search/?q={common}"),
        "its third page": Ask("/v1/search/?q={common}", turns=2),
        "a word in all targets": Ask("/v1/targets/?q={common}"),
        "in those of one place": Ask("/v1/targets/?q={common}&jurisdiction={place}"),
        "in another order": Ask("/v1/targets/?q={common}&ordering=-normalized_value"),
        "two Chinese letters": Ask("/v1/plans/?q={chinese}"),
        "a rare and a common word": Ask("/v1/search/?q={rare}+{common}"),
        "a mistyped word": Ask("/v1/search/?q={mistyped}"),
    },
    "resolve": {
        "a name": Ask("/v1/resolve/?name={name}"),
        "a name of common words alone": Ask("/v1/resolve/?name={usual}"),
        "a name with a mistyped word": Ask("/v1/resolve/?name={name}+{mistyped}"),
        "100 names": Ask("/v1/resolve/", _names),
        "reconcile 100 cells": Ask("/v1/reconcile", _cells),
        "suggest while typing": Ask("/v1/reconcile/suggest/entity/?prefix={begin}"),
    },
    "groups": {
        "by place": Ask("/v1/targets/groups/?by=jurisdiction"),
        "two keys": Ask("/v1/targets/groups/?by=due,jurisdiction"),
        "two keys, having": Ask("/v1/targets/groups/?by=due,jurisdiction&having=count__gte=100"),
        "a group a plan, having": Ask("/v1/targets/groups/?by=plan&having=count__gt=10"),
        "sums": Ask("/v1/targets/groups/?by=indicator&sum=normalized_value&{comparable}"),
        "medians": Ask("/v1/targets/groups/?by=indicator&median=normalized_value&{comparable}"),
        "sums and medians of one indicator": Ask(
            "/v1/targets/groups/?by=jurisdiction&indicator={indicator}&{comparable}&sum=normalized_value&median=normalized_value"
        ),
        "plans by two keys, one of many": Ask("/v1/plans/groups/?by=jurisdiction,topic"),
        "as a picture": Ask("/v1/targets/groups/?by=indicator&format=svg"),
    },
    "compare": {
        "one place": Ask("/v1/compare/?indicator={indicator}&jurisdiction={place}"),
        "as a picture": Ask("/v1/compare/?indicator={indicator}&jurisdiction={place}&format=svg"),
        "all places": Ask("/v1/compare/?indicator={indicator}"),
    },
    "progress": {
        "a page": Ask("/v1/progress/"),
        "all that are met": Ask("/v1/progress/?verdict=met"),
        "all that are missed, in one place": Ask("/v1/progress/?verdict=missed&jurisdiction={place}"),
        "no data, in another order": Ask("/v1/progress/?verdict=no_data&ordering=-normalized_value"),
        "200 as csv": Ask("/v1/progress/?verdict=met&page_size=200&format=csv"),
        "as a picture": Ask("/v1/progress/?verdict=met,missed&jurisdiction={place}&format=svg"),
    },
    "diff": {
        "two editions": Ask("/v1/plans/{edition}/diff/"),
        "two plans that have nothing in common": Ask("/v1/plans/{edition}/diff/?against={hub}"),
    },
    "lineage": {
        "the plan with most relatives": Ask("/v1/plans/{hub}/lineage/"),
        "a plan at the top": Ask("/v1/plans/{top}/lineage/"),
        "a plan": Ask("/v1/plans/{plan}/lineage/"),
    },
    "time": {
        "a record as of the middle": Ask("/v1/plans/{plan}/?as_of={middle}"),
        "a list, thousands replaced since": Ask("/v1/targets/?as_of={before}"),
        "its third page": Ask("/v1/targets/?as_of={before}", turns=2),
        "in another order": Ask("/v1/targets/?as_of={before}&ordering=-normalized_value"),
        "filtered by a word": Ask("/v1/targets/?as_of={before}&q={common}"),
        "filtered by place and due": Ask("/v1/targets/?as_of={before}&jurisdiction={place}&due__lte={due}"),
        "a list as of the middle": Ask("/v1/targets/?as_of={middle}"),
        "all of one place then, csv": Ask("/v1/targets/?as_of={before}&jurisdiction={place}&page_size=all&format=csv"),
        "the longest history": Ask("/v1/plans/{edited}/history/?page_size=200"),
        "changes from the beginning": Ask("/v1/changes/?since=0&page_size=200"),
        "changes from the middle": Ask("/v1/changes/?since={middle}&page_size=200"),
        "changes of a rare resource": Ask("/v1/changes/?since={middle}&resource=topics"),
        "the feed": Ask("/v1/changes.atom"),
        "the feed of one resource": Ask("/v1/changes.atom?resource=topics"),
    },
    "formats": {
        "200 targets, csv": Ask("/v1/targets/?page_size=200&format=csv"),
        "200 plans, csv": Ask("/v1/plans/?page_size=200&format=csv"),
        "all targets of one place, csv": Ask("/v1/targets/?jurisdiction={place}&page_size=all&format=csv"),
        "all targets of one place, xlsx": Ask("/v1/targets/?jurisdiction={place}&due={due}&page_size=all&format=xlsx"),
        "all targets, ndjson": Ask("/v1/targets/?page_size=all&format=ndjson"),
        "all targets, three fields, ndjson": Ask("/v1/targets/?page_size=all&format=ndjson&fields=id,value,plan.id"),
        "all targets, csv": Ask("/v1/targets/?page_size=all&format=csv"),
        "cities, geojson": Ask("/v1/cities/?page_size=all&format=geojson"),
    },
    "properties": {
        "all fields": Ask("/v1/properties/?page_size=200"),
        "of one resource": Ask("/v1/properties/?resource=targets"),
    },
    "citations": {
        "BibTeX": Ask("/v1/plans/{plan}/?format=bibtex"),
        "CSL-JSON": Ask("/v1/plans/{plan}/?format=csl-json"),
        "RIS as of the middle": Ask("/v1/plans/{plan}/?format=ris&as_of={middle}"),
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--plans", type=int, default=1000, help="make up so many")
    what.add_argument("--keep", action="store_true", help="ask of the data set that is there")
    parser.add_argument("--part", action="append", choices=list(QUESTIONS), help="ask these questions alone")
    options = parser.parse_args()
    set_up()
    if not options.keep:
        fill(options.plans)
        edit()
    known, names = _look_up()
    asked = [(part, name, ask) for part in options.part or QUESTIONS for name, ask in QUESTIONS[part].items()]
    table = Table("part", "question", title=_title())
    for column in ("ms", "CPU", "first", "KiB", "peak MiB", "status"):
        table.add_column(column, justify="right")
    console = Console()
    try:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("", total=len(asked))
            for part, name, ask in asked:
                progress.update(task, advance=1, description=f"{part}: {name}")
                table.add_row(part, name, *_row(ask, known, names))
    except KeyboardInterrupt:
        console.print("Interrupted.")
    console.print(table)


@dataclass(frozen=True)
class Taken:
    """What an answer took: seconds until it ended, of the processor, and until it began; its size, MiB of memory; and its status."""

    seconds: float
    processor: float
    first: float | None
    size: int
    peak: float | None
    status: int


def _row(ask: Ask, known: dict[str, str], names: list[str]) -> Iterator[str]:
    taken = _best(ask, known, names)
    yield f"{taken.seconds * 1000:.0f}"
    yield f"{taken.processor * 1000:.0f}"
    yield "" if taken.first is None else f"{taken.first * 1000:.0f}"
    yield f"{taken.size / 1024:.0f}"
    yield "" if taken.peak is None else f"{taken.peak:.0f}"
    yield "" if taken.status == 200 else str(taken.status)


def _best(ask: Ask, known: dict[str, str], names: list[str]) -> Taken:
    path = ask.path.format_map(known)
    for _ in range(ask.turns):
        path = _client().get(path).json()["next"] or path
    found = [_ask(path, ask, names)]
    while len(found) < _TIMES and found[0].seconds < _LONG:
        found.append(_ask(path, ask, names))
    return min(found, key=lambda taken: taken.seconds)


def _ask(path: str, ask: Ask, names: list[str]) -> Taken:
    from publishing.caching import ANSWERS

    ANSWERS.clear()
    with measured() as peak:
        start, used = time.perf_counter(), time.process_time()
        if ask.body is None:
            response = _client().get(path)
        else:
            body, kind = ask.body(names)
            response = _client().post(path, body, content_type=kind)
        first, size = None, 0
        if response.streaming:
            for piece in response:
                first = first or time.perf_counter() - start
                size += len(piece)
        else:
            size = len(response.content)
        seconds, processor = time.perf_counter() - start, time.process_time() - used
    return Taken(seconds, processor, first, size, peak.mib, response.status_code)


@cache
def _client() -> Any:
    """One for all: each loads the middleware with its first request."""
    from django.test import Client

    return Client(raise_request_exception=False)


def _title() -> str:
    from django.db import connection

    from policies.models import Plan, Target

    return f"{connection.vendor}, {Plan.objects.count()} plans, {Target.objects.count()} targets"


def _look_up() -> tuple[dict[str, str], list[str]]:
    """What the questions name, and names to resolve: looked up in whatever data set there is."""
    from django.db.models import Count, Max

    from policies.models import Observation, Plan, PlanRelation, Target
    from publishing.models import Document, NameWord, Revision, SearchEntry
    from publishing.search.analysis import IN_NAME

    def most(rows: Any, column: str) -> str:
        counted = rows.exclude(**{column: None}).order_by().values_list(column).annotate(count=Count("pk")).order_by("-count", column)
        return str(counted[0][0])

    def tokens(resource: str) -> Counter[str]:
        entries = SearchEntry.objects.filter(resource=resource).order_by("pk")[:_SAMPLE]
        return Counter(token for entry in entries for token in entry.tokens.split())

    latest = Revision.objects.aggregate(latest=Max("number"))["latest"]
    if latest is None:
        raise SystemExit("Nothing is published there.")
    # The last thousands that were replaced.
    replaced = list(Document.objects.filter(resource="targets", until__isnull=False).order_by("-until_id").values_list("until_id", flat=True)[:9000])
    plan = Plan.objects.order_by("pk")[Plan.objects.count() // 2]
    of_targets, of_plans = tokens("targets"), tokens("plans")
    named = [token.removeprefix(IN_NAME) for token, _ in of_plans.most_common() if token.startswith(IN_NAME) and not token.startswith(IN_NAME * 2)]
    words = plan.name_en.casefold().split()
    indicator = most(Observation.objects.all(), "indicator")
    relations = PlanRelation.objects.all()
    longest = max(NameWord.objects.values_list("text", flat=True), key=len)
    found = {
        "plan": plan.pk,
        "name": plan.name_en,
        "begin": plan.name_en[:4],
        "usual": " ".join(named[:3]),
        "rare": min(words, key=lambda word: (of_targets[word] + of_plans[word], -len(word))),
        "common": next(token for token, _ in of_targets.most_common() if token.isascii() and len(token) > 1),
        "chinese": next(token for token, _ in of_plans.most_common() if not token.isascii() and len(token) == 2 and token[0] != IN_NAME),
        "mistyped": longest[:-2] + longest[-1],
        "place": most(Target.objects.filter(indicator=indicator), "jurisdiction"),
        "indicator": indicator,
        "comparable": f"unit={most(Target.objects.all(), 'unit')}&basis=level&per__isnull=true&scope__isnull=true",
        "due": most(Target.objects.all(), "due"),
        "hub": most(relations, "other"),
        "top": most(relations.filter(other__outgoing=None), "other"),
        "edition": most(Target.objects.filter(plan__outgoing__kind__in=("replaces", "finalises")), "plan"),
        "edited": most(Document.objects.filter(resource="plans", until__isnull=False), "record") if replaced else plan.pk,
        "middle": latest // 2 or 1,
        "before": replaced[-1] - 1 if replaced else latest,
    }
    names = Plan.objects.order_by("pk").values_list("name_en", "name_zh")[:50]
    return {name: quote(str(value), safe="&=") for name, value in found.items()}, [name for pair in names for name in pair if name]


if __name__ == "__main__":
    main()
