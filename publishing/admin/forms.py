"""The forms of rows: they check all that the database will, and say each fault where it can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from publishing.models import Revision


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """The form of a row."""

    # Columns that are filled in later, and checked by nothing here.
    settled_later: ClassVar[frozenset[str]] = frozenset()

    def _post_clean(self) -> None:
        # An unchanged row is not written; it was checked when it was.
        if not self.has_changed() and not self.instance._state.adding:
            return
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if not self.errors:
            # A form checks no constraint on a column that it does not show; the database does.
            try:
                self.instance.validate_constraints(exclude=set(self.settled_later))
            except ValidationError as fault:
                self.add_error(None, fault)

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | self.settled_later  # type: ignore[misc,no-any-return]  # not in the stubs

    def add_error(self, field: str | None, error: Any) -> None:
        if field is not None:
            super().add_error(field, error)
            return
        for name, fault in _faults(error):
            super().add_error(self._place(name, fault), fault)

    def _place(self, name: str | None, fault: ValidationError) -> str | None:
        """The field at which a fault is shown: the one that it names, or that a constraint's code does; above the form if that is not shown."""
        place = str(fault.code) if name is None else name
        field = self.fields.get(place)
        return place if field is not None and not field.widget.is_hidden else None


class RecordForm(RowForm):
    """The form of the row that a page is about."""

    # What publication or the database has said to these very values: see RowAdmin.
    refusal: ClassVar[ValidationError | None] = None

    why = forms.CharField(
        required=False,
        max_length=Revision._meta.get_field("comment").max_length,
        help_text="Shown with the revision in the public history; what was changed, if left empty.",
    )

    def clean(self) -> dict[str, Any] | None:
        if self.refusal is not None:
            self.add_error(None, self.refusal)
        return super().clean()

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "why"]


class OwnerForm(RowForm):
    """The form of a row with rows of its own inside it: `parts`, a formset that OwnerFormSet puts there."""

    parts: Any

    def clean(self) -> dict[str, Any] | None:
        if not self.parts.is_valid():
            self.add_error(None, f"Please correct the {self.parts.model._meta.verbose_name_plural} below.")
        return super().clean()

    @cached_property
    def changed_data(self) -> list[str]:
        return [*super().changed_data, *([self.parts.get_default_prefix()] if self.parts.has_changed() else [])]


class NumberedForm(RowForm):
    """The form of a row that has a `position` among its like; NumberedFormSet settles it."""

    settled_later = frozenset({"position"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
        if self.instance._state.adding:
            self.initial["position"] = None


def _faults(error: Any) -> Iterator[tuple[str | None, ValidationError]]:
    whole = error if isinstance(error, ValidationError) else ValidationError(error)
    if not hasattr(whole, "error_dict"):
        yield from ((None, fault) for fault in whole.error_list)
        return
    for name, faults in whole.error_dict.items():
        yield from ((None if name == NON_FIELD_ERRORS else name, fault) for fault in faults)
