"""Places in the ledger of changes: behind a revision or, where that is larger than an answer, behind one record in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import F, QuerySet, Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from publishing.models import Document

PATTERN = "[0-9]{1,15}(:[a-z]{1,40}/[a-z0-9.-]{1,200})?"
# The order of changes.
ORDER = ("revision_id", "resource", "record")
_COLUMNS = tuple(map(F, ORDER))


@dataclass(frozen=True)
class Position:
    """How far the changes have been told: whole revisions, and of the next one all up to a record."""

    revision: int
    resource: str | None = None
    record: str | None = None

    @classmethod
    def parse(cls, written: str) -> Position:
        """Read `12` or `12:resource/record`; anything else is a ValueError."""
        if re.fullmatch(PATTERN, written) is None:
            raise ValueError("Give the number of a revision, or `next` of the answer before as it is.")
        revision, _, rest = written.partition(":")
        resource, _, record = rest.partition("/")
        return cls(int(revision), resource or None, record or None)

    @property
    def json(self) -> int | str:
        return self.revision if self.record is None else f"{self.revision}:{self.resource}/{self.record}"

    def behind(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Those behind it."""
        if self.record is None:
            return documents.filter(revision__gt=self.revision)
        # As one comparison of a row: a database that reads three joined by OR starts from the first change that ever was.
        return documents.filter(TupleGreaterThan(_COLUMNS, self._values))

    def before(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Those before it."""
        if self.record is None:
            return documents.filter(revision__lt=self.revision)
        return documents.filter(TupleLessThan(_COLUMNS, self._values))

    @property
    def _values(self) -> tuple[Value, ...]:
        return Value(self.revision), Value(self.resource), Value(self.record)
