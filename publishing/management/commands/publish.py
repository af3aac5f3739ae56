"""Publish what differs from its document, or tell what does."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from publishing import upkeep
from publishing.progress import Begin, bars

_MOST_FAULTS = 50


class Command(BaseCommand):
    """See publishing.upkeep for when this is needed."""

    help = "Render every record anew and store what differs, batch by batch: interrupt it when you like and start it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; list what is not as it should be, and exit with 1 if anything is")

    def handle(self, *args: Any, **options: Any) -> None:
        with bars(shown=options["verbosity"] > 0) as begin:
            line = self._check(begin) if options["check"] else self._publish(begin)
        self.stdout.write(line)

    def _check(self, begin: Begin) -> str:
        found = list(upkeep.faults(begin))
        if found:
            more = len(found) - _MOST_FAULTS
            lines = [*found[:_MOST_FAULTS], *([f"… and {more} more"] if more > 0 else [])]
            raise CommandError("\n".join([*lines, f"{len(found)} not as they should be: `manage.py publish` mends them."]))
        return f"All {upkeep.count_documents()} documents are right."

    def _publish(self, begin: Begin) -> str:
        documents, revisions = upkeep.mend(actor="publish", begin=begin)
        return f"{documents} documents stored in {revisions} revisions."
