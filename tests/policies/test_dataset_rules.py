"""Each rule finds its planted fault, and passes the row that is right."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.dataset_rules import RULES
from policies.models import Target
from policies.stated_amounts import amounts, is_off_by_tens
from publishing.editing import editing
from tests import factories as make

pytestmark = pytest.mark.django_db

Plant = Callable[[], Any]


def found(rule: str) -> list[str]:
    return list(next(one for one in RULES if one.name == rule).find())


def percent() -> Any:
    return make.unit("percent", dimension="share")


def plan_with(*events: tuple[str, str], **columns: Any) -> Any:
    plan = make.plan(**columns)
    for kind, date in events:
        make.event(plan, kind, date)
    return plan


def money(value: str, text: str) -> Any:
    return make.observation(unit=make.currency(), value=Decimal(value), value_text=text)


def contradicting(**columns: Any) -> Any:
    return make.observation("two", value=2, contradicts=[make.observation("one", **columns)])


# A rule, the id that it finds or None, and what to plant.
CASES: list[tuple[str, str | None, Plant]] = [
    ("unsourced-fact", "plan", lambda: make.plan(sources=[], is_published=False)),
    ("unsourced-fact", None, make.plan),
    ("source-of-unknown-origin", "source", make.source),
    ("source-of-unknown-origin", None, lambda: make.source(publisher="Xinhua")),
    ("source-without-publisher", "source", lambda: make.source(published_on="2025")),
    ("source-without-publisher", None, lambda: make.source(published_on="2025", publisher="Xinhua")),
    ("source-without-date", "source", lambda: make.source(publisher="Xinhua")),
    ("source-without-date", None, lambda: make.source(published_on="2025", publisher="Xinhua")),
    ("source-without-address", "source", make.source),
    ("source-without-address", None, lambda: make.source(url="https://a.cn")),
    ("sources-with-one-address", "a and b", lambda: (make.source("a", url="https://a.cn/x"), make.source("b", url="http://www.a.cn/x/"))),
    ("sources-with-one-address", None, lambda: (make.source("a", url="https://a.cn/x"), make.source("b", url="https://a.cn/y"))),
    ("official-source-elsewhere", "source", lambda: make.source(kind="official", url="https://gov.cn.example.com/x")),
    ("official-source-elsewhere", None, lambda: make.source(kind="official", url="https://www.hangzhou.gov.cn/x")),
    ("source-date-order", "source", lambda: make.source(published_on="2025-05", retrieved_on="2025-04-30")),
    ("source-date-order", None, lambda: make.source(published_on="2025-05", retrieved_on="2025-05-01")),
    ("unused-source", "spare", lambda: make.source("spare")),
    ("unused-source", None, make.plan),
    ("due-before-issue", "plan.target", lambda: make.target(plan_with(("signed", "2025-03-05")), due="2025-02")),
    ("due-before-issue", None, lambda: make.target(plan_with(("signed", "2025-03-05")), due="2025")),
    ("period-order", "plan", lambda: plan_with(("signed", "2025-03-05"), period_end="2024")),
    ("period-order", None, lambda: plan_with(("signed", "2025-03-05"), period_start="2024", period_end="2025")),
    ("observation-stated-out-of-time", "observation", lambda: make.observation(period="2025", stated_on="2024")),
    ("observation-stated-out-of-time", "observation", lambda: make.observation(kind="forecast", period="2023", stated_on="2024-01")),
    ("observation-stated-out-of-time", None, lambda: make.observation(period="2025", stated_on="2025-06")),
    ("event-order", "plan", lambda: plan_with(("consultation_opened", "2025-03"), ("consultation_closed", "2025-02"))),
    ("event-order", "plan", lambda: plan_with(("signed", "2025-03-05"), ("effective", "2024-12-31"))),
    ("event-order", "plan", lambda: plan_with(("adopted", "2025-03-05"), ("effective", "2025-01-01"), kind="regulation")),
    ("event-order", None, lambda: plan_with(("signed", "2025-03-05"), ("effective", "2025-01-01"))),
    ("event-order", None, lambda: plan_with(("signed", "2025-03-05"), ("published", "2025-03"))),
    ("event-after-today", "plan", lambda: plan_with(("published", "2999-01-01"))),
    ("event-after-today", None, lambda: plan_with(("effective", "2999-01-01"))),
    ("status-against-dates", "plan", lambda: plan_with(("signed", "2025"), status="planned")),
    ("status-against-dates", "plan", lambda: plan_with(("signed", "2025"), status="in_force")),
    ("status-against-dates", "plan", lambda: plan_with(("effective", "2999"), status="in_force")),
    ("status-against-dates", "plan", lambda: plan_with(("signed", "2025"), ("expired", "2999"))),
    ("status-against-dates", "plan", lambda: plan_with(("signed", "2025"), status="expired")),
    ("status-against-dates", None, lambda: plan_with(("expired", "2999"), status="in_force")),
    ("status-against-dates", None, lambda: plan_with(("effective", "2020"), status="in_force")),
    ("status-overtaken", "plan", lambda: plan_with(("effective", "2020"))),
    ("status-overtaken", "plan", lambda: plan_with(("expired", "2020"), status="in_force")),
    ("status-overtaken", None, lambda: plan_with(("effective", "2999"))),
    ("draft-with-final", "draft", lambda: make.relation(make.plan("final"), "finalises", make.plan("draft", status="draft_for_comment"))),
    ("draft-with-final", None, lambda: make.relation(make.plan("final"), "finalises", make.plan("draft", status="superseded"))),
    (
        "final-without-finalises",
        "draft and final",
        lambda: (make.plan("final", name_zh="行动计划"), make.plan("draft", name_zh="行动计划（征求意见稿）")),
    ),
    (
        "final-without-finalises",
        None,
        lambda: make.relation(make.plan("final", name_zh="行动计划"), "finalises", make.plan("draft", name_zh="行动计划（征求意见稿）")),
    ),
    ("superseded-by-unknown", "plan", lambda: make.plan(status="superseded")),
    ("superseded-by-unknown", None, make.plan),
    (
        "unit-unfit-for-indicator",
        "observation",
        lambda: make.observation(unit=make.currency(), indicator=make.indicator(unit=percent())),
    ),
    (
        "unit-unfit-for-indicator",
        None,
        lambda: make.observation(unit=percent(), basis="growth", indicator=make.indicator(unit=make.currency())),
    ),
    ("share-over-whole", "observation", lambda: make.observation(unit=percent(), value=101)),
    ("share-over-whole", "plan.measure", lambda: make.term(make.measure(make.plan()), rate_percent=300)),
    ("share-over-whole", None, lambda: make.observation(unit=percent(), value=101, basis="growth")),
    ("implausible-figure", "observation", lambda: make.observation(unit=make.currency(), value=10**14 * 9)),
    ("implausible-figure", "row-5", lambda: [make.observation(f"row-{year}", period=f"202{year}", value=10 ** (year // 5 * 4)) for year in range(6)]),
    ("implausible-figure", None, lambda: [make.observation(f"row-{year}", period=f"202{year}", value=10 ** (year // 5 * 3)) for year in range(6)]),
    ("figure-off-its-text", "observation", lambda: money("1e12", "千亿级")),
    ("figure-off-its-text", "plan.target", lambda: make.target(make.plan(), unit=make.currency(), value=10**7, statement="Reach 1 billion yuan.")),
    ("figure-off-its-text", None, lambda: money("1.5e11", "超1500亿元")),
    ("text-of-another-figure", "observation", lambda: make.observation(value=10, value_text="百亿级")),
    ("text-of-another-figure", None, lambda: make.observation(value=23000, value_text="2.3万")),
    ("unlike-observations-of-one-thing", "one and two", lambda: (make.observation("one"), make.observation("two", value=2))),
    ("unlike-observations-of-one-thing", None, lambda: (make.observation("one"), make.observation("two", value=2, scope="core"))),
    ("unlike-observations-of-one-thing", None, contradicting),
    (
        "unlike-targets-of-one-plan",
        "plan.one and plan.two",
        lambda: [
            make.target(plan, name, value=value, indicator=make.indicator()) for plan in [make.plan()] for name, value in (("one", 1), ("two", 2))
        ],
    ),
    (
        "unlike-targets-of-one-plan",
        None,
        lambda: [
            make.target(plan, str(year), value=year, due=str(year), indicator=make.indicator()) for plan in [make.plan()] for year in (2025, 2026)
        ],
    ),
    ("undecided-contradiction", "one and two", contradicting),
    ("undecided-contradiction", None, lambda: contradicting(reliability="disputed")),
    ("confirmed-by-one", "plan", lambda: make.plan(reliability="confirmed")),
    (
        "confirmed-by-one",
        "plan",
        lambda: [make.plan(reliability="confirmed", sources=[text, make.source("copy", original=text)]) for text in [make.source("text")]],
    ),
    ("confirmed-by-one", None, lambda: make.plan(reliability="confirmed", sources=[make.source("one"), make.source("two")])),
    ("doubt-without-note", "plan", lambda: make.plan(reliability="disputed")),
    ("doubt-without-note", None, lambda: make.plan(reliability="disputed", note="A better source says otherwise.")),
    (
        "headquarters-elsewhere",
        "company",
        lambda: make.presence(make.company(headquarters=make.city("a")), kind="headquarters", jurisdiction=make.city("b")),
    ),
    ("headquarters-elsewhere", None, lambda: make.presence(make.company(headquarters=make.city()), kind="headquarters")),
    (
        "near-duplicate",
        "a and b",
        lambda: (make.company("a", name_en="Zhipu AI Technology Co"), make.company("b", name_en="Zhipu-AI Technology Co.")),
    ),
    ("near-duplicate", "a and b", lambda: (make.company("a", name_en="Zhipu", name_zh="智谱"), make.company("b", name_en="Z.ai", name_zh="智谱"))),
    ("near-duplicate", None, lambda: (make.company("a", name_en="Yearly Report on AI 2024"), make.company("b", name_en="Yearly Report on AI 2025"))),
    ("alias-of-another", "b", lambda: (make.company("a", name_en="Zhipu"), make.company("b", aliases=["zhipu"]))),
    ("alias-of-another", None, lambda: (make.company("a", name_en="Zhipu"), make.company("b", aliases=["Z.ai"]))),
    (
        "alias-of-another",
        None,
        lambda: (make.city("a", name_en="Suzhou"), make.city("b", name_en="Suzhou, Anhui", aliases=["Suzhou"], parent=make.province())),
    ),
    (
        "near-duplicate",
        None,
        lambda: [
            make.city(code, name_en=name, gb_code=code) for code, name in (("522300", "Qianxinan Prefecture"), ("522700", "Qiannan Prefecture"))
        ],
    ),
    ("latin-name-zh", "company", lambda: make.company(name_zh="OPPO")),
    ("latin-name-zh", None, lambda: make.company(name_zh="OPPO广东移动通信")),
    ("long-statement", "plan.target", lambda: make.target(make.plan(), statement="a" * 301)),
    ("long-statement", None, lambda: make.target(make.plan(), statement="a" * 300)),
    ("long-sentence", "plan", lambda: make.plan(summary="a" * 301)),
    ("long-sentence", None, lambda: make.plan(summary=f"{'a' * 200}. {'b' * 200}.")),
    ("unused-topic", "topic", make.topic),
    ("unused-topic", None, lambda: make.plan(topics=[make.topic("child", parent=make.topic())])),
    ("unused-indicator", "indicator", make.indicator),
    ("unused-indicator", None, make.observation),
    ("unused-unit", "count", make.unit),
    ("unused-unit", None, make.observation),
    ("unused-instrument", "loan_interest", make.plan),
]


@pytest.mark.parametrize(("rule", "finds", "plant"), CASES, ids=[f"{rule}:{finds}" for rule, finds, _ in CASES])
def test_rule(rule: str, finds: str | None, plant: Plant) -> None:
    with editing():
        plant()
    assert (finds in found(rule)) if rule == "unused-instrument" else (found(rule) == ([finds] if finds else []))


def test_target_with_anothers_id() -> None:
    with editing():
        make.target(make.plan())
        Target.objects.filter(pk="plan.target").update(plan=make.plan("other"))
    assert found("id-of-another-owner") == ["plan.target"]


def test_instrument_in_use() -> None:
    make.measure(make.plan(), instrument="voucher")
    assert "voucher" not in found("unused-instrument")


def test_every_rule_is_tested() -> None:
    assert {rule.name for rule in RULES} - {rule for rule, *_ in CASES} == {"id-of-another-owner"}


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_queries_do_not_grow_with_rows(rule: Any) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            for _ in rule.find():
                pass
        return len(queries)

    def grow(name: str) -> None:
        plan = make.plan(f"plan-{name}", period_end="2030")
        make.event(plan)
        make.target(plan, indicator=make.indicator(unit=make.unit()), value_text="5万")
        make.measure(plan, amount=5, amount_comparator="eq", currency=make.currency())
        make.observation(f"observation-{name}", period=f"20{name}", value_text="5万")
        make.presence(make.company(f"company-{name}", headquarters=make.city()), kind="headquarters")

    with editing():
        grow("21")
    before = count()
    with editing():
        grow("22")
        grow("23")
    assert count() == before


def test_command_fails_on_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    make.plan(reliability="disputed", sources=[make.source(publisher="Xinhua", published_on="2025")])
    with pytest.raises(CommandError, match=r"^\d+ rules: 1 wrong, \d+ gaps\.$"):
        call_command("check_dataset")
    assert capsys.readouterr().out.startswith("gap: ")


def test_command_passes_gaps_and_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    make.plan(sources=[make.source(publisher="Xinhua")])
    call_command("check_dataset", "--gaps")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["gap: source-without-date: 1. It is not known when the source was published.", "    source"]
    assert lines[-1].split(": ")[1].startswith("0 wrong, ")


def test_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_dataset", "--format", "markdown")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "| rule | grade | found | reason |",
        "| --- | --- | ---: | --- |",
        "| unsourced-fact | wrong | 0 | Each fact rests on a source. |",
    ]


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("超1.5万亿元", ["1.5e12"]),
        ("千亿级", ["1e11"]),
        ("十五亿", ["1.5e9"]),
        ("五十万", ["5e5"]),
        ("3.6 billion", ["3.6e9", "3.6"]),
        ("hundred-billion-yuan class", ["1e11"]),
        ("six million", ["6e6"]),
        ("2,000家", ["2000"]),
        ("数十", []),
    ],
)
def test_stated_amounts(text: str, stated: list[str]) -> None:
    assert [Decimal(number) for number in stated][:1] == amounts(text)[:1]


def test_off_by_tens_only_if_nothing_else_is_stated() -> None:
    assert is_off_by_tens(Decimal(10**9), "100 million yuan")
    assert not is_off_by_tens(Decimal(10**9), "1 billion yuan, from 100 million")
    assert not is_off_by_tens(Decimal(3 * 10**9), "100 million yuan")
