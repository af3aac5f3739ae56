"""Receivers are told of every change, in order and signed, however they fail and however many workers there are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from publishing.editing import editing
from publishing.identity import move
from publishing.models import Document, Revision
from reference.models import Topic
from tests.http.test_changes import write
from tests.http.world import topic
from tests.webhooks.receiver import ANSWERS_AND_BABBLES, BABBLES, DRIPS, HANGS, receiving
from webhooks import delivery, sending
from webhooks.delivery import deliver_all
from webhooks.messages import KEPT, make_messages, ping
from webhooks.models import WAITS, Message, Subscription

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_this_machine(settings):
    settings.WEBHOOKS_PRIVATE = True


def test_changes_are_told_in_order_and_signed():
    with receiving() as receiver:
        subscription = Subscription.objects.create(url=receiver.url)
        with editing():
            topic("compute")
            topic("data")
        move(Topic.objects.get(pk="compute"), "computing")

        assert [outcome.status for _, outcome in deliver_all()] == [204]

    ((head, body),) = receiver.got
    assert Webhook(subscription.secret).verify(body, head)["data"] == {
        "next": 2,
        "results": [
            told(1, "compute", "created"),
            told(1, "data", "created"),
            told(2, "compute", "moved", "computing"),
            told(2, "computing", "created"),
        ],
    }
    assert (json.loads(body)["type"], head["content-type"], head["user-agent"]) == ("changes", "application/json", "AI Policy Atlas webhooks")
    assert list(deliver_all()) == []


def test_signature_is_that_of_the_specification():
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: its example."""
    head = sending._headers("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    then = datetime.fromtimestamp(1614265330, UTC)

    signature = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").sign(head["webhook-id"], then, '{"test": 2432232314}')

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert abs(int(head["webhook-timestamp"]) - timezone.now().timestamp()) < 60


def test_message_that_fails_is_sent_again_as_it_is_before_any_other():
    with receiving(500, 503) as receiver:
        Subscription.objects.create(url=receiver.url)
        topic("compute")
        deliver()
        topic("data")
        assert deliver() == []

        hasten()
        assert deliver() == [503]
        waits = (Message.objects.get().next_attempt_at or timezone.now()) - timezone.now()
        hasten()
        assert deliver() == [204, 204]

    assert WAITS[1] - timedelta(minutes=1) < waits <= WAITS[1]
    assert (len(set(receiver.ids[:3])), len({body for _, body in receiver.got[:3]})) == (1, 1)
    assert receiver.told == [(1, "compute", "created")] * 3 + [(2, "data", "created")]


@pytest.mark.parametrize("how", [HANGS, DRIPS])
def test_receiver_that_does_not_come_to_an_end_is_left(monkeypatch, how):
    monkeypatch.setattr(sending, "SECONDS_IN_ALL", 0.3)
    with receiving(how) as receiver:
        Subscription.objects.create(url=receiver.url)
        topic("compute")
        ((_, outcome),) = deliver_all()

    assert (outcome.status, outcome.words, outcome.milliseconds < 1500) == (None, "No answer within 0.3 seconds.", True)


def test_receiver_that_hangs_holds_up_no_other(monkeypatch):
    monkeypatch.setattr(sending, "SECONDS_IN_ALL", 1)
    with receiving(HANGS) as slow, receiving() as quick:
        slow_one, quick_one = (Subscription.objects.create(url=receiver.url) for receiver in (slow, quick))
        topic("compute")
        outcomes = []
        for message, outcome in deliver_all():
            outcomes.append((message.subscription, outcome.status))
            if len(outcomes) == 1:
                topic("data")

    assert outcomes == [(quick_one, 204), (quick_one, 204), (slow_one, None)]


def test_worker_that_is_stopped_says_what_came_of_what_it_has_begun():
    with receiving(500) as first, receiving(500) as second:
        for receiver in (first, second):
            Subscription.objects.create(url=receiver.url)
        topic("compute")
        deliveries = deliver_all()
        next(deliveries)
        deliveries.close()

    assert list(Message.objects.values_list("failures", "held_until")) == [(1, None), (1, None)]


@pytest.mark.parametrize(("babble", "status"), [(BABBLES, None), (ANSWERS_AND_BABBLES, 200)])
def test_receiver_that_babbles_stops_no_worker(babble, status):
    with receiving(babble) as receiver:
        Subscription.objects.create(url=receiver.url)
        topic("compute")

        ((_, outcome),) = deliver_all()

    assert (outcome.status, outcome.words.isprintable()) == (status, True)


def test_receiver_that_is_down_loses_nothing():
    with receiving() as receiver:
        Subscription.objects.create(url=receiver.url)
    topic("compute")
    ((_, outcome),) = deliver_all()

    assert (outcome.status, outcome.words.split(":")[0]) == (None, "ConnectionRefusedError")
    assert Message.objects.open().get().failures == 1


def test_redirect_is_not_followed():
    with receiving() as elsewhere, receiving(307) as receiver:
        receiver.redirects_to = elsewhere.url
        Subscription.objects.create(url=receiver.url)
        topic("compute")

        assert deliver() == [307]

    assert (elsewhere.got, Message.objects.open().count()) == ([], 1)


def test_receiver_that_wants_no_more_is_switched_off():
    with receiving(410) as receiver:
        subscription = Subscription.objects.create(url=receiver.url)
        topic("compute")
        deliver()
        topic("data")

        assert deliver() == []

    subscription.refresh_from_db()
    assert (subscription.is_active, subscription.switched_off) == (False, "It answered 410: it wants no more.")


def test_receiver_that_fails_for_days_is_switched_off_and_loses_nothing():
    with receiving(*[500] * (len(WAITS) + 1)) as receiver:
        subscription = Subscription.objects.create(url=receiver.url)
        topic("compute")
        for _ in WAITS:
            assert deliver() == [500]
            hasten()
        assert deliver() == [500]
        subscription.refresh_from_db()
        assert (subscription.is_active, subscription.switched_off) == (False, "It took nothing for days; the last time: 500 Internal Server Error")
        topic("data")
        assert deliver() == []

        Subscription.objects.update(is_active=True)
        assert deliver() == [204, 204]

    assert sum(WAITS, timedelta()) > timedelta(days=2)
    assert receiver.told[-2:] == [(1, "compute", "created"), (2, "data", "created")]


def test_worker_that_dies_leaves_its_message_to_another():
    with receiving() as receiver:
        Subscription.objects.create(url=receiver.url)
        topic("compute")
        make_messages()
        taken = delivery._take()
        assert deliver() == []

        Message.objects.update(held_until=timezone.now() - timedelta(seconds=1))
        assert deliver() == [204]

    assert receiver.ids == [taken and taken.pk]


def test_workers_at_once_send_each_message_once():
    with receiving() as receiver:
        Subscription.objects.bulk_create([Subscription(url=receiver.url, description=f"number {number}") for number in range(8)])
        for id_ in ("compute", "data"):
            topic(id_)
        workers = [Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert (len(receiver.ids), len(set(receiver.ids)), Message.objects.open().count()) == (8, 8, 0)


@pytest.mark.parametrize("seed", range(2))
def test_receiver_that_fails_now_and_then_is_told_all_in_order(seed):
    chance = Random(seed)
    with receiving(*(chance.choice([204, 500]) for _ in range(40))) as receiver:
        subscribe(receiver, "topics")
        for _ in range(8):
            write(chance)
            deliver()
            hasten()
        while Message.objects.open().exists():
            hasten()
            deliver()

    once = {head["webhook-id"]: json.loads(body)["data"]["results"] for head, body in receiver.got}
    assert [(change["revision"], change["id"], change["action"]) for changes in once.values() for change in changes] == list(
        Document.objects.filter(resource="topics").order_by("revision_id", "record").values_list("revision_id", "record", "action")
    )


def test_subscription_tells_of_its_resources_alone():
    with receiving() as receiver:
        subscription = subscribe(receiver, "plans", "sources")
        topic("compute")

        assert deliver() == []

    subscription.refresh_from_db()
    assert subscription.told_to == "1"


def test_large_revision_is_told_in_several_messages(monkeypatch):
    monkeypatch.setattr("webhooks.messages.MOST_CHANGES", 3)
    with receiving() as receiver:
        Subscription.objects.create(url=receiver.url)
        with editing():
            for id_ in "abcdefgh":
                topic(id_)

        assert deliver() == [204, 204, 204]

    assert [id_ for _, id_, _ in receiver.told] == list("abcdefgh")


def test_command_delivers_what_is_due_and_ends(capsys):
    with receiving() as receiver:
        subscription = Subscription.objects.create(url=receiver.url)
        ping(subscription)
        call_command("deliver", "--once")

    ((_, body),) = receiver.got
    assert (json.loads(body)["type"], json.loads(body)["data"]) == ("ping", {})
    assert capsys.readouterr().out.startswith(f"{receiver.ids[0]} to {receiver.url}: 204 No Content (")


def test_old_messages_are_forgotten():
    subscription = Subscription.objects.create(url="https://example.test/")
    kept = ping(subscription)
    for age in (KEPT - timedelta(days=1), KEPT + timedelta(days=1)):
        Message.objects.filter(pk=ping(subscription).pk).update(delivered_at=timezone.now() - age)
    Subscription.objects.update(is_active=False)

    deliver()

    assert (Message.objects.count(), Message.objects.filter(pk=kept.pk).exists()) == (2, True)


def told(revision, id_, action, successor=None):
    at = Revision.objects.get(pk=revision).at.isoformat().replace("+00:00", "Z")
    return {"revision": revision, "at": at, "resource": "topics", "id": id_, "action": action, "successor": successor}


def subscribe(receiver, *resources):
    names: Any = list(resources)
    return Subscription.objects.create(url=receiver.url, resources=names)


def deliver():
    """The answers to all that is due."""
    return [outcome.status for _, outcome in deliver_all()]


def hasten():
    """Days pass."""
    Message.objects.open().update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def work():
    try:
        deliver()
    finally:
        connection.close()
