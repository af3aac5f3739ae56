"""SQLite, publishing before each commit."""

from django.db.backends.sqlite3 import base

from publishing.backends.before_commit import PublishesBeforeCommit


class DatabaseWrapper(PublishesBeforeCommit, base.DatabaseWrapper):
    """Django's own backend for SQLite with publication added."""
