"""A whole list, however long it takes to send, is of the revision that it began with."""

from __future__ import annotations

import pytest

from publishing.editing import editing
from reference.models import Topic
from tests.http.world import topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_whole_list_is_of_one_revision_while_others_write(client, form):
    with editing():
        for number in range(510):
            topic(f"t-{number:03}", aliases=["x" * 200])
    before = client.get(f"/v1/topics/?page_size=all&format={form}").getvalue()

    begun = client.get(f"/v1/topics/?page_size=all&format={form}")
    pieces = [next(iter(begun))]
    with editing():
        Topic.objects.filter(pk__startswith="t-50").delete()
        Topic.objects.filter(pk="t-499").update(name_en="Changed")
        topic("t-000-new")
    pieces += list(begun)

    assert b"".join(pieces) == before
    assert begun.headers["Dataset-Revision"] == "1"
    assert client.get(f"/v1/topics/?page_size=all&format={form}").getvalue() != before
