"""What changed from one document of a record to the next, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# A field by its path, and what it said before and after: `{"field": "parent.name_en", "before": "Old", "after": "New"}`.
Change = dict[str, Any]


def difference(before: Any, after: Any) -> list[Change]:
    """The fields that say something else than before, in the record's order.

    Nested records are looked into. In a list of those they are told apart by their ids, `children[first].name_en`; one that is new has no `before`,
    one that is gone no `after`. A list of anything else is one value.
    """
    return list(_changes("", before, after))


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and before.get("id") == after.get("id"):
        for name in dict.fromkeys([*before, *after]):
            yield from _changes(f"{path}.{name}" if path else name, before.get(name), after.get(name))
    elif _is_of_records(before) and _is_of_records(after):
        # The same ones in another order are as much of a change.
        yield from list(_members(path, before, after)) or [{"field": path, "before": before, "after": after}]
    else:
        yield {"field": path, "before": before, "after": after}


def _members(path: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    old, new = ({member["id"]: member for member in members} for members in (before, after))
    for id_ in dict.fromkeys([*old, *new]):
        yield from _changes(f"{path}[{id_}]", old.get(id_), new.get(id_))


def _is_of_records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(member, dict) and "id" in member for member in value)
