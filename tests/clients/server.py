"""The API on a database of its own that holds `world.yaml` alone, for clients and browsers to use."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.served import ROOT, empty_database, free_port

WORLD = Path(__file__).with_name("world.yaml")
# A name that browsers can be told to find here: on 127.0.0.1 pages spare themselves what they would ask of foreign hosts.
PUBLIC_NAME = "atlas.example"
_ADDRESS = pytest.StashKey[str]()


def address_of_a_small_world(config: pytest.Config, folders: pytest.TempPathFactory) -> str:
    """Where the API runs until the session ends: one server for all who ask."""
    if _ADDRESS not in config.stash:
        servers = ExitStack()
        config.add_cleanup(servers.close)
        config.stash[_ADDRESS] = servers.enter_context(serving_a_small_world(folders.mktemp("small-world")))
    return config.stash[_ADDRESS]


@contextmanager
def serving_a_small_world(folder: Path) -> Iterator[str]:
    """Run the API until the block ends, and yield its address."""
    with empty_database(folder) as database_url:
        environment = os.environ | {"DATABASE_URL": database_url, "VAR_DIR": str(folder), "ALLOWED_HOSTS": f"127.0.0.1,{PUBLIC_NAME}"}
        for command in (["migrate", "--verbosity=0"], ["loaddata", "--verbosity=0", str(WORLD)]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "config.wsgi:application"]
        with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as server:
            try:
                _wait_for(port, server, folder / "log")
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")
