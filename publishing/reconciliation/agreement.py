"""Agreement: whether a record has the values that were given for its properties."""

from __future__ import annotations

import re
from typing import Any

from publishing.reconciliation.entities import identifier
from publishing.reconciliation.properties import Property
from publishing.resolving.scores import READ, Called, match
from publishing.resolving.usage import PLAIN, usage_of
from publishing.resources import RESOURCES
from publishing.search.texts import texts

# A spreadsheet's date has a time, which means nothing.
_DATE = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:T[0-9:.]+Z)?")


def agrees(given: list[Any], one: Property, document: dict[str, Any]) -> bool | None:
    """Whether one of the values given is one of the record's; None where it has none."""
    values = one.values(document)
    return any(_same(wanted, value, one) for wanted in given for value in values) if values else None


def _same(wanted: Any, value: Any, one: Property) -> bool:
    if isinstance(value, dict):
        return _names(wanted, value, one.type)
    if isinstance(wanted, dict):
        return str(wanted["id"]) == str(value)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(wanted).lower() == str(value).lower()
    if isinstance(value, int | float):
        return _number(wanted) == value
    written, text = str(wanted).strip(), str(value)
    day, date = _DATE.fullmatch(written), _DATE.fullmatch(text)
    if day and date:
        # A year, and a day in it.
        return day[1].startswith(date[1]) or date[1].startswith(day[1])
    return match(written, Called(text, (text,)), PLAIN).score == 1


def _names(wanted: Any, reference: dict[str, Any], resource: str | None) -> bool:
    """Whether that is the record referred to, by its id or by a name."""
    id_ = str(reference.get("id"))
    if isinstance(wanted, dict):
        return str(wanted["id"]) in {id_, identifier(resource or "", id_)}
    if resource is None:
        return str(wanted) == id_
    names = tuple(texts(reference, ("name_en", "name_zh", *RESOURCES[resource].searched.names))) or (id_,)
    usage = usage_of(RESOURCES[resource].serializer)
    return str(wanted) == identifier(resource, id_) or match(str(wanted), Called(id_, names), usage).score >= READ


def _number(wanted: Any) -> float | None:
    try:
        return float(str(wanted).replace(",", ""))
    except ValueError:
        return None
