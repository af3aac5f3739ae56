"""Where everything is."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerView

from publishing.health import healthz, readyz
from publishing.schema import openapi
from publishing.viewsets import RootView

urlpatterns = [
    path("v1/openapi.json", openapi, {"form": "json"}, name="openapi-json"),
    path("v1/openapi.yaml", openapi, {"form": "yaml"}, name="openapi-yaml"),
    path("v1/", include("policies.urls")),
    path("v1/", include("companies.urls")),
    path("v1/", include("cities.urls")),
    path("v1/", include("reference.urls")),
    path("v1/", include("publishing.urls")),
    path("v1/", RootView.as_view(answers=("compare", "progress")), name="root"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="openapi-json"), name="docs"),
    path("docs/redoc/", SpectacularRedocView.as_view(url_name="openapi-json", template_name="publishing/redoc.html"), name="redoc"),
    path(
        "docs/errors",
        TemplateView.as_view(template_name="publishing/errors.html", extra_context={"record": f"/v1/plans/{settings.EXAMPLES['plans']}/"}),
        name="errors",
    ),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
handler400 = "publishing.errors.bad_request"
handler403 = "publishing.errors.permission_denied"
handler404 = "publishing.errors.page_not_found"
handler500 = "publishing.errors.server_error"
