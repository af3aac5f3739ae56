"""Give a record another id, or merge it into the record that has it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from publishing.errors import did_you_mean
from publishing.identity import move
from publishing.resources import RESOURCES


class Command(BaseCommand):
    """See publishing.identity for what moves along."""

    help = "Rename a record, or merge it into the one that has the new id; the old id answers with the new one from then on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("resource", help=", ".join(RESOURCES))
        parser.add_argument("old_id")
        parser.add_argument("new_id")

    def handle(self, *args: Any, **options: Any) -> None:
        name, old, new = options["resource"], options["old_id"], options["new_id"]
        if name not in RESOURCES:
            raise CommandError(f"No such resource: {name}. There are {', '.join(RESOURCES)}.")
        rows: Any = RESOURCES[name].model._base_manager
        row = rows.filter(pk=old).first()
        if row is None:
            near = did_you_mean(old, rows.values_list("pk", flat=True))
            advice = f" Did you mean {' or '.join(near)}?" if near else ""
            raise CommandError(f"No such record of {name}: {old}.{advice}")
        try:
            moves = move(row, new, actor="move")
        except (ValidationError, IntegrityError) as error:
            reasons = error.messages if isinstance(error, ValidationError) else [str(error).splitlines()[0]]
            raise CommandError("\n".join(["Nothing was moved.", *reasons])) from None
        for moved in moves:
            self.stdout.write(f"{moved.model._meta.verbose_name} {moved.old} {'was merged into' if moved.merged else 'is now'} {moved.new}")
