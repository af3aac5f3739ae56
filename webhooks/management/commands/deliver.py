"""Tell receivers of changes: the worker of the webhooks."""

from __future__ import annotations

import signal
from contextlib import closing
from threading import Event
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

from webhooks.delivery import deliver_all


class Command(BaseCommand):
    """Run it beside the server, as many as you like. It ends where it is told to, after the messages in hand; what it has not begun another does."""

    help = "Deliver webhooks, from the ledger of revisions, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument("--pause", type=float, default=5, help="seconds between two looks at the ledger (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        former = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            while True:
                try:
                    self._deliver(stop)
                except (OperationalError, InterfaceError) as error:
                    if options["once"]:
                        raise
                    # The database will be back.
                    connection.close()
                    self.stderr.write(str(error).strip())
                if options["once"] or stop.wait(options["pause"]):
                    return
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _deliver(self, stop: Event) -> None:
        with closing(deliver_all()) as deliveries:
            for message, outcome in deliveries:
                self.stdout.write(f"{message.pk} to {message.subscription}: {outcome.words} ({outcome.milliseconds} ms)")
                self.stdout.flush()
                if stop.is_set():
                    return
