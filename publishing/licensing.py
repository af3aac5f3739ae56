"""Under which licence the data may be used: said in the head of every answer."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

LICENSE = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


class LicensedView(APIView):
    """A view whose every answer says under which licence it may be used; it reads and never writes."""

    http_method_names = ["get", "head", "options"]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        links = response.headers.get("Link", "")
        if LICENSE not in links:
            response.headers["Link"] = f"{LICENSE}, {links}" if links else LICENSE
        return super().finalize_response(request, response, *args, **kwargs)
