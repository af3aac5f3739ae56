"""Addresses of resources."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from publishing.resources import RESOURCES
from publishing.viewsets import ResourceViewSet

# The HTTP face of each resource, by its name.
VIEWSETS: dict[str, type[ResourceViewSet]] = {}


def routes(*viewsets: type[ResourceViewSet]) -> list[URLPattern | URLResolver]:
    """`<resource>/` and `<resource>/<id>/` for each, under the name that its serializer publishes as."""
    router = SimpleRouter()
    names = {resource.serializer: resource.name for resource in RESOURCES.values()}
    for viewset in viewsets:
        name = names[viewset.serializer_class]
        VIEWSETS[name] = viewset
        router.register(name, viewset, basename=name)
    return router.urls
