"""Plans, targets, measures and observations over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from rest_framework.decorators import action
from rest_framework.request import Request

from cities.models import Jurisdiction
from policies.answers import ComparisonSerializer, ProgressSerializer, show_comparison, show_progress
from policies.comparison import compare
from policies.filters import ComparisonFilters, MeasureFilters, ObservationFilters, PlanFilters, ProgressFilters, TargetFilters
from policies.models import Observation, Plan, Target
from policies.plan_answers import DifferenceSerializer, LineageSerializer, find_difference, show_lineage
from policies.serializers import MeasureSerializer, ObservationSerializer, PlanSerializer, TargetSerializer
from publishing import parameters
from publishing.answering import Answer
from publishing.errors import BadParameters, Fault, NotFound
from publishing.formats import CHARTS, JSON, TABLES
from publishing.lists import read_list
from publishing.parameters import General
from publishing.queries import LIST_PARAMETERS, Answers, read_list_query
from publishing.questions import Question, QuestionView, asks
from publishing.resources import RESOURCES
from publishing.values import ReferenceField
from publishing.viewsets import ResourceViewSet
from reference.models import Indicator

DIFF = Question(
    "diff_{record}",
    "Compare a {name} with another",
    "What became of targets and measures.",
    parameters={
        "against": General(ReferenceField(model=Plan, single=True), "The plan before; by default what this one finalises, else what it replaces."),
    },
    answer=DifferenceSerializer,
    is_of_record=True,
)
LINEAGE = Question(
    "get_{record}_lineage",
    "Get the lineage of a {name}",
    "Plans as nodes, relations as edges.",
    answer=LineageSerializer,
    is_of_record=True,
)


class PlanViewSet(ResourceViewSet):
    """What governments wrote on AI, with all that it promises."""

    serializer_class = PlanSerializer
    filterset_class = PlanFilters

    @action(detail=True)
    @asks(DIFF)
    def diff(self, request: Request, id: str) -> HttpResponse:
        """Two plans, target by target and measure by measure: by default a final text against its draft, else an edition against the one that it
        replaces. Pairs are found by indicator, scope, basis, due date and series, not by name alone; what might belong to several is not paired."""
        http = request._request
        against = parameters.require(http.GET, self.question.parameters_of()).get("against")
        if against == id:
            raise BadParameters([Fault("against", id, "A plan does not differ from itself.")])
        return self.of_record(http, id) or self.answer(http, lambda: lambda: Answer(orjson.dumps(find_difference(id, against))))

    @action(detail=True)
    @asks(LINEAGE)
    def lineage(self, request: Request, id: str) -> HttpResponse:
        """The plans that a plan comes from and those that come from it: up to the national plan that it implements, down to what implements it,
        and its drafts, predecessors and successors."""
        http = request._request
        parameters.require(http.GET, self.question.parameters_of())
        return self.of_record(http, id) or self.answer(http, lambda: lambda: Answer(orjson.dumps(show_lineage(id))))


class TargetViewSet(ResourceViewSet):
    """What shall be true, and by when."""

    serializer_class = TargetSerializer
    filterset_class = TargetFilters


class MeasureViewSet(ResourceViewSet):
    """What is done for it."""

    serializer_class = MeasureSerializer
    filterset_class = MeasureFilters


class ObservationViewSet(ResourceViewSet):
    """What was measured, estimated or forecast."""

    serializer_class = ObservationSerializer
    filterset_class = ObservationFilters


class ComparisonView(QuestionView):
    """Targets and observations of one indicator, a row a jurisdiction: those named, else all that have any. All figures are shown; what is not of
    one unit, basis, per and scope is never subtracted or ranked."""

    question = Question(
        "compare",
        "Compare jurisdictions by an indicator",
        "A row a jurisdiction.",
        parameters={
            "indicator": General(ReferenceField(model=Indicator, single=True), "What to compare.", required=True),
        },
        answer=ComparisonSerializer,
        is_filtered=True,
        formats=(JSON, *TABLES, *CHARTS),
        rows="rows",
        chart="policies.charts.draw_comparison",
    )
    tag = "compare"
    filterset_class = ComparisonFilters
    # Of either kind; more is no comparison that anybody reads.
    most_rows = 1_000

    def check(self, data: QueryDict, **place: str) -> Mapping[str, Any]:
        given, faults = parameters.read(data, self.question.parameters_of(), also=ComparisonFilters.base_filters)
        filters = ComparisonFilters(data, Target.objects.none())
        faults += filters.faults()
        if faults:
            raise BadParameters(faults)
        return {**given, "filters": filters}

    def find(self, asked: Mapping[str, Any]) -> Any:
        filters = asked["filters"]
        indicator = Indicator.objects.select_related("unit").filter(pk=asked["indicator"]).first()
        if indicator is None:
            raise NotFound("The indicator is no longer published.")
        of_places = Observation.objects.published().filter(jurisdiction__isnull=False, company=None)
        targets, observations = (self._few(filters.narrow(rows.filter(indicator=indicator))) for rows in (Target.objects.published(), of_places))
        named = Jurisdiction.objects.filter(pk__in=filters.form.cleaned_data.get("jurisdiction") or ())
        return show_comparison(indicator, compare(targets, observations, named, higher_is_better=indicator.higher_is_better))

    def _few(self, rows: Any) -> list[Any]:
        found = list(rows.select_related("jurisdiction").order_by("pk")[: self.most_rows + 1])
        if len(found) > self.most_rows:
            name = rows.model._meta.verbose_name_plural
            detail = f"It has more than {self.most_rows} {name}: name jurisdictions, or narrow it by due, period, basis or scope."
            raise BadParameters([Fault("indicator", None, detail)])
        return found


class ProgressView(QuestionView):
    """Each target with the observation that tells on it: the last one reported by the due date, of the same indicator, place, unit, basis, per and
    scope; and what follows. `met`: what is asked for was reached. `missed`: it was not, and the due date is past. `ahead` or `behind`: it is not due
    yet, and on or above the straight line from where it started to the target, or below. `no_data`: nothing was observed that tells."""

    question = Question(
        "list_progress",
        "List progress",
        "A page of targets, each with what came of it.",
        parameters=LIST_PARAMETERS,
        answer=ProgressSerializer,
        is_list=True,
        is_filtered=True,
        formats=(JSON, *TABLES, *CHARTS),
        chart="policies.charts.draw_progress",
    )
    tag = "progress"
    filterset_class = ProgressFilters

    def turned(self) -> datetime:
        """Verdicts turn at midnight."""
        return datetime.combine(self.filterset_class.today(), time(), UTC)

    def read(self, request: HttpRequest, **place: str) -> Callable[[], Answer]:
        query = read_list_query(
            request.GET, RESOURCES["targets"], self.filterset_class, self.question.parameters_of(), Answers("progress", ProgressSerializer)
        )
        today = self.filterset_class.today()

        def show(bodies: list[str]) -> list[str]:
            return show_progress([orjson.loads(body)["id"] for body in bodies], today)

        return lambda: read_list(request, query, "targets", show, form=self.form)
