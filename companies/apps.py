"""The app of companies, their places and products."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """Registers what it publishes as soon as the models are loaded."""

    name = "companies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from companies import serializers  # noqa: F401  (they register the resources, and need the models)
