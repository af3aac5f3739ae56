"""Pages that no address and no form can break, whoever wrote it: what makes no sense is refused, never a server error."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db import DatabaseError, DataError
from django.http import HttpRequest, HttpResponse

from publishing.admin.widgets import is_key


class _ChangeList(ChangeList):
    """A list that is shown without its filters where the database cannot answer them."""

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except (DatabaseError, OverflowError, ValueError) as fault:
            raise IncorrectLookupParameters(fault) from fault


class GuardedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Stands in front of Django's own pages, which trust that a browser sends what they gave it."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _ChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return "regex" not in lookup and super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return super().get_object(request, object_id, from_field) if is_key(self.model, object_id) else None

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(is_key(self.model, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("These are not ids.")
        return super().changelist_view(request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if any("\x00" in value for query in (request.GET, request.POST) for _, values in query.lists() for value in values):
            raise BadRequest("A value holds the letter NUL, which no text has.")
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (DataError, OverflowError) as fault:
            raise BadRequest("A value is beyond what the database holds.") from fault
