"""The components of the contract: a parameter that several operations take alike is said once, and they refer to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from publishing.resources import RESOURCES

_Parameter = dict[str, Any]
# Whose a parameter is, where it stands and what it is called.
_Key = tuple[str, str, str]
_ALL = ""


def share_parameters(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: make components of parameters, each called after whose it is.

    What all resources mean alike by a parameter has its own name: `NameEn`. What they mean differently has the resource's before it, or that of the
    kind of operation that takes it: `GroupFormat`. So a name changes only where a parameter gets another meaning. What one operation alone takes
    stays with it.
    """
    operations = [operation for methods in result["paths"].values() for operation in methods.values() if "parameters" in operation]
    meanings: dict[_Key, list[_Parameter]] = defaultdict(list)
    for operation in operations:
        if operation["tags"][0] in RESOURCES:
            for parameter in operation["parameters"]:
                for key in _keys(operation, parameter):
                    meanings[key].append(parameter)
    # Generators that make types of parameters would have two of a name if a shape had it, too.
    taken = result["components"]["schemas"]
    shared = {key: meant[0] for key, meant in meanings.items() if _is_shared(key, meant) and _name(key) not in taken}
    components: dict[str, _Parameter] = {}
    for operation in operations:
        for number, parameter in enumerate(operation["parameters"]):
            name = next((_name(key) for key in _keys(operation, parameter) if shared.get(key) == parameter), None)
            if name:
                components[name] = parameter
                operation["parameters"][number] = {"$ref": f"#/components/parameters/{name}"}
    return {**result, "components": {**result["components"], "parameters": dict(sorted(components.items()))}}


def _keys(operation: dict[str, Any], parameter: _Parameter) -> Iterator[_Key]:
    """What the parameter may be shared as, best first; who is no resource may take what one means by it."""
    tag = operation["tags"][0]
    whose = [_ALL, *RESOURCES]
    if tag in RESOURCES:
        kind = operation["operationId"].replace(tag, "").replace(str(RESOURCES[tag].model._meta.model_name), "")
        whose = [_ALL, tag, kind]
    return ((owner, parameter["in"], parameter["name"]) for owner in whose)


def _is_shared(key: _Key, meant: list[_Parameter]) -> bool:
    alike = meant.count(meant[0])
    return alike > 1 and (key[0] != _ALL or alike == len(meant))


def _name(key: _Key) -> str:
    whose, place, name = key
    return "".join(word.capitalize() for word in f"{whose}_{'' if place == 'query' else place}_{name}".split("_"))
