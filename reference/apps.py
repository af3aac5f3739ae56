"""The app of controlled vocabularies and provenance."""

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Registers what it publishes as soon as the models are loaded."""

    name = "reference"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from reference import serializers  # noqa: F401  (they register the resources, and need the models)
