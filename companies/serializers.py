"""How companies and products are shown."""

from __future__ import annotations

from companies.models import Company, Listing, Presence, Product
from companies.usage import COMPANIES, PRODUCTS
from publishing.resolving.usage import called
from publishing.resources import publishes
from publishing.search.texts import Searched, named
from publishing.shapes import RecordSerializer
from reference.serializers import FACT, FactSerializer


class ListingSerializer(RecordSerializer):
    """A company's shares on an exchange, or on their way there."""

    class Meta:
        model = Listing
        fields = ("exchange", "ticker", "stage", "date")


class PresenceSerializer(FactSerializer):
    """A company's place in a jurisdiction, or a claim that it has one."""

    class Meta:
        model = Presence
        fields = ("jurisdiction", "kind", "name", "since", "until", "sources", "reliability", "note")


@publishes("products", Searched(text=("family", "note", *named("company"))))
@called(PRODUCTS)
class ProductSerializer(FactSerializer):
    """What a company makes."""

    class Meta:
        model = Product
        fields = (
            "id", "name_en", "name_zh", "aliases", "company", "family", "kind", "announced", "released", "license", *FACT,
        )  # fmt: skip


@publishes("companies", Searched(text=("note", "presences.name", *named("headquarters", "topics", "products"))))
@called(COMPANIES)
class CompanySerializer(FactSerializer):
    """A firm that AI plans name or that makes AI products."""

    listings = ListingSerializer(many=True, read_only=True, help_text="Where its shares are listed, or to be listed.")
    presences = PresenceSerializer(many=True, read_only=True, help_text="Where it is, or is said to be.")
    products = ProductSerializer(many=True, read_only=True, help_text="What it makes.")

    class Meta:
        model = Company
        fields = (
            "id", "name_en", "name_zh", "aliases", "headquarters", "founded", "status", "website", "parent", "topics", "listings", "presences",
            "products", *FACT,
        )  # fmt: skip
