"""How many messages a second one worker delivers, of up to 100 changes each, to a receiver on this machine that takes them at once.

    uv run python -m benchmarks.webhooks [--plans 1000] [--messages 500]
    DATABASE_URL=… uv run python -m benchmarks.webhooks --keep

It tells the changes of the data set from the beginning on, and takes out its subscription and messages when it ends. The second asks of what is
there, where nobody else is told.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from multiprocessing import Pipe, Process
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.world import fill, set_up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000, help="make up so many")
    parser.add_argument("--keep", action="store_true", help="tell of the data set that is there")
    parser.add_argument("--messages", type=int, default=500, help="deliver at most so many")
    options = parser.parse_args()
    with receiving() as url:
        set_up()
        if not options.keep:
            fill(options.plans)
        deliver(url, options.messages)


def deliver(url: str, messages: int) -> None:
    from django.conf import settings
    from django.db import connection

    from webhooks.delivery import deliver_all
    from webhooks.models import Subscription

    if Subscription.objects.active().exists():
        raise SystemExit("Others are told of changes there, and would be now: take another data set.")
    settings.WEBHOOKS_PRIVATE = True
    subscription = Subscription.objects.create(url=url, description="benchmark")
    try:
        start, used = time.perf_counter(), time.process_time()
        sent = list(track(islice(deliver_all(), messages), "messages", total=messages))
        seconds, processor = time.perf_counter() - start, time.process_time() - used
    finally:
        subscription.delete()
    assert all(outcome.is_taken for _, outcome in sent)
    size = sum(len(message.body) for message, _ in sent) / len(sent) / 1024
    table = Table("messages", "KiB each", "messages/s", "ms each", "CPU ms each", title=connection.vendor)
    each = (1000 * seconds / len(sent), 1000 * processor / len(sent))
    table.add_row(str(len(sent)), f"{size:.1f}", f"{len(sent) / seconds:.0f}", *(f"{time:.1f}" for time in each))
    Console().print(table)


@contextmanager
def receiving() -> Iterator[str]:
    """The address of a receiver in a process of its own, for as long as the block lasts."""
    here, there = Pipe()
    receiver = Process(target=receive, args=(there,), daemon=True)
    receiver.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/"
    finally:
        receiver.terminate()


def receive(line: Any) -> None:
    """Take whatever is posted, and say so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    line.send(server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
