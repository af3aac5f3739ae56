"""Who is told of changes, what they are told, and how that went."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from publishing.fields import Lines, Text
from publishing.ledger import Position
from publishing.resources import RESOURCES
from webhooks.addresses import refuse_address

# How long to wait after each failure: three days in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=18),
    timedelta(hours=22),
)


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def new_message_id() -> str:
    return f"msg_{uuid4().hex}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class Subscription(models.Model):
    """A receiver of changes: it is told all of them in order, from its place in the ledger of revisions on."""

    url = Text(max_length=500, help_text="Where messages are posted to; https.")
    description = Text(max_length=300, null=True, blank=True, help_text="Whose it is, and what for.")
    resources = Lines(help_text="Changes of these resources alone; none named: of all.")
    secret = Text(max_length=100, default=new_secret, editable=False, help_text="What messages are signed with: the receiver needs it.")
    told_to = Text(
        max_length=300, default="0", help_text="The revision up to which changes have been made into messages. Set it back, and they are told again."
    )
    is_active = models.BooleanField(default=True, help_text="Whether it is told anything. Where it did not answer for days, it is switched off.")
    switched_off = Text(max_length=300, null=True, blank=True, editable=False, help_text="Why it was switched off.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Any] = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.url)

    def clean(self) -> None:
        faults: dict[str, Any] = {}
        try:
            refuse_address(self.url)
        except ValueError as error:
            faults["url"] = str(error)
        unknown = [name for name in self.resources if name not in RESOURCES]
        if unknown:
            faults["resources"] = f"No such resource: {', '.join(unknown)}. There are {', '.join(sorted(RESOURCES))}."
        try:
            Position.parse(self.told_to)
        except ValueError:
            faults["told_to"] = "Give the number of a revision; 0: from the beginning."
        if faults:
            raise ValidationError(faults)

    @property
    def position(self) -> Position:
        return Position.parse(str(self.told_to))

    def switch_off(self, why: str) -> None:
        """Tell it nothing more, until an editor switches it on again; what it has not taken is kept for then."""
        self.is_active, self.switched_off = False, why
        self.save(update_fields=["is_active", "switched_off"])


class MessageQuerySet(models.QuerySet["Message"]):
    def open(self) -> Self:
        """Not taken by their receivers yet."""
        return self.filter(delivered_at=None)

    def due(self) -> Self:
        """To be sent now, and not in another worker's hands."""
        now = timezone.now()
        free = Q(held_until=None) | Q(held_until__lt=now)
        return self.open().filter(free, next_attempt_at__lte=now, subscription__is_active=True)

    def send_again(self) -> int:
        """Have them sent anew, as they are, with the ids that they have: a receiver knows what it has taken already."""
        return self.update(delivered_at=None, next_attempt_at=timezone.now(), failures=0, held_until=None)


class Message(models.Model):
    """What one receiver is told: the same bytes and the same id each time that they are sent."""

    class Kind(models.TextChoices):
        CHANGES = "changes"
        PING = "ping"

    id = Text(max_length=40, primary_key=True, default=new_message_id, help_text="Its `webhook-id`: a receiver that has seen it need not look again.")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="messages")
    kind = Text(max_length=10, choices=Kind)
    body = models.TextField(help_text="The JSON that is sent.")
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now, help_text="When it is sent; null where it is not to be.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Attempts that failed, one after the other.")
    delivered_at = models.DateTimeField(null=True, help_text="When the receiver took it.")
    held_until = models.DateTimeField(null=True, help_text="Until then it is in a worker's hands; one that dies lets it go so.")

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=("next_attempt_at",), condition=Q(delivered_at=None), name="message_due"),
            models.Index(fields=("delivered_at",), name="message_delivered"),
        )

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """One sending of a message, and what came of it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True, help_text="The receiver's answer; null where there was none.")
    outcome = Text(max_length=300, help_text="What it was in words.")
    milliseconds = models.PositiveIntegerField(help_text="How long it took.")

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"
