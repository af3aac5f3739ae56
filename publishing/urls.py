"""Addresses of what is asked of all resources at once."""

from django.urls import include, path

from publishing.atom import AtomView
from publishing.changes import ChangesView
from publishing.dictionary import PropertiesView
from publishing.exports.views import ExportFileView, ExportsView
from publishing.resolving.views import ResolveView
from publishing.search.views import SearchView

urlpatterns = [
    path("search/", SearchView.as_view(), name="search"),
    path("changes.atom", AtomView.as_view(), name="changes-atom"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("exports/", ExportsView.as_view(), name="exports"),
    path("exports/<int:revision>/<str:name>", ExportFileView.as_view(), name="export-file"),
    path("properties/", PropertiesView.as_view(), name="properties"),
    path("resolve/", ResolveView.as_view(), name="resolve"),
    path("", include("publishing.reconciliation.urls")),
]
