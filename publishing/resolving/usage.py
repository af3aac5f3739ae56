"""Usage: how the records of a resource are called, beside what their names say; declared next to the resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

_S = TypeVar("_S", bound=type[Any])


@dataclass(frozen=True, eq=False)
class Usage:
    """What a name is the same without, and which of its words are written in several ways or say little."""

    # Ends that a name is given with or without, and what each of them says: where two names say different things, they are not the same.
    endings: Mapping[str, str] = field(default_factory=dict)
    # What endings say that makes it another record than the one without them.
    setting_apart: Iterable[str] = ()
    # Words that stand for each other: the first of a group stands for all.
    synonyms: Iterable[tuple[str, ...]] = ()
    # Words that most names of the kind have: they weigh little.
    light: Iterable[str] = ()
    # Fields by which namesakes are told apart.
    told_apart_by: tuple[str, ...] = ()
    # What else records are told apart by: a name, and the fields any of which may hold the value.
    further_properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Whether a name may mean one of them where nothing says which kind of record it is of.
    by_default: bool = True


PLAIN = Usage()


def called(usage: Usage) -> Callable[[_S], _S]:
    """Class decorator: the records that this serializer shows are called so."""

    def declare(serializer: _S) -> _S:
        serializer.usage = usage
        return serializer

    return declare


def usage_of(serializer: type[Any]) -> Usage:
    """How the records that a serializer shows are called."""
    found: Usage = getattr(serializer, "usage", PLAIN)
    return found
