"""Everything that a request can be answered with but data: problems after RFC 9457, a subclass a cause."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from heapq import nlargest
from http import HTTPStatus
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import defaults
from rest_framework import exceptions

from publishing.licensing import LICENSE

CONTENT_TYPE = "application/problem+json"
_LOOKED_AT = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value of one parameter, and what would be right."""

    parameter: str
    value: str | None
    detail: str
    allowed: Sequence[str] | None = None
    did_you_mean: Sequence[str] | None = None


class Problem(Exception):  # noqa: N818  (the word of RFC 9457)
    """An answer that is not data."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    # RFC 9457: "about:blank" says that the status tells it all.
    type = "about:blank"
    title = ""

    def __init__(self, detail: str, *, errors: Iterable[Fault] = (), headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = headers or {}


class BadParameters(Problem):
    """The query is not one that we answer; `errors` names every fault at once."""

    status = HTTPStatus.BAD_REQUEST
    type = "/docs/errors#bad-parameters"
    title = "Bad parameters"
    said_of = "query"

    def __init__(self, errors: Sequence[Fault]) -> None:
        count = len(errors)
        super().__init__(f"{count} {'fault' if count == 1 else 'faults'} in the {self.said_of}; nothing was ignored.", errors=errors)


class NotFound(Problem):
    """Nothing was ever published here."""

    status = HTTPStatus.NOT_FOUND


class Gone(Problem):
    """The record was published once and is no more."""

    status = HTTPStatus.GONE
    type = "/docs/errors#gone"
    title = "No longer published"


class Other(Problem):
    """A refusal of Django's or the framework's: its status tells it all."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail, headers=headers)
        self.status = HTTPStatus(status)


def did_you_mean(value: str, candidates: Iterable[str]) -> list[str]:
    """The candidates nearest to what was written, best first, three at most."""
    wanted = _pairs(value)
    # A close look at ten thousand ids takes a second, this one a few hundredths.
    likely = nlargest(_LOOKED_AT, dict.fromkeys(candidates), key=lambda candidate: len(wanted & _pairs(candidate)))
    return get_close_matches(value, likely, n=3, cutoff=0.6)


def _pairs(text: str) -> set[str]:
    """Each two letters that stand side by side, and the first."""
    return {text[:1], *map("".join, pairwise(text))}


def answer(problem: Problem, request: HttpRequest) -> HttpResponse:
    """The problem as an HTTP response."""
    body: dict[str, Any] = {
        "type": request.build_absolute_uri(problem.type) if problem.type.startswith("/") else problem.type,
        "title": problem.title or problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        "instance": request.get_full_path(),
    }
    if problem.errors:
        body["errors"] = [asdict(fault) for fault in problem.errors]
    options = {"ensure_ascii": False}
    response = JsonResponse(body, status=problem.status, content_type=CONTENT_TYPE, headers=problem.headers, json_dumps_params=options)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Link"] = LICENSE
    return response


def handle_exception(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler; what it does not know goes on to Django's 500."""
    request = context["request"]._request
    if isinstance(exception, Problem):
        return answer(exception, request)
    if isinstance(exception, exceptions.MethodNotAllowed):
        allowed = ", ".join(context["view"].allowed_methods)
        return answer(Other(405, f"This API is read-only: {allowed}.", {"Allow": allowed}), request)
    if isinstance(exception, exceptions.APIException):
        return answer(Other(exception.status_code, str(exception.detail)), request)
    if isinstance(exception, Http404 | PermissionDenied):
        return answer(Other(404 if isinstance(exception, Http404) else 403, "Nothing is here."), request)
    return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's 400: a request that never reached a view, such as one for another host."""
    if _is_page(request):
        return defaults.bad_request(request, exception)
    # The path is not echoed through the host: the host is what may be wrong.
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "The request is malformed.",
            "instance": request.path,
        },
        status=400,
        content_type=CONTENT_TYPE,
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's 403."""
    return defaults.permission_denied(request, exception) if _is_page(request) else answer(Other(403, "Not allowed."), request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's 404: no such path."""
    if _is_page(request):
        return defaults.page_not_found(request, exception)
    return answer(NotFound("Nothing is at this address; /v1/ lists what there is."), request)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's 500: our fault; the log has the cause, the answer does not."""
    return defaults.server_error(request) if _is_page(request) else answer(Other(500, "The fault is ours, and it is logged."), request)


def _is_page(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")
