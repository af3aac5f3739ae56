"""Matching: the one question that search has for a database, and how each of them answers it from its index.

`tokens__has` takes alternatives, each of which is a list of tokens that a record must all have. SQLite looks into an FTS5 table, PostgreSQL into
a tsvector; both hold the tokens as they are, without weights or places, so that the index alone answers (migration `index_search_entries`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models import Lookup

Alternatives = Sequence[Sequence[str]]


class Tokens(models.TextField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Tokens, parted by blanks, that the database keeps an index of."""

    def deconstruct(self) -> Any:
        # To a migration it is a text: the index is made by its own.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


@Tokens.register_lookup
class Has(Lookup):
    """Whether an entry has all tokens of one of these alternatives. Tokens are letters, digits and underscores: nothing in them needs escaping."""

    lookup_name = "has"
    prepare_rhs = False
    can_use_none_as_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        entries = "IN (SELECT rowid FROM publishing_searchindex WHERE publishing_searchindex MATCH %s)"
        return f"{self._column('id', compiler)} {entries}", [_written(self.rhs, "sqlite")]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        return f"{self._column('vector', compiler)} @@ %s::tsquery", [_written(self.rhs, "postgresql")]

    def _column(self, name: str, compiler: Any) -> str:
        return f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{compiler.connection.ops.quote_name(name)}"


def occurs(alternatives: Alternatives) -> bool:
    """Whether any entry has all tokens of one of these; stops at the first."""
    statements = {
        "sqlite": "SELECT EXISTS (SELECT 1 FROM publishing_searchindex WHERE publishing_searchindex MATCH %s)",
        # Planned as if all were wanted: for a single row of a word that it knows nothing about, PostgreSQL would read the table from its beginning.
        "postgresql": """
            WITH found AS MATERIALIZED (SELECT 1 FROM publishing_searchentry WHERE vector @@ %s::tsquery) SELECT EXISTS (SELECT 1 FROM found)
        """,
    }
    with connection.cursor() as cursor:
        cursor.execute(statements[connection.vendor], [_written(alternatives, connection.vendor)])
        return bool(cursor.fetchone()[0])


def some(rows: str, most: int) -> str:
    """At most so many of these rows, in SQL, each database in the way that is fast for rare and for common tokens."""
    if connection.vendor == "sqlite":
        return f"SELECT * FROM ({rows}) AS part LIMIT {most}"  # noqa: S608  (what is put in is the ORM's)
    return f"(WITH part AS MATERIALIZED ({rows}) SELECT * FROM part LIMIT {most})"  # noqa: S608  (as `occurs`)


def _written(alternatives: Alternatives, vendor: str) -> str:
    """The alternatives as the index reads them."""
    quote, both, either = {"sqlite": ('"', "AND", "OR"), "postgresql": ("'", "&", "|")}[vendor]
    written = ([f"{quote}{token}{quote}" for token in tokens] for tokens in alternatives)
    return f" {either} ".join(f"({f' {both} '.join(tokens)})" for tokens in written)


def is_right() -> bool:
    """Whether the database's index holds what the entries do."""
    if connection.vendor != "sqlite":
        # PostgreSQL makes it of the column itself.
        return True
    with connection.cursor() as cursor:
        try:
            cursor.execute("INSERT INTO publishing_searchindex(publishing_searchindex, rank) VALUES ('integrity-check', 1)")
        except DatabaseError:
            return False
    return True


def rebuild() -> None:
    """Make the database's index anew of the entries."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO publishing_searchindex(publishing_searchindex) VALUES ('rebuild')")
