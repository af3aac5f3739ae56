"""Where the resources of this app are, below /v1/."""

from cities.views import CityViewSet, InstitutionViewSet, JurisdictionViewSet, RankingViewSet
from publishing.routing import routes

urlpatterns = routes(CityViewSet, JurisdictionViewSet, InstitutionViewSet, RankingViewSet)
