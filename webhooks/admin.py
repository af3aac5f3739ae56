"""Editing who is told of changes, and seeing how that goes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from publishing.admin.guarded import GuardedAdmin
from webhooks.messages import ping
from webhooks.models import Attempt, Message, Subscription, new_secret

_SHOWN = 20


@admin.register(Subscription)
class SubscriptionAdmin(GuardedAdmin):
    """Receivers. The secret is shown to those who may change them: it signs what we say, and opens nothing here."""

    list_display = ("url", "is_active", "told_to", "switched_off", "description")
    list_filter = ("is_active",)
    search_fields = ("url", "description")
    actions = ("send_ping", "make_new_secret")

    def get_fields(self, request: HttpRequest, obj: Subscription | None = None) -> Any:
        fields = ["url", "description", "resources", "told_to", "is_active"]
        if obj is None:
            return fields
        secret = ["secret"] if self.has_change_permission(request, obj) else []
        return [*fields, "switched_off", *secret, "last_messages"]

    def get_readonly_fields(self, request: HttpRequest, obj: Subscription | None = None) -> Any:
        return ("switched_off", "secret", "last_messages")

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        if obj.is_active:
            obj.switched_off = None
        super().save_model(request, obj, form, change)
        if obj.is_active and "is_active" in form.changed_data:
            # What it has not taken is sent at once, not when the next attempt would have been.
            obj.messages.open().filter(kind=Message.Kind.CHANGES).send_again()

    @admin.display(description="last messages")
    def last_messages(self, subscription: Subscription) -> str:
        """The newest, and what came of them."""
        newest = Message.objects.filter(subscription=subscription).defer("body").order_by("-created_at", "pk")[:_SHOWN]
        rows = ((reverse("admin:webhooks_message_change", args=[message.pk]), message.pk, message.kind, _state(message)) for message in newest)
        return format_html_join("", '<a href="{}">{}</a> {}: {}<br>', rows)

    @admin.action(description="Send a test message", permissions=("change",))
    def send_ping(self, request: HttpRequest, queryset: Any) -> None:
        for subscription in queryset:
            ping(subscription)
        self.message_user(request, "It is sent when the worker next looks; see the messages.", messages.SUCCESS)

    @admin.action(description="Make a new secret", permissions=("change",))
    def make_new_secret(self, request: HttpRequest, queryset: Any) -> None:
        for subscription in queryset:
            subscription.secret = new_secret()
            subscription.save(update_fields=["secret"])
        self.message_user(request, "Messages are signed with it from now on; the receiver needs it.", messages.SUCCESS)


@admin.register(Message)
class MessageAdmin(GuardedAdmin):
    """What receivers were told, to be read and sent again."""

    list_display = ("id", "subscription", "kind", "created_at", "state")
    list_filter = ("kind", ("delivered_at", admin.EmptyFieldListFilter), "subscription")
    list_select_related = ("subscription",)
    search_fields = ("id", "subscription__url")
    fields = ("id", "subscription", "kind", "created_at", "state", "attempts", "body")
    actions = ("send_again",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Message | None = None) -> Any:
        return self.fields

    @admin.display(description="state")
    def state(self, message: Message) -> str:
        """Where it is."""
        return _state(message)

    @admin.display(description="attempts")
    def attempts(self, message: Message) -> str:
        """When it was sent, and what came of it."""
        newest = Attempt.objects.filter(message=message)[:_SHOWN]
        return format_html_join("", "{}: {} ({} ms)<br>", ((f"{one.at:%Y-%m-%d %H:%M:%S}", one.outcome, one.milliseconds) for one in newest))

    @admin.action(description="Send again", permissions=("change",))
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.send_again()
        self.message_user(request, f"{count} are sent when the worker next looks.", messages.SUCCESS)


def _state(message: Message) -> str:
    if message.delivered_at:
        return f"taken {message.delivered_at:%Y-%m-%d %H:%M:%S}"
    if message.next_attempt_at is None:
        return "given up"
    failed = f"failed {message.failures} times, " if message.failures else ""
    return f"{failed}next attempt {max(message.next_attempt_at, timezone.now()):%Y-%m-%d %H:%M:%S}"
