"""Building an export: the whole data set at one revision, in every format, in a folder that is there once it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from drf_spectacular.settings import spectacular_settings

from publishing.caching import State
from publishing.exports import tables
from publishing.exports.delta import write_delta
from publishing.exports.package import catalogue, data_package
from publishing.exports.shelf import Export, File, building, exports, find, write_manifest
from publishing.formats import About
from publishing.models import Document
from publishing.progress import Begin, silently
from publishing.resources import RESOURCES


def build(state: State, begin: Begin = silently) -> Export:
    """Build the export of this state, unless it is there; an earlier export gets a delta to it.

    Documents of a revision never change, so writers may go on meanwhile. Interrupted, it leaves nothing, and is begun again.
    """
    found = find(state.revision)
    if found is not None:
        return found
    earlier = next((export.revision for export in exports() if export.revision < state.revision), None)
    with building(state.revision) as folder:
        files = [*_resources(folder, state, begin), _database(folder, state)]
        if earlier is not None:
            files.append(_delta(folder, earlier, state.revision))
        at = _written(state)
        files += [
            _description(folder / "datapackage.json", data_package(files, state.revision, at)),
            _description(folder / "dcat.jsonld", catalogue(files, state.revision, at)),
        ]
        export = Export(state.revision, state.at, tuple(files))
        write_manifest(folder, export)
    return export


def _resources(folder: Path, state: State, begin: Begin) -> list[File]:
    advance = begin("records", Document.objects.as_of(state.revision).bodies().count())
    files: list[File] = []
    facts = _facts(state)
    for name, resource in RESOURCES.items():
        ndjson, csv, parquet = (folder / f"{name}.{format}" for format in ("ndjson", "csv", "parquet"))
        records = tables.write_ndjson(ndjson, resource, state.revision, advance)
        tables.write_csv(csv, resource, ndjson, About("", name, state.revision, state.at))
        tables.write_parquet(parquet, resource, ndjson, facts)
        files += (File.of(path, resource=name, records=records) for path in (csv, ndjson, parquet))
    return files


def _database(folder: Path, state: State) -> File:
    path = folder / f"{_name()}.sqlite"
    tables.write_sqlite(path, RESOURCES.values(), folder, _facts(state))
    return File.of(path, resource=None, records=Document.objects.as_of(state.revision).bodies().count())


def _delta(folder: Path, since: int, revision: int) -> File:
    path = folder / f"delta-{since}-{revision}.ndjson"
    records = write_delta(path, since, revision)
    return File.of(path, resource=None, records=records)


def _description(path: Path, said: dict[str, Any]) -> File:
    path.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))
    return File.of(path, resource=None, records=None)


def _facts(state: State) -> dict[str, str]:
    """What each file says of itself, where its format lets it."""
    license_ = spectacular_settings.LICENSE
    return {"title": spectacular_settings.TITLE, "revision": str(state.revision), "at": _written(state), "license": license_["url"]}


def _name() -> str:
    return str(spectacular_settings.TITLE).lower().replace(" ", "-")


def _written(state: State) -> str:
    return state.at.isoformat(timespec="seconds").replace("+00:00", "Z")
