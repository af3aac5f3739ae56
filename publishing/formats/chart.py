"""Pictures of an answer: as SVG, drawn here and offline, or as the Vega-Lite that says how to draw it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import vl_convert

from publishing.formats.format import About, Format
from publishing.formats.table import Table


def _spec(table: Table, about: About) -> dict[str, Any]:
    if table.chart is None:
        raise LookupError("A question that is had as a picture says how it is drawn.")
    spec: dict[str, Any] = table.chart(about).to_dict()
    return spec


def _write_spec(table: Table, about: About) -> Iterator[bytes]:
    yield orjson.dumps(_spec(table, about))


def _write_svg(table: Table, about: About) -> Iterator[bytes]:
    # All that is drawn is in the specification: nothing is fetched from anywhere.
    yield vl_convert.vegalite_to_svg(_spec(table, about), allowed_base_urls=[]).encode()


SVG = Format("svg", "image/svg+xml", _write_svg, is_saved=False)
VEGA_LITE = Format(
    "vega-lite",
    "application/vnd.vegalite.v6+json",
    _write_spec,
    is_saved=False,
    extension="vl.json",
    schema={"type": "object", "additionalProperties": True},
)
