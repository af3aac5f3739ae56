"""Publishing, once every app has declared what it publishes."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Installed last: its `ready` runs after the other apps have registered their resources."""

    name = "publishing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from publishing import checks  # noqa: F401  (the models must be loaded first)
        from publishing.backends.before_commit import PublishesBeforeCommit
        from publishing.publish import publish_pending
        from publishing.resources import track_resources

        PublishesBeforeCommit.publish_pending = publish_pending
        track_resources()
