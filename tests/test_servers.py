import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.db import connection

from tests.servers import find_binaries, running_server

KILLED_SESSION = """
import os, signal
from tests.servers import find_binaries, running_server
with running_server(find_binaries()) as url:
    print(url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def binaries():
    return find_binaries() or pytest.skip("PostgreSQL is skipped: no server binaries (initdb, postgres) were found")


def test_each_worker_runs_on_the_database_it_is_named_after(binaries):
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker not in {"sqlite", "postgresql"}:
        pytest.skip("one database was chosen")

    assert connection.vendor == worker


def test_server_answers_as_long_as_its_block_lasts_and_leaves_nothing(binaries):
    with running_server(binaries) as url:
        folder = folder_in(url)
        with psycopg.connect(host=str(folder), user="atlas", dbname="postgres") as postgresql:
            answer = postgresql.execute("SELECT 'ready'").fetchone()

    assert answer == ("ready",)
    assert not folder.exists()


def test_killed_session_leaves_no_server_behind(binaries):
    # Returns when all that share its standard error have ended, the server's keeper among them.
    session = subprocess.run([sys.executable, "-c", KILLED_SESSION], capture_output=True, text=True, check=False)

    assert not folder_in(session.stdout.strip()).exists()


def folder_in(url):
    return Path(unquote(urlsplit(url).hostname))
