"""SQLite, publishing before each commit."""

from django.db.backends.sqlite3 import base, features

from publishing.backends.before_commit import PublishesBeforeCommit


class DatabaseFeatures(features.DatabaseFeatures):
    """What SQLite can do and Django does not ask of it."""

    # Without it Django asks for prefetched owners by an OR of all their keys, of which SQLite takes a thousand. It holds for keys of one column;
    # there are no others here.
    supports_tuple_lookups = True


class DatabaseWrapper(PublishesBeforeCommit, base.DatabaseWrapper):
    """Django's own backend for SQLite with publication added."""

    features_class = DatabaseFeatures

    def interrupt(self) -> None:
        """Have the statement that runs here, if one does, fail; called from another thread."""
        if self.connection is not None:
            self.connection.interrupt()
