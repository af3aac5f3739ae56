"""What facts refer to (topics, indicators, units, rates) and what they rest on (sources); the abstract sourced fact."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from publishing.fields import Text
from publishing.indexes import indexed
from publishing.partial_dates import PartialDateField
from publishing.rows import Record, RecordQuerySet, Row
from reference.names import Named
from reference.trees import find_above


class Source(Record):
    """A text that states facts: who published it, where, when, and which text it republishes."""

    class Kind(models.TextChoices):
        """Who speaks. `official` is a page of a government or party body on its own host; a copy elsewhere is the copier's kind, with `original`."""

        OFFICIAL = "official"
        STATE_MEDIA = "state_media"
        NEWS = "news"
        RESEARCH = "research"
        COMPANY = "company"
        BLOG = "blog"
        REFERENCE = "reference"

    title = Text(max_length=500, help_text="Title as published, in its own language.")
    title_is_description = models.BooleanField(default=False, help_text="Whether the title is our description, as the text's own is not known.")
    publisher = Text(max_length=200, null=True, blank=True, help_text="Who put the text out.")
    url = Text(max_length=1000, null=True, blank=True, help_text="Where it was read; null where no address is known.")
    published_on = PartialDateField(null=True, blank=True, help_text="When it was published; partial date.")
    retrieved_on = PartialDateField(null=True, blank=True, help_text="When it was last read; partial date.")
    language = Text(max_length=10, help_text="Language of the text: en, zh … (BCP 47).")
    kind = Text(
        max_length=20,
        choices=Kind,
        help_text="Who speaks: official, state_media, news, research, company, blog or reference.",
    )
    original = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        help_text="The source that this one republishes.",
    )
    note = Text(max_length=1000, null=True, blank=True, help_text="What a reader should know of it.")

    class Meta(Record.Meta):
        indexes = indexed("kind", "published_on_earliest", "retrieved_on_earliest", "publisher", "language", "title_is_description")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("official", "state_media", "news", "research", "company", "blog", "reference")),
                name="source_kind_is_known",
            ),
            models.CheckConstraint(condition=Q(original=None) | ~Q(original=models.F("id")), name="source_is_not_its_own_original"),
        )

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        super().clean()
        find_above(self, "original")


class Topic(Named, Record):
    """A subject that plans, facts and companies are about; topics form a tree."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", help_text="The wider topic.")
    definition = Text(max_length=500, help_text="What belongs to it, in one sentence.")

    class Meta(Record.Meta):
        indexes = indexed("name_en", "name_zh")
        constraints = (models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=models.F("id")), name="topic_is_not_its_own_parent"),)

    def clean(self) -> None:
        super().clean()
        find_above(self)


class Unit(Row):
    """What a figure counts in, and how it converts: `factor` of these make one `base` unit's worth; a currency converts by yearly rates.

    Codes: ISO 4217 for money, the usual symbol for the rest (EFLOPS, GW, percent, count).
    """

    code = Text(max_length=30, primary_key=True)
    name_en = Text(max_length=100)
    name_zh = Text(max_length=100, null=True, blank=True)
    dimension = Text(max_length=30, help_text="What it measures: money, computing, power, time, share, number …")
    base = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="multiples",
        help_text="The unit that figures are normalised to; empty for a base unit and for a currency.",
    )
    factor = models.DecimalField(max_digits=24, decimal_places=12, null=True, blank=True, help_text="How many base units one of these is.")
    definition = Text(max_length=500, null=True, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(base=None, factor=None) | Q(base__isnull=False, factor__isnull=False, factor__gt=0), name="unit_base_with_factor"
            ),
        )

    def __str__(self) -> str:
        return str(self.code)

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def clean(self) -> None:
        super().clean()
        if self.base is not None and (self.base == self or self.base.base_id is not None or self.multiples.exists()):
            raise ValidationError({"base": "A base unit has no base itself."})


class ExchangeRateQuerySet(RecordQuerySet["ExchangeRate"]):
    def get_by_natural_key(self, currency: str, year: int) -> Any:
        return self.get(currency=currency, year=year)


class ExchangeRate(Row):
    """What one unit of a currency was worth in yuan, on the average of a year."""

    currency = models.ForeignKey(Unit, models.CASCADE, related_name="rates")
    year = models.PositiveSmallIntegerField()
    yuan = models.DecimalField(max_digits=12, decimal_places=6, help_text="Yuan for one unit of the currency, average of the year.")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    objects: ClassVar[Any] = ExchangeRateQuerySet.as_manager()

    class Meta:
        ordering = ("currency", "year")
        constraints = (
            models.UniqueConstraint(fields=("currency", "year"), name="exchange_rate_one_a_year"),
            models.CheckConstraint(condition=Q(yuan__gt=0), name="exchange_rate_is_positive"),
        )

    def __str__(self) -> str:
        return f"{self.currency_id} {self.year}: {self.yuan}"

    def natural_key(self) -> tuple[str, int]:
        return self.currency_id, self.year

    natural_key.dependencies = ["reference.unit", "reference.source"]  # type: ignore[attr-defined]  # as Django has it


class Indicator(Named, Record):
    """What a target or an observation measures: one definition, one unit, one direction."""

    definition = Text(max_length=600, help_text="What is counted and what is not, in one sentence.")
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        help_text="The unit that its figures normalise to.",
    )
    higher_is_better = models.BooleanField(null=True, blank=True, help_text="Whether more of it is the aim; null where neither is.")

    class Meta(Record.Meta):
        indexes = indexed("name_en", "name_zh", "higher_is_better")


class SourcedQuerySet(RecordQuerySet[Any]):
    """Rows that state something, and are shown only while `is_published`."""

    def published(self) -> Self:
        return self.filter(is_published=True)

    def unsourced(self) -> Self:
        return self.published().filter(sources=None)


class Sourced(Row):
    """A fact: it rests on at least one source and says how far it can be relied on.

    Two sources that disagree are two rows that contradict each other; the weaker one is `disputed` and its note says why.
    """

    class Reliability(models.TextChoices):
        """`reported`: one or more sources say so. `confirmed`: independent or official ones agree. `disputed`: a better source says otherwise.
        `retracted`: its own source took it back, or it proved to be wrong."""

        REPORTED = "reported"
        CONFIRMED = "confirmed"
        DISPUTED = "disputed"
        RETRACTED = "retracted"

    sources = models.ManyToManyField(Source, related_name="%(class)ss", help_text="What the fact rests on; at least one.")
    reliability = Text(
        max_length=10,
        choices=Reliability,
        default=Reliability.REPORTED,
        db_index=True,
        help_text="How far it can be relied on: reported, confirmed, disputed or retracted.",
    )
    contradicts = models.ManyToManyField("self", blank=True, help_text="Rows of its kind that state otherwise.")
    note = Text(
        max_length=2000,
        null=True,
        blank=True,
        help_text="What a reader should know: why it is disputed, what the figure leaves out.",
    )
    is_published = models.BooleanField(default=True, help_text="Whether the API shows it.")

    objects: ClassVar[Any] = SourcedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(reliability__in=("reported", "confirmed", "disputed", "retracted")),
                name="%(class)s_reliability_is_known",
            ),
        )

    @classmethod
    def refuse_unpublishable(cls, pks: set[Any]) -> None:
        """Raise a ValidationError if any of the rows is to be shown without a source."""
        unsourced = sorted(str(pk) for pk in cls.objects.filter(pk__in=pks).unsourced().values_list("pk", flat=True)[:20])
        if unsourced:
            raise ValidationError(f"Without a source, so not published: {', '.join(unsourced)}.", code="unsourced")
