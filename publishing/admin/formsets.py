"""The formsets of rows: rows edited on the page of another, and rows inside those."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property


class RowFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    """Rows of one owner. Their ids are given once, and a row that is gone is not made again."""

    model: type[models.Model]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if index is not None and index < self.initial_form_count():
            form.fields[self.model._meta.pk.name].widget = forms.HiddenInput()

    def clean(self) -> None:
        super().clean()
        if any(form.instance._state.adding for form in self.initial_forms):
            raise ValidationError("A row is gone: somebody moved or deleted it since you opened the page. Open the page again.")

    def save_new(self, form: Any, commit: bool = True) -> Any:
        row = super().save_new(form, commit=False)
        if commit:
            # Without it an id that somebody took a moment ago would be overwritten.
            row.save(force_insert=True)
            form.save_m2m()
        return row


class OwnerFormSet(RowFormSet):
    """Rows with rows of their own inside them: each form has a formset of `parts`."""

    parts: ClassVar[type[BaseInlineFormSet]]  # type: ignore[type-arg]  # generic in the stubs alone

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.parts = self.parts(
            form.data if form.is_bound else None,
            instance=form.instance,
            prefix=f"{form.prefix}-{self.parts.get_default_prefix()}",
        )

    def save_new(self, form: Any, commit: bool = True) -> Any:
        row = super().save_new(form, commit)
        if commit:
            form.parts.save()
        return row

    def save_existing(self, form: Any, obj: models.Model, commit: bool = True) -> Any:
        row = super().save_existing(form, obj, commit)
        if commit:
            form.parts.save()
        return row


class NumberedFormSet(RowFormSet):
    """Rows that `position` numbers from 1. What is typed there only sorts them; a row without a number comes last."""

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    def get_queryset(self) -> Any:
        return self._rows

    @cached_property
    def _rows(self) -> list[models.Model]:
        # Loaded with the owner; a filter would ask the database again for each owner.
        return list(self._of_owner().all()) if self.instance.pk else []

    def save(self, commit: bool = True) -> list[models.Model]:
        changed = self.has_changed()
        rows = super().save(commit=False)
        if not (commit and changed):
            return rows
        kept = [form for form in self.forms if form not in self.deleted_forms and (form.has_changed() or form in self.initial_forms)]
        kept.sort(key=lambda form: form.cleaned_data.get("position") or math.inf)
        # Two rows never have one number, not even for a moment: all make room first.
        self._of_owner().all().delete()
        for number, form in enumerate(kept, start=1):
            form.instance.pk = None
            form.instance.position = number
            setattr(form.instance, self.fk.name, self.instance)
            form.instance.save(force_insert=True)
        return [form.instance for form in kept]

    def _of_owner(self) -> Any:
        return getattr(self.instance, self.get_default_prefix())
