"""The base of every page in the admin: what it writes is published, and what cannot be written is said in the form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst

from publishing.admin.forms import RecordForm, RowForm
from publishing.admin.formsets import OwnerFormSet, RowFormSet
from publishing.admin.guarded import GuardedAdmin
from publishing.admin.publication import publication
from publishing.admin.widgets import FindMany, FindOne, PlainNumber, label
from publishing.editing import editing
from publishing.fields import Lines, Text
from publishing.models import Revision
from publishing.tracking import links_that_protect, pending

WIDEST = 60


class _Fields(admin.options.BaseModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """The fields of a page and of its inlines: a Finder for each relation, the row's own boxes for the rest."""

    formfield_overrides = {Text: {}, Lines: {}, models.DecimalField: {"widget": PlainNumber}}

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return [field.name for field in _relations(self.model)]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **{"widget": FindOne(db_field, self.admin_site), **kwargs})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{"widget": FindMany(db_field, self.admin_site), **kwargs})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.is_relation:
            # A row is looked at from its own page; here one is found or added.
            for link in ("change", "view", "delete"):
                setattr(field.widget, f"can_{link}_related", False)
        elif field is not None and isinstance(field.widget, forms.TextInput) and db_field.max_length:
            field.widget.attrs["size"] = min(db_field.max_length, WIDEST)
        return field


class _Inline(_Fields, admin.options.InlineModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Rows on the page of their owner, loaded in as many queries however many there are."""

    form = RowForm
    formset = RowFormSet
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).prefetch_related(*(field.name for field in self.model._meta.many_to_many))
        formset: Any = self.formset
        if issubclass(formset, OwnerFormSet):
            rows = rows.prefetch_related(formset.parts.get_default_prefix())
        if not self.has_change_permission(request):
            rows = rows.select_related(*(field.name for field in _relations(self.model) if not field.many_to_many))
        return rows


class RowTable(_Inline):
    """Rows of few columns: a line each."""

    template = "admin/edit_inline/tabular.html"


class RowSheets(_Inline):
    """Rows of many columns: a sheet each, folded up to its title."""

    template = "publishing/admin/sheets.html"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["title"], field.help_text = field.help_text, ""
        return field


class RowAdmin(_Fields, GuardedAdmin):
    """The pages of one model. A save, with all its inlines, is one transaction and one revision."""

    form = RecordForm
    change_form_template = "publishing/admin/change_form.html"
    list_per_page = 50

    class Media:
        css = {"all": ("publishing/admin.css",)}
        js = ("publishing/admin.js",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return [self.opts.pk.name, *fields] if obj is not None and not self.opts.auto_field else fields

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        return [field.name for field in _relations(self.model) if field.name in self.get_list_display(request)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        label([context["adminform"].form, *(form for inline in context["inline_admin_formsets"] for form in inline.formset.forms)])
        row = context["original"]
        return super().render_change_form(request, {**context, "publication": row and publication(row)}, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (ValidationError, IntegrityError) as fault:
            # All of it was rolled back. The form is shown again with what was typed, and says why.
            request.refusal = _refusal(fault)  # type: ignore[attr-defined]  # read when the form is shown
            return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changelist_view(request, *args, **kwargs)
        return self._deleting(request, super().changelist_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        return self._deleting(request, super().delete_view, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        # Without it an id that somebody took a moment ago would be overwritten.
        obj.save(force_insert=not change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with editing(actor=_name(request), comment=form.cleaned_data["why"] or None):
            super().save_related(request, form, formsets, change)
            if not form.cleaned_data["why"]:
                pending().comment = self._what_changed(form, formsets, change)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with editing(actor=_name(request), comment=_shortened(f"Deleted {self.opts.verbose_name} {obj}.")):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with editing(actor=_name(request), comment=f"Deleted {queryset.count()} {self.opts.verbose_name_plural}."):
            super().delete_queryset(request, queryset)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        holders = {holder: _link(holder) for row in objs for holder in links_that_protect(row)}
        return deleted, counts, lacking, [*protected, *holders.values()]

    def _deleting(self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except (ValidationError, IntegrityError) as fault:
            for message in _refusal(fault).messages:
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def _what_changed(self, form: forms.ModelForm, formsets: Iterable[Any], change: bool) -> str:  # type: ignore[type-arg]  # generic in the stubs alone
        entry = LogEntry(change_message=json.dumps(self.construct_change_message(None, form, formsets, not change)))  # type: ignore[arg-type]  # it looks at no request
        return _shortened(entry.get_change_message())


def _relations(model: type[models.Model]) -> list[Any]:
    return [field for field in (*model._meta.fields, *model._meta.many_to_many) if field.is_relation]


def _name(request: HttpRequest) -> str:
    return request.user.get_username()


def _shortened(comment: str) -> str:
    return Truncator(comment).chars(Revision._meta.get_field("comment").max_length or 0)


def _refusal(fault: ValidationError | IntegrityError) -> ValidationError:
    """What publication or the database has against a write, as far as it can be said in words."""
    if isinstance(fault, ValidationError):
        return ValidationError(fault.messages)
    if isinstance(fault, ProtectedError):
        return ValidationError(f"{fault.args[0]} Held by: {', '.join(sorted(map(str, fault.protected_objects)))}.")
    said = str(fault).splitlines()[0]
    constraints = [constraint for model in apps.get_models() for constraint in model._meta.constraints]
    violated = next((constraint for constraint in constraints if constraint.name in said), None)
    message = violated.get_violation_error_message() if violated else "Two rows would be the same, or one would point at a row that is gone."
    return ValidationError(f"The database refuses it. {message} ({said})")


def _link(row: models.Model) -> str:
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[quote(row.pk)])
    return format_html('{}: <a href="{}">{}</a>', capfirst(row._meta.verbose_name), address, row)
