"""Which server runs the API best: requests a second and latencies of each, with the same requests to the same application.

uv run manage.py load_dataset
uv run python -m benchmarks.servers [--path /v1/plans/?page_size=50] [--requests 4000] [--clients 8]
"""

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from statistics import quantiles

from rich.console import Console
from rich.table import Table

APPLICATION = "config.wsgi:application"
WORKERS = str(os.cpu_count() or 1)
GRANIAN = ("granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "error", "--workers-kill-timeout", "5", "--workers", WORKERS)
GUNICORN = ("gunicorn", "--log-level", "error", "--workers", WORKERS)
SERVERS = {
    "granian, 1 thread": (*GRANIAN, "--blocking-threads", "1"),
    "granian, 2 threads": (*GRANIAN, "--blocking-threads", "2"),
    "granian, 4 threads": (*GRANIAN, "--blocking-threads", "4"),
    "granian, 8 threads": (*GRANIAN, "--blocking-threads", "8"),
    "granian, 4 threads, backpressure 4": (*GRANIAN, "--blocking-threads", "4", "--backpressure", "4"),
    "granian, as it comes": (*GRANIAN,),
    "gunicorn sync": GUNICORN,
    "gunicorn gthread, 2 threads": (*GUNICORN, "--worker-class", "gthread", "--threads", "2"),
    "gunicorn gthread, 4 threads": (*GUNICORN, "--worker-class", "gthread", "--threads", "4"),
}


@dataclass
class Findings:
    """What the clients of one server saw."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    processor: float = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, rank: int) -> float:
        return quantiles(self.latencies, n=100)[rank - 1] * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--path", default="/v1/plans/?page_size=50")
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--clients", type=int, default=8, help="processes, each with one connection at a time")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    findings: dict[str, Findings] = {}
    for name, command in list(SERVERS.items()) * options.rounds:
        found = measure(command, options.path, options.requests, options.clients)
        findings[name] = max(found, findings.get(name, found), key=lambda each: each.rate)
    slowest = min(found.rate for found in findings.values())
    table = Table(title=f"{options.requests} × {options.path}, {options.clients} clients, {WORKERS} workers")
    table.add_column("server")
    for column in ("requests/s", "ratio", "p50 ms", "p99 ms", "CPU ms", "failed"):
        table.add_column(column, justify="right")
    for name, found in sorted(findings.items(), key=lambda item: -item[1].rate):
        ratio = f"{found.rate / slowest:.2f}"
        times = (found.percentile(50), found.percentile(99), found.processor * 1000)
        table.add_row(name, f"{found.rate:.0f}", ratio, *(f"{time:.2f}" for time in times), str(found.failures))
    Console().print(table)


def measure(command: tuple[str, ...], path: str, requests: int, clients: int) -> Findings:
    """Start a server, warm it up, and send it so many requests from so many clients."""
    with running(command) as idle:
        spread(idle.port, path, 20, clients)
    with running(command) as server:
        spread(server.port, path, 20, clients)
        start = time.perf_counter()
        answers = spread(server.port, path, requests // clients, clients)
        findings = Findings(time.perf_counter() - start)
    for latencies, failures in answers:
        findings.latencies += latencies
        findings.failures += failures
    findings.processor = (server.processor - idle.processor) / len(findings.latencies)
    return findings


def spread(port: int, path: str, requests: int, clients: int) -> list[tuple[list[float], int]]:
    """What each of the clients saw of its requests."""
    with ProcessPoolExecutor(clients) as pool:
        return list(pool.map(ask, [port] * clients, [path] * clients, [requests] * clients))


@dataclass
class Server:
    """A server on a port; and the processor's time that it took, once it has ended."""

    port: int
    processor: float = 0


@contextmanager
def running(command: tuple[str, ...]) -> Iterator[Server]:
    """A server on a free port, from its first answer on, for as long as the block lasts."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        server = Server(probe.getsockname()[1])
    program, *arguments = command
    address = ("--bind", f"127.0.0.1:{server.port}") if program == "gunicorn" else ("--host", "127.0.0.1", "--port", str(server.port))
    process = subprocess.Popen(
        [sys.executable, "-m", program, *arguments, *address, APPLICATION], env=os.environ | {"THROTTLE": "off"}, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", server.port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        # The others are still loading the application; one that is told to stop meanwhile does not hear it.
        time.sleep(2)
        yield server
    finally:
        process.terminate()
        _, process.returncode, used = os.wait4(process.pid, 0)
        server.processor = used.ru_utime + used.ru_stime


def ask(port: int, path: str, requests: int) -> tuple[list[float], int]:
    """Send requests one after the other, over one connection while the server keeps it; return their latencies, and how many failed (not 200)."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    latencies: list[float] = []
    failures = 0
    connection = socket.create_connection(("127.0.0.1", port))
    for _ in range(requests):
        start = time.perf_counter()
        if connection.fileno() < 0:
            connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(request)
        status, kept = read_answer(connection)
        latencies.append(time.perf_counter() - start)
        failures += status != 200
        if not kept:
            connection.close()
    connection.close()
    return latencies, failures


def read_answer(connection: socket.socket) -> tuple[int, bool]:
    """The status of the next answer, and whether the connection is kept. A client as light as can be: it shares the machine with the server."""
    received = connection.recv(65536)
    while b"\r\n\r\n" not in received:
        received += more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    headers = head.lower()
    length = int(headers.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    rest = length - len(body)
    while rest > 0:
        rest -= len(more(connection))
    return int(head.split(b" ", 2)[1]), b"connection: close" not in headers


def more(connection: socket.socket) -> bytes:
    """The next bytes; an error where the server has hung up."""
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("The server hung up in the middle of an answer.")
    return received


if __name__ == "__main__":
    main()
