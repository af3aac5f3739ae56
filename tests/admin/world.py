"""A world with as many rows of each kind as a test asks for, each with all that it can refer to."""

from decimal import Decimal
from typing import Any

from cities.models import Institution, Jurisdiction, Ranking, RankingEntry
from companies.models import Company, Listing, Presence, Product
from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from publishing.editing import editing
from publishing.models import Fixture
from reference.models import ExchangeRate, Indicator, Source, Topic, Unit
from webhooks.messages import ping
from webhooks.models import Subscription

TOWN: Any = ["Town"]
PROGRAMME: Any = ["Programme"]
TALENT: Any = ["talent"]


def make_world(size):
    """Rows `…-0` to `…-<size>`: each has `size` of whatever it can have, and contradicts the others of its kind."""
    with editing(actor="maker", comment="In the beginning."):
        _reference(size)
        _cities(size)
        _companies(size)
        _institutions(size)
        _plans(size)
        _observations(size)
    for number in range(size):
        ping(Subscription.objects.create(url=f"https://receiver-{number}.test/"))
    Fixture.objects.bulk_create(Fixture(name=f"file-{number}.yaml", sha256="0" * 64) for number in range(size))


def _reference(size):
    yuan = Unit.objects.create(code="CNY", name_en="yuan", name_zh="元", dimension="money")
    dollar = Unit.objects.create(code="USD", name_en="dollar", name_zh="美元", dimension="money")
    Unit.objects.create(code="GFLOPS", name_en="gigaflops", dimension="computing")
    Unit.objects.create(code="EFLOPS", name_en="exaflops", dimension="computing", base_id="GFLOPS", factor=10**9)
    first = Source.objects.create(id="gazette", title="公报", kind="official", language="zh", publisher="Hangzhou", published_on="2025-06")
    for number in range(size + 1):
        Source.objects.create(id=f"source-{number}", title=f"来源 {number}", kind="news", language="zh", original=first)
        parent = Topic.objects.create(id=f"field-{number}", name_en=f"Field {number}", definition="All of it.")
        Topic.objects.create(id=f"topic-{number}", name_en=f"Topic {number}", name_zh=f"主题{number}", definition="A part.", parent=parent)
        Indicator.objects.create(id=f"indicator-{number}", name_en=f"Indicator {number}", name_zh="指标", definition="Counts.", unit=yuan)
        ExchangeRate.objects.create(currency=dollar, year=2020 + number, yuan=Decimal(7), source=first)


def _cities(size):
    china = Jurisdiction.objects.create(id="china", name_en="China", name_zh="中国", level="country")
    for number in range(size + 1):
        province = Jurisdiction.objects.create(id=f"province-{number}", name_en=f"Province {number}", level="province", parent=china)
        Jurisdiction.objects.create(
            id=f"city-{number}", name_en=f"City {number}", name_zh=f"城市{number}", aliases=TOWN, level="city", parent=province
        )


def _companies(size):
    for number in range(size + 1):
        owner = Company.objects.create(id=f"owner-{number}", name_en=f"Owner {number}", headquarters_id="city-0", is_published=False)
        owner.sources.set(Source.objects.filter(pk="gazette"))
        company = Company.objects.create(
            id=f"company-{number}", name_en=f"Company {number}", name_zh="公司", headquarters_id="city-0", parent=owner, founded="2017"
        )
        company.topics.set(Topic.objects.filter(id__startswith="topic-"))
        _rest(company, size)
        for place in range(size):
            Listing.objects.create(company=company, exchange=f"EX{place}", ticker="0001")
            _rest(Presence.objects.create(company=company, jurisdiction_id=f"city-{place}", kind="office", since="2020"), size)
            _rest(Product.objects.create(id=f"product-{number}-{place}", company=company, name_en="Product", name_zh="产品", kind="chip"), size)


def _institutions(size):
    for number in range(size + 1):
        ministry = Institution.objects.create(
            id=f"ministry-{number}", name_en="Ministry", kind="government_agency", jurisdiction_id="china", is_published=False
        )
        ministry.sources.set(Source.objects.filter(pk="gazette"))
        _rest(
            Institution.objects.create(
                id=f"institution-{number}",
                name_en=f"Institution {number}",
                name_zh="机构",
                kind="laboratory",
                jurisdiction_id="city-0",
                parent=ministry,
                company_id="company-0",
            ),
            size,
        )
        ranking = Ranking.objects.create(id=f"ranking-{number}", name_en=f"Ranking {number}", name_zh="排名", year=2025)
        _rest(ranking, size)
        for place in range(size):
            RankingEntry.objects.create(ranking=ranking, rank=place + 1, jurisdiction_id=f"city-{place}", strengths=TALENT)
            RankingEntry.objects.create(ranking=ranking, rank=place + 1, company_id=f"company-{place}")


def _plans(size):
    for number in range(size + 1):
        Plan.objects.create(
            id=f"plan-{number}",
            name_en=f"Plan {number}",
            name_zh=f"方案{number}",
            aliases=PROGRAMME,
            jurisdiction_id="city-0",
            kind="action_plan",
            status="issued",
            period_start="2025",
            period_end="2027",
        )
    for plan in Plan.objects.all():
        plan.issuers.set(Institution.objects.filter(id__startswith="institution-"))
        plan.topics.set(Topic.objects.filter(id__startswith="topic-"))
        plan.companies.set(Company.objects.filter(id__startswith="company-"))
        _rest(plan, size)
        for number in range(size):
            PlanEvent.objects.create(plan=plan, kind="published", date=f"2025-0{number + 1}")
            _target(plan, number, size)
            _measure(plan, number, size)
        for other in Plan.objects.exclude(pk=plan.pk)[:size]:
            PlanRelation.objects.create(plan=plan, kind="implements", other=other)


def _target(plan, number, size):
    target = Target.objects.create(
        id=f"{plan.pk}.target-{number}",
        plan=plan,
        statement=f"Target {number} is reached.",
        indicator_id="indicator-0",
        own_jurisdiction_id="city-0",
        comparator="range",
        value=Decimal("1.5"),
        value_max=Decimal("2.25"),
        unit_id="EFLOPS",
        due="2027",
    )
    target.topics.set(Topic.objects.filter(id__startswith="topic-"))
    _rest(target, size)


def _measure(plan, number, size):
    measure = Measure.objects.create(
        id=f"{plan.pk}.measure-{number}",
        plan=plan,
        statement=f"Measure {number} is taken.",
        instrument="voucher",
        amount_comparator="lte",
        amount=Decimal(250_000_000),
        currency_id="CNY",
    )
    measure.topics.set(Topic.objects.filter(id__startswith="topic-"))
    _rest(measure, size)
    for position in range(1, size + 1):
        MeasureTerm.objects.create(measure=measure, position=position, condition=f"Condition {position}", rate_percent=Decimal(30))


def _observations(size):
    for number in range(size + 1):
        observation = Observation.objects.create(
            id=f"city-0.indicator-0.{2020 + number}",
            jurisdiction_id="city-0",
            company_id="company-0",
            indicator_id="indicator-0",
            period=str(2020 + number),
            kind="reported",
            comparator="eq",
            value=Decimal(3),
            unit_id="EFLOPS",
        )
        _rest(observation, size)


def _rest(fact, size):
    fact.sources.set(Source.objects.filter(id__startswith="source-")[:size])
    fact.contradicts.set(type(fact)._default_manager.filter(is_published=True).exclude(pk=fact.pk)[: size + 1])
