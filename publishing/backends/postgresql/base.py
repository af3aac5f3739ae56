"""PostgreSQL, publishing before each commit."""

from django.db.backends.postgresql import base

from publishing.backends.before_commit import PublishesBeforeCommit


class DatabaseWrapper(PublishesBeforeCommit, base.DatabaseWrapper):
    """Django's own backend for PostgreSQL with publication added."""
