"""What was published, and what publishing keeps of it, to be read: nobody edits history, and the rest follows from it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from publishing.admin.guarded import GuardedAdmin
from publishing.models import Document, Fixture, NameWord, Revision, SearchEntry, Tally
from publishing.resources import RESOURCES

SHOWN = 50


class _ReadOnly(GuardedAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _ResourceFilter(admin.SimpleListFilter):
    title = "resource"
    parameter_name = "resource"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(RESOURCES)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(resource=self.value()) if self.value() else queryset


@admin.register(Revision)
class RevisionAdmin(_ReadOnly):
    """Who published what, when and why."""

    list_display = ("number", "at", "actor", "comment")
    list_filter = ("at",)
    search_fields = ("actor", "comment", "=number")
    fields = ("number", "at", "actor", "comment", "stored")

    @admin.display(description="documents")
    def stored(self, revision: Revision) -> str:
        """The documents that it stored, as far as they fit on a page."""
        documents = revision.documents.defer("body").order_by("resource", "record")[:SHOWN]
        every = f"{reverse('admin:publishing_document_changelist')}?revision__number__exact={revision.pk}"
        rows = (
            (document.action, reverse("admin:publishing_document_change", args=[document.pk]), document.resource, document.record)
            for document in documents
        )
        return format_html('{}<p><a href="{}">All of them</a></p>', format_html_join("", '{} <a href="{}">{}/{}</a><br>', rows), every)


@admin.register(Document)
class DocumentAdmin(_ReadOnly):
    """Each body that was ever served."""

    list_display = ("record", "resource", "action", "revision_id", "until_id")
    list_filter = (_ResourceFilter, "action", ("until", admin.EmptyFieldListFilter))
    search_fields = ("record",)
    ordering = ("-revision_id", "resource", "record")
    fields = ("resource", "record", "action", "successor", "revision", "until", "shown_body")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("body")

    @admin.display(description="body")
    def shown_body(self, document: Document) -> str:
        """The JSON, indented."""
        body = document.body and json.dumps(json.loads(document.body), indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", body)


@admin.register(Fixture)
class FixtureAdmin(_ReadOnly):
    """Which files of the data set were loaded."""

    list_display = ("name", "sha256")
    search_fields = ("name",)
    fields = ("name", "sha256")


@admin.register(SearchEntry)
class SearchEntryAdmin(_ReadOnly):
    """What each record is found by."""

    list_display = ("record", "resource", "name_en", "name_zh")
    list_filter = (_ResourceFilter,)
    search_fields = ("record", "name_en", "name_zh")
    fields = ("resource", "record", "names", "tokens")


@admin.register(NameWord)
class NameWordAdmin(_ReadOnly):
    """What a mistyped word may stand for."""

    list_display = ("text",)
    search_fields = ("text",)
    fields = ("text",)


@admin.register(Tally)
class TallyAdmin(_ReadOnly):
    """How often each field is filled."""

    list_display = ("resource", "field", "places", "filled")
    list_filter = (_ResourceFilter,)
    search_fields = ("field",)
    fields = ("resource", "field", "places", "filled")
