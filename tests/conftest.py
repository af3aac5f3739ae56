"""Which databases the suite runs on: SQLite, and beside it PostgreSQL where this machine has a server.

Each database has a worker process that runs every test. Whoever says how to run (`-n`, `--dist`, `--pdb`, `-s` …) or
sets DATABASE_URL gets one database: that of DATABASE_URL, else the default of the settings.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from django.db import connection
from execnet import XSpec

from tests.servers import find_binaries, running_server, version

A_WORKER_A_DATABASE = ["popen//id=sqlite", "popen//id=postgresql"]  # the id heads the report of each failure


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the same options
def pytest_cmdline_main(config: pytest.Config) -> None:
    if find_binaries() and not _runs_on_one_database(config):
        config.option.dist = "each"
        config.option.tx = A_WORKER_A_DATABASE


@pytest.hookimpl(optionalhook=True)  # there is no such hook under `-p no:xdist`
def pytest_xdist_setupnodes(config: pytest.Config, specs: Sequence[XSpec]) -> None:
    binaries = find_binaries()
    servers = ExitStack()
    config.add_cleanup(servers.close)
    for spec in specs:
        if spec.id == "postgresql" and binaries:
            spec.env["DATABASE_URL"] = servers.enter_context(running_server(binaries))


def pytest_report_header(config: pytest.Config) -> str:
    sqlite = f"SQLite {sqlite3.sqlite_version}"
    binaries = find_binaries()
    if binaries and config.getoption("tx", None) == A_WORKER_A_DATABASE:
        return f"databases: {sqlite}, PostgreSQL {version(binaries)}"
    if _runs_on_one_database(config):
        return f"database: {connection.display_name}, chosen by DATABASE_URL or an option"
    return f"database: {sqlite}; PostgreSQL is skipped, no server binaries (initdb, postgres) were found"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The worker of PostgreSQL has the longer way without them.
    if os.environ.get("PYTEST_XDIST_WORKER") == "postgresql":
        known = [item for item in items if item.get_closest_marker("any_database")]
        config.hook.pytest_deselected(items=known)
        items[:] = [item for item in items if item not in known]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    # A file, as in use: there connections queue for a lock and read meanwhile, which they cannot on SQLite in memory.
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "sqlite3")


def _runs_on_one_database(config: pytest.Config) -> bool:
    shown_in_one_process = ("usepdb", "collectonly", "showfixtures", "show_fixtures_per_test", "setupplan", "cacheshow")
    return (
        hasattr(config, "workerinput")  # a worker does as its controller says
        or "DATABASE_URL" in os.environ
        or not config.pluginmanager.hasplugin("xdist")
        or config.option.numprocesses is not None
        or config.option.dist != "no"
        or any(argument.startswith("--dist") for argument in config.invocation_params.args)  # `no` is a choice, too
        or config.option.capture == "no"
        or any(config.getoption(name, None) for name in shown_in_one_process)
    )
