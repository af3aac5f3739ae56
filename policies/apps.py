"""The app of plans, targets, measures and observations."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Registers what it publishes as soon as the models are loaded."""

    name = "policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from policies import serializers  # noqa: F401  (they register the resources, and need the models)
