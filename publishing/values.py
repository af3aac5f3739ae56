"""How the values of query parameters are read: every fault of every value is named, none is guessed around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from publishing.errors import did_you_mean
from publishing.identity import successor
from publishing.models import Document
from publishing.partial_dates import DATE_PATTERN, SPAN_PATTERN, PartialDate
from publishing.resources import resource_of

MOST_VALUES = 100
MOST_LETTERS = 300
MOST_WORDS = 20
# Of more unknown ids than these the nearest are not looked for.
MOST_ADVISED = 10
# What a JSON number carries exactly.
MOST_DIGITS = 15
# As far as a float goes. Python's decimals go on, but fail when they are reckoned with, and PostgreSQL reads no such zero.
MOST_EXPONENT = 308
# As JSON writes them; Python would also read 1_000, ١٢ and NaN.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PARTING_COMMA = re.compile(r"(?<!\\),")


class QueryValues(forms.Widget):
    """All values that a query gives a parameter, as written."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return list(data.getlist(name))


class ValueField(forms.Field):
    """Values of one parameter: repeated or separated by commas, at most `most_values`; `single` takes one."""

    widget = QueryValues
    kind = "string"

    def __init__(self, *, single: bool = False, longest: int = MOST_LETTERS, most_values: int = MOST_VALUES, **kwargs: Any) -> None:
        self.single = single
        self.longest = longest
        self.most_values = most_values
        super().__init__(**{**kwargs, "required": False})

    def split(self, written: str) -> list[str]:
        """The values in one writing of the parameter."""
        return [written] if self.single else written.split(",")

    def read(self, value: str) -> Any:
        """One value, or a ValidationError."""
        return value

    def check(self, values: list[Any]) -> None:
        """Refuse values that are well-formed and yet wrong."""

    def clean(self, written: list[str]) -> Any:
        if self.single and len(written) > 1:
            raise fault("Give it once.", ", ".join(written))
        number = len(written) if self.single else sum(1 + text.count(",") for text in written)
        if number > self.most_values:
            raise fault(f"Give at most {self.most_values} values.", f"{number} values")
        values = [value for text in written for value in self.split(text)]
        faults, read = [], []
        for value in values:
            try:
                self._refuse_unreadable(value)
                read.append(self.read(value))
            except ValidationError as error:
                faults += error.error_list
        if faults:
            raise ValidationError(faults)
        self.check(read)
        return read[0] if self.single and read else read

    def schema(self) -> dict[str, Any]:
        """One value, as an OpenAPI schema."""
        return {"type": self.kind}

    def _refuse_unreadable(self, value: str) -> None:
        if not value.strip():
            raise fault("Empty: give a value or leave the parameter out.", value)
        if len(value) > self.longest:
            raise fault(f"Too long: at most {self.longest} letters.", value)
        if "\x00" in value:
            raise fault("Not text.", value.replace("\x00", "�"))


class TextField(ValueField):
    r"""Texts. A comma may be part of a name: the whole counts as a value beside its parts, and alone where its commas are written `\,`."""

    def split(self, written: str) -> list[str]:
        if self.single:
            return [written]
        parts = [part.strip().replace("\\,", ",") for part in _PARTING_COMMA.split(written)]
        return [part for part in parts if part] or [written]

    def clean(self, written: list[str]) -> Any:
        parts = super().clean(written)
        return parts if self.single else [*parts, *(text.replace("\\,", ",") for text in written if _PARTING_COMMA.search(text))]


class LineField(TextField):
    """Texts of one line."""

    def read(self, value: str) -> str:
        if "\n" in value:
            raise fault("One line alone.", value)
        return value


class WordsField(ValueField):
    """Words, parted by blanks."""

    def __init__(self) -> None:
        super().__init__(single=True)

    def read(self, value: str) -> str:
        if len(value.split()) > MOST_WORDS:
            raise fault(f"At most {MOST_WORDS} words.", value)
        return value


class ChoiceField(ValueField):
    """Words of a closed list."""

    def __init__(self, *, words: Sequence[str], **kwargs: Any) -> None:
        self.words = tuple(words)
        super().__init__(**kwargs)

    def read(self, value: str) -> str:
        if value not in self.words:
            raise fault("Not one of the allowed values.", value, allowed=self.words)
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


class BooleanField(ChoiceField):
    """true or false."""

    kind = "boolean"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(words=("true", "false"), single=True, **kwargs)

    def read(self, value: str) -> Any:
        return super().read(value.lower()) == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class NumberField(ValueField):
    """Numbers as exact and as large as the column that they are compared with, and no more."""

    def __init__(self, *, column: Any, **kwargs: Any) -> None:
        self.places = getattr(column, "decimal_places", 0)
        self.digits = min(MOST_DIGITS, getattr(column, "max_digits", MOST_DIGITS) - self.places)
        self.kind = "number" if self.places else "integer"
        super().__init__(**kwargs)

    def read(self, value: str) -> Decimal:
        number = read_number(value, value)
        if abs(number) >= 10**self.digits:
            raise fault(f"Out of range: below 10^{self.digits} in size.", value)
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise fault(f"At most {self.places} digits after the point." if self.places else "Not a whole number.", value)
        return number


class WholeField(ValueField):
    """Whole numbers within bounds."""

    def __init__(self, *, least: int = 1, most: int, **kwargs: Any) -> None:
        self.least = least
        self.most = most
        super().__init__(**kwargs)

    def read(self, value: str) -> Any:
        if not (value.isascii() and value.isdigit() and len(value) < 10 and self.least <= int(value) <= self.most):
            raise fault(f"A whole number from {self.least} to {self.most}.", value)
        return int(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class DateField(ValueField):
    """Partial dates: YYYY, YYYY-MM or YYYY-MM-DD; `day` takes the last alone, `span` also two joined by a slash."""

    def __init__(self, *, day: bool = False, span: bool = False, **kwargs: Any) -> None:
        self.day = day
        self.span = span
        super().__init__(**kwargs)

    def read(self, value: str) -> PartialDate:
        try:
            date = PartialDate.parse_span(value) if self.span else PartialDate.parse(value)
        except ValueError as error:
            raise fault(str(error), value) from None
        if self.day and date.earliest != date.latest:
            raise fault("Give a day: YYYY-MM-DD.", value)
        return date

    def schema(self) -> dict[str, Any]:
        # No example: documentation pages fill it in, and so ask for what hardly any record has.
        return {"type": "string", "format": "date"} if self.day else {"type": "string", "pattern": SPAN_PATTERN if self.span else DATE_PATTERN}


class ReferenceField(ValueField):
    """Ids of published records of a model; an unknown one is refused, with the nearest that exist."""

    # The revision as of which they are to be known; None: today.
    as_of: int | None = None

    def __init__(self, *, model: type[models.Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def known_now(self, values: list[Any]) -> list[Any]:
        """Those of these ids that are published today."""
        known = set(self.model._default_manager.published().filter(pk__in=values).values_list("pk", flat=True))  # type: ignore[attr-defined]  # tracked models are Rows
        return [value for value in values if value in known]

    def check(self, values: list[Any]) -> None:
        unknown = set(values) - set(self._known().filter(key__in=values).values_list("key", flat=True))
        if unknown:
            raise ValidationError(list(self._faults([value for value in dict.fromkeys(values) if value in unknown])))

    def _faults(self, unknown: list[str]) -> Iterator[ValidationError]:
        known = self._known().values_list("key", flat=True)
        alike = Q()
        for value in unknown[:MOST_ADVISED]:
            alike |= Q(key__istartswith=value[:2])
        # Those that begin alike are few however many records there are.
        near = [*known.filter(alike)[:5000], *known[:5000]]
        for place, value in enumerate(unknown):
            heir = self._heir(value) if place < MOST_ADVISED else None
            if heir:
                yield ValidationError(f"It is now {heir}.", params={"value": value, "allowed": None, "did_you_mean": [heir]})
            else:
                yield fault(f"No such {self.model._meta.verbose_name}.", value, candidates=near if place < MOST_ADVISED else ())

    def _heir(self, value: str) -> str | None:
        """The id that the record of this one was given, or was merged into."""
        resource = resource_of(self.model)
        return successor(resource.name, value, None if self.as_of is None else Document.objects.as_of(self.as_of)) if resource else None

    def _known(self) -> Any:
        """What is known, with its id as `key`."""
        resource = resource_of(self.model)
        if self.as_of is None or resource is None:
            return self.model._default_manager.published().annotate(key=F("pk"))  # type: ignore[attr-defined]  # tracked models are Rows
        return Document.objects.as_of(self.as_of).bodies().filter(resource=resource.name).annotate(key=F("record"))


def one_text(value: str) -> str:
    """How a parameter is to be given this text, and nothing beside it."""
    return value.replace(",", "\\,")


def read_number(text: str, value: str) -> Decimal:
    """The number that is written in `text`, or a fault of `value`."""
    if not _NUMBER.fullmatch(text):
        raise fault("Not a number.", value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise fault("Out of range.", value) from None
    if max(abs(number.adjusted()), abs(int(number.as_tuple().exponent))) > MOST_EXPONENT:
        raise fault("Out of range.", value)
    return number


def fault(detail: str, value: str, *, allowed: Iterable[str] | None = None, candidates: Iterable[str] = ()) -> ValidationError:
    """A fault of one value; `allowed` is shown, and the nearest of it or of `candidates`."""
    words = None if allowed is None else list(allowed)
    near = did_you_mean(value, words or candidates)
    return ValidationError(detail, params={"value": value[:MOST_LETTERS], "allowed": words, "did_you_mean": near or None})
