"""Where the resources of this app are, below /v1/."""

from companies.views import CompanyViewSet, ProductViewSet
from publishing.routing import routes

urlpatterns = routes(CompanyViewSet, ProductViewSet)
