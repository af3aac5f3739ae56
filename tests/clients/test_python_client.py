"""What openapi-python-client makes of the contract, used against the running API."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

PACKAGE = "atlas_client"
Module = Callable[[str], ModuleType]


@pytest.fixture(scope="session")
def generated(address: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The package, and what its generator said."""
    scripts = Path(sys.executable).parent
    package = tmp_path_factory.mktemp("python") / PACKAGE
    ran = subprocess.run(
        [scripts / "openapi-python-client", "generate", "--url", f"{address}/v1/openapi.json", "--output-path", package, "--meta", "none"],
        env=os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},  # it formats what it writes with ruff
        check=True,
        capture_output=True,
        text=True,
    )
    return package, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def module(generated: tuple[Path, str]) -> Iterator[Module]:
    """A module of the package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(generated[0].parent)
        yield lambda name: import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def client(address: str, module: Module) -> Any:
    return module("client").Client(base_url=address, raise_on_unexpected_status=True)


def test_client_is_generated_without_a_warning(generated: tuple[Path, str]) -> None:
    package, said = generated

    assert said == f"Generating {package}\n"


@pytest.mark.parametrize("resource", settings.EXAMPLES)
def test_list_is_read_as_it_was_sent(resource: str, address: str, client: Any, module: Module) -> None:
    read = module(f"api.{resource}.list_{resource}").sync(client=client)

    assert read.to_dict() == httpx.get(f"{address}/v1/{resource}/").json()


def test_pages_are_followed_to_the_end(client: Any, module: Module) -> None:
    list_plans = module("api.plans.list_plans")
    pages = [list_plans.sync(client=client, page_size=2)]
    while pages[-1].next_ is not None:
        [cursor] = parse_qs(urlsplit(pages[-1].next_).query)["cursor"]
        pages.append(list_plans.sync(client=client, page_size=2, cursor=cursor))

    assert [[plan.id for plan in page.results] for page in pages] == [["plan-1-full", "plan-2-bare"], ["plan-3", "plan-4"], ["plan-5"]]


def test_values_of_a_parameter_are_repeated(client: Any, module: Module) -> None:
    kind = module("models.list_plans_kind_item").ListPlansKindItem

    page = module("api.plans.list_plans").sync(client=client, kind=[kind.OPINIONS, kind.NOTICE])

    assert [plan.id for plan in page.results] == ["plan-2-bare", "plan-4", "plan-5"]


def test_value_with_a_comma_stays_whole(client: Any, module: Module) -> None:
    page = module("api.plans.list_plans").sync(client=client, alias=["The plan, in full"])

    assert [plan.id for plan in page.results] == ["plan-1-full"]


def test_descending_order_has_a_name(client: Any, module: Module) -> None:
    ordering = module("models.list_plans_ordering_item").ListPlansOrderingItem

    page = module("api.plans.list_plans").sync(client=client, ordering=[ordering.STATUS, ordering.NAME_EN_DESC])

    assert [plan.id for plan in page.results] == ["plan-1-full", "plan-3", "plan-4", "plan-5", "plan-2-bare"]


def test_what_is_unknown_is_none(client: Any, module: Module) -> None:
    plan = module("api.plans.get_plan").sync("plan-1-full", client=client)
    figure, wish = plan.targets

    assert (plan.period_end, plan.effective_on, plan.jurisdiction.name_zh) == ("2027-06", None, None)
    assert (figure.value, figure.due, figure.per, figure.indicator.id) == (12.5, "2027", None, "capacity")
    assert (wish.value, wish.due, wish.unit, wish.indicator) == (None, None, None, None)


def test_bad_parameters_are_read_as_a_problem(address: str, client: Any, module: Module) -> None:
    problem = module("api.plans.list_plans").sync(client=client, page_size=500, q="")

    assert isinstance(problem, module("models.problem").Problem)
    assert problem.to_dict() == {
        "type": f"{address}/docs/errors#bad-parameters",
        "title": "Bad parameters",
        "status": 400,
        "detail": "2 faults in the query; nothing was ignored.",
        "instance": "/v1/plans/?page_size=500&q=",
        "errors": [
            {"parameter": "page_size", "value": "500", "detail": "A whole number from 1 to 200.", "allowed": None, "did_you_mean": None},
            {
                "parameter": "q",
                "value": "",
                "detail": "Empty: give a value or leave the parameter out.",
                "allowed": None,
                "did_you_mean": None,
            },
        ],
    }


def test_unknown_record_is_read_as_a_problem(client: Any, module: Module) -> None:
    problem = module("api.plans.get_plan").sync("atlantis", client=client)

    assert (problem.status, problem.title) == (404, "Not Found")
