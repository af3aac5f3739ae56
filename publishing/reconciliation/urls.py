"""Where the reconciliation service is, below /v1/; its own address also without the last slash, as the protocol's clients write it."""

from django.urls import path

from publishing.reconciliation.views import PreviewView, ProposalView, ServiceView, SuggestView

urlpatterns = [
    path("reconcile/", ServiceView.as_view(), name="reconcile"),
    path("reconcile", ServiceView.as_view()),
    path("reconcile/suggest/entity/", SuggestView.as_view(kind="entity")),
    path("reconcile/suggest/type/", SuggestView.as_view(kind="type")),
    path("reconcile/suggest/property/", SuggestView.as_view(kind="property")),
    path("reconcile/properties/", ProposalView.as_view()),
    path("reconcile/preview/", PreviewView.as_view()),
]
