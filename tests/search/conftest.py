"""The world that the tests of the HTTP face read, for those of search."""

from tests.http.conftest import _no_answers_kept, _world_of_module, client, world

__all__ = ["_no_answers_kept", "_world_of_module", "client", "world"]
