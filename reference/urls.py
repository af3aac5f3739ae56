"""Where the resources of this app are, below /v1/."""

from publishing.routing import routes
from reference.views import IndicatorViewSet, SourceViewSet, TopicViewSet

urlpatterns = routes(SourceViewSet, TopicViewSet, IndicatorViewSet)
