"""Delivery: each message to its receiver, again and again until it is taken. Any number of workers may be at it at once, and die at any time.

A worker takes a message in hand for a minute; if it has not said by then what came of it, another one may take it. So each message arrives at
least once, and where it arrives twice it has the same id.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from webhooks.messages import forget_old_messages, make_messages
from webhooks.models import WAITS, Attempt, Message
from webhooks.sending import GONE, Outcome, send

# Well over what a receiver gets to answer.
HELD = timedelta(minutes=1)


def deliver_all() -> Iterator[tuple[Message, Outcome]]:
    """Make and send messages until none is due; tell what came of each."""
    forget_old_messages()
    while True:
        made = make_messages()
        message = _take()
        if message is None:
            if not made:
                return
            continue
        outcome = send(message.subscription.url, str(message.pk), message.body, str(message.subscription.secret))
        _settle(message, outcome)
        yield message, outcome


def _take() -> Message | None:
    """The message that has been due the longest, in our hands now."""
    while True:
        due = Message.objects.due().select_related("subscription").order_by("next_attempt_at", "pk").first()
        if due is None:
            return None
        until = timezone.now() + HELD
        # Only one worker finds it as it was.
        if Message.objects.filter(pk=due.pk, held_until=due.held_until, delivered_at=None).update(held_until=until):
            due.held_until = until
            return due


@transaction.atomic
def _settle(message: Message, outcome: Outcome) -> None:
    if not Message.objects.select_for_update().filter(pk=message.pk).exists():
        # Its subscription was deleted meanwhile.
        return
    Attempt.objects.create(message=message, status=outcome.status, outcome=outcome.words, milliseconds=outcome.milliseconds)
    held = Message.objects.filter(pk=message.pk, held_until=message.held_until)
    if outcome.is_taken:
        Message.objects.filter(pk=message.pk).update(delivered_at=timezone.now(), next_attempt_at=None, held_until=None, failures=0)
    elif outcome.status == GONE:
        held.update(held_until=None, failures=0, next_attempt_at=timezone.now())
        message.subscription.switch_off("It answered 410: it wants no more.")
    elif message.failures < len(WAITS):
        held.update(held_until=None, failures=message.failures + 1, next_attempt_at=timezone.now() + WAITS[message.failures])
    elif message.kind == Message.Kind.PING:
        held.update(held_until=None, next_attempt_at=None)
    else:
        held.update(held_until=None, failures=0, next_attempt_at=timezone.now())
        message.subscription.switch_off(f"It took nothing for days; the last time: {outcome.words}")
