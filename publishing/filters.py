"""Filters: a resource names its fields once; parameters, validation, schema and advice all follow from that.

A family of parameters stands for one field: `due`, `due__not`, `due__gte` … Which ones follows from the kind of its column.
"""

from __future__ import annotations

from calendar import monthrange
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import django_filters
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.http import QueryDict
from django_filters.filterset import FilterSetMetaclass

from publishing import keys, values
from publishing.errors import Fault
from publishing.fields import Lines
from publishing.keys import Key
from publishing.models import SearchEntry
from publishing.partial_dates import PartialDate, PartialDateField
from publishing.past import Past
from publishing.resources import RESOURCES, Resource
from publishing.search.asking import Search, as_written, understand
from publishing.shown import Shown, holds, shows, shows_none, shows_nothing
from publishing.then import Admits, Then

Condition = Callable[[Any], Q]
# Longer texts are prose: nobody orders by it, and no index holds it.
LONGEST_SORTED = 300
BOUNDS = {
    "gte": "From it on.",
    "lte": "Up to it.",
    "gt": "After it, or more.",
    "lt": "Before it, or less.",
}


class Parameter(django_filters.Filter):
    """One query parameter: how its values are read, and the condition that they make."""

    def __init__(  # noqa: PLR0913  (all but two have a default)
        self,
        field: values.ValueField,
        condition: Condition,
        help_text: str,
        *,
        column: str | None = None,
        needs: tuple[str, ...] = (),
        by: Mapping[str, Key] | None = None,
        shown: Shown | None = None,
        about: str | None = None,
    ) -> None:
        super().__init__()
        self.form_field = field
        self.condition = condition
        self.help_text = help_text
        # It says something only beside one of these.
        self.needs = needs
        # What orders by this parameter's name sort by; None where there is no such order.
        self.column = column
        # The field that it is about, by its dotted name; where none is said, the one that its family is declared by.
        self.about = about
        # What groups by this parameter's name go by, and, behind a dot, by parts of it.
        self.by = by or {}
        # The column of numbers that groups can add up under this parameter's name.
        self.figure: str | None = None
        # The condition as it is read off a document; None where that shows each of the columns that it names.
        self.shown = shown

    @property
    def field(self) -> values.ValueField:
        return self.form_field

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs if value in (None, []) else qs.filter(self.condition(value))

    def then(self, value: Any, past: Past) -> Then:
        """The condition as of a past day."""
        now = value
        if isinstance(self.form_field, values.ReferenceField):
            # To what is published no more, a row whose document stands may refer all the same: the document did not show it.
            now = self.form_field.known_now(value)
        return Then(self.condition(now), self._admits(value))

    def _admits(self, value: Any) -> Admits:
        condition, model = self.condition(value), self.model  # type: ignore[attr-defined]  # set by the filter set
        test = self.shown(value) if self.shown else lambda record: holds(condition, record, model)
        return lambda records: [record for record in records if test(record)]


class _Expanding(FilterSetMetaclass):
    """Turns `Meta.parameters` into one filter a parameter."""

    @classmethod
    def get_declared_filters(cls, bases: Any, attrs: dict[str, Any]) -> OrderedDict[str, Any]:
        meta = attrs.get("Meta")
        for name, source in getattr(meta, "parameters", {}).items():
            made = source(name, meta.model) if callable(source) else family(name, source, meta.model)  # type: ignore[union-attr]  # who has parameters has a Meta
            for parameter in made.values():
                parameter.about = parameter.about or (name if callable(source) else source)
            attrs.update(made)
        return super().get_declared_filters(bases, attrs)


class RecordFilters(django_filters.FilterSet, metaclass=_Expanding):
    """The parameters by which a resource is filtered.

    `Meta.parameters` maps the name of each family to a model field, or to a function of name and model that makes its parameters.
    """

    base_filters: OrderedDict[str, Any]
    filters: OrderedDict[str, Any]

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], past: Past | None = None) -> None:
        self.asked = data
        # The parent copies every filter for every request; those that were asked for are enough.
        self.base_filters = OrderedDict((name, self.base_filters[name]) for name in data if name in self.base_filters)
        super().__init__(data, queryset)
        if past is not None:
            for field in self.form.fields.values():
                field.as_of = past.revision  # type: ignore[attr-defined]  # all are ValueFields

    @classmethod
    def get_filters(cls) -> OrderedDict[str, Any]:
        return cls.declared_filters.copy()

    @classmethod
    def columns(cls) -> dict[str, str]:
        """What a list can be ordered by, and the column that it then sorts by."""
        return {name: parameter.column for name, parameter in cls.base_filters.items() if parameter.column}

    @classmethod
    def keys(cls) -> dict[str, Key]:
        """What records can be grouped by."""
        return {".".join(filter(None, (name, part))): key for name, parameter in cls.base_filters.items() for part, key in parameter.by.items()}

    @classmethod
    def about(cls, field: str) -> list[str]:
        """The parameters that are about this field of a record."""
        return [name for name, parameter in cls.base_filters.items() if parameter.about == field]

    @classmethod
    def figures(cls) -> dict[str, str]:
        """What groups can add up, and the columns that hold it."""
        return {name: parameter.figure for name, parameter in cls.base_filters.items() if parameter.figure}

    @classmethod
    def comparable(cls, figure: str) -> tuple[str, ...]:
        """In what records must agree for their figures to be taken together."""
        return tuple(getattr(cls.Meta, "comparable", {}).get(figure, ()))  # type: ignore[attr-defined]  # every filter set has a Meta

    def then(self, past: Past) -> list[Then]:
        """All conditions, as of a past day."""
        given = self.form.cleaned_data
        return [self.filters[name].then(value, past) for name, value in given.items() if value not in (None, [])]

    def ranked(self) -> QuerySet[SearchEntry] | None:
        """What is searched for and admitted, with its rank; None if no words are asked for."""
        words = next((name for name, parameter in self.filters.items() if isinstance(parameter, Words)), None)
        if words is None or not self.form.is_valid():
            return None
        others = self.queryset
        for name, value in self.form.cleaned_data.items():
            if name != words:
                others = self.filters[name].filter(others, value)
        # A record is found because it is published: where nothing else is asked its row need not be looked at.
        return self.filters[words].ranked(self.form.cleaned_data[words], others if len(self.filters) > 1 else None)  # type: ignore[no-any-return]  # a list of rows and ranks

    def faults(self) -> Iterator[Fault]:
        """All that is wrong with the values given."""
        for name, errors in self.form.errors.as_data().items():
            for error in errors:
                yield Fault(name, detail=str(error.message), **{"value": None, **(error.params or {})})
        for name, parameter in self.filters.items():
            if parameter.needs and not any(other in self.asked for other in parameter.needs):
                yield Fault(name, str(self.asked[name]), f"It needs {' or '.join(parameter.needs)} beside it.")


def family(name: str, lookup: str, model: type[models.Model]) -> dict[str, Parameter]:
    """The parameters that stand for one field, by the kind of its column."""
    field: Any = model._meta.get_field(lookup)
    if field.is_relation:
        return _references(name, field)
    text = field.help_text or f"By {field.verbose_name}."
    if isinstance(field, PartialDateField):
        return _dates(name, lookup, text, span=field.span)
    if isinstance(field, Lines):
        return _lines(name, lookup, text)
    if isinstance(field, models.BooleanField):
        by = keys.of_column(field, lookup, text)
        exact = {name: Parameter(values.BooleanField(), lambda value: Q(**{lookup: value}), text, column=lookup, by=by)}
        return exact | (_null(name, lookup, text) if field.null else {})
    if isinstance(field, models.DecimalField | models.IntegerField):
        return _numbers(name, lookup, text, field)
    return (_words if field.choices else _texts)(name, lookup, text, field)


def held_by(rows: QuerySet[Any], link: str, lookup: str) -> Condition:
    """The condition that one of `rows`, which point back by `link`, has one of these values; no join, so no record counts twice."""
    return lambda value: Q(Exists(rows.filter(**{link: OuterRef("pk"), f"{lookup}__in": value})))


class Words(Parameter):
    """The words that search looks for in the documents of a resource. Without another order, what answers best comes first; of a past day, by id."""

    def __init__(self, model: type[models.Model]) -> None:
        help_text = (
            "Words that must all occur, in any order and form, in English or Chinese; best answers first. "
            "A word that occurs nowhere is taken for the nearest one that names have."
        )
        super().__init__(values.WordsField(), lambda text: self._admitted(understand(text)), help_text)
        self.model_searched = model

    def ranked(self, text: str, others: QuerySet[Any] | None) -> QuerySet[SearchEntry]:
        """The entries of the resource that the words find, with their rank; of `others` alone, if they are given."""
        search = understand(text)
        found = search.entries([self._resource.name])
        return search.ranked(found if others is None else found.filter(Exists(others.filter(pk=OuterRef("record")))))

    def then(self, value: str, past: Past) -> Then:
        """As they are written: which words occur nowhere is not known of a past day."""
        search = as_written(value)
        return Then(self._admitted(search), lambda records: [record for record in records if search.finds(record, self._resource)])

    def _admitted(self, search: Search) -> Q:
        return Q(pk__in=search.entries([self._resource.name]).values("record"))

    @property
    def _resource(self) -> Resource:
        return next(resource for resource in RESOURCES.values() if resource.model is self.model_searched)


def search(name: str, model: type[models.Model]) -> dict[str, Parameter]:
    """The parameter by which the records of a model are searched, in the texts that its serializer is published with."""
    return {name: Words(model)}


def _scalars(  # noqa: PLR0913  (what a family is made of)
    name: str, lookup: str, text: str, field: Callable[[], values.ValueField], *, null: bool, by: Mapping[str, Key]
) -> dict[str, Parameter]:
    return {
        name: Parameter(field(), lambda value: Q(**{f"{lookup}__in": value}), text, column=lookup, by=by),
        f"{name}__not": Parameter(field(), lambda value: ~Q(**{f"{lookup}__in": value}), f"Not these. {text}"),
        **(_null(name, lookup, text) if null else {}),
    }


def _words(name: str, lookup: str, text: str, field: Any) -> dict[str, Parameter]:
    read = partial(values.ChoiceField, words=[word for word, _ in field.choices])
    return _scalars(name, lookup, text, read, null=field.null, by=keys.of_column(field, lookup, text))


def _texts(name: str, lookup: str, text: str, field: Any) -> dict[str, Parameter]:
    read = partial(values.TextField, longest=max(field.max_length, values.MOST_LETTERS))
    found = _scalars(name, lookup, text, read, null=field.null, by=keys.of_column(field, lookup, text)) | _contains(name, lookup, text)
    if field.max_length > LONGEST_SORTED:
        found[name].column = None
    return found


def _null(name: str, lookup: str, text: str) -> dict[str, Parameter]:
    return {f"{name}__isnull": Parameter(values.BooleanField(), lambda value: Q(**{f"{lookup}__isnull": value}), f"Whether it is null. {text}")}


def _contains(name: str, lookup: str, text: str, read: type[values.ValueField] = values.ValueField) -> dict[str, Parameter]:
    field = read(single=True)
    return {f"{name}__contains": Parameter(field, lambda value: Q(**{f"{lookup}__icontains": value}), f"Part of it, in any case. {text}")}


def _lines(name: str, lookup: str, text: str) -> dict[str, Parameter]:
    def any_line(wanted: list[str]) -> Q:
        found = Q()
        for line in wanted:
            # Not `__contains`: SQLite's LIKE takes an A for an a.
            found |= Q(GreaterThan(StrIndex(lookup, Value(f"\n{line}\n")), 0))
        return found

    return {
        name: Parameter(values.LineField(), any_line, text, shown=shows(lookup)),
        f"{name}__not": Parameter(values.LineField(), lambda wanted: ~any_line(wanted), f"None of these. {text}", shown=shows_none(lookup)),
        **_contains(name, lookup, text, values.LineField),
    }


def _numbers(name: str, lookup: str, text: str, field: Any) -> dict[str, Parameter]:
    read = partial(values.NumberField, column=field)

    def condition(bound: str, value: Any) -> Q:
        return Q(**{f"{lookup}__{bound}": value})

    found = _scalars(name, lookup, text, read, null=field.null, by=keys.of_column(field, lookup, text)) | {
        f"{name}__{bound}": Parameter(read(single=True), partial(condition, bound), f"{says} {text}") for bound, says in BOUNDS.items()
    }
    found[name].figure = lookup
    return found


def _dates(name: str, lookup: str, text: str, *, span: bool) -> dict[str, Parameter]:
    """A partial date compares by its earliest and latest day, never by its text: `due=2027` is all that falls due in 2027."""
    earliest, latest = f"{lookup}_earliest", f"{lookup}_latest"

    def within(dates: list[PartialDate]) -> Q:
        found = Q()
        for date in dates:
            found |= Q(**{f"{earliest}__gte": _first(date), f"{latest}__lte": _last(date)})
        return found

    bounds: dict[str, Condition] = {
        "gte": lambda date: Q(**{f"{earliest}__gte": _first(date)}),
        # The first condition follows from the second: it is there for the index.
        "lte": lambda date: Q(**{f"{earliest}__lte": _last(date), f"{latest}__lte": _last(date)}),
        "gt": lambda date: Q(**{f"{earliest}__gt": _last(date)}),
        "lt": lambda date: Q(**{f"{earliest}__lt": _first(date), f"{latest}__lt": _first(date)}),
    }
    says = f"Within that {'span, ' if span else ''}year, month or day. {text}"
    return {
        name: Parameter(values.DateField(span=span), within, says, column=earliest, by=keys.of_date(earliest, latest, text, span=span)),
        f"{name}__not": Parameter(values.DateField(span=span), lambda dates: ~within(dates) | Q(**{earliest: None}), f"Not within it. {text}"),
        **{f"{name}__{bound}": Parameter(values.DateField(single=True), condition, f"{BOUNDS[bound]} {text}") for bound, condition in bounds.items()},
        **_null(name, earliest, text),
    }


def _first(date: PartialDate) -> str:
    return date.earliest.isoformat()


def _last(date: PartialDate) -> str:
    # The derived column gives every month 31 days; so has the last day of one here.
    day = date.latest
    return day.isoformat()[:8] + "31" if day.day == monthrange(day.year, day.month)[1] else day.isoformat()


def _references(name: str, field: Any) -> dict[str, Parameter]:
    text = getattr(field, "help_text", "") or f"By {name}."
    read = partial(values.ReferenceField, model=field.related_model)
    if field.many_to_many:
        return _links(name, field, text, read)
    hides = field.null and _may_hide(field)
    found = _scalars(name, f"{field.name}_id", text, read, null=field.null, by=keys.of_reference(field, text, may_hide=hides))
    if hides:
        # Neither its being there nor an order may tell of a row that is not published.
        found[name].column = None
        shown = Exists(field.related_model._default_manager.published().filter(pk=OuterRef(f"{field.name}_id")))
        found[f"{name}__isnull"].condition = lambda value: ~Q(shown) if value else Q(shown)
        found[f"{name}__isnull"].shown = shows_nothing(field.name)
    return found


def _links(name: str, field: Any, text: str, read: Callable[[], values.ValueField]) -> dict[str, Parameter]:
    through, mine, other = field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()
    published = field.related_model._default_manager.published()
    has = held_by(through._base_manager.all(), mine, f"{other}_id")
    some = Exists(through._base_manager.filter(**{mine: OuterRef("pk"), f"{other}__in": published}))
    return {
        name: Parameter(read(), has, text, by=keys.of_links(through._base_manager.all(), mine, other, text), shown=shows(field.name)),
        f"{name}__not": Parameter(read(), lambda value: ~has(value), f"None of these. {text}", shown=shows_none(field.name)),
        f"{name}__isnull": Parameter(
            values.BooleanField(), lambda value: ~Q(some) if value else Q(some), f"Whether it has none. {text}", shown=shows_nothing(field.name)
        ),
    }


def _may_hide(field: Any) -> bool:
    """Whether a published row may refer by this field to one that is not: unless its own `published` looks at that row."""
    looked_at = field.model._default_manager.published().query.alias_map.values()
    hidden = bool(field.related_model._default_manager.published().query.where)
    return hidden and all(getattr(join, "join_field", None) != field for join in looked_at)
