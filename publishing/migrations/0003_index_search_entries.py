"""The databases' own indexes of the tokens of search entries: FTS5 on SQLite, a tsvector on PostgreSQL.

Both follow the table by themselves, so no write can pass them by. Who has SQLite make the table anew (as AlterField does) must make the triggers
anew, too.
"""

from typing import Any

from django.db import migrations

_SQLITE = (
    # Nothing but the tokens: no weights, no places, no copy of the text.
    """
    CREATE VIRTUAL TABLE publishing_searchindex USING fts5(
        tokens, content='publishing_searchentry', content_rowid='id', detail=none, columnsize=0, tokenize="ascii tokenchars '_'"
    )
    """,
    """
    CREATE TRIGGER publishing_searchentry_insert AFTER INSERT ON publishing_searchentry BEGIN
        INSERT INTO publishing_searchindex(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER publishing_searchentry_delete AFTER DELETE ON publishing_searchentry BEGIN
        INSERT INTO publishing_searchindex(publishing_searchindex, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER publishing_searchentry_update AFTER UPDATE ON publishing_searchentry BEGIN
        INSERT INTO publishing_searchindex(publishing_searchindex, rowid, tokens) VALUES ('delete', old.id, old.tokens);
        INSERT INTO publishing_searchindex(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
)
_POSTGRESQL = (
    """
    ALTER TABLE publishing_searchentry
        ADD COLUMN vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED
    """,
    "CREATE INDEX publishing_searchentry_vector ON publishing_searchentry USING gin (vector)",
)
_BACK = {
    "sqlite": (
        *(f"DROP TRIGGER publishing_searchentry_{event}" for event in ("insert", "delete", "update")),
        "DROP TABLE publishing_searchindex",
    ),
    "postgresql": ("ALTER TABLE publishing_searchentry DROP COLUMN vector",),
}


def forwards(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    for statement in _BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_search_entries")]

    operations = [migrations.RunPython(forwards, backwards)]
