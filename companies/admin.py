"""Editing companies with their listings, presences and products."""

from __future__ import annotations

from django.contrib import admin

from companies.models import Company, Listing, Presence, Product
from publishing.admin import RowAdmin, RowSheets, RowTable
from reference.admin import FACT, FACT_FILTERS, NAMED, NAMES, RESTS_ON

PRESENCE = (("jurisdiction", "kind"), ("name", "since", "until"), *FACT)
PRODUCT = ("id", *NAMES, ("kind", "family", "license"), ("announced", "released"))


class ListingInline(RowTable):
    """A company's shares."""

    model = Listing
    fields = ("exchange", "ticker", "stage", "date")


class PresenceInline(RowSheets):
    """Where a company is."""

    model = Presence
    fields = PRESENCE


class ProductInline(RowSheets):
    """What a company makes."""

    model = Product
    fields = (*PRODUCT, *FACT)


@admin.register(Company)
class CompanyAdmin(RowAdmin):
    """Firms, with all that is known of each on one page."""

    list_display = ("name_en", "name_zh", "headquarters", "status", "founded", "reliability", "is_published", "id")
    list_filter = ("status", *FACT_FILTERS)
    search_fields = (*NAMED, "website", "headquarters__name_en", "headquarters__name_zh")
    fieldsets = (
        (None, {"fields": ("id", *NAMES, ("headquarters", "parent"), ("founded", "status"), "website", "topics")}),
        RESTS_ON,
    )
    inlines = (ListingInline, PresenceInline, ProductInline)


@admin.register(Listing)
class ListingAdmin(RowAdmin):
    """The listings of all companies."""

    list_display = ("company", "exchange", "ticker", "stage", "date")
    list_filter = ("stage", "exchange")
    search_fields = ("exchange", "ticker", *(f"company__{name}" for name in NAMED))
    fields = ("company", ("exchange", "ticker"), ("stage", "date"))


@admin.register(Presence)
class PresenceAdmin(RowAdmin):
    """The places of all companies."""

    list_display = ("company", "kind", "jurisdiction", "name", "since", "until", "reliability", "is_published")
    list_filter = ("kind", *FACT_FILTERS)
    search_fields = ("name", *(f"{what}__{name}" for what in ("company", "jurisdiction") for name in NAMED))
    fieldsets = ((None, {"fields": ("company", *PRESENCE[:2])}), RESTS_ON)


@admin.register(Product)
class ProductAdmin(RowAdmin):
    """The products of all companies."""

    list_display = ("name_en", "name_zh", "company", "kind", "released", "license", "reliability", "is_published", "id")
    list_filter = ("license", "kind", *FACT_FILTERS)
    search_fields = (*NAMED, "family", "company__name_en", "company__name_zh")
    fieldsets = ((None, {"fields": (PRODUCT[0], "company", *PRODUCT[1:])}), RESTS_ON)
