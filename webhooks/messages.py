"""From the ledger of revisions to messages: what each receiver is told next, made once, in the transaction that moves its place on."""

from __future__ import annotations

from datetime import timedelta

import orjson
from django.db import transaction
from django.utils import timezone

from publishing.caching import State
from publishing.changes import Changes, changes
from webhooks.models import Message, Subscription

# Changes in a message: some ten thousand letters, as receivers like it.
MOST_CHANGES = 100
# What was taken is kept so long, to be looked at and sent again.
KEPT = timedelta(days=30)


def make_messages() -> int:
    """Make the next message for each receiver that has taken all that it was sent, and has something new to be told; return how many."""
    latest = State.now()
    if latest is None:
        return 0
    waiting = Subscription.objects.active().exclude(messages__in=Message.objects.open().filter(kind=Message.Kind.CHANGES))
    behind = [pk for pk, told_to in waiting.values_list("pk", "told_to") if told_to != str(latest.revision)]
    return sum(_make_next(pk) for pk in behind)


def ping(subscription: Subscription) -> Message:
    """A message that says nothing, to see whether it arrives."""
    return _message(subscription, Message.Kind.PING, {})


def forget_old_messages() -> int:
    """Delete what was taken long ago; return how many."""
    old = Message.objects.filter(delivered_at__lt=timezone.now() - KEPT)
    return int(old.delete()[1].get(Message._meta.label, 0))


@transaction.atomic
def _make_next(key: int) -> bool:
    # Another worker may have been quicker: the row is its and ours in turn.
    subscription = Subscription.objects.select_for_update().active().filter(pk=key).first()
    if subscription is None or subscription.messages.filter(delivered_at=None, kind=Message.Kind.CHANGES).exists():
        return False
    found = changes(subscription.position, resources=subscription.resources or None, size=MOST_CHANGES)
    subscription.told_to = str(found.reached.json)
    subscription.save(update_fields=["told_to"])
    if found.documents:
        _message(subscription, Message.Kind.CHANGES, _data(found))
    return bool(found.documents)


def _message(subscription: Subscription, kind: Message.Kind, data: dict[str, object]) -> Message:
    body = {"type": kind.value, "timestamp": timezone.now(), "data": data}
    return Message.objects.create(subscription=subscription, kind=kind, body=orjson.dumps(body, option=orjson.OPT_UTC_Z).decode())


def _data(found: Changes) -> dict[str, object]:
    """The changes without the documents: whoever wants one asks for it, and gets the last."""
    results = [
        {
            "revision": document.revision_id,
            "at": document.revision.at,
            "resource": document.resource,
            "id": document.record,
            "action": document.action,
            "successor": document.successor,
        }
        for document in found.documents
    ]
    return {"next": found.reached.json, "results": results}
