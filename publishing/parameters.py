"""Parameters that are no filters: declared once, read whole; each is known and right, or all faults are named at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from publishing.errors import BadParameters, Fault, did_you_mean
from publishing.formats import CSV, Format
from publishing.values import MOST_LETTERS, BooleanField, ChoiceField, ValueField

# More than any address has.
MOST_PARAMETERS = 200


@dataclass(frozen=True)
class General:
    """A parameter that an address takes beside filters."""

    field: ValueField
    help_text: str
    required: bool = False
    # Another parameter and the value of it that this one needs beside it.
    needs: tuple[str, str] | None = None


Parameters = Mapping[str, General]


def of_formats(formats: Sequence[Format]) -> Parameters:
    """The parameters by which one of these formats is chosen."""
    choice = General(ChoiceField(words=[form.name for form in formats], single=True), "The format of the answer; it goes before `Accept`.")
    bom = General(BooleanField(), "Whether the CSV begins with a byte order mark, for Excel.", needs=("format", "csv"))
    return {"format": choice, **({"bom": bom} if CSV in formats else {})}


def read(data: QueryDict, parameters: Parameters, *, also: Iterable[str] = ()) -> tuple[dict[str, Any], list[Fault]]:
    """The values of these parameters as far as they are given, and all that is wrong with the query; `also` names what others read."""
    _refuse_too_many(data)
    faults = list(_unknown(data, {*parameters, *also}))
    given: dict[str, Any] = {}
    for name, parameter in parameters.items():
        if name in data:
            try:
                given[name] = parameter.field.clean(data.getlist(name))
            except ValidationError as errors:
                faults += (fault(name, error) for error in errors.error_list)
            if parameter.needs and data.get(parameter.needs[0]) != parameter.needs[1]:
                faults.append(Fault(name, str(data[name])[:MOST_LETTERS], f"It needs {'='.join(parameter.needs)} beside it."))
        elif parameter.required:
            faults.append(Fault(name, None, "It is needed."))
    return given, faults


def require(data: QueryDict, parameters: Parameters) -> dict[str, Any]:
    """The values of these parameters as far as they are given; BadParameters with all faults if the query is not well asked."""
    given, faults = read(data, parameters)
    if faults:
        raise BadParameters(faults)
    return given


def fault(name: str, error: ValidationError) -> Fault:
    """What the error says of the parameter."""
    return Fault(name, detail=str(error.message), **{"value": None, **(error.params or {})})


def _refuse_too_many(data: QueryDict) -> None:
    """Nobody asks that in earnest, and each fault is dear: what it may have meant is looked for."""
    if len(data) > MOST_PARAMETERS:
        raise BadParameters([Fault(list(data)[MOST_PARAMETERS][:MOST_LETTERS], None, f"Give at most {MOST_PARAMETERS} parameters.")])


def _unknown(data: QueryDict, known: set[str]) -> Iterator[Fault]:
    for name in data:
        if name not in known:
            yield Fault(
                name[:MOST_LETTERS],
                str(data[name])[:MOST_LETTERS],
                "No such parameter.",
                allowed=sorted(known),
                did_you_mean=did_you_mean(name[:MOST_LETTERS], known) or None,
            )
