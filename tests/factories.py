"""Valid rows of every model, facts with a source; a test states what matters to it and no more.

    draft = make.plan("draft", status="draft_for_comment")
    make.target(draft, value=5)

What a row needs and is not given (a country, a unit, a source) is made once and shared. Each row is written in a transaction and published when
that commits; in a test whose transaction is rolled back, put the calls into an `editing()`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from cities.models import Institution, Jurisdiction, Ranking, RankingEntry
from companies.models import Company, Listing, Presence, Product
from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from reference.models import ExchangeRate, Indicator, Source, Topic, Unit


def source(id: str = "source", **columns: Any) -> Source:
    return _shared(Source, id, {"title": f"Title of {id}", "language": "en", "kind": "news"} | columns)


def topic(id: str = "topic", **columns: Any) -> Topic:
    return _shared(Topic, id, {"name_en": f"Name of {id}", "definition": "What belongs to it."} | columns)


def unit(code: str = "count", **columns: Any) -> Unit:
    return _shared(Unit, code, {"name_en": code, "dimension": "number"} | columns)


def currency(code: str = "CNY", **columns: Any) -> Unit:
    return unit(code, dimension="money", **columns)


def rate(of: Unit, year: int, yuan: str) -> ExchangeRate:
    currency()  # what it is converted to
    return _new(ExchangeRate, currency=of, year=year, yuan=yuan, source=source())


def indicator(id: str = "indicator", **columns: Any) -> Indicator:
    return _shared(Indicator, id, {"name_en": f"Name of {id}", "definition": "What is counted."} | columns)


def country(id: str = "china", **columns: Any) -> Jurisdiction:
    return _shared(Jurisdiction, id, {"name_en": f"Name of {id}", "level": "country"} | columns)


def province(id: str = "province", **columns: Any) -> Jurisdiction:
    return _shared(Jurisdiction, id, {"name_en": f"Name of {id}", "level": "province", "parent": country()} | columns)


def city(id: str = "city", **columns: Any) -> Jurisdiction:
    return _shared(Jurisdiction, id, {"name_en": f"Name of {id}", "level": "city", "parent": country()} | columns)


def institution(id: str = "institution", **columns: Any) -> Institution:
    return _new(Institution, id=id, **{"name_en": f"Name of {id}", "kind": "government_agency", "jurisdiction": country()} | columns)


def ranking(id: str = "ranking", **columns: Any) -> Ranking:
    return _new(Ranking, id=id, **{"name_en": f"Name of {id}", "year": 2025} | columns)


def entry(of: Ranking, rank: int = 1, **columns: Any) -> RankingEntry:
    return _new(RankingEntry, ranking=of, rank=rank, **columns if "company" in columns else {"jurisdiction": city()} | columns)


def company(id: str = "company", **columns: Any) -> Company:
    return _new(Company, id=id, **{"name_en": f"Name of {id}"} | columns)


def listing(of: Company, exchange: str = "HKEX", **columns: Any) -> Listing:
    return _new(Listing, company=of, exchange=exchange, **columns)


def presence(of: Company, **columns: Any) -> Presence:
    return _new(Presence, company=of, **{"jurisdiction": country(), "kind": "office"} | columns)


def product(of: Company, id: str = "product", **columns: Any) -> Product:
    return _new(Product, company=of, id=id, **{"name_en": f"Name of {id}", "kind": "chip"} | columns)


def plan(id: str = "plan", **columns: Any) -> Plan:
    return _new(Plan, id=id, **{"name_en": f"Name of {id}", "jurisdiction": country(), "kind": "action_plan", "status": "issued"} | columns)


def event(of: Plan, kind: str = "signed", date: str = "2025-03-05") -> PlanEvent:
    return _new(PlanEvent, plan=of, kind=kind, date=date)


def relation(of: Plan, kind: str, other: Plan) -> PlanRelation:
    return _new(PlanRelation, plan=of, kind=kind, other=other)


def target(of: Plan, name: str = "target", **columns: Any) -> Target:
    return _new(Target, plan=of, id=f"{of.pk}.{name}", **{"statement": f"What {name} says."} | _quantity(columns))


def measure(of: Plan | Jurisdiction, name: str = "measure", **columns: Any) -> Measure:
    owner = {"plan": of} if isinstance(of, Plan) else {"own_jurisdiction": of}
    return _new(Measure, id=f"{of.pk}.{name}", **owner, **{"statement": f"What {name} does.", "instrument": "voucher"} | columns)


def term(of: Measure, position: int = 1, **columns: Any) -> MeasureTerm:
    return _new(MeasureTerm, measure=of, position=position, **columns or {"rate_percent": 30})


def observation(id: str = "observation", **columns: Any) -> Observation:
    subject = {} if "company" in columns else {"jurisdiction": country()}
    return _new(Observation, id=id, **{"indicator": indicator(), "period": "2024", "kind": "reported"} | subject | _quantity(columns))


def _quantity(columns: dict[str, Any]) -> dict[str, Any]:
    if columns.get("comparator") in {"undisclosed", "qualitative"}:
        return columns
    return {"comparator": "gte", "value": 1, "unit": columns.get("unit") or unit()} | columns


def _shared(model: type[Any], key: str, columns: dict[str, Any]) -> Any:
    with transaction.atomic():
        return model.objects.get_or_create(pk=key, defaults=columns)[0]


def _new(model: type[Any], **columns: Any) -> Any:
    """A new row with its links; a fact that is given no sources rests on the shared one."""
    links: dict[str, Iterable[Any]] = {link.name: columns.pop(link.name) for link in model._meta.many_to_many if link.name in columns}
    if any(link.name == "sources" for link in model._meta.many_to_many):
        links.setdefault("sources", [source()])
    with transaction.atomic():
        row: models.Model = model.objects.create(**columns)
        for name, rows in links.items():
            getattr(row, name).set(rows)
    return row
