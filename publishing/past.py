"""The past: which state of the data set `?as_of=` asks for, and what held then."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from publishing.caching import State
from publishing.models import Document, Revision
from publishing.parameters import General
from publishing.paths import batches
from publishing.values import ValueField, fault

_REVISION = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 3339: the date, the time and its offset are all there.
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_LAST_MOMENT = time(23, 59, 59, 999999)


@dataclass(frozen=True)
class Past:
    """The state of the data set that held at the time asked for."""

    state: State
    # As it was asked for.
    written: str
    # No revision to come can change it. While a day lasts, or a publication begun in it is under way, one may.
    is_settled: bool

    @property
    def revision(self) -> int:
        return self.state.revision

    def records(self, resource: str, ids: Collection[str] | None = None) -> Iterator[dict[str, Any]]:
        """The records of a resource as they were shown then: all, or those of these ids."""
        documents = Document.objects.as_of(self.revision).bodies().filter(resource=resource)
        for batch in [None] if ids is None else batches(ids):
            chosen = documents if batch is None else documents.filter(record__in=batch)
            yield from map(orjson.loads, chosen.order_by().values_list("body", flat=True))


class AsOfField(ValueField):
    """A day, a time or a revision; read as the state of the data set that held at its end."""

    def read(self, value: str) -> Past:
        if _REVISION.fullmatch(value):
            return _at_revision(int(value), value)
        if _DAY.fullmatch(value):
            return _at(*_end_of(value), value)
        moment = _moment(value)
        return _at(moment, moment, value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({_REVISION.pattern}|{_DAY.pattern}|{_TIME.pattern})$"}


AS_OF = {
    "as_of": General(
        AsOfField(single=True),
        "As the data set was then: a day (`2026-12-31`: at its end, UTC), a time (`2026-12-31T08:00:00Z`) or the number of a revision.",
    )
}


def read_past(data: QueryDict) -> Past | None:
    """The state that the query asks for; None where it asks for none, or for one that cannot be had, which whoever reads it all will refuse."""
    if "as_of" not in data:
        return None
    try:
        past: Past = AS_OF["as_of"].field.clean(data.getlist("as_of"))
    except ValidationError:
        return None
    return past


def _at_revision(number: int, written: str) -> Past:
    found = Revision.objects.filter(number=number).values_list("at", flat=True).first()
    if found is None:
        latest = State.now()
        raise fault(f"Revisions go from 1 to {latest.revision}; a day is written YYYY-MM-DD." if latest else "Nothing is published yet.", written)
    return Past(State(number, found), written, is_settled=True)


def _at(first: datetime, last: datetime, written: str) -> Past:
    """The state at the end of this span of time, which must have begun."""
    if first > timezone.now():
        raise fault("That is yet to come.", written)
    later = Exists(Revision.objects.filter(number__gt=OuterRef("number")))
    found = (
        Revision.objects.filter(at__lte=last).order_by("-at", "-number").annotate(is_settled=later).values_list("number", "at", "is_settled").first()
    )
    if found is None:
        begun = Revision.objects.order_by("number").values_list("at", flat=True).first()
        raise fault(f"Nothing was published by then; the first revision is of {_written(begun)}." if begun else "Nothing is published yet.", written)
    number, at, is_settled = found
    return Past(State(number, at), written, is_settled)


def _end_of(written: str) -> tuple[datetime, datetime]:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise fault(f"{written} is not in the calendar.", written) from None
    return datetime.combine(day, time(), UTC), datetime.combine(day, _LAST_MOMENT, UTC)


def _moment(written: str) -> datetime:
    try:
        moment = parse_datetime(written.upper()) if _TIME.fullmatch(written) else None
        if moment is not None:
            # A year at either end of the calendar may be none in UTC.
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault(f"{written} is not in the calendar.", written) from None
    raise fault("Give a day (YYYY-MM-DD), a time (YYYY-MM-DDThh:mm:ssZ) or the number of a revision.", written)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
