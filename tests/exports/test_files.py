"""What an export holds: every published record, in each format the same, described and vouched for."""

from __future__ import annotations

import csv
import json
import sqlite3
from decimal import Decimal
from hashlib import sha256
from typing import Any

import duckdb
import frictionless
import orjson
import pytest
import rdflib

from publishing.exports.kinds import flat_columns
from publishing.formats import Table
from publishing.resources import RESOURCES

every_resource = pytest.mark.parametrize("resource", sorted(RESOURCES))


def test_files_are_those_of_every_resource_and_of_all(export):
    names = {file.name for file in export.files}

    of_all = {"ai-policy-atlas.sqlite", "datapackage.json", "dcat.jsonld"}
    assert names == {f"{resource}.{form}" for resource in RESOURCES for form in ("csv", "ndjson", "parquet")} | of_all
    assert names == {path.name for path in export.folder.iterdir()} - {"manifest.json"}


def test_manifest_vouches_for_every_file(export, bodies):
    manifest = json.loads((export.folder / "manifest.json").read_bytes())

    assert (manifest["revision"], manifest["at"]) == (export.revision, export.at.isoformat())
    for file in manifest["files"]:
        content = (export.folder / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), sha256(content).hexdigest())
        if file["resource"]:
            assert file["records"] == len(bodies[file["resource"]])


@every_resource
def test_ndjson_is_the_documents(export, bodies, resource):
    assert (export.folder / f"{resource}.ndjson").read_text(encoding="utf-8") == "".join(f"{body}\n" for body in bodies[resource])


@every_resource
def test_csv_has_the_cells_that_a_list_has(export, bodies, resource):
    with (export.folder / f"{resource}.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)

    table = Table(bodies[resource], RESOURCES[resource].serializer)
    ids = [cells[0] for cells in table.cells]
    assert [row[0] for row in rows] == ids


@every_resource
def test_parquet_is_read_back_as_the_documents(export, bodies, resource):
    with duckdb.connect() as database:
        found = database.execute(f"SELECT * FROM '{export.folder / resource}.parquet'")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    assert [_plain(row) for row in rows] == [_plain(orjson.loads(body)) for body in bodies[resource]]


@every_resource
def test_sqlite_holds_each_value_in_its_column(export, bodies, resource):
    with sqlite3.connect(f"file:{export.folder}/ai-policy-atlas.sqlite?mode=ro", uri=True) as database:
        rows = database.execute(f'SELECT * FROM "{resource}" ORDER BY id').fetchall()

    columns = list(flat_columns(RESOURCES[resource].serializer()))
    assert [[_read(cell, column.kind) for cell, column in zip(row, columns, strict=True)] for row in rows] == [
        [_reach(orjson.loads(body), column.steps) for column in columns] for body in bodies[resource]
    ]


def test_sqlite_and_parquet_say_whose_they_are(export):
    with sqlite3.connect(f"file:{export.folder}/ai-policy-atlas.sqlite?mode=ro", uri=True) as database:
        about = dict(database.execute("SELECT name, value FROM about"))
    with duckdb.connect() as database:
        said = dict(database.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{export.folder}/plans.parquet')").fetchall())

    assert about["license"] == said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert about["revision"] == said["revision"] == str(export.revision)


def test_data_package_is_valid_by_its_specification(export):
    report = frictionless.validate(str(export.folder / "datapackage.json"))

    assert report.valid, report.flatten(["title", "message"])
    assert len(report.tasks) == len(export.files) - 2


def test_catalogue_has_what_dcat_ap_requires(export):
    base = "https://atlas.example/v1/exports/1/dcat.jsonld"
    graph = rdflib.Graph().parse(export.folder / "dcat.jsonld", format="json-ld", publicID=base)

    dataset = rdflib.URIRef(base)
    assert graph.value(dataset, rdflib.DCTERMS.title)
    assert graph.value(dataset, rdflib.DCTERMS.description)
    distributions = list(graph.objects(dataset, rdflib.DCAT.distribution))
    assert {str(graph.value(one, rdflib.DCAT.accessURL)) for one in distributions} == {
        f"https://atlas.example/v1/exports/1/{file.name}" for file in export.files if file.format != "jsonld" and file.name != "datapackage.json"
    }
    assert all(graph.value(one, rdflib.DCTERMS.license) == rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/") for one in distributions)


def test_what_is_not_published_is_in_no_file(export):
    leaked = [path.name for path in export.folder.iterdir() if b"hidden" in path.read_bytes().lower()]

    assert leaked == []


def _plain(value: Any) -> Any:
    """Numbers as decimals: a parquet file holds them exactly."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _read(cell: Any, kind: str) -> Any:
    if kind == "json":
        return orjson.loads(cell)
    return bool(cell) if kind == "boolean" and cell is not None else cell


def _reach(record: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        record = None if record is None else record[step]
    return record
