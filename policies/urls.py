"""Where the resources of this app are, below /v1/."""

from policies.views import MeasureViewSet, ObservationViewSet, PlanViewSet, TargetViewSet
from publishing.routing import routes

urlpatterns = routes(PlanViewSet, TargetViewSet, MeasureViewSet, ObservationViewSet)
