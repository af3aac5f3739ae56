"""What all public addresses have in common: they read and never write, may be used under a licence, and take their share of time and no more."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from publishing.licensing import LICENSE
from publishing.limits import TooLong, Watch


class PublicView(APIView):
    """A view that reads, whose every answer says under which licence it may be used; 503 once it has taken QUESTION_SECONDS.

    What is read as it is sent, a batch at a time, may take as long as its reader.
    """

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with Watch() as self._watch:
            return super().dispatch(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Any:
        return super().handle_exception(TooLong() if self._watch.is_over and isinstance(exc, OperationalError) else exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        links = response.headers.get("Link", "")
        if LICENSE not in links:
            response.headers["Link"] = f"{LICENSE}, {links}" if links else LICENSE
        return super().finalize_response(request, response, *args, **kwargs)
