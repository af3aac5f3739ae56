"""What the data set holds and what it lacks, counted: the generated part of docs/dataset.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q

from cities.models import Institution, Jurisdiction, Ranking
from companies.models import Company, Product
from policies.models import Measure, Observation, Plan, Target
from reference.models import Indicator, Source, Topic

_FACTS: tuple[tuple[str, Any], ...] = (
    ("plans", Plan),
    ("targets", Target),
    ("measures", Measure),
    ("observations", Observation),
    ("institutions", Institution),
    ("companies", Company),
    ("products", Product),
    ("rankings", Ranking),
)


def describe() -> str:
    """Markdown tables of counts, shares and gaps, as of the database."""
    return "\n\n".join("\n".join(part) for part in (_records(), _sources(), _provinces(), _kinds(), _years(), _gaps()))


def _records() -> Iterator[str]:
    yield from _head("records", "published", "with an official source", "confirmed", "disputed")
    for name, model in _FACTS:
        rows = model.objects.published()
        total = rows.count()
        official = rows.filter(pk__in=rows.filter(sources__kind="official").values("pk")).count()
        told = Counter(dict(rows.order_by().values_list("reliability").annotate(Count("pk"))))
        yield _row(name, total, _share(official, total), told["confirmed"], told["disputed"])
    for name, model in (("sources", Source), ("indicators", Indicator), ("topics", Topic), ("jurisdictions", Jurisdiction)):
        yield _row(name, model.objects.count(), "", "", "")


def _sources() -> Iterator[str]:
    yield from _head("kind of source", "sources", "share")
    kinds = Counter(Source.objects.order_by().values_list("kind", flat=True))
    yield from (_row(kind, count, _share(count, kinds.total())) for kind, count in kinds.most_common())


def _provinces() -> Iterator[str]:
    yield from _head("place", "plans", "targets", "measures", "observations")
    tops = Jurisdiction.objects.filter(Q(level="country") | Q(parent="china")).order_by("level", "id")
    for top in tops:
        within = [top.pk] if top.level == "country" else list(Jurisdiction.objects.within([top.pk]).values_list("pk", flat=True))
        counts = [model.objects.published().filter(jurisdiction__in=within).count() for _, model in _FACTS[:4]]
        if any(counts):
            yield _row(top.name_en, *counts)


def _kinds() -> Iterator[str]:
    yield from _head("kind of plan", "plans")
    kinds = Counter(Plan.objects.published().values_list("kind", flat=True))
    yield from (_row(kind, count) for kind, count in kinds.most_common())


def _years() -> Iterator[str]:
    yield from _head("issued", "plans")
    years = Counter((issued or "unknown")[: 7 if not issued else 4] for issued in Plan.objects.published().values_list("issued_on", flat=True))
    yield from (_row(year, count) for year, count in sorted(years.items()))


def _gaps() -> Iterator[str]:
    yield from _head("not known", "of", "share")
    plans, sources, targets = Plan.objects.published(), Source.objects.all(), Target.objects.published()
    drafts = plans.filter(Q(status="draft_for_comment") | Q(incoming__kind="finalises")).distinct()
    provinces = Jurisdiction.objects.filter(parent="china")
    with_plans = [place.pk for place in provinces if plans.filter(jurisdiction__in=Jurisdiction.objects.within([place.pk]).values("pk")).exists()]
    gaps: tuple[tuple[str, Any, Q], ...] = (
        ("Chinese title of a plan", plans, Q(name_zh=None)),
        ("document number of a plan", plans, Q(document_number=None)),
        (
            "date of issue of a plan that is more than planned or a draft",
            plans.exclude(status__in=("planned", "draft_for_comment")),
            Q(issued_on=None),
        ),
        ("issuer of a plan", plans, Q(issuers=None)),
        ("target or measure of a plan", plans, Q(targets=None, measures=None)),
        ("final text of a draft", drafts, Q(status="draft_for_comment")),
        ("any plan of a place of province level", provinces, ~Q(pk__in=with_plans)),
        ("indicator that fits a target", targets, Q(indicator=None)),
        ("due date of a target", targets, Q(due=None)),
        ("amount or term of a measure", Measure.objects.published(), Q(amount=None, terms=None)),
        ("address of a source", sources, Q(url=None)),
        ("date of a source", sources, Q(published_on=None)),
        ("publisher of a source", sources, Q(publisher=None)),
    )
    for what, rows, lacking in gaps:
        total, missing = rows.count(), rows.filter(lacking).count()
        yield _row(what, f"{missing} of {total}", _share(missing, total))


def _head(*names: str) -> Iterable[str]:
    return (_row(*names), "|" + "---|" * len(names))


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""
