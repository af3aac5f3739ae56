"""Addresses of what is asked of all resources at once."""

from django.urls import include, path

from publishing.changes import ChangesView
from publishing.resolving.views import ResolveView

urlpatterns = [
    path("changes/", ChangesView.as_view(), name="changes"),
    path("resolve/", ResolveView.as_view(), name="resolve"),
    path("", include("publishing.reconciliation.urls")),
]
