"""OpenRefine, started as on somebody's desk, matches a spreadsheet with the running API; it is told what its pages tell it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.served import free_port

pytestmark = pytest.mark.any_database

if not (shutil.which("openrefine") and shutil.which("java")):
    pytest.skip("OpenRefine is skipped: it was not found", allow_module_level=True)

SECONDS = 60
ALL_ROWS = {"facets": [], "mode": "row-based"}
# In Chinese, in pinyin, mistyped, of another level than it has; and what nobody knows.
SPREADSHEET = """\
place,level,plan,signed
深圳,city,完整计划,2025-03-05
shenzhen shi,city,Full Plan,2024-01-01
Shenzen,,Bare plan,
Shenzhen City,province,"The plan, in full",
Atlantis,city,Third,
"""


@pytest.fixture(scope="module")
def openrefine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """OpenRefine's own API, with nothing kept from other days."""
    home = tmp_path_factory.mktemp("openrefine")
    port = free_port()
    command = ["openrefine", "-p", str(port), "-d", str(home / "projects"), "-m", "512M", "-x", "refine.headless=true"]
    with (home / "log").open("wb") as log:
        # A script that starts a script that starts Java: they end together.
        process = subprocess.Popen(command, env=os.environ | {"HOME": str(home)}, stdout=log, stderr=log, start_new_session=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/command/core/", timeout=SECONDS) as client:
            _wait_for(client, process, home / "log")
            yield client
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)


@dataclass(frozen=True)
class Project:
    """A spreadsheet in OpenRefine, and a service to match it with."""

    client: httpx.Client
    id: str
    service: str
    # What the service says its ids and its properties are of.
    spaces: dict[str, str]

    def match(self, column: str, type_: str, **details: str) -> None:
        """Reconcile a column, with others as what is known beside the name."""
        config = {
            "mode": "standard-service",
            "service": self.service,
            **self.spaces,
            "type": {"id": type_, "name": type_.capitalize()},
            "autoMatch": True,
            "columnDetails": [{"column": other, "property": {"id": id_, "name": id_}} for other, id_ in details.items()],
        }
        self.apply({"op": "core/recon", "columnName": column, "config": config})

    def add(self, name: str, expression: str, *, of: str) -> None:
        """Add a column of what an expression gives for the cells of another."""
        self.apply(
            {
                "op": "core/column-addition",
                "baseColumnName": of,
                "newColumnName": name,
                "expression": f"grel:{expression}",
                "onError": "set-to-blank",
                "columnInsertIndex": 0,
            }
        )

    def fetch(self, *properties: str, of: str) -> None:
        """Add columns from reconciled values."""
        self.apply(
            {
                "op": "core/extend-reconciled-data",
                "baseColumnName": of,
                "extension": {"properties": [{"id": id_, "name": id_} for id_ in properties]},
                "endpoint": self.service,
                "columnInsertIndex": 0,
                **self.spaces,
            }
        )

    def apply(self, operation: dict[str, Any]) -> None:
        answer = self.post("apply-operations", operations=json.dumps([{"engineConfig": ALL_ROWS, **operation}]))
        assert answer.json()["code"] in {"ok", "pending"}, answer.text
        deadline = time.monotonic() + SECONDS
        while running := self.client.get("get-processes", params={"project": self.id}).json()["processes"]:
            assert time.monotonic() < deadline, running
            time.sleep(0.05)

    def table(self, *columns: str) -> list[tuple[str, ...]]:
        """What the spreadsheet holds in these columns."""
        exported = self.post("export-rows", format="csv", engine=json.dumps(ALL_ROWS)).text
        return [tuple(row[column] for column in columns) for row in csv.DictReader(io.StringIO(exported))]

    def post(self, command: str, **form: str) -> httpx.Response:
        return self.client.post(command, data={"project": self.id, "csrf_token": _token(self.client), **form})


@pytest.fixture
def project(openrefine: httpx.Client, address: str) -> Project:
    created = openrefine.post(
        "create-project-from-upload",
        params={"csrf_token": _token(openrefine), "format": "text/line-based/*sv", "options": json.dumps({"separator": ",", "encoding": "UTF-8"})},
        files={"project-file": ("places.csv", SPREADSHEET.encode(), "text/csv")},
        data={"project-name": "places"},
    )
    service = f"{address}/v1/reconcile"
    spaces = {name: value for name, value in httpx.get(service).json().items() if name.endswith("Space")}
    return Project(openrefine, created.headers["Location"].rpartition("=")[2], service, spaces)


def test_type_of_a_column_is_guessed_from_its_cells(project: Project) -> None:
    guesses = [project.post("guess-types-of-column", columnName=column, service=project.service).json() for column in ("place", "plan")]

    assert [guess["types"][0]["id"] for guess in guesses] == ["cities", "plans"]


def test_column_is_matched_by_names_in_any_form_and_by_what_stands_beside(project: Project) -> None:
    project.match("place", "cities", level="level")
    for name in ("judgment", "best.id", "best.score"):
        project.add(name, f"cell.recon.{name}", of="place")

    assert project.table("judgment", "best.id", "best.score") == [
        ("matched", "cities/shenzhen", "0.95"),
        ("none", "cities/shenzhen", "0.9"),
        ("none", "cities/shenzhen", "0.779"),
        ("none", "cities/shenzhen", "0.475"),
        ("none", "", ""),
    ]


def test_cell_that_is_a_date_agrees_with_the_day(project: Project) -> None:
    project.apply({"op": "core/text-transform", "columnName": "signed", "expression": "grel:value.toDate()", "onError": "keep-original"})
    project.match("plan", "plans", signed="events.date")
    project.add("match", "cell.recon.match.id", of="plan")

    assert project.table("match") == [("plans/plan-1-full",), ("",), ("plans/plan-2-bare",), ("plans/plan-1-full",), ("",)]


def test_columns_are_added_from_matched_cells_and_can_be_added_to_in_turn(project: Project) -> None:
    project.match("place", "cities")
    project.fetch("name_zh", "latitude", "parent", of="place")
    project.fetch("iso_code", of="parent")

    assert project.table("place", "name zh", "latitude", "parent", "iso code") == [
        ("Shenzhen", "深圳市", "22.5431", "Guangdong", "CN-GD"),
        ("shenzhen shi", "", "", "", ""),
        ("Shenzen", "", "", "", ""),
        ("Shenzhen", "深圳市", "22.5431", "Guangdong", "CN-GD"),
        ("Atlantis", "", "", "", ""),
    ]


def _token(client: httpx.Client) -> str:
    return str(client.get("get-csrf-token").json()["token"])


def _wait_for(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.ConnectError):
            if client.get("get-csrf-token").is_success:
                return
        time.sleep(0.1)
    raise RuntimeError(f"OpenRefine did not start:\n{log.read_text()}")
