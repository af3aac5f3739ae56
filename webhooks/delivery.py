"""Delivery: each message to its receiver, again and again until it is taken. Any number of workers may be at it at once, and die at any time.

A worker takes a message in hand for a minute; if it has not said by then what came of it, another one may take it. So each message arrives at
least once, and where it arrives twice it has the same id. It sends to several receivers at once, one message to each: a receiver that hangs holds
up nobody but itself.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from webhooks.messages import forget_old_messages, make_messages
from webhooks.models import WAITS, Attempt, Message
from webhooks.sending import GONE, Outcome, send

# Well over what a receiver gets to answer.
HELD = timedelta(minutes=1)
# Receivers that a worker sends to at once, and seconds until it looks what else is due while none of them answers.
AT_ONCE = 16
PAUSE = 1


def deliver_all() -> Generator[tuple[Message, Outcome], None, None]:
    """Make and send messages until none is due; tell what came of each. Where it is closed before, it waits for what it has begun."""
    forget_old_messages()
    under_way: dict[Future[Outcome], Message] = {}
    # The threads know no database: they send, and what came of it is written here.
    with ThreadPoolExecutor(AT_ONCE) as senders:
        try:
            while True:
                made = make_messages()
                while len(under_way) < AT_ONCE and (message := _take(besides=under_way.values())):
                    subscription = message.subscription
                    under_way[senders.submit(send, subscription.url, str(message.pk), message.body, str(subscription.secret))] = message
                if not under_way and not made:
                    return
                for sent in wait(under_way, PAUSE, FIRST_COMPLETED).done:
                    message = under_way.pop(sent)
                    _settle(message, sent.result())
                    yield message, sent.result()
        finally:
            for sent, message in under_way.items():
                _settle(message, sent.result())


def _take(besides: Collection[Message] = ()) -> Message | None:
    """The message that has been due the longest, in our hands now; none to a receiver that is being sent one of these."""
    busy = {message.subscription_id for message in besides}
    while True:
        due = Message.objects.due().exclude(subscription__in=busy).select_related("subscription").order_by("next_attempt_at", "pk").first()
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
