"""Pages on any other site may read the API, and only read it."""

from __future__ import annotations

import pytest

ORIGIN = {"Origin": "https://analyst.example"}
ANSWERS = {
    "/v1/": 200,
    "/v1/plans/": 200,
    "/v1/plans/hangzhou-2025/": 200,
    "/v1/plans/?kind=rule": 400,
    "/v1/plans/atlantis/": 404,
    "/v1/nothing/": 404,
    "/v1/openapi.json": 200,
}


@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_every_answer_can_be_read_from_anywhere(world, client, address, status):
    response = client.get(address, headers=ORIGIN)

    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert set(response.headers["Access-Control-Expose-Headers"].split(", ")) >= {"ETag", "Last-Modified", "Dataset-Revision", "Link"}


def test_not_modified_can_be_read_from_anywhere(world, client):
    etag = client.get("/v1/plans/").headers["ETag"]

    response = client.get("/v1/plans/", headers={**ORIGIN, "If-None-Match": etag})

    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (304, "*")


@pytest.mark.parametrize("asked", ["if-none-match", "if-modified-since", "accept, if-none-match"])
def test_browser_may_ask_conditionally(world, client, asked):
    response = client.options("/v1/plans/", headers={**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": asked})

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert set(asked.split(", ")) <= set(response.headers["Access-Control-Allow-Headers"].split(", "))


def test_browser_is_allowed_no_method_that_writes(world, client):
    """POST asks what is too long for an address, of the questions that say so; the others refuse it."""
    response = client.options("/v1/plans/", headers={**ORIGIN, "Access-Control-Request-Method": "POST"})

    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    assert client.post("/v1/plans/", headers=ORIGIN).status_code == 405


def test_admin_is_closed_to_other_sites(world, client):
    assert "Access-Control-Allow-Origin" not in client.get("/admin/", headers=ORIGIN).headers
