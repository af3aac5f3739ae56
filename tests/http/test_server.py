"""The same over a socket, from the server that `manage.py serve` runs: what a WSGI server could get wrong."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.clients.server import address_of_a_small_world
from tests.http.registry import every_resource
from tests.http.test_errors import METHODS

pytestmark = pytest.mark.any_database

# What a server says of itself and of the time.
OF_THE_SERVER = {"server", "date", "connection", "transfer-encoding"}


@pytest.fixture(scope="session")
def address(request, tmp_path_factory):
    return address_of_a_small_world(request.config, tmp_path_factory)


ADDRESSES = ["/v1/", "/v1/plans/", "/v1/plans/?page_size=1", "/v1/openapi.json", "/v1/plans/atlantis/", "/v1/nothing/", "/v1/plans/?kind=rule"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_head_has_the_head_of_get_and_no_body(address, path):
    head_status, head, body = ask(address, "HEAD", path)
    status, headers, content = ask(address, "GET", path)

    assert (head_status, body) == (status, b"")
    assert head == headers
    assert int(headers["content-length"]) == len(content)


@pytest.mark.parametrize("path", ["/v1/plans/", "/v1/openapi.json"])
def test_not_modified_has_no_body_and_keeps_the_connection(address, path):
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", path)
    first = connection.getresponse()
    first.read()

    for _ in range(2):
        connection.request("GET", path, headers={"If-None-Match": first.headers["ETag"]})
        second = connection.getresponse()
        assert (second.status, second.read(), second.headers["ETag"]) == (304, b"", first.headers["ETag"])
    connection.close()


@every_resource
def test_pages_can_be_followed_to_the_end(address, resource):
    whole = json.loads(ask(address, "GET", f"/v1/{resource}/?page_size=200")[2])

    seen, following = [], f"{address}/v1/{resource}/?page_size=1"
    while following:
        page = json.loads(ask(address, "GET", following.removeprefix(address))[2])
        seen += page["results"]
        following = page["next"]

    assert seen == whole["results"]


@pytest.mark.parametrize("method", METHODS)
def test_nothing_can_be_written(address, method):
    status, headers, _ = ask(address, method, "/v1/plans/", b'{"id": 1}')

    assert (status, headers["content-type"], headers["allow"]) == (405, "application/problem+json", "GET, HEAD, OPTIONS")


ODD = ["?q=\xff", "?q=%ff", "?q=%00", "?" + "a" * 30_000, "%00/", "%ff/", "\xff/", "%2e%2e/", "?q=%", "?%"]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd[:10]))
def test_bytes_that_are_no_text_never_break_it(address, odd):
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(f"GET /v1/plans/{odd} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        answer = connection.makefile("rb").readline()

    assert answer.split()[1] in {b"200", b"400", b"404", b"414"}


def test_next_is_an_address_on_the_host_that_was_asked(address):
    _, _, body = ask(address, "GET", "/v1/sources/?page_size=1", headers={"Host": "127.0.0.1:1"})

    assert json.loads(body)["next"].startswith("http://127.0.0.1:1/v1/sources/?page_size=1&cursor=")


def ask(address, method, path, body=None, headers=None):
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.headers.items() if name.lower() not in OF_THE_SERVER}, content
