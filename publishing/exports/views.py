"""The exports over HTTP: what there is, and the files."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from drf_spectacular.settings import spectacular_settings
from rest_framework import serializers
from rest_framework.request import Request

from publishing import caching, parameters, ranges
from publishing.answering import json
from publishing.caching import State
from publishing.errors import NotFound
from publishing.exports.package import media_type
from publishing.exports.shelf import Export, exports, path_of
from publishing.past import AS_OF
from publishing.public import PublicView
from publishing.questions import AskedView, Question

_YEAR = 365 * 24 * 60 * 60


class FileSerializer(serializers.Serializer[Any]):
    """A file of an export."""

    resource = serializers.CharField(read_only=True, allow_null=True, help_text="Whose records it holds; null if those of all, or none.")
    format = serializers.CharField(read_only=True, help_text="csv, ndjson, parquet, sqlite, json or jsonld.")
    url = serializers.URLField(read_only=True, help_text="Where it is; parts of it can be asked for (`Range`).")
    bytes = serializers.IntegerField(read_only=True, help_text="How long it is.")
    sha256 = serializers.CharField(read_only=True, help_text="Its checksum.")
    records = serializers.IntegerField(read_only=True, allow_null=True, help_text="Records in it; null where it describes the others.")


class ExportSerializer(serializers.Serializer[Any]):
    """The whole data set at a revision, as files."""

    revision = serializers.IntegerField(read_only=True, help_text="The revision that all files are of.")
    at = serializers.DateTimeField(read_only=True, help_text="When it was published, UTC.")
    license = serializers.URLField(read_only=True, help_text="The license of the data.")
    files = FileSerializer(many=True, read_only=True, help_text="All files; those of one resource are alike but for their format.")


class ExportsView(AskedView):
    """The latest export of the whole data set, or the one that was the latest as of then: a CSV, an NDJSON and a Parquet file a resource, one SQLite
    file, a Frictionless data package and DCAT-AP metadata that describe them, and what changed since the export before."""

    question = Question(
        "get_export", "Get the files of the whole data set", "The files of an export.", parameters=AS_OF, answer=ExportSerializer, may_be_missing=True
    )
    tag = "exports"
    resource = None

    def get(self, request: Request) -> HttpResponseBase:
        http = request._request
        past = parameters.require(http.GET, self.question.parameters_of()).get("as_of")
        export = next((one for one in exports() if past is None or one.revision <= past.state.revision), None)
        if export is None:
            raise NotFound("No export was built by then." if past else "No export was built yet.")
        etag = caching.entity_tag(http, State(export.revision, export.at))
        response = caching.conditional(http, etag, export.at) or json(orjson.dumps(_shown(http, export)))
        return caching.validate(response, etag, export.at, export.revision)


class ExportFileView(PublicView):
    """One file of an export, or the part of it that `Range` names."""

    # Files are not part of the contract that clients are generated from: an export says where they are.
    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # A file is had in the one form that it has.
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, revision: int, name: str) -> HttpResponseBase:
        http = request._request
        parameters.require(http.GET, {})
        path = path_of(revision, name)
        if path is None:
            raise NotFound("No such file: /v1/exports/ lists what there is.")
        export = next(one for one in exports() if one.revision == revision)
        etag = next((f'"{file.sha256}"' for file in export.files if file.name == name), f'"{revision}-manifest"')
        response: HttpResponseBase = caching.conditional(http, etag, export.at) or ranges.send(http, path, etag)
        caching.validate(response, etag, export.at, revision)
        response.headers["Content-Type"] = media_type(path.suffix[1:])
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response


def _shown(request: HttpRequest, export: Export) -> dict[str, Any]:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse("export-file", args=[export.revision, name]))

    files = [
        {
            "resource": file.resource,
            "format": file.format,
            "url": address(file.name),
            "bytes": file.bytes,
            "sha256": file.sha256,
            "records": file.records,
        }
        for file in export.files
    ]
    license_ = spectacular_settings.LICENSE["url"]
    return {"revision": export.revision, "at": export.at.isoformat().replace("+00:00", "Z"), "license": license_, "files": files}
