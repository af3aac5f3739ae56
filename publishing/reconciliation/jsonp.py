"""JSONP: an answer as a script that calls a function, for pages of old clients that cannot ask across sites.

The data are public and no answer depends on who asks, so that nothing can be learnt by including one. The function's name is a name and nothing
else: no other code can be smuggled into the answer, and a comment before it keeps it from being taken for a file of another kind.
"""

from __future__ import annotations

import re

from django.http import HttpResponse

from publishing.values import ValueField, fault

_NAME = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST = 100


class CallbackField(ValueField):
    """The name of a function, in a script."""

    def __init__(self) -> None:
        super().__init__(single=True, longest=_LONGEST)

    def read(self, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise fault("Not the name of a function.", value)
        return value


def called_back(response: HttpResponse, callback: str | None) -> HttpResponse:
    """The response, as a call of the function if there is one to call."""
    if callback is None or response.status_code != 200:
        return response
    # Line separators of Unicode: once JSON alone allowed them in a text.
    body = response.content.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    response.content = b"/**/" + callback.encode() + b"(" + body + b");"
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
