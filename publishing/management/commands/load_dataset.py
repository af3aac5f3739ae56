"""Load the data set, as far as its files have changed."""

from __future__ import annotations

from typing import Any

from django.core.checks import Tags
from django.core.management import BaseCommand, CommandError

from publishing import dataset
from publishing.entries import FlawedFilesError
from publishing.progress import bars

_MOST_FLAWS = 50


class Command(BaseCommand):
    """See publishing.dataset for what loading does, and what it leaves alone."""

    # Not those of addresses: to load every view takes longer than to see that nothing has changed.
    requires_system_checks = (Tags.models, Tags.database)
    help = "Load the fixture files that have changed since they were last loaded, and publish what they say, as one revision; or nothing of it."

    def handle(self, *args: Any, **options: Any) -> None:
        files = dataset.files()
        changed = dataset.changed(files)
        if not changed:
            self.stdout.write(f"The data set is up to date: none of its {len(files)} files has changed.")
            return
        try:
            with bars(shown=options["verbosity"] > 0) as begin:
                loaded = dataset.load(changed, actor="load_dataset", begin=begin)
        except FlawedFilesError as error:
            shown = [str(flaw) for flaw in error.flaws[:_MOST_FLAWS]]
            more = len(error.flaws) - len(shown)
            raise CommandError("\n".join(["Nothing was loaded.", *shown, *([f"… and {more} more."] if more else [])])) from None
        revision = f"revision {loaded.revision.number}" if loaded.revision else "no document changed"
        self.stdout.write(f"{len(changed)} of {len(files)} files had changed: {loaded.rows} rows written, {revision}.")
