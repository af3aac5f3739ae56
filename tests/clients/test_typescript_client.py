"""What openapi-typescript makes of the contract, used against the running API."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

if not (shutil.which("node") and shutil.which("npm")):
    pytest.skip("the TypeScript client is skipped: no Node with npm was found", allow_module_level=True)

HERE = Path(__file__).parent
COMPILE = ["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "commonjs"]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the compiler, the generator and the program."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in ("package.json", "list_plans.ts"):
        shutil.copy(HERE / name, folder)
    install = ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock"]
    installed = subprocess.run(install, cwd=folder, check=False, capture_output=True, text=True)
    if installed.returncode and "CI" not in os.environ:
        pytest.skip("the TypeScript client is skipped: npm could not install what package.json names")
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture(scope="session")
def generated(project: Path, address: str) -> str:
    """What the generator complained of; the types are in `schema.ts`."""
    return run(project, "node_modules/.bin/openapi-typescript", f"{address}/v1/openapi.json", "--output", "schema.ts").stderr


def test_types_are_generated_without_a_warning(generated: str) -> None:
    assert generated == ""


def test_typed_program_pages_to_the_end_and_reads_nulls(project: Path, generated: str, address: str) -> None:
    run(project, "node_modules/.bin/tsc", *COMPILE, "list_plans.ts")

    report = json.loads(run(project, "node", "list_plans.js", address).stdout)

    assert report == {
        "pages": [["plan-3", "plan-1-full"], ["plan-4", "plan-2-bare"]],
        "nulls": [
            {"id": "plan-1-full.figure", "value": "12.5", "due": "2027", "indicator": "capacity"},
            {"id": "plan-1-full.wish", "value": "none", "due": "none", "indicator": "none"},
        ],
        "faults": ["page_size: none"],
    }


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """The command, ended well; else all that it said is the reason."""
    environment = os.environ | {"NODE_NO_WARNINGS": "1"}  # a newer Node has its own opinions on old packages
    ran = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran
