"""GeoJSON (RFC 7946), for maps: records that have a latitude and a longitude."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from publishing.formats.format import About, Format, pieces
from publishing.formats.table import Table


def _feature(record: dict[str, Any], shown: str) -> bytes:
    """A record as a feature; one without a position is a feature too, with no geometry."""
    position = [record["longitude"], record["latitude"]]
    geometry = None if None in position else {"type": "Point", "coordinates": position}
    return orjson.dumps({"type": "Feature", "id": record["id"], "geometry": geometry, "properties": orjson.Fragment(shown)})


def _features(table: Table) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    separator = b""
    for body in table.bodies:
        yield separator + _feature(orjson.loads(body), table.shown(body))
        separator = b","
    yield b"]}"


def _write(table: Table, about: About) -> Iterator[bytes]:
    return pieces(_features(table))


GEOJSON = Format("geojson", "application/geo+json", _write, is_saved=False, schema={"type": "object", "additionalProperties": True})
