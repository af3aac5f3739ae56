"""The exports over HTTP: what there is, as of when, and the files, in whole or in part."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from publishing.editing import editing
from publishing.models import Revision
from tests import factories as make

pytestmark = pytest.mark.any_database

HOST = "http://testserver"


@pytest.fixture
def address(shelf) -> str:
    """Where a file of 42 letters is, in the export of the one revision."""
    with editing():
        make.topic()
    call_command("build_exports", verbosity=0)
    file = shelf / "1" / "topics.ndjson"
    file.write_bytes(b"0123456789" * 4 + b"ab")
    return "/v1/exports/1/topics.ndjson"


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_export_says_what_there_is(export, client, settings):
    settings.EXPORTS_DIR = export.folder.parent

    answer = client.get("/v1/exports/")

    assert answer.json() == {
        "revision": export.revision,
        "at": export.at.isoformat().replace("+00:00", "Z"),
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "files": [
            {
                "resource": file.resource,
                "format": file.format,
                "url": f"{HOST}/v1/exports/{export.revision}/{file.name}",
                "bytes": file.bytes,
                "sha256": file.sha256,
                "records": file.records,
            }
            for file in export.files
        ],
    }
    assert answer.headers["Dataset-Revision"] == str(export.revision)
    assert client.get("/v1/exports/", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_file_can_be_had(export, client, settings):
    settings.EXPORTS_DIR = export.folder.parent

    for file in client.get("/v1/exports/").json()["files"]:
        response = client.get(file["url"].removeprefix(HOST))

        assert body(response) == (export.folder / file["url"].rpartition("/")[2]).read_bytes()
        assert response.headers["ETag"] == f'"{file["sha256"]}"'
        assert response.headers["Content-Length"] == str(file["bytes"])
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert 'rel="license"' in response.headers["Link"]


def test_as_of_gives_the_export_that_was_the_latest_then(address, client):
    with editing():
        make.topic("later")
    assert client.get("/v1/exports/?as_of=2").json()["revision"] == 1
    call_command("build_exports", verbosity=0)

    found = {revision: client.get("/v1/exports/", {"as_of": revision}).json()["revision"] for revision in (1, 2)}

    assert found == {1: 1, 2: 2}
    assert client.get("/v1/exports/").json()["revision"] == 2


def test_without_an_export_there_is_a_problem(shelf, client):
    answer = client.get("/v1/exports/")

    assert (answer.status_code, answer.headers["Content-Type"], answer.json()["detail"]) == (
        404,
        "application/problem+json",
        "No export was built yet.",
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("bytes=0-0", (206, "bytes 0-0/42", b"0")),
        ("bytes=8-11", (206, "bytes 8-11/42", b"8901")),
        ("bytes=40-", (206, "bytes 40-41/42", b"ab")),
        ("bytes=40-99", (206, "bytes 40-41/42", b"ab")),
        ("bytes=-3", (206, "bytes 39-41/42", b"9ab")),
        ("bytes=-99", (206, "bytes 0-41/42", b"0123456789" * 4 + b"ab")),
        ("bytes=42-", (416, "bytes */42", None)),
        ("bytes=-0", (416, "bytes */42", None)),
        ("bytes=9-8", (200, None, b"0123456789" * 4 + b"ab")),
        ("bytes=0-1,3-4", (200, None, b"0123456789" * 4 + b"ab")),
        ("lines=0-1", (200, None, b"0123456789" * 4 + b"ab")),
    ],
)
def test_part_of_a_file_can_be_had(address, client, asked, told):
    status, said, content = told
    response = client.get(address, headers={"Range": asked})

    assert (response.status_code, response.headers.get("Content-Range")) == (status, said)
    if content is None:
        assert response.headers["Content-Type"] == "application/problem+json"
    else:
        assert body(response) == content
        assert (response.headers["Content-Length"], response.headers["Accept-Ranges"]) == (str(len(content)), "bytes")


def test_part_of_another_file_is_not_mixed_with_this_one(address, client):
    etag = client.get(address).headers["ETag"]

    assert client.get(address, headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert client.get(address, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("path", ["1/nothing.csv", "2/topics.ndjson", "1/..%2f..%2fsecret-key", "1/.unfinished", "1/topics.ndjson/", "1/"])
def test_nothing_else_can_be_had(address, client, path):
    answer = client.get(f"/v1/exports/{path}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_parameters_are_as_strict_as_elsewhere(address, client):
    for asked in ("/v1/exports/?x=1", f"{address}?x=1", "/v1/exports/?as_of=tomorrow"):
        assert client.get(asked).status_code == 400
    assert client.post(address).status_code == 405


def test_exports_ask_the_database_nothing(address, client, django_assert_num_queries):
    assert Revision.objects.count() == 1
    with django_assert_num_queries(0):
        client.get("/v1/exports/")
        client.get(address)
