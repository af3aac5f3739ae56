"""Whatever is not data is a problem after RFC 9457, on every path."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from publishing.licensing import LICENSE
from tests.http.registry import every_resource

PLACES = ["/v1/", "/v1/openapi.json", "/v1/openapi.yaml", "/v1/plans/", "/v1/plans/hangzhou-2025/", "/v1/plans/atlantis/"]
NOWHERE = [
    "/", "/v2/", "/v1/nothing/", "/v1/plan/", "/v1/plans/hangzhou-2025/targets/", "/v1//plans/", "/v1/plans/a%2Fb/", "/v1/openapi.xml",
    "/nothing", "/v1/%00/", "/v1/%ff/", "/v1/城市/", "/v1/plans.json", "/favicon.ico", "/.env", "/v1/../etc/passwd",
]  # fmt: skip
NOBODY = ["%00", "a%00b", "%ff", "a b", "..", "城市", "x" * 5000, "Hangzhou-2025", "hangzhou-2025.json", "%20", "'", "%25"]
METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"]


@pytest.mark.parametrize("address", NOWHERE)
def test_unknown_path_is_a_problem(world, client, address):
    response = client.get(address, follow=True)

    assert_problem(response, 404, "Not Found")


@every_resource
def test_id_that_no_record_has_is_a_problem(world, client, resource):
    for id_ in NOBODY:
        assert_problem(client.get(f"/v1/{resource}/{id_}/"), 404, "Not Found")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", PLACES)
def test_nothing_can_be_written(world, client, address, method):
    response = client.generic(method, address, b'{"id": 1}', content_type="application/json")

    assert_problem(response, 405, "Method Not Allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_nothing_can_be_written_from_a_browser_with_a_session_either(world):
    client = Client(enforce_csrf_checks=True)

    for address in PLACES:
        assert_problem(client.post(address, {"id": 1}), 405, "Method Not Allowed")


@pytest.mark.parametrize("accept", ["text/plain", "application/xml", "image/*", "application/problem+json", "text/html;q=0.9"])
@pytest.mark.parametrize("address", ["/v1/", "/v1/plans/", "/v1/plans/hangzhou-2025/"])
def test_answer_in_a_form_that_there_is_not_is_406(world, client, address, accept):
    assert_problem(client.get(address, headers={"Accept": accept}), 406, "Not Acceptable")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "application/json", "text/html,application/xhtml+xml,*/*;q=0.8", "nonsense, */*", ";;;,*/*"]
)
def test_accept_that_takes_json_gets_it(world, client, accept):
    response = client.get("/v1/plans/", headers={"Accept": accept})

    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/yaml", "text/html"])
def test_contract_is_in_the_form_that_its_address_says(client, form, accept):
    response = client.get(f"/v1/openapi.{form}", headers={"Accept": accept})

    assert (response.status_code, response.headers["Content-Type"]) == (200, f"application/{form}")


def test_request_for_another_host_is_a_problem(world, client):
    response = client.get("/v1/plans/", headers={"Host": "elsewhere.test"})

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["instance"] == "/v1/plans/"


def test_query_of_more_parameters_than_django_reads_is_a_problem(world, client):
    response = client.get(f"/v1/plans/?{'a&' * 30_000}")

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("address", ["/v1/plans/", "/v1/plans/hangzhou-2025/"])
def test_fault_of_ours_is_a_problem_that_tells_nothing(world, address):
    def fail(*_):
        raise RuntimeError("the password is 1234")

    with connection.execute_wrapper(fail):
        response = Client(raise_request_exception=False).get(address)

    assert_problem(response, 500, "Internal Server Error")
    assert b"1234" not in response.content


def test_bad_query_is_a_problem_of_its_own_type(world, client):
    response = client.get("/v1/plans/?kind=rule")

    assert response.json() == {
        "type": "http://testserver/docs/errors#bad-parameters",
        "title": "Bad parameters",
        "status": 400,
        "detail": "1 fault in the query; nothing was ignored.",
        "instance": "/v1/plans/?kind=rule",
        "errors": [
            {
                "parameter": "kind",
                "value": "rule",
                "detail": "Not one of the allowed values.",
                "allowed": [
                    "action_plan", "implementation_plan", "development_plan", "strategy", "administrative_measures", "opinions", "guidelines",
                    "regulation", "legislation", "standard", "notice", "work_report", "statement",
                ],
                "did_you_mean": None,
            }
        ],
    }  # fmt: skip


def assert_problem(response, status, title):
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert response.headers["Link"] == LICENSE
    problem = response.json()
    assert list(problem) == ["type", "title", "status", "detail", "instance"]
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", title, status)
    assert problem["detail"]
    assert problem["instance"].startswith("/")
