"""The API as a newcomer gets it: `manage.py serve` on an empty database of the kind under test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The URL of a new database: a file in `folder`, or one on the server that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'atlas.sqlite3'}"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"served_{uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
        maintenance.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            maintenance.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def served(folder: Path, database_url: str) -> Iterator[str]:
    """Run `manage.py serve` on a free port until the block ends, and yield its address once it is ready."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"DATABASE_URL": database_url, "VAR_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "1"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(address, server, folder / "log")
            yield address
        finally:
            server.terminate()
            server.wait(20)


def free_port() -> int:
    """A port that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with {server.returncode}:\n{log.read_text()}")
        try:
            with urlopen(f"{address}/readyz", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"The server was not ready in time:\n{log.read_text()}")
