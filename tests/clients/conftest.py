from __future__ import annotations

import pytest

from tests.clients.server import address_of_a_small_world


@pytest.fixture(scope="session")
def address(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> str:
    return address_of_a_small_world(pytestconfig, tmp_path_factory)
