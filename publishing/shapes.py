"""What all records' serializers share: how a column, a vocabulary and a reference to another record are shown."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from publishing.fields import Lines
from publishing.partial_dates import DATE_PATTERN, SPAN_PATTERN, PartialDateField


class Vocabulary(serializers.ChoiceField):
    """A word of a vocabulary that may grow. The schema lists the words without closing the list: a new one must break no client."""


class VocabularySchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # registered by being defined
    """Words as `x-extensible-enum`, which generators read as a plain string."""

    target_class = Vocabulary

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        words = list(self.target.choices)
        return {"type": "string", "x-extensible-enum": words, "example": words[0]}


@extend_schema_field({"type": "string", "pattern": DATE_PATTERN, "example": "2025-03"})
class PartialDateShape(serializers.CharField):
    """A year, a month or a day, as written."""


@extend_schema_field({"type": "string", "pattern": SPAN_PATTERN, "example": "2025/2035"})
class SpanShape(serializers.CharField):
    """A partial date or a span of two, as written."""


@extend_schema_field({"type": "number"})
class Number(serializers.Field[Decimal, Any, float, Decimal]):
    """A decimal as a JSON number: an integer where it is one."""

    def to_representation(self, value: Decimal) -> float:
        return int(value) if value == value.to_integral_value() else float(value)


class Reference(serializers.Serializer[Any]):
    """Another record: its id, to ask for, and its names, to show."""

    id = serializers.CharField(read_only=True, help_text="Public id.")
    name_en = serializers.CharField(read_only=True, help_text="Name in English; of a fact, its statement.")
    name_zh = serializers.CharField(read_only=True, allow_null=True, help_text="Name in Chinese, where known.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        # A plan of ten targets shows a hundred references; the general way takes ten times as long.
        return {"id": instance.pk, "name_en": instance.name_en, "name_zh": instance.name_zh}


class RecordSerializer(serializers.ModelSerializer[Any]):
    """A record, as its `Meta.fields` declare it: read-only, relations as references."""

    # How rows of a model are shown that are not shown as a Reference; a string names the column that stands for the row.
    shapes: ClassVar[dict[type[models.Model], type[serializers.BaseSerializer[Any]] | str]] = {}

    # What the numbers of a field count in: the field that says so, or the unit itself. By dotted names, as far as what is nested.
    units: ClassVar[Mapping[str, str]] = {}

    serializer_choice_field = Vocabulary
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: Number,
        PartialDateField: PartialDateShape,
        Lines: serializers.ListField,
    }

    @classmethod
    def title(cls, record: dict[str, Any]) -> str:
        """What a record, as it is shown, is called where it is cited."""
        return f"{record['name_en']} ({record['name_zh']})" if record["name_zh"] else str(record["name_en"])

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[type[Any], dict[str, Any]]:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        options = {"read_only": True, "help_text": model_field.help_text, "allow_null": model_field.null}
        if field_class is Vocabulary:
            options["choices"] = model_field.choices
        elif field_class is serializers.ListField:
            options |= {"child": serializers.CharField(), "allow_null": False}
        elif field_class is PartialDateShape and model_field.span:
            field_class = SpanShape
        if field_class is serializers.ModelField:
            options["model_field"] = kwargs["model_field"]
        return field_class, options

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[type[Any], dict[str, Any]]:
        shape = self.shapes.get(relation_info.related_model, Reference)
        model_field = relation_info.model_field
        options: dict[str, Any] = {"read_only": True, "help_text": getattr(model_field, "help_text", "")}
        if relation_info.to_many:
            options["many"] = True
        else:
            options["allow_null"] = model_field.null
        if isinstance(shape, str):
            return serializers.CharField, {**options, "source": f"{field_name}_id"}
        return shape, options

    def include_extra_kwargs(self, kwargs: MutableMapping[str, Any], extra_kwargs: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {**kwargs, **extra_kwargs}
