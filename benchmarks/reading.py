"""How fast the plan list is read: our documents, cold and hot, against plain nested serializers on the same rows in the same run.

    uv run python -m benchmarks.reading [--plans 1000]

Each answers the same page of 50 plans with 10 targets each, in one process, through Django's whole stack. Look at the ratios: the figures are
the machine's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.world import fill, set_up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=1000)
    options = parser.parse_args()
    set_up()
    fill(options.plans)

    from django.db import connection
    from django.test import Client
    from django.urls import path
    from rest_framework.generics import ListAPIView
    from rest_framework.pagination import CursorPagination

    from config import urls
    from policies.models import Plan
    from policies.serializers import PlanSerializer
    from publishing.caching import ANSWERS
    from publishing.resources import RESOURCES

    class Pages(CursorPagination):
        page_size = 50
        ordering = "id"

    class PlainPlans(ListAPIView[Plan]):
        serializer_class = PlanSerializer
        pagination_class = Pages

        def get_queryset(self) -> Any:
            return Plan.objects.published().prefetch_related(*(path.lookup for path in RESOURCES["plans"].shown))

    urls.urlpatterns.append(path("plain/", PlainPlans.as_view()))
    client = Client()

    def cold() -> None:
        ANSWERS.clear()
        assert client.get("/v1/plans/?page_size=50").status_code == 200

    def hot() -> None:
        assert client.get("/v1/plans/?page_size=50").status_code == 200

    def plain() -> None:
        assert client.get("/plain/").status_code == 200

    figures = {"documents, hot": _rate(hot), "documents, cold": _rate(cold), "plain nested serializers": _rate(plain)}
    slowest = min(figures.values())
    size = len(client.get("/v1/plans/?page_size=50").content)
    table = Table("page of 50 plans", "requests/s", "ratio", title=f"{connection.vendor}, {options.plans} plans, {size // 1024} KiB a page")
    for name, rate in figures.items():
        table.add_row(name, f"{rate:.0f}", f"{rate / slowest:.1f}")
    Console().print(table)


def _rate(ask: Callable[[], None], seconds: float = 4) -> float:
    for _ in range(3):
        ask()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        ask()
        count += 1
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
