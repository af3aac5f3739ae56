"""Lists, read: from a checked query to one page, in its envelope or as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest

from publishing.answering import Answer
from publishing.envelopes import envelope, links, turned
from publishing.formats import CHARTS, JSON, Format, Table
from publishing.pagination import LARGEST_SIZE, count, read_page
from publishing.queries import ListQuery
from publishing.resources import RESOURCES
from publishing.selection import select
from publishing.then import PastList


def read_list(
    request: HttpRequest, query: ListQuery, resource: str, show: Callable[[list[str]], list[str]] | None = None, *, form: Format = JSON
) -> Answer:
    """A page of the records of a resource; `show` turns their bodies into what the list shows in their stead, by queries of its own."""
    size = query.size or LARGEST_SIZE
    # A table goes without: a picture says what it leaves out.
    is_counted = form is JSON or form in CHARTS
    if query.past is not None:
        then = PastList(query.rows, RESOURCES[resource], query.keys, query.past, query.filters)
        counted, page = then.count() if is_counted else None, then.page(query.cursor, size)
    else:
        counted = count(query.rows) if is_counted else None
        page = read_page(query.rows, resource, query.keys, query.cursor, size)
    if show is not None:
        page = replace(page, bodies=show(page.bodies), revision=None)
    if form is not JSON or counted is None:
        onward, back = turned(request, page.next, query.name), turned(request, page.previous, query.name)
        return Answer(Table(page.bodies, query.shape, query.fields), page.revision, links(onward, back), {"counted": counted})
    if query.fields is not None:
        page = replace(page, bodies=[select(body, query.fields) for body in page.bodies])
    return Answer(envelope(request, page, counted, query.name), page.revision)
