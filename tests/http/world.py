"""A small world that holds each case at least once: nulls, ties, dates of all precisions, names that are hard to match, rows that could leak."""

from __future__ import annotations

from typing import Any

from cities.models import Institution, Jurisdiction, Ranking, RankingEntry
from companies.models import Company, Listing, Presence, Product
from policies.models import Measure, MeasureTerm, Observation, Plan, PlanEvent, PlanRelation, Target
from publishing.editing import editing
from reference.models import ExchangeRate, Indicator, Source, Topic, Unit

# Each is in an unpublished row, or only reachable through one; none may be in any answer.
SECRETS = ("hidden", "Hidden", "隐藏")
# These answer as if they had never been.
UNPUBLISHED = {
    "institutions": "hidden-bureau",
    "rankings": "hidden-ranking",
    "companies": "hidden-company",
    "products": "hidden-company-model",
    "plans": "hidden-plan",
    "targets": "hidden-plan.output",
    "measures": "hidden-plan.vouchers",
    "observations": "hidden-company.revenue.2024",
}
LONG = "Reach a level of open and trustworthy intelligent computing that serves the whole delta, in all counties, " * 4


def build() -> None:
    """Write the world and publish it as one revision."""
    with editing(actor="tests", comment="The world."):
        for part in (_sources, _vocabulary, _jurisdictions, _companies, _institutions, _rankings, _plans, _targets, _measures, _observations):
            part()


def ground() -> None:
    """The least that a plan stands on."""
    Source.objects.create(id="gazette", title="Gazette", language="en", kind="official")
    Jurisdiction.objects.create(id="china", name_en="China", level="country")
    Jurisdiction.objects.create(id="hangzhou", name_en="Hangzhou", level="city", parent_id="china")


def topic(id_: str, **fields: Any) -> Any:
    """A topic, which stands on nothing."""
    return Topic.objects.create(id=id_, **{"name_en": id_.title(), "definition": "What is about it.", **fields})


def fact(model: type[Any], id_: str | None = None, /, *, sources: tuple[str, ...] = ("gazette",), **fields: Any) -> Any:
    """A sourced row with its many-to-many links."""
    links = {field.name: fields.pop(field.name) for field in model._meta.many_to_many if field.name in fields}
    row = model.objects.create(**fields) if id_ is None else model.objects.create(id=id_, **fields)
    for name, linked in {"sources": sources, **links}.items():
        getattr(row, name).set(linked)
    return row


def plan(id_: str, *, events: dict[str, str] | None = None, **fields: Any) -> Any:
    """A plan with its events, one of a kind."""
    row = fact(Plan, id_, **{"name_en": id_, "jurisdiction_id": "hangzhou", "kind": "action_plan", "status": "issued", **fields})
    for kind, date in (events or {}).items():
        PlanEvent.objects.create(plan=row, kind=kind, date=date)
    return row


def _sources() -> None:
    def source(id_: str, **fields: Any) -> None:
        Source.objects.create(id=id_, **{"title": f"On {id_}", "language": "en", "kind": "news", **fields})

    source("gazette", title="杭州市人民政府公报, 第7期", language="zh", kind="official", published_on="2025-03-05", publisher="Hangzhou, the city")
    source(
        "daily", title="Daily 100% growth_rate", published_on="2025-03", retrieved_on="2025-06-30", publisher="Daily", url="https://daily.test/?a=1,2"
    )
    source("yearbook", kind="reference", published_on="2024", publisher="Daily", title_is_description=True)
    source("blog", kind="blog", original_id="daily", note="Copies *all* of it.", publisher="100% Blog")
    source("wire", kind="state_media", published_on="2025-02-28", retrieved_on="2025", original_id="gazette", publisher="daily")
    source("thesis", kind="research", title=LONG.strip()[:480], language="de", url="https://example.test/" + "long/" * 150)
    source("annual", kind="company", published_on="2024-12-31", publisher="Äther & Söhne", title="ÄTHER report")
    for number in range(1, 9):
        source(f"notice-{number}", published_on=f"2025-0{number}", publisher="Daily" if number % 2 else None)


def _vocabulary() -> None:
    for code, dimension, base, factor in (
        ("CNY", "money", None, None),
        ("USD", "money", None, None),
        ("EUR", "money", None, None),
        ("EFLOPS", "computing", None, None),
        ("PFLOPS", "computing", "EFLOPS", "0.001"),
        ("count", "number", None, None),
        ("percent", "share", None, None),
    ):
        Unit.objects.create(code=code, name_en=code, dimension=dimension, base_id=base, factor=factor)
    ExchangeRate.objects.create(currency_id="USD", year=2024, yuan="7.1217", source_id="yearbook")
    ExchangeRate.objects.create(currency_id="USD", year=2025, yuan="7.2", source_id="yearbook")

    topic("technology")
    topic("compute", name_zh="算力", parent_id="technology", aliases=["Computing power", "AI+ compute, shared", "50% compute", "compute_power"])
    topic(
        "embodied",
        name_en="Embodied intelligence",
        name_zh="具身智能",
        parent_id="technology",
        aliases=["tailored intelligent technology", "Compute"],
    )
    topic("data", name_en="Data*", name_zh="数据", aliases=["Big Data", "big data, open"])
    topic("talent", definition=LONG.strip()[:590])

    def indicator(id_: str, en: str, **fields: Any) -> None:
        Indicator.objects.create(id=id_, **{"name_en": en, "definition": f"All {en.lower()} of the place.", **fields})

    indicator("computing-capacity", "Computing capacity", name_zh="智能算力规模", unit_id="EFLOPS", higher_is_better=True, aliases=["算力"])
    indicator("industry-output", "Industry output", name_zh="产业规模", unit_id="CNY", higher_is_better=True)
    indicator("companies", "Companies", unit_id="count", aliases=["firms", "enterprises, all"])
    indicator("energy-intensity", "Energy intensity", unit_id="percent", higher_is_better=False)
    indicator("standing", "Standing", name_zh="地位")


def _jurisdictions() -> None:
    for id_, level, parent, zh, more in (
        ("china", "country", None, "中国", {"iso_code": "CN", "gb_code": "100000", "aliases": ["PRC"]}),
        ("brazil", "country", None, None, {"iso_code": "BR", "latitude": "-15.7939", "longitude": "-47.8828"}),
        ("zhejiang", "province", "china", "浙江省", {"iso_code": "CN-ZJ", "gb_code": "330000"}),
        ("hangzhou", "city", "zhejiang", "杭州市", {"gb_code": "330100", "latitude": "30.2741", "longitude": "120.1551", "aliases": ["Hangchow"]}),
        ("ningbo", "city", "zhejiang", "宁波市", {"gb_code": "330200", "latitude": "29.8683", "longitude": "121.544"}),
        ("binjiang", "district", "hangzhou", "滨江区", {"note": "A district, 100% urban_area."}),
        ("binjiang-high-tech", "zone", "binjiang", None, {}),
        ("guangdong", "province", "china", "广东省", {"iso_code": "CN-GD", "gb_code": "440000"}),
        ("shenzhen", "city", "guangdong", "深圳市", {"latitude": "22.5431", "longitude": "114.0579", "aliases": ["Shen-zhen", "SZ, Guangdong"]}),
        ("beijing", "municipality", "china", "北京市", {"iso_code": "CN-BJ", "latitude": "39.9042", "longitude": "116.4074", "aliases": ["Peking"]}),
        ("haidian", "district", "beijing", "海淀区", {}),
    ):
        Jurisdiction.objects.create(id=id_, name_en=id_.replace("-", " ").title(), name_zh=zh, level=level, parent_id=parent, **more)


def _companies() -> None:
    def company(id_: str, **fields: Any) -> None:
        fact(Company, id_, **{"name_en": id_.title(), **fields})

    company("hidden-company", name_en="Hidden Company", name_zh="隐藏公司", is_published=False)
    company("unitree", name_zh="宇树科技", headquarters_id="binjiang", founded="2016-08-26", topics=["embodied"], aliases=["Yushu", "Unitree, Inc."])
    company("alibaba", headquarters_id="hangzhou", founded="1999", topics=["compute", "data"], sources=("daily", "annual"), website="https://a.test")
    company("antgroup", headquarters_id="hangzhou", founded="2014-10", parent_id="alibaba", reliability="confirmed")
    company("orphan", name_en="Orphan", parent_id="hidden-company", status="acquired", founded="2014-10")
    company("deeproute", headquarters_id="shenzhen", status="dissolved", contradicts=["unitree", "hidden-company"])
    company("baidu", headquarters_id="haidian", founded="2000-01-18", contradicts=["hidden-company"], note="Line one.\nLine_two 100%.")
    for id_, company_id, released, license_, more in (
        ("qwen-3", "alibaba", "2025-04-29", "open_source", {"family": "Qwen", "aliases": ["千问3"]}),
        ("qwen-2", "alibaba", "2024-06", "open_weights", {"family": "Qwen", "announced": "2024"}),
        ("qwen-image", "alibaba", None, "open_source", {"kind": "image, video model", "family": "qwen"}),
        ("unitree-g1", "unitree", "2024", None, {"kind": "humanoid_robot", "announced": "2024-05-13", "contradicts": ["qwen-2"]}),
        ("hidden-model", "baidu", "2025", "proprietary", {"is_published": False, "family": "Hidden"}),
        ("hidden-company-model", "hidden-company", "2025", "proprietary", {"family": "Hidden"}),
    ):
        row = {"name_en": id_.title(), "kind": "foundation_model", "company_id": company_id, "released": released, "license": license_}
        fact(Product, id_, **row | more)
    for company_id, place, kind, more in (
        ("unitree", "hangzhou", "headquarters", {"since": "2016"}),
        ("alibaba", "shenzhen", "laboratory", {"name": "Alibaba, Shenzhen lab", "since": "2020-02", "until": "2024-02-29"}),
        ("baidu", "brazil", "operations", {"is_published": False, "name": "Hidden operations"}),
        ("hidden-company", "ningbo", "headquarters", {}),
    ):
        fact(Presence, company_id=company_id, jurisdiction_id=place, kind=kind, **more)
    Listing.objects.create(company_id="alibaba", exchange="HKEX", ticker="9988", date="2019-11-26")
    Listing.objects.create(company_id="unitree", exchange="SSE", stage="filed", date="2025")


def _institutions() -> None:
    def institution(id_: str, kind: str, place: str, **fields: Any) -> None:
        fact(Institution, id_, name_en=id_.replace("-", " ").title(), kind=kind, jurisdiction_id=place, **fields)

    institution("hidden-bureau", "government_agency", "hangzhou", is_published=False, name_zh="隐藏局")
    institution("hangzhou-government", "government_agency", "hangzhou", name_zh="杭州市人民政府", sources=("gazette", "wire"))
    institution(
        "zhejiang-lab", "laboratory", "zhejiang", established="2017-09-06", summary="A laboratory, of the_province: 100%.", aliases=["之江实验室"]
    )
    institution("lab-centre", "platform", "hangzhou", parent_id="zhejiang-lab", established="2017-09", website="https://lab.test/a,b")
    institution(
        "damo", "research_institute", "hangzhou", company_id="alibaba", established="2017", reliability="disputed", note="Said to be in Yuhang."
    )
    institution("office-of-bureau", "government_agency", "binjiang", parent_id="hidden-bureau", established="2017-09-30")
    institution("company-lab", "laboratory", "ningbo", company_id="hidden-company", contradicts=["hidden-bureau"])
    institution("nanshan-park", "park", "shenzhen", contradicts=["damo"])


def _rankings() -> None:
    fact(Ranking, "hidden-ranking", name_en="Hidden ranking", year=2025, is_published=False)
    fact(
        Ranking, "city-ranking-2025", name_en="Cities of AI, 2025", name_zh="人工智能城市", year=2025, publisher="Daily, the", aliases=["Top_10 100%"]
    )
    fact(Ranking, "city-ranking-2024", name_en="Cities of AI, 2024", year=2024, publisher="Daily", contradicts=["city-ranking-2025"])
    fact(Ranking, "company-ranking-2024", name_en="Companies of AI", year=2024, reliability="retracted", contradicts=["hidden-ranking"])
    for ranking, rank, jurisdiction, company, score in (
        ("city-ranking-2025", 1, "beijing", None, "98.5"),
        ("city-ranking-2025", 2, "shenzhen", None, None),
        ("city-ranking-2025", 2, "hangzhou", None, "91.25"),
        ("city-ranking-2024", 1, "hangzhou", None, None),
        ("company-ranking-2024", 1, None, "alibaba", "0.0001"),
        ("hidden-ranking", 1, "ningbo", None, None),
    ):
        strengths: Any = ["算力", "data, open"] if score else []
        RankingEntry.objects.create(ranking_id=ranking, rank=rank, jurisdiction_id=jurisdiction, company_id=company, score=score, strengths=strengths)


def _plans() -> None:
    plan("hidden-plan", name_en="Hidden plan", name_zh="隐藏计划", is_published=False, events={"published": "2025-01-01"})
    plan("china-ai-plus", jurisdiction_id="china", kind="opinions", name_zh="关于深入实施人工智能+行动的意见", events={"published": "2025-08-26"})
    plan("hidden-draft", name_en="A draft", status="draft_for_comment", topics=["compute"], is_published=False)
    draft = {"consultation_opened": "2024-11-30", "consultation_closed": "2024-12"}
    plan("hangzhou-draft", status="draft_for_comment", name_en="Hangzhou AI plan, draft", topics=["compute", "data"], events=draft)
    plan(
        "hangzhou-2025",
        name_en="Hangzhou AI plan, 2025 edition",
        name_zh="杭州市加快建设人工智能创新高地实施方案(2025年版)",
        aliases=["Highland plan", "100% AI_plan, Hangzhou"],
        issuers=["hangzhou-government", "hidden-bureau"],
        companies=["alibaba", "unitree"],
        kind="implementation_plan",
        document_number="杭政函〔2025〕65号",
        period_start="2025",
        period_end="2027",
        topics=["compute", "data", "talent"],
        sources=("gazette", "daily"),
        reliability="confirmed",
        summary="It pays for compute, data and talent: 30% of the cost_basis.",
        events={"announced": "2025-01", "signed": "2025-07-01", "published": "2025-07-15", "effective": "2025-08-15"},
    )
    plan(
        "hangzhou-2023",
        status="superseded",
        issuers=["hangzhou-government"],
        period_start="2023-06",
        period_end="2025-12-31",
        events={"adopted": "2023-05-30", "published": "2023-06", "effective": "2023-06-30"},
        note="Superseded, so they say.",
    )
    plan("shenzhen-2024", jurisdiction_id="shenzhen", events={"published": "2024-02"}, issuers=["hidden-bureau"], companies=["hidden-company"])
    plan("shenzhen-2024-annex", jurisdiction_id="shenzhen", kind="notice", status="in_force", events={"effective": "2024-02-29"})
    plan("beijing-rules", jurisdiction_id="beijing", kind="regulation", status="expired", events={"published": "2020", "expired": "2024-06"})
    plan("beijing-embodied", jurisdiction_id="haidian", topics=["embodied"], events={"approved": "2025-02-28", "repealed": "2025-09-01"})
    plan("ningbo-planned", jurisdiction_id="ningbo", status="planned", events={"announced": "2025-03"}, name_zh="宁波计划")
    plan("ningbo-withdrawn", jurisdiction_id="ningbo", status="withdrawn", events={"published": "2024-01-01"}, contradicts=["hidden-plan"])
    plan("brazil-strategy", jurisdiction_id="brazil", kind="strategy", contradicts=["beijing-rules"], reliability="disputed", period_start="2024-02")
    plan("binjiang-opinions", jurisdiction_id="binjiang", kind="opinions", period_start="2024-02-29", events={"published": "2025-07"})
    for row, kind, other in (
        ("hangzhou-2025", "finalises", "hangzhou-draft"),
        ("hangzhou-2025", "replaces", "hangzhou-2023"),
        ("hangzhou-2025", "implements", "china-ai-plus"),
        ("beijing-embodied", "implements", "china-ai-plus"),
        ("shenzhen-2024-annex", "annex_of", "shenzhen-2024"),
        ("binjiang-opinions", "part_of", "hangzhou-2025"),
        ("brazil-strategy", "amends", "beijing-rules"),
        ("hidden-plan", "replaces", "shenzhen-2024"),
        ("ningbo-planned", "implements", "hidden-plan"),
    ):
        PlanRelation.objects.create(plan_id=row, kind=kind, other_id=other)


def _targets() -> None:
    def target(id_: str, **fields: Any) -> None:
        row = {"plan_id": id_.partition(".")[0], "statement": f"Reach {id_.partition('.')[2]}.", "comparator": "gte", "indicator_id": None}
        fact(Target, id_, **{**row, **fields})

    capacity, output = {"indicator_id": "computing-capacity"}, {"indicator_id": "industry-output", "unit_id": "CNY"}
    target("hidden-plan.output", value=1, due="2027", statement="Hidden target", **output)
    target("hangzhou-2025.hidden", value=2, due="2027", statement="Hidden target", is_published=False, **output)
    target("hangzhou-2025.compute-2025", value=45, unit_id="EFLOPS", due="2025-12", series="compute", topics=["compute"], **capacity)
    target("hangzhou-2025.compute-2026", value=50000, unit_id="PFLOPS", due="2026-02", series="compute", topics=["compute"], **capacity)
    target("hangzhou-2025.compute-2027", value="50.0001", unit_id="EFLOPS", due="2026-02-28", series="Compute", is_stretch=True, **capacity)
    target("hangzhou-2025.share", value=100, unit_id="percent", due="2027", basis="growth", per="year", scope="core industry, above-scale")
    target("hangzhou-2025.range", comparator="range", value="0.5", value_max=2, unit_id="USD", due="2027-12-31", scope="Core industry")
    target("hangzhou-2025.order", comparator="order_of_magnitude", value=100_000_000_000, value_text="千亿级", due="2027", topics=["data"], **output)
    target("hangzhou-2025.fall", comparator="lte", value=-3, unit_id="percent", indicator_id="energy-intensity", basis="increase", due="2026")
    target("hangzhou-2025.lead", comparator="qualitative", statement="Be in front, 100% and in all_fields.", indicator_id="standing")
    target("hangzhou-2025.mystery", comparator="undisclosed", value_text="数十", own_jurisdiction_id="binjiang", due="2027-06-30")
    target("hangzhou-draft.compute", value=40, unit_id="EFLOPS", due="2025-12-31", contradicts=["hangzhou-2025.compute-2025"], **capacity)
    target("hangzhou-2023.compute", value=30, unit_id="EFLOPS", due="2025", baseline_value="10.5", baseline_period="2022", **capacity)
    target("shenzhen-2024.output", value=200, due="2026-12", contradicts=["hidden-plan.output"], reliability="disputed", note="Gross.", **output)
    target("shenzhen-2024.firms", comparator="gt", value=10, unit_id="count", indicator_id="companies", due="2026-01", baseline_period="2023-12-31")
    target("shenzhen-2024.euro", comparator="approx", value=100, unit_id="EUR", basis="cumulative", due="2024-02-29", sources=("daily", "wire"))
    target("beijing-embodied.firms", comparator="eq", value=10, unit_id="count", indicator_id="companies", due="2027", topics=["embodied", "talent"])
    target("brazil-strategy.much", value="99999999999.9999", unit_id="count", basis="multiple", statement=LONG.strip()[:590])


def _measures() -> None:
    def measure(id_: str, instrument: str, **fields: Any) -> None:
        owner = id_.partition(".")[0]
        held = {"plan_id": owner} if Plan.objects.filter(pk=owner).exists() else {"own_jurisdiction_id": owner}
        fact(Measure, id_, instrument=instrument, **{"statement": f"Give {instrument}.", **held, **fields})

    def money(comparator: str, amount: object, currency: str) -> dict[str, Any]:
        return {"amount_comparator": comparator, "amount": amount, "currency_id": currency}

    measure("hidden-plan.vouchers", "voucher", statement="Hidden measure", **money("eq", 1, "CNY"))
    measure("hangzhou-2025.hidden", "fund", statement="Hidden measure", is_published=False)
    measure("hangzhou-2025.vouchers", "voucher", per="year", beneficiaries="Firms, all_sizes", topics=["compute"], **money("eq", 250_000_000, "CNY"))
    measure("hangzhou-2025.fund", "fund", topics=["compute", "talent"], **money("gte", 100_000_000_000, "CNY"))
    measure("hangzhou-2025.grant", "grant", **money("lte", "0.5", "USD"))
    measure("hangzhou-2023.vouchers", "voucher", per="year", **money("eq", 100_000_000, "CNY"), contradicts=["hidden-plan.vouchers"])
    measure("shenzhen-2024.training", "training", statement="Train 100% of the work_force.", beneficiaries="100%", reliability="disputed")
    measure("beijing-embodied.pilot", "pilot_zone", topics=["embodied"], contradicts=["hangzhou-2025.grant"])
    measure("ningbo.reward", "reward", per="project", **money("lte", 0, "CNY"), note="No plan is known.")
    measure("binjiang.subsidy", "subsidy", **money("approx", 250_000_000, "CNY"), sources=("daily",))
    for place, (condition, rate, cap) in enumerate((("in general", 30, 8_000_000), ("small firms, 50%", 50, None), (None, None, "0.5")), start=1):
        MeasureTerm.objects.create(measure_id="hangzhou-2025.vouchers", position=place, condition=condition, rate_percent=rate, cap_amount=cap)
    MeasureTerm.objects.create(measure_id="binjiang.subsidy", position=1, threshold="Founded after 2020", cap_per="year")


def _observations() -> None:
    def observation(id_: str, indicator: str, period: str, **fields: Any) -> None:
        row = {"kind": "reported", "comparator": "eq", "indicator_id": indicator, "period": period}
        fact(Observation, id_, **{**row, **fields})

    output = {"indicator": "industry-output", "unit_id": "CNY"}
    observation("hidden-company.revenue.2024", period="2024", company_id="hidden-company", value=5, note="Hidden", **output)
    observation("hangzhou.hidden.2024", period="2024", jurisdiction_id="hangzhou", value=6, note="Hidden", is_published=False, **output)
    observation("hangzhou.output.2024", period="2024", jurisdiction_id="hangzhou", value=390, stated_on="2025-02", scope="core industry", **output)
    observation("hangzhou.output.2024-h1", period="2024-01/2024-06", jurisdiction_id="hangzhou", value=390, stated_on="2024-07-15", **output)
    observation("hangzhou.output.2030", period="2025/2030", jurisdiction_id="hangzhou", value=1000, kind="forecast", stated_on="2025", **output)
    observation("binjiang.firms.2025-02", "companies", "2025-02", jurisdiction_id="binjiang", value=1200, unit_id="count", comparator="gt")
    observation("shenzhen.firms.2025", "companies", "2025-02-28", jurisdiction_id="shenzhen", value=1200, unit_id="count", kind="estimated")
    observation("alibaba.output.2024", period="2024-12-31", company_id="alibaba", value="0.0001", stated_on="2025-02-28", **output)
    observation("alibaba.compute.2025", "computing-capacity", "2025", company_id="alibaba", jurisdiction_id="hangzhou", value=9, unit_id="PFLOPS")
    observation("beijing.standing.2025", "standing", "2025-06", jurisdiction_id="beijing", comparator="qualitative", value_text="第一, 全国")
    observation(
        "brazil.energy.2024", "energy-intensity", "2024-02", jurisdiction_id="brazil", value="-1.5", unit_id="percent", per="year", basis="growth"
    )
    observation(
        "shenzhen.output.2024",
        period="2024",
        jurisdiction_id="shenzhen",
        value=390,
        reliability="disputed",
        contradicts=["hangzhou.output.2024", "hangzhou.hidden.2024"],
        sources=("daily", "wire"),
        note="Another scope: 100% of the value_chain.",
        **output,
    )
