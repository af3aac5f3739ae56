"""What was said then: `as_of` a day, a time or a revision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from publishing.editing import editing
from publishing.identity import move
from publishing.models import Revision
from reference.models import Topic
from tests.http.registry import queries
from tests.http.world import topic

pytestmark = pytest.mark.django_db(transaction=True)
MALFORMED = "Give a day (YYYY-MM-DD), a time (YYYY-MM-DDThh:mm:ssZ) or the number of a revision."


@pytest.fixture
def past():
    """A topic that is created on a first of May, renamed at noon of the second, moved on the third and retired on the fourth."""
    compute = topic("compute")
    compute.name_en = "Computing"
    compute.save()
    move(compute, "computing")
    Topic.objects.get(pk="computing").delete()
    for number, hour in enumerate((9, 36, 60, 84), start=1):
        Revision.objects.filter(pk=number).update(at=datetime(2025, 5, 1, tzinfo=UTC) + timedelta(hours=hour))


THEN = {
    "1": (1, "Compute"),
    "2": (2, "Computing"),
    "2025-05-01": (1, "Compute"),
    "2025-05-02": (2, "Computing"),
    "2025-05-02T11:59:59.999999Z": (1, "Compute"),
    "2025-05-02T12:00:00Z": (2, "Computing"),
    "2025-05-02t19:59:59+08:00": (1, "Compute"),
    "2025-05-02T20:00:00+08:00": (2, "Computing"),
}


def test_record_is_shown_as_it_was_then(client, past):
    for as_of, (revision, name) in THEN.items():
        response = client.get("/v1/topics/compute/", {"as_of": as_of, "fields": "name_en"})

        assert response.json() == {"name_en": name}
        assert (response.headers["Dataset-Revision"], response.headers["ETag"].split("-")[0]) == (str(revision), f'"{revision}')
        assert response.headers["Cache-Control"] == "public, max-age=604800"


def test_id_answers_as_it_did_then(client, past):
    def asked(id_, as_of):
        response = client.get(f"/v1/topics/{id_}/?as_of={as_of}")
        return response.status_code, response.headers.get("Location") or response.json().get("name_en") or response.json()["detail"]

    assert asked("compute", 3) == (308, "http://testserver/v1/topics/computing/?as_of=3")
    assert asked("computing", 3) == (200, "Computing")
    assert asked("computing", 2) == (404, "No record of topics was at revision 2 or before published under this id.")
    assert asked("computing", "2025-05-04") == (410, "The record was retired in revision 4.")
    assert asked("compute", "2025-05-04") == (410, "The record that it became was retired.")


NEVER = {
    "2025-04-30": "Nothing was published by then; the first revision is of 2025-05-01T09:00:00Z.",
    "0001-01-01": "Nothing was published by then; the first revision is of 2025-05-01T09:00:00Z.",
    "9999-12-31": "That is yet to come.",
    "0": "Revisions go from 1 to 4; a day is written YYYY-MM-DD.",
    "2025": "Revisions go from 1 to 4; a day is written YYYY-MM-DD.",
    "2025-02-29": "2025-02-29 is not in the calendar.",
    "2025-05-01T24:00:00Z": "2025-05-01T24:00:00Z is not in the calendar.",
    "0001-01-01T00:00:00+23:00": "0001-01-01T00:00:00+23:00 is not in the calendar.",
    "2025-05": MALFORMED,
    "2025-05-01T12:00:00": MALFORMED,
    "-1": MALFORMED,
    "٣": MALFORMED,
    "1" * 16: MALFORMED,
    "yesterday": MALFORMED,
}


def test_time_that_cannot_be_had_is_refused(client, past):
    for as_of, detail in NEVER.items():
        response = client.get("/v1/topics/compute/", {"as_of": as_of, "fields": "id"})

        assert response.status_code == 400
        assert [(error["parameter"], error["value"], error["detail"]) for error in response.json()["errors"]] == [("as_of", as_of, detail)]


def test_time_before_anything_was_published_is_refused(client):
    found = [client.get(f"/v1/topics/compute/?as_of={asked}").json()["errors"][0]["detail"] for asked in ("1", "2025-05-01")]

    assert found == ["Nothing is published yet."] * 2


def test_today_is_not_kept_unasked_while_it_may_change(client):
    topic("compute")
    asked = f"/v1/topics/compute/?as_of={timezone.now().date()}"
    before = client.get(asked)

    Topic.objects.filter(pk="compute").update(name_en="Computing")

    after = client.get(asked)
    assert [(answer.json()["name_en"], answer.headers["Cache-Control"]) for answer in (before, after)] == [
        ("Compute", "public, max-age=0, must-revalidate"),
        ("Computing", "public, max-age=0, must-revalidate"),
    ]
    assert before.headers["ETag"] != after.headers["ETag"]


def test_time_is_settled_once_a_later_revision_has_landed(client):
    """A publication may be under way whose revision is of that time: those that follow on it are not."""
    with editing():
        topic("compute")
    asked = f"/v1/topics/compute/?as_of={timezone.now().isoformat().replace('+00:00', 'Z')}"
    before = client.get(asked).headers["Cache-Control"]

    topic("data")

    assert (before, client.get(asked).headers["Cache-Control"]) == ("public, max-age=0, must-revalidate", "public, max-age=604800")


def test_list_of_then_is_read_again_if_a_revision_lands_while_it_is_read(client):
    compute = topic("compute")
    landed: list[str] = []

    def land(execute, sql, params, many, context):
        if "COUNT(" in sql and not landed:
            landed.append(sql)
            Topic.objects.filter(pk=compute.pk).update(name_en="Computing")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(land):
        answer = client.get("/v1/topics/?as_of=1&fields=name_en").json()

    assert (len(landed), answer["count"], answer["results"]) == (1, 1, [{"name_en": "Compute"}])


def test_record_as_of_then_takes_two_queries(client, past):
    # 1. the revision of then  2. the document
    assert queries(client, "/v1/topics/compute/?as_of=1") == 2
    assert queries(client, "/v1/topics/compute/?as_of=2025-05-02") == 2
