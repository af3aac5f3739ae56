"""Build the export of the data set as it is now."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from publishing.caching import State
from publishing.exports.building import build
from publishing.exports.shelf import find
from publishing.progress import bars


class Command(BaseCommand):
    """See publishing.exports for what is in it. Run it after edits, or by the clock: it does nothing where nothing was published since."""

    help = "Write the whole data set at the latest revision to files: csv, ndjson, parquet, SQLite, their description and checksums."

    def handle(self, *args: Any, **options: Any) -> None:
        state = State.now()
        if state is None:
            raise CommandError("Nothing is published yet: run `manage.py load_dataset`.")
        if find(state.revision):
            self.stdout.write(f"The export of revision {state.revision} is there already.")
            return
        with bars(shown=options["verbosity"] > 0) as begin:
            export = build(state, begin)
        size = sum(file.bytes for file in export.files)
        self.stdout.write(f"Revision {export.revision}: {len(export.files)} files, {size / 2**20:.1f} MiB, in {export.folder}.")
