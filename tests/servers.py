"""A PostgreSQL server for one test session, made from the binaries of this machine.

It listens on a Unix socket in a temporary folder and is gone with the session.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# The shell ends when its standard input does, and that ends however its parent ends: even `kill -9` leaves nothing.
# As nothing is to be kept, nothing waits for the disk. Text sorts as readers expect (ICU), the way most servers are
# installed: code that counts on the order of bytes has to say so.
LIFE_OF_A_SERVER = """
trap '' PIPE
trap 'rm -rf "$PWD"' EXIT
fail() { cat log; exit 1; }
initdb --pgdata=data --username=atlas --auth=trust --no-sync --encoding=UTF8 \
    --locale=C --locale-provider=icu --icu-locale=en-US >log 2>&1 || fail
postgres -D data -k "$PWD" -c listen_addresses= \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off >log 2>&1 &
until pg_isready --quiet --host="$PWD"; do
    kill -0 $! 2>/dev/null || fail
    sleep 0.1
done
echo ready
read -r _
kill -QUIT $!
wait
"""


def find_binaries() -> Path | None:
    """Return the folder of a PostgreSQL server's programs, or None where there is none."""
    complete = (
        folder for folder in _folders_with_binaries() if all((folder / program).is_file() for program in ("initdb", "postgres", "pg_isready"))
    )
    return next(complete, None)


def version(binaries: Path) -> str:
    """Return the version of a server without starting it: `15.18`."""
    return _output_of(binaries / "postgres", "--version").split()[2]


@contextmanager
def running_server(binaries: Path) -> Iterator[str]:
    """Run a server for as long as the `with` block lasts, and yield the URL of its default database."""
    # Not $TMPDIR: it may be closed to other accounts, or too long for a socket's 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="atlas-postgresql-", dir="/tmp"))
    account = _unprivileged_account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = subprocess.Popen(
        ["sh", "-c", LIFE_OF_A_SERVER],
        cwd=folder,
        env=os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests: they still need the server to end in order.
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=account and [],
    )
    with server:
        assert server.stdout is not None
        first_line = server.stdout.readline()
        if first_line != "ready\n":
            raise RuntimeError(f"PostgreSQL in {binaries} did not start:\n{first_line}{server.stdout.read()}")
        yield f"postgresql://atlas@{quote(str(folder), safe='')}/postgres"


def _folders_with_binaries() -> Iterator[Path]:
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    if shutil.which("pg_config"):
        yield Path(_output_of("pg_config", "--bindir").strip())
    # Debian keeps them off the PATH, a folder a version: the newest first.
    debian = Path("/usr/lib/postgresql")
    yield from sorted(debian.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Return who is to run the server where we are root, as whom PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def _output_of(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
