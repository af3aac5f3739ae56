"""Webhooks."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """What receivers are told of changes; no row of it is published."""

    name = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"
