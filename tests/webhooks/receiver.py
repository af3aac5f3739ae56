"""A receiver of webhooks on this machine, that behaves as it is told: answers, fails, hangs, babbles, or says it wants no more."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

HANGS = "hangs"
DRIPS = "drips"
# These two answer with what no text of the database may hold.
BABBLES = "\0\1 this is no answer\r\n\r\n"
ANSWERS_AND_BABBLES = "HTTP/1.1 200 \0\1\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Receiver:
    """What arrived, and what is answered: each of `answers` once, then 204."""

    url: str = ""
    answers: list[int | str] = field(default_factory=list)
    # The head and the body of each request.
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)
    redirects_to: str = ""
    lock: Any = field(default_factory=Lock)

    @property
    def ids(self) -> list[str]:
        return [head["webhook-id"] for head, _ in self.got]

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """The changes in all messages, in the order in which these came."""
        changes = [change for _, body in self.got for change in json.loads(body)["data"].get("results", [])]
        return [(change["revision"], change["id"], change["action"]) for change in changes]


@contextmanager
def receiving(*answers: int | str) -> Iterator[Receiver]:
    """A receiver on a free port, until the block ends."""
    receiver = Receiver(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            with receiver.lock:
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                answer = receiver.answers.pop(0) if receiver.answers else 204
            if answer == HANGS:
                time.sleep(2)
            elif answer == DRIPS:
                self._drip()
            elif isinstance(answer, str):
                self.wfile.write(answer.encode())
            else:
                self.send_response(int(answer))
                if receiver.redirects_to:
                    self.send_header("Location", receiver.redirects_to)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def _drip(self) -> None:
            """A letter at a time, so that no single reading takes long."""
            try:
                for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 40:
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.05)
            except OSError:
                pass

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks?for=us"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
