"""No question runs without bound, whatever it has the database do."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test import Client
from django.urls import path
from rest_framework.response import Response

from publishing.public import PublicView

pytestmark = pytest.mark.django_db(transaction=True)
COUNTING = "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < %s) SELECT COUNT(*) FROM counted"


def count_to(number):
    with connection.cursor() as cursor:
        cursor.execute(COUNTING, [number])
        return cursor.fetchone()[0]


class Statement(PublicView):
    """A single statement, short or endless."""

    def get(self, request, number):
        return Response(count_to(number))


class Statements(PublicView):
    """Short statements, one after the other."""

    def get(self, request, number):
        return Response(sum(count_to(100) for _ in range(number)))


urlpatterns = [path("v1/statement/<int:number>/", Statement.as_view()), path("v1/statements/<int:number>/", Statements.as_view())]


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = __name__
    settings.QUESTION_SECONDS = 0.3


@pytest.mark.parametrize("question", ["/v1/statement/1000000000000/", "/v1/statements/1000000000/"])
def test_question_that_takes_too_long_is_given_up_and_the_next_one_answered(question):
    client = Client()

    response = client.get(question)

    assert (response.status_code, response.headers["Content-Type"]) == (503, "application/problem+json")
    assert response.json() == {
        "type": "http://testserver/docs/errors#too-long",
        "title": "Took too long",
        "status": 503,
        "detail": "Given up after 0.3 seconds.",
        "instance": question,
    }
    assert (client.get("/v1/statement/5/").json(), client.get("/v1/statements/5/").json()) == (5, 500)


def test_question_answered_in_time_leaves_nothing_that_interrupts_later_work():
    assert Client().get("/v1/statement/5/").json() == 5

    started, counted = time.monotonic(), 0
    while time.monotonic() < started + 1:
        counted = count_to(100_000)

    assert counted == 100_000
