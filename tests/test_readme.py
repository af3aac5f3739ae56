"""The README, run: a newcomer's first start, and each transcript as it stands there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import ROOT, empty_database, served

README = (ROOT / "README.md").read_text()
TRANSCRIPTS = re.findall(r"^```console\n\$ (curl .+)\n((?:.+\n)+)```$", README, re.MULTILINE)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("newcomer")
    with empty_database(folder) as database_url:
        yield folder, database_url


@pytest.fixture(scope="module")
def address(newcomer: tuple[Path, str]) -> Iterator[str]:
    with served(*newcomer) as url:
        yield url


def test_readme_has_transcripts() -> None:
    assert len(TRANSCRIPTS) == 8


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(("command", "answer"), TRANSCRIPTS)
def test_transcript_is_what_the_api_answers(command: str, answer: str, address: str) -> None:
    asked = command.replace("http://127.0.0.1:8000", address)

    ran = subprocess.run(asked, shell=True, check=True, capture_output=True, text=True)

    assert json.loads(ran.stdout.replace(address, "http://127.0.0.1:8000")) == json.loads(answer)


def test_second_start_does_no_work_twice(address: str, newcomer: tuple[Path, str]) -> None:
    with served(*newcomer) as second:
        before = subprocess.run(["curl", "-sI", f"{address}/v1/plans/"], check=True, capture_output=True, text=True).stdout
        after = subprocess.run(["curl", "-sI", f"{second}/v1/plans/"], check=True, capture_output=True, text=True).stdout

    assert _revision(after) == _revision(before) == 1


@pytest.mark.parametrize(
    "command",
    [
        # What these find is in the files.
        pytest.param("check_dataset", marks=pytest.mark.any_database),
        pytest.param("dump_dataset --check", marks=pytest.mark.any_database),
        pytest.param("describe_dataset --check", marks=pytest.mark.any_database),
        "publish --check",
    ],
)
def test_data_set_is_as_it_should_be(command: str, address: str, newcomer: tuple[Path, str]) -> None:
    folder, database_url = newcomer
    environment = os.environ | {"DATABASE_URL": database_url, "VAR_DIR": str(folder)}

    ran = subprocess.run([sys.executable, "manage.py", *command.split()], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def _revision(headers: str) -> int:
    (revision,) = re.findall(r"(?im)^dataset-revision: (\d+)", headers)
    return int(revision)
