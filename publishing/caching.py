"""Answers that were given before: validators by revision, and the bytes of recent answers, kept while their revision stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import http_date

from publishing.errors import Other
from publishing.models import Revision

# Changes when the same revision is to be served in another form.
FORM = "1"
_MOST_BYTES = 64 * 2**20
# What can change no more may be kept for a week unasked.
_WEEK = 7 * 24 * 60 * 60
_Response = TypeVar("_Response", bound=HttpResponseBase)


@dataclass(frozen=True)
class State:
    """The revision that an answer speaks of, and when it was published."""

    revision: int
    at: datetime

    @classmethod
    def now(cls) -> State | None:
        """The latest state, or None while nothing is published."""
        found = Revision.objects.order_by("-number").values_list("number", "at").first()
        return cls(*found) if found else None


@dataclass(frozen=True)
class Kept:
    """The bytes of an answer, and what its head says of them."""

    body: bytes
    headers: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.body)


class _Answers:
    """Recent answers by entity tag: at most 64 MiB of them in a process."""

    def __init__(self) -> None:
        self._answers: LRUCache[str, Kept] = LRUCache(_MOST_BYTES, getsizeof=len)
        self._lock = Lock()

    def get(self, etag: str) -> Kept | None:
        with self._lock:
            return self._answers.get(etag)

    def put(self, etag: str, answer: Kept) -> None:
        if len(answer) < _MOST_BYTES // 16:
            with self._lock:
                self._answers[etag] = answer

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()


ANSWERS = _Answers()


def entity_tag(request: HttpRequest, state: State, form: str = "json") -> str:
    """A strong tag: what was asked, on which host, at which state of the answer, in which format."""
    # Another database counts its revisions from 1 too: its times tell them apart.
    asked = f"{FORM} {form} {state.at.isoformat()} {request.build_absolute_uri()}"
    return f'"{state.revision}-{blake2b(asked.encode(), digest_size=9).hexdigest()}"'


def conditional(request: HttpRequest, etag: str, at: datetime) -> HttpResponse | None:
    """The answer to a conditional request where it is not the record itself: 304, or 412 as a problem."""
    response = get_conditional_response(request, etag=etag, last_modified=int(at.timestamp()))
    if isinstance(response, HttpResponse) and response.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise Other(response.status_code, "The record is not as your If-Match or If-Unmodified-Since says.")
    return response if isinstance(response, HttpResponse) else None


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """What changes with the software alone: tagged by its content, and kept unasked for five minutes."""
    response.headers["Cache-Control"] = "public, max-age=300"
    set_response_etag(response)
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def validate(response: _Response, etag: str, at: datetime, revision: int, *, is_settled: bool = False) -> _Response:
    """Say what the answer is a state of, and that a cache may keep it: if it asks each time, or unasked where nothing can change it."""
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(at.timestamp())
    response.headers["Cache-Control"] = f"public, max-age={_WEEK}" if is_settled else "public, max-age=0, must-revalidate"
    response.headers["Dataset-Revision"] = str(revision)
    return response
