"""What describes an export to programs: a Frictionless data package, and DCAT-AP metadata for catalogues of open data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.settings import spectacular_settings

from publishing.exports.kinds import FRICTIONLESS
from publishing.exports.shelf import File
from publishing.formats import Table
from publishing.resources import RESOURCES

_MEDIA_TYPES = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
    "json": "application/json",
    "jsonld": "application/ld+json",
}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def media_type(format: str) -> str:
    """The media type of a file of this format."""
    return _MEDIA_TYPES[format]


def data_package(files: Sequence[File], revision: int, at: str) -> dict[str, Any]:
    """The files as a Frictionless data package (https://specs.frictionlessdata.io/data-package/): the CSV files with the types of their columns."""
    license_ = spectacular_settings.LICENSE
    return {
        "profile": "data-package",
        "name": _name(),
        "title": spectacular_settings.TITLE,
        "version": str(revision),
        "created": at,
        "licenses": [{"name": license_["name"].replace(" ", "-"), "path": license_["url"], "title": license_["name"]}],
        "resources": [_resource(file) for file in files],
    }


def catalogue(files: Sequence[File], revision: int, at: str) -> dict[str, Any]:
    """The export as a dataset of DCAT-AP 3 (https://semiceu.github.io/DCAT-AP/releases/3.0.0/) in JSON-LD; addresses are relative to its own."""
    license_ = spectacular_settings.LICENSE["url"]
    return {
        "@context": _CONTEXT,
        "@id": "",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": spectacular_settings.TITLE, "@language": "en"},
        "dct:description": {"@value": _first_sentence(), "@language": "en"},
        "dct:identifier": f"{_name()}-{revision}",
        "dcat:version": str(revision),
        "dct:modified": {"@value": at, "@type": "xsd:dateTime"},
        "dct:license": {"@id": license_},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": spectacular_settings.TITLE},
        "dcat:distribution": [_distribution(file, license_) for file in files],
    }


def _resource(file: File) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": file.name.replace(".", "-"),
        "path": file.name,
        "format": file.format,
        "mediatype": media_type(file.format),
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if file.format == "csv" and file.resource:
        return described | {"type": "table", "profile": "tabular-data-resource", "encoding": "utf-8", "schema": _schema(file.resource)}
    return described | {"type": "file", "profile": "data-resource"}


def _schema(resource: str) -> dict[str, Any]:
    columns = Table((), RESOURCES[resource].serializer).columns
    fields = [{"name": column.name, "type": FRICTIONLESS[column.kind], "description": column.definition} for column in columns]
    return {"fields": fields, "primaryKey": "id", "missingValues": [""]}


def _distribution(file: File, license_: str) -> dict[str, Any]:
    return {
        "@id": f"#{file.name}",
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:accessURL": {"@id": file.name},
        "dcat:downloadURL": {"@id": file.name},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type(file.format)}"},
        "dcat:byteSize": {"@value": str(file.bytes), "@type": "xsd:nonNegativeInteger"},
        "dct:license": {"@id": license_},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _name() -> str:
    return str(spectacular_settings.TITLE).lower().replace(" ", "-")


def _first_sentence() -> str:
    return str(spectacular_settings.DESCRIPTION).partition(". ")[0] + "."
