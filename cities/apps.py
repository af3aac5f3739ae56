"""The app of jurisdictions, institutions and rankings."""

from django.apps import AppConfig


class CitiesConfig(AppConfig):
    """Registers what it publishes as soon as the models are loaded."""

    name = "cities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cities import serializers  # noqa: F401  (they register the resources, and need the models)
