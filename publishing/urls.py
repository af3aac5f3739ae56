"""Addresses of what is asked of all resources at once."""

from django.urls import path

from publishing.changes import ChangesView

urlpatterns = [
    path("changes/", ChangesView.as_view(), name="changes"),
]
