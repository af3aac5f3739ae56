"""Where the resources of this app are, and what else it answers, below /v1/."""

from django.urls import path

from policies.views import ComparisonView, MeasureViewSet, ObservationViewSet, PlanViewSet, ProgressView, TargetViewSet
from publishing.routing import routes

urlpatterns = [
    *routes(PlanViewSet, TargetViewSet, MeasureViewSet, ObservationViewSet),
    path("compare/", ComparisonView.as_view(), name="compare"),
    path("progress/", ProgressView.as_view(), name="progress"),
]
