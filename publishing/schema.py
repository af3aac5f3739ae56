"""The contract as OpenAPI: derived from serializers and filters; what all operations share is said once, here."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, Literal

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from publishing import caching, parameters
from publishing.bodies import JSON
from publishing.errors import CONTENT_TYPE
from publishing.fields import ID_PATTERN
from publishing.filters import Parameter
from publishing.parameters import General
from publishing.public import PublicView
from publishing.resources import RESOURCES, Resource
from publishing.values import ValueField

PROBLEMS = {
    400: "A parameter is unknown or has a wrong value.",
    404: "Nothing was ever published here.",
    405: "This API is read-only.",
    406: "The answer cannot be had in the format that `Accept` names.",
    410: "The record is no longer published.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    503: "It took too long, and was given up.",
}
# What is asked under the headings that are no resource.
HEADINGS = {
    "changes": "What became of all records, revision by revision.",
    "resolve": "From names to ids; for spreadsheets also by OpenRefine's protocol, at `/v1/reconcile`.",
    "exports": "The whole data set, as files.",
    "properties": "The data dictionary: what every field means, how it is asked for, and how often it is known.",
    "root": "Where everything is.",
    "search": "Records of all resources by their words.",
}


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong with one value of one parameter."""

    parameter = serializers.CharField(read_only=True, help_text="Its name, as it was given.")
    value = serializers.CharField(read_only=True, allow_null=True, help_text="The value at fault, as it was given.")
    detail = serializers.CharField(read_only=True, help_text="What is wrong with it.")
    allowed = serializers.ListField(
        child=serializers.CharField(), read_only=True, allow_null=True, help_text="What would be right, where that is a closed list."
    )
    did_you_mean = serializers.ListField(
        child=serializers.CharField(), read_only=True, allow_null=True, help_text="What is nearest to the value, best first."
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem after RFC 9457; `errors` is there where parameters are at fault."""

    type = serializers.CharField(read_only=True, help_text="Which kind of problem it is; the address explains it.")
    title = serializers.CharField(read_only=True, help_text="What the kind is called.")
    status = serializers.IntegerField(read_only=True, help_text="The status of the answer.")
    detail = serializers.CharField(read_only=True, help_text="What it is in this case.")
    instance = serializers.CharField(read_only=True, help_text="What was asked for.")
    errors = FaultSerializer(many=True, required=False, help_text="All faults at once.")  # type: ignore[assignment]  # a field of that name


class RootSerializer(serializers.Serializer[Any]):
    """Where everything is."""

    resources = serializers.DictField(child=serializers.URLField(), read_only=True, help_text="Address of each resource, by name.")
    answers = serializers.DictField(
        child=serializers.URLField(), read_only=True, help_text="Address of each question that is answered from the records, by name."
    )
    search = serializers.URLField(read_only=True, help_text="Address of search across the resources.")
    resolve = serializers.URLField(read_only=True, help_text="Address at which names become ids.")
    reconcile = serializers.URLField(read_only=True, help_text="Address of the reconciliation service, for OpenRefine and its like.")
    properties = serializers.URLField(read_only=True, help_text="Address of the data dictionary.")
    changes = serializers.URLField(read_only=True, help_text="Address of what has changed.")
    feed = serializers.URLField(read_only=True, help_text="Address of the same as an Atom feed.")
    exports = serializers.URLField(read_only=True, help_text="Address of the files of the whole data set.")
    openapi = serializers.URLField(read_only=True, help_text="Address of the contract.")
    docs = serializers.URLField(read_only=True, help_text="Address of the documentation.")


class _Figures(serializers.DictField):
    child = serializers.FloatField(read_only=True, allow_null=True)


class GroupSerializer(serializers.Serializer[Any]):
    """Records with the same key; figures beside `sum` are there where they were asked for."""

    key = serializers.DictField(read_only=True, help_text="What they have in common, by name: as records show it; null where it is not known.")
    count = serializers.IntegerField(read_only=True, help_text="How many records.")
    sum = _Figures(read_only=True, help_text="By field: what it adds up to; null where no record has a figure.")
    filled = _Figures(required=False, help_text="By field: how many of the records have a figure.")
    min = _Figures(required=False, help_text="By field: the least figure.")
    max = _Figures(required=False, help_text="By field: the greatest figure.")
    avg = _Figures(required=False, help_text="By field: the mean of the figures, to 4 decimals.")
    median = _Figures(required=False, help_text="By field: the median of the figures, to 4 decimals.")


class GroupsSerializer(serializers.Serializer[Any]):
    """Groups of records, in order."""

    by = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="What they are grouped by.")
    groups = GroupSerializer(many=True, read_only=True, help_text="The groups: the most records first, if not asked otherwise.")


class Envelope:
    """How lists are wrapped, for the schema."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {
            "count": {"type": "integer", "description": "Records that the filters admit."},
            "count_is_exact": {"type": "boolean", "description": "False above 10,000, where the count is an estimate."},
            "next": {**link, "description": "Address of the next page."},
            "previous": {**link, "description": "Address of the page before."},
            "results": schema,
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[Any]:
        return []


class QuestionSchema(AutoSchema):
    """Operations as their questions declare them: named, with every parameter, and with the problems that all share."""

    # A view with a `question`; its `resource` is None where it belongs to none.
    view: Any

    @property
    def question(self) -> Any:
        """What the operation at hand answers."""
        return self.view.posted if self.method == "POST" else self.view.question

    def get_operation_id(self) -> str:
        return self._put(self.question.operation)

    def get_summary(self) -> str:
        return self._put(self.question.summary)

    def get_tags(self) -> list[str]:
        return [self.view.resource.name if self.view.resource else self.view.tag]

    def get_override_parameters(self) -> list[Any]:
        question = self.question
        filterset = self.view.filterset_class if question.is_filtered else None
        return [
            *([_id(self.view.resource)] if question.is_of_record else []),
            *(_general(name, general, filterset) for name, general in question.parameters_of(filterset).items()),
            *(_filter(name, parameter) for name, parameter in (filterset.base_filters.items() if filterset else ())),
        ]

    def get_request_serializer(self) -> Any:
        return self.question.body

    def map_parsers(self) -> list[str]:
        return [JSON]

    def get_response_serializers(self) -> Any:
        question = self.question
        return question.around(self.view.serializer_class) if question.around else question.answer or self.view.serializer_class

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}List"

    def _is_list_view(self, serializer: Any = None) -> bool:
        return bool(self.question.is_list)

    def _get_paginator(self) -> Envelope:
        return Envelope()

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        codes = [400, 404, 405, 406, 410] if self.question.is_of_record else [400, 405, 406]
        codes += [404] if self.question.may_be_missing else []
        codes += [413, 415] if self.question.body else []
        bodies = super()._get_response_bodies(direction)
        bodies["200"]["description"] = self._put(self.question.brings)
        # JSON stands first: of several, generators of clients take that.
        bodies["200"]["content"] |= {form.media_type: {"schema": dict(form.schema)} for form in self.question.formats[1:]}
        self.resolve_serializer(ProblemSerializer, direction)
        return bodies | {str(code): {"$ref": f"#/components/responses/{_problem_name(code)}"} for code in codes}

    def _put(self, words: str) -> str:
        """The words, with the names of the resource put in."""
        if self.view.resource is None:
            return words
        meta = self.view.resource.model._meta
        return words.format(resource=self.view.resource.name, record=meta.model_name, name=meta.verbose_name)


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: what each resource is, in the order of the addresses; and the problems that operations refer to."""
    for schema in result["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            # It made the field required and has no more to say; clients leave out of a copy what is marked so.
            field.pop("readOnly", None)
    tags = dict.fromkeys(tag for methods in result["paths"].values() for operation in methods.values() for tag in operation["tags"])
    texts = {**HEADINGS, **settings.QUESTIONS, **{name: inspect.getdoc(resource.serializer) for name, resource in RESOURCES.items()}}
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {_problem_name(code): {"description": text, "content": content} for code, text in PROBLEMS.items()}
    return {
        **result,
        "tags": [{"name": tag, "description": texts[tag]} for tag in tags],
        "components": {**result["components"], "responses": problems},
    }


class ContractView(PublicView):
    """The contract, as `json` or `yaml`; the address says which, whatever is accepted."""

    # It does not describe itself.
    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, form: str) -> HttpResponseBase:
        http = request._request
        parameters.require(http.GET, {})
        response = HttpResponse(_rendered(form), content_type=_RENDERERS[form].media_type)
        return caching.tagged(http, response)


openapi = ContractView.as_view()


class _CompactJsonRenderer(OpenApiJsonRenderer2):
    def get_indent(self, accepted_media_type: str, renderer_context: Mapping[str, Any]) -> None:
        """For programs: indented it is more than twice as long."""


_RENDERERS: dict[str, Any] = {"json": _CompactJsonRenderer, "yaml": OpenApiYamlRenderer2}


@cache
def _rendered(form: str) -> bytes:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # so it is in the library
    rendered: bytes = _RENDERERS[form]().render(schema, renderer_context={})
    return rendered


def _problem_name(code: int) -> str:
    # Python 3.13 calls it as RFC 9110 does, older ones do not.
    return "ContentTooLarge" if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else HTTPStatus(code).phrase.replace(" ", "")


def _id(resource: Resource) -> OpenApiParameter:
    one = {"type": "string", "pattern": ID_PATTERN, "example": settings.EXAMPLES[resource.name]}
    return OpenApiParameter("id", one, OpenApiParameter.PATH, description=f"Id of the {resource.model._meta.verbose_name}.")


def _general(name: str, general: General, filterset: Any = None) -> OpenApiParameter:
    items = None
    if name == "ordering" and filterset is not None:
        columns = sorted(filterset.columns())
        items = {
            "type": "string",
            "enum": [*columns, *(f"-{column}" for column in columns)],
            # Else clients number the words that begin with a hyphen, anew with each word added.
            "x-enum-varnames": [*map(str.upper, columns), *(f"{column.upper()}_DESC" for column in columns)],
        }
    return _parameter(name, general.field, general.help_text, items, required=general.required)


def _filter(name: str, parameter: Parameter) -> OpenApiParameter:
    return _parameter(name, parameter.form_field, parameter.help_text)


def _parameter(name: str, field: ValueField, text: str, items: dict[str, Any] | None = None, *, required: bool = False) -> OpenApiParameter:
    one = items or field.schema()
    if field.single:
        return OpenApiParameter(name, one, description=text, required=required)
    many = {"type": "array", "items": one, "maxItems": field.most_values}
    return OpenApiParameter(name, many, description=text, style="form", explode=False, required=required)
