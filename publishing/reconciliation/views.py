"""The reconciliation service over HTTP: the W3C Community Group's protocol, version 0.2, with which OpenRefine matches spreadsheets.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/ is its contract; ours leaves it out. As elsewhere nothing is ignored,
but for what OpenRefine's and jQuery's forms send along and mean nothing by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt
from rest_framework.request import Request

from publishing import bodies, parameters
from publishing.answering import Answer, answer, reply
from publishing.bodies import BadBody
from publishing.errors import BadParameters, Fault, NotFound
from publishing.parameters import General, Parameters
from publishing.public import PublicView
from publishing.reconciliation import entities, extension, matching, reading, suggestions
from publishing.reconciliation.jsonp import CallbackField, called_back
from publishing.resolving.candidates import named_resources
from publishing.resources import RESOURCES
from publishing.search.texts import texts
from publishing.values import ChoiceField, ValueField, WholeField

# JSON in an address: servers take no longer one.
_LONGEST = 100_000
_WIDTH, _HEIGHT = 400, 220
_CALLBACK = {
    "callback": General(CallbackField(), "The function that a script calls with the answer (JSONP)."),
    "_": General(ValueField(single=True), "A number against caches, from jQuery."),
}
_ASKING = {name: General(ValueField(single=True, longest=_LONGEST), "See the protocol.") for name in ("queries", "query", "extend")}
# OpenRefine's forms send these whatever the service.
_HABITS = {
    name: General(ValueField(), "Says nothing here.")
    for name in ("spell", "exact", "prefixed", "scoring", "filter", "type_strict", "lang", "advanced")
}


class _ProtocolView(PublicView):
    """An address of the service: it answers anybody, on any site, as JSON or as a script."""

    # The protocol is its contract.
    schema = None
    parameters: ClassVar[Parameters]

    def get(self, request: Request) -> HttpResponse:
        http = request._request
        callback = http.GET.get("callback")
        return called_back(answer(http, lambda: self._read(http)), callback)

    def find(self, asked: Mapping[str, Any], request: HttpRequest) -> Any:
        """The answer to what was asked well."""
        raise NotImplementedError

    def check(self, data: QueryDict) -> Mapping[str, Any]:
        """The values of the parameters; a Problem with all faults if one is wrong."""
        return parameters.require(data, {**self.parameters, **_CALLBACK})

    def _read(self, request: HttpRequest) -> Callable[[], Answer]:
        asked = self.check(request.GET)
        return lambda: Answer(orjson.dumps(self.find(asked, request)))


class ServiceView(_ProtocolView):
    """The service itself: its manifest, and the queries that it answers."""

    http_method_names = ["get", "head", "options", "post"]
    parameters = _ASKING

    def post(self, request: Request) -> HttpResponse:
        http = request._request
        parameters.require(http.GET, {})
        asked = self._read_asked(bodies.read_form(http), _ASKING, needed=True)
        return reply(http, lambda: lambda: Answer(orjson.dumps(self.find(asked, http))))

    def check(self, data: QueryDict) -> Mapping[str, Any]:
        return self._read_asked(data, {**_ASKING, **_CALLBACK}, needed=False)

    def find(self, asked: Mapping[str, Any], request: HttpRequest) -> Any:
        match asked:
            case {"queries": batch}:
                return matching.reconcile(batch)
            case {"query": query}:
                return matching.reconcile({"query": query})["query"]
            case {"extend": wanted}:
                return extension.extend(wanted.ids, wanted.properties)
        return _manifest(request)

    def _read_asked(self, data: QueryDict, known: Parameters, *, needed: bool) -> Mapping[str, Any]:
        given = parameters.require(data, known)
        asking = [name for name in _ASKING if name in given]
        if len(asking) > 1:
            raise BadParameters([Fault(name, None, f"Give one of {', '.join(_ASKING)}.") for name in asking])
        if needed and not asking:
            raise BadBody([Fault("queries", None, "It is needed, or extend.")])
        readers: dict[str, Callable[[str], Any]] = {
            "queries": reading.read_batch,
            "query": reading.read_single,
            "extend": reading.read_extension,
        }
        return {name: readers[name](given[name]) for name in asking}


class SuggestView(_ProtocolView):
    """Entities, types or properties that a person who is typing may mean."""

    kind: ClassVar[str] = ""

    def check(self, data: QueryDict) -> Mapping[str, Any]:
        words = General(ChoiceField(words=named_resources()), "Of these types.")
        known: dict[str, General] = {
            # Forms ask before anything is typed, too.
            "prefix": General(ValueField(single=True), "What was typed.", required="prefix" not in data),
            "cursor": General(WholeField(least=0, most=suggestions.MOST, single=True), "How many to skip."),
            **({} if self.kind == "type" else {"type": words, "schema": words}),
            **_HABITS,
            **_CALLBACK,
        }
        return parameters.require(_unless_empty(data, "prefix"), known)

    def find(self, asked: Mapping[str, Any], request: HttpRequest) -> Any:
        prefix, start = asked.get("prefix", "").strip(), asked.get("cursor", 0)
        wanted = asked.get("type") or asked.get("schema") or ()
        match self.kind:
            case "entity":
                found = suggestions.suggest_entities(prefix, wanted, start) if prefix else []
            case "type":
                found = suggestions.suggest_types(prefix, start)
            case _:
                found = suggestions.suggest_properties(prefix, wanted, start)
        return {"result": found}


class ProposalView(_ProtocolView):
    """What can be fetched of the entities of a type, or of any."""

    def check(self, data: QueryDict) -> Mapping[str, Any]:
        known = {
            # OpenRefine leaves it empty where a column was matched with entities of any type.
            "type": General(ChoiceField(words=named_resources(), single=True), "Of this type.", required="type" not in data),
            "limit": General(WholeField(least=1, most=1000, single=True), "At most so many."),
        }
        return parameters.require(_unless_empty(data, "type"), {**known, **_CALLBACK})

    def find(self, asked: Mapping[str, Any], request: HttpRequest) -> Any:
        type_ = asked.get("type", "")
        proposed = suggestions.propose_properties([type_] if type_ else (), asked.get("limit"))
        return {"type": type_, "properties": proposed, **({"limit": asked["limit"]} if "limit" in asked else {})}


@method_decorator(xframe_options_exempt, name="dispatch")
class PreviewView(PublicView):
    """A page about an entity, small enough to be shown within another."""

    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # It is a page, whatever is accepted.
        return super().perform_content_negotiation(request, force=True)

    _known = {"id": General(ValueField(single=True), "The entity.", required=True)}

    def get(self, request: Request) -> HttpResponse:
        http = request._request
        entity = parameters.require(http.GET, self._known)["id"]
        document = entities.documents([entity]).get(entity)
        if document is None:
            raise NotFound("Nothing is published under this id.")
        resource = RESOURCES[entity.partition("/")[0]]
        shown = {
            "name": entities.name(resource, document),
            "type": entities.type_of(resource)["name"],
            "description": entities.description(resource, document),
            "aliases": document.get("aliases", ()),
            "text": max(texts(document, [field for field in resource.searched.text if "." not in field]), key=len, default=None),
            "address": http.build_absolute_uri(reverse(f"{resource.name}-detail", args=[document["id"]])),
        }
        response = render(http, "publishing/preview.html", shown)
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        response.headers["Cache-Control"] = "public, max-age=300"
        return response


def _unless_empty(data: QueryDict, name: str) -> QueryDict:
    """The parameters, without this one where it is empty."""
    if data.getlist(name) != [""]:
        return data
    filled = data.copy()
    del filled[name]
    return filled


def _manifest(request: HttpRequest) -> dict[str, Any]:
    here = request.build_absolute_uri(reverse("reconcile"))
    root = request.build_absolute_uri(reverse("root"))

    def service(path: str) -> dict[str, str]:
        return {"service_url": here.rstrip("/"), "service_path": path}

    return {
        "versions": ["0.2"],
        "name": settings.SPECTACULAR_SETTINGS["TITLE"],
        "identifierSpace": root,
        "schemaSpace": request.build_absolute_uri(reverse("openapi-json")),
        "documentation": request.build_absolute_uri(reverse("docs")),
        "serviceVersion": settings.SPECTACULAR_SETTINGS["VERSION"],
        "defaultTypes": [entities.type_of(RESOURCES[name]) for name in named_resources()],
        "view": {"url": f"{root}{{{{id}}}}/"},
        "preview": {"url": f"{here}preview/?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": {kind: service(f"/suggest/{kind}/") for kind in ("entity", "type", "property")},
        "extend": {"propose_properties": service("/properties/"), "property_settings": []},
        "batchSize": reading.MOST_QUERIES,
    }
