"""The page on the data set counts what is shown, and says what is lacking."""

from __future__ import annotations

import pytest

from policies.description import describe
from tests import factories as make

pytestmark = pytest.mark.django_db


def rows() -> list[str]:
    return describe().splitlines()


def test_unpublished_facts_are_not_counted() -> None:
    make.plan("shown")
    make.plan("lead", is_published=False)

    assert "| plans | 1 | 0 % | 0 | 0 |" in rows()


def test_kinds_of_sources_are_counted_most_first() -> None:
    for id, kind in (("a", "news"), ("b", "official"), ("c", "official")):
        make.source(id, kind=kind)

    table = rows().index("| kind of source | sources | share |")

    assert rows()[table + 2 : table + 4] == ["| official | 2 | 67 % |", "| news | 1 | 33 % |"]


def test_draft_without_final_text_is_a_gap() -> None:
    make.plan("open", status="draft_for_comment")
    make.relation(make.plan("final"), "finalises", make.plan("closed", status="superseded"))

    assert "| final text of a draft | 1 of 2 | 50 % |" in rows()


def test_province_is_covered_by_a_plan_of_its_city() -> None:
    make.plan(jurisdiction=make.city(parent=make.province("hubei")))
    make.province("qinghai")

    assert "| any plan of a place of province level | 1 of 2 | 50 % |" in rows()


def test_plan_without_content_is_a_gap() -> None:
    make.target(make.plan("full"))
    make.plan("empty")

    assert "| target or measure of a plan | 1 of 2 | 50 % |" in rows()
