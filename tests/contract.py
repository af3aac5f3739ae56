"""The contract, read as a client does: references are followed."""

from __future__ import annotations

from typing import Any


def parameters_of(operation: dict[str, Any], contract: dict[str, Any]) -> list[dict[str, Any]]:
    """All that an operation takes, whether it is said there or among the components."""
    shared = contract["components"]["parameters"]
    return [shared[one["$ref"].removeprefix("#/components/parameters/")] if "$ref" in one else one for one in operation.get("parameters", ())]
