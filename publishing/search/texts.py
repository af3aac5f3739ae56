"""What a record is searched by: which texts of its document are its names, and which others tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Searched:
    """The fields of a document that search looks into; dots reach into nested ones, as in `?fields=`."""

    # What it is called: found first, even when mistyped.
    names: tuple[str, ...] = ("name_en", "name_zh", "aliases")
    # What else is said of it.
    text: tuple[str, ...] = ()
    # What is shown as its name where none of its fields is one.
    called: Callable[[Any], str] | None = None

    def called_names(self, document: Any) -> list[str]:
        """All names of a record."""
        return list(texts(document, self.names))

    def shown(self, document: Any) -> tuple[str, str | None]:
        """The names to show a record by, as a reference to it does: English, or what stands for it, and Chinese."""
        if self.called is not None:
            return self.called(document), None
        first = next(texts(document, (*self.names, *self.text)))
        return first, document.get("name_zh")


NAMES_ALONE = Searched()


def named(*references: str) -> tuple[str, ...]:
    """The names in these references to other records."""
    return tuple(f"{reference}.{name}" for reference in references for name in ("name_en", "name_zh"))


def texts(document: Any, fields: Sequence[str]) -> Iterator[str]:
    """The texts in these fields of a document, in order."""
    for field in fields:
        yield from _at(document, field.split("."))


def _at(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif isinstance(value, dict) and path:
        yield from _at(value.get(path[0]), path[1:])
    elif isinstance(value, str):
        yield value
