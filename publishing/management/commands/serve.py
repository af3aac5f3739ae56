"""Serve the API: the one command that a fresh machine needs."""

from __future__ import annotations

import os
import signal
import socket
import time
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from publishing.caching import State
from publishing.exports.shelf import exports

# benchmarks/servers.py: with one thread a slow request holds up the rest of its worker, with more they fight for the interpreter.
_THREADS = 2
_SECONDS_TO_FINISH = 10
# What listens on every address is reached at this one from here.
_OWN_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (a person chose it)


class Command(BaseCommand):
    """Migrates, loads what has changed in the data set, builds its exports and serves until it is stopped; what is done already is not done again."""

    help = "Migrate, load the data set, build its exports and serve the API, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one a core, %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _refuse_unusable(host, port)
        try:
            if _lacks_migrations():
                call_command("migrate", interactive=False, verbosity=0)
                if State.now():
                    # What a newer version derives, shows or searches is not in the rows and documents of an older one.
                    call_command("publish", verbosity=options["verbosity"], stdout=self.stdout)
            before = State.now()
            call_command("load_dataset", verbosity=options["verbosity"], stdout=self.stdout)
            # Not after each edit: that is for the clock, and a start is not to wait for it.
            if State.now() and (State.now() != before or not any(exports())):
                call_command("build_exports", verbosity=options["verbosity"], stdout=self.stdout)
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        here = f"http://{_OWN_ADDRESS.get(host, f'[{host}]' if ':' in host else host)}:{port}"
        for what, path in (("Documentation", "/docs/"), ("A first question", settings.FIRST_QUESTION), ("Editors", "/admin/")):
            self.stdout.write(f"{what:<17}{here}{path}")
        self.stdout.flush()
        _serve(host, port, options["workers"])


def _refuse_unusable(host: str, port: int) -> None:
    """The workers share the port with each other, so they would share it with a stranger too: ask while none of them holds it."""
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(address[0], socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise CommandError(f"Cannot listen on {host}, port {port}: {reason}. Choose others with --host and --port.") from None


def _lacks_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _serve(host: str, port: int, workers: int) -> None:
    # What is open here must not be shared with workers that are forked from this process.
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    server = Server(
        "config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_FINISH,
    )
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        # A terminal that is closed takes the server with it; granian would start its workers anew.
        server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    server.serve(target_loader=_application, wrap_loader=False)


def _application() -> WSGIHandler:
    """The application, in a worker: one that ends when the process that started it says so, or when that has ended, however it did."""
    if hasattr(os, "setpgrp"):
        # Ctrl-C goes to the whole group: a worker that is told to stop twice at once does not.
        os.setpgrp()
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    return get_internal_wsgi_application()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
