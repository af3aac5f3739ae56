"""What is published: the revisions of the data set, and the documents that each of them stored."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from publishing.fields import Lines, Text
from publishing.search.matching import Tokens


class Revision(models.Model):
    """One state of the data set: all that one transaction published. Numbers follow commit order, without gaps."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(help_text="When it was published, UTC.")
    actor = Text(max_length=150, null=True, blank=True, help_text="Who edited: a user name, or the command that ran.")
    comment = Text(max_length=500, null=True, blank=True, help_text="Why, in the editor's words.")

    class Meta:
        ordering = ("-number",)
        # By it the state at a time is found.
        indexes = (models.Index(fields=("at", "number"), name="revision_at"),)

    def __str__(self) -> str:
        return str(self.number)


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> Self:
        """The last word on each record: its body, or the tombstone that says it is gone."""
        return self.filter(until=None)

    def bodies(self) -> Self:
        """Without tombstones."""
        return self.exclude(action__in=Document.Action.gone())

    def as_of(self, revision: int) -> Self:
        """The last word on each record when this revision was the latest."""
        return self.filter(Q(until=None) | Q(until__gt=revision), revision__lte=revision)

    def replaced_since(self, revision: int) -> Self:
        """Those of that day which no longer hold."""
        return self.filter(until__gt=revision, revision__lte=revision)


class Document(models.Model):
    """The JSON of one record, from the revision that stored it until the one that replaced it; never changed, never deleted.

    A record that is no longer published gets a tombstone: no body, and a successor if it lives on under another id.
    """

    class Action(models.TextChoices):
        """What the revision did to the record."""

        CREATED = "created"
        CHANGED = "changed"
        RETIRED = "retired"
        MOVED = "moved"

        @classmethod
        def gone(cls) -> tuple[str, str]:
            return cls.RETIRED, cls.MOVED

    resource = Text(max_length=40)
    record = Text(max_length=200, help_text="The record's public id.")
    action = Text(max_length=10, choices=Action)
    body = models.TextField(help_text="The record as the API serves it; empty in a tombstone.")
    successor = Text(max_length=200, null=True, help_text="The id under which a moved record lives on.")
    # The index of changes begins with it.
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="documents", db_index=False)
    # Null in most rows: SQLite would read all of those by an index of it, rather than the few that are asked for by a better one.
    until = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="replaced_documents", db_index=False)

    objects: ClassVar[Any] = DocumentQuerySet.as_manager()

    class Meta:
        # By the number itself: through the relation it would follow the order of revisions, newest first.
        ordering = ("revision_id", "resource", "record")
        indexes = (
            # The order of changes: of all records, and of one resource's.
            models.Index(fields=("revision", "resource", "record"), name="document_changes"),
            models.Index(fields=("resource", "revision", "record"), name="document_changes_of_resource"),
            # What has been replaced since a day, to know how that was.
            models.Index(fields=("resource", "until"), condition=Q(until__isnull=False), name="document_replaced"),
            # What keeps a revision from being deleted.
            models.Index(fields=("until",), condition=Q(until__isnull=False), name="document_until"),
        )
        constraints = (
            # One document a record is current: the list of records and their documents joins on it.
            models.UniqueConstraint(fields=("resource", "record"), condition=Q(until=None), name="document_one_current"),
            models.UniqueConstraint(fields=("resource", "record", "revision"), name="document_one_a_revision"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("revision")), name="document_until_after_revision"),
            models.CheckConstraint(
                condition=Q(action__in=("retired", "moved"), body="") | (Q(action__in=("created", "changed")) & ~Q(body="")),
                name="document_tombstone_has_no_body",
            ),
            models.CheckConstraint(
                condition=Q(action="moved", successor__isnull=False) | (~Q(action="moved") & Q(successor=None)),
                name="document_moved_has_successor",
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource}/{self.record}@{self.revision_id}"


class Fixture(models.Model):
    """A fixture file as it was last loaded, so that a second start does no work twice."""

    name = Text(max_length=200, primary_key=True)
    sha256 = Text(max_length=64)

    def __str__(self) -> str:
        return str(self.name)


class Tally(models.Model):
    """In how many places a field of a resource's documents could stand, and in how many it does: kept by publishing, from the documents alone."""

    resource = Text(max_length=40)
    field = Text(max_length=200, help_text="Its dotted name.")
    places = models.BigIntegerField(help_text="Where it could stand: in each record, or in each of what is nested.")
    filled = models.BigIntegerField(help_text="Where it is neither null nor an empty list.")

    class Meta:
        ordering = ("resource", "field")
        verbose_name_plural = "tallies"
        constraints = (models.UniqueConstraint(fields=("resource", "field"), name="tally_one_a_field"),)

    def __str__(self) -> str:
        return f"{self.resource}.{self.field}"


class SearchEntry(models.Model):
    """What a published record is found by: kept by publishing, in the transaction that stores its document.

    It follows from that document alone, but for `has_narrower`.
    """

    resource = Text(max_length=40)
    record = Text(max_length=200, help_text="The record's public id.")
    name_en = models.TextField(help_text="Name in English; of a fact, its statement.")
    name_zh = models.TextField(null=True, help_text="Name in Chinese, where known.")
    names = Lines(help_text="All that it is called: names and aliases.")
    words = models.PositiveSmallIntegerField(
        help_text="Length of its shortest name with an English word in it: words, and Chinese letters; 0 if it has none."
    )
    letters = models.PositiveSmallIntegerField(help_text="The same of its names with a Chinese letter in them.")
    tokens = Tokens(help_text="See publishing.search.analysis; parted by blanks. The database's index is made of it.")
    has_narrower = models.BooleanField(
        default=False, help_text="Whether a narrower resource has this record, too: where no resource is asked for it is found there."
    )

    class Meta:
        ordering = ("resource", "record")
        verbose_name_plural = "search entries"
        constraints = (models.UniqueConstraint(fields=("resource", "record"), name="search_entry_one_a_record"),)

    def __str__(self) -> str:
        return f"{self.resource}/{self.record}"


class NameWord(models.Model):
    """An English word that some published name has or had: what a mistyped word may stand for, if it is still found.

    A word is not taken out with the last name that has it: before it stands for another it is looked up in the index anyway.
    """

    text = Text(max_length=60, primary_key=True)

    def __str__(self) -> str:
        return str(self.text)
