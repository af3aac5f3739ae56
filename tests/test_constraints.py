"""What the database itself refuses, whatever the path: each constraint with the least change to a row in order that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from cities.models import Jurisdiction
from publishing.rows import Row
from tests import factories as make
from tests.every_path import BY_ALL, Refuses, on_every_path, on_every_path_to_the_database

pytestmark = pytest.mark.django_db

Break = tuple[Callable[[], Any], dict[str, Any]]


def _child() -> Jurisdiction:
    return make.province(latitude=30, longitude=120)


def _second_entry(**ranked: Callable[[], Any]) -> Callable[[], Any]:
    """A second place in a ranking, beside one of the same jurisdiction or company."""

    def entry() -> Any:
        ranking = make.ranking()
        make.entry(ranking, 1, **{name: one() for name, one in ranked.items()})
        return make.entry(ranking, 2, jurisdiction=make.city("second"))

    return entry


def _second_presence(name: str | None) -> Callable[[], Any]:
    def presence() -> Any:
        company = make.company()
        make.presence(company, kind="office", name=name)
        return make.presence(company, kind="factory", name=name)

    return presence


def _second(first: Callable[[Any], Any], second: Callable[[Any], Any], owner: Callable[[], Any]) -> Callable[[], Any]:
    def row() -> Any:
        of = owner()
        first(of)
        return second(of)

    return row


def _fact(name: str, make_fact: Callable[..., Any]) -> dict[str, Break]:
    """What all quantities share."""
    return {
        f"{name}_reliability_is_known": (make_fact, {"reliability": "certain"}),
        f"{name}_value_fits_comparator": (make_fact, {"comparator": "qualitative"}),
        f"{name}_range_has_upper_bound": (make_fact, {"comparator": "range"}),
        f"{name}_value_has_unit": (make_fact, {"unit": None}),
        f"{name}_comparator_is_known": (make_fact, {"comparator": "about"}),
        f"{name}_basis_is_known": (make_fact, {"basis": "total"}),
        f"{name}_per_is_known": (make_fact, {"per": "decade"}),
        f"{name}_normalized_is_whole": (make_fact, {"normalized_value": 1, "normalized_unit": None}),
    }


BREAKS: dict[str, Break] = {
    "source_kind_is_known": (make.source, {"kind": "rumour"}),
    "source_is_not_its_own_original": (make.source, {"original_id": "source"}),
    "topic_is_not_its_own_parent": (make.topic, {"parent_id": "topic"}),
    "unit_base_with_factor": (make.unit, {"factor": 2}),
    "exchange_rate_one_a_year": (
        _second(lambda of: make.rate(of, 2024, "7"), lambda of: make.rate(of, 2025, "7"), lambda: make.currency("USD")),
        {"year": 2024},
    ),
    "exchange_rate_is_positive": (lambda: make.rate(make.currency("USD"), 2024, "7"), {"yuan": 0}),
    "jurisdiction_level_is_known": (_child, {"level": "village"}),
    "jurisdiction_position_is_on_earth": (_child, {"latitude": None}),
    "jurisdiction_all_but_countries_have_parent": (_child, {"parent": None}),
    "institution_reliability_is_known": (make.institution, {"reliability": "certain"}),
    "institution_kind_is_known": (make.institution, {"kind": "club"}),
    "institution_is_not_its_own_parent": (make.institution, {"parent_id": "institution"}),
    "ranking_reliability_is_known": (make.ranking, {"reliability": "certain"}),
    "ranking_entry_ranks_one": (lambda: make.entry(make.ranking()), {"jurisdiction": None}),
    "ranking_entry_rank_from_one": (lambda: make.entry(make.ranking()), {"rank": 0}),
    "ranking_entry_jurisdiction_once": (_second_entry(jurisdiction=make.city), {"jurisdiction_id": "city"}),
    "ranking_entry_company_once": (_second_entry(company=make.company), {"jurisdiction_id": None, "company_id": "company"}),
    "company_reliability_is_known": (make.company, {"reliability": "certain"}),
    "company_status_is_known": (make.company, {"status": "sleeping"}),
    "company_is_not_its_own_parent": (make.company, {"parent_id": "company"}),
    "listing_once_an_exchange": (_second(make.listing, lambda of: make.listing(of, "SSE"), make.company), {"exchange": "HKEX"}),
    "listing_stage_is_known": (lambda: make.listing(make.company()), {"stage": "rumoured"}),
    "presence_reliability_is_known": (lambda: make.presence(make.company()), {"reliability": "certain"}),
    "presence_once": (_second_presence("Lab"), {"kind": "office"}),
    "presence_unnamed_once": (_second_presence(None), {"kind": "office"}),
    "presence_kind_is_known": (lambda: make.presence(make.company()), {"kind": "desk"}),
    "presence_until_after_since": (lambda: make.presence(make.company()), {"since": "2025-03", "until": "2025-02"}),
    "product_reliability_is_known": (lambda: make.product(make.company()), {"reliability": "certain"}),
    "product_license_is_known": (lambda: make.product(make.company()), {"license": "free"}),
    "plan_reliability_is_known": (make.plan, {"reliability": "certain"}),
    "plan_kind_is_known": (make.plan, {"kind": "wish"}),
    "plan_status_is_known": (make.plan, {"status": "lost"}),
    "plan_period_ends_after_start": (make.plan, {"period_start": "2025", "period_end": "2024"}),
    "plan_event_once": (_second(make.event, lambda of: make.event(of, "published"), make.plan), {"kind": "signed"}),
    "plan_event_kind_is_known": (lambda: make.event(make.plan()), {"kind": "leaked"}),
    "plan_relation_once": (
        _second(
            lambda of: make.relation(of, "replaces", make.plan("old")),
            lambda of: make.relation(of, "implements", of.outgoing.get().other),
            make.plan,
        ),
        {"kind": "replaces"},
    ),
    "plan_relation_is_to_another": (lambda: make.relation(make.plan(), "replaces", make.plan("old")), {"other_id": "plan"}),
    "plan_relation_kind_is_known": (lambda: make.relation(make.plan(), "replaces", make.plan("old")), {"kind": "likes"}),
    **_fact("target", lambda: make.target(make.plan())),
    **_fact("observation", make.observation),
    "observation_has_subject": (make.observation, {"jurisdiction": None}),
    "observation_kind_is_known": (make.observation, {"kind": "guessed"}),
    "measure_reliability_is_known": (lambda: make.measure(make.plan()), {"reliability": "certain"}),
    "measure_of_plan_or_jurisdiction": (lambda: make.measure(make.plan()), {"plan": None}),
    "measure_amount_is_whole": (lambda: make.measure(make.plan()), {"amount": 5}),
    "measure_amount_is_not_negative": (
        lambda: make.measure(make.plan(), amount=5, amount_comparator="eq", currency=make.currency()),
        {"amount": -5},
    ),
    "measure_amount_comparator_is_known": (
        lambda: make.measure(make.plan(), amount=5, amount_comparator="eq", currency=make.currency()),
        {"amount_comparator": "about"},
    ),
    "measure_per_is_known": (lambda: make.measure(make.plan()), {"per": "decade"}),
    "measure_instrument_is_known": (lambda: make.measure(make.plan()), {"instrument": "prayer"}),
    "measure_term_position_once": (
        _second(make.term, lambda of: make.term(of, 2), lambda: make.measure(make.plan())),
        {"position": 1},
    ),
    "measure_term_rate_is_a_share": (lambda: make.term(make.measure(make.plan())), {"rate_percent": -1}),
    "measure_term_cap_is_not_negative": (lambda: make.term(make.measure(make.plan())), {"cap_amount": -1}),
    "measure_term_cap_per_is_known": (lambda: make.term(make.measure(make.plan())), {"cap_per": "decade"}),
    "measure_term_says_something": (lambda: make.term(make.measure(make.plan())), {"rate_percent": None}),
}
# Derived columns are not an editor's to get right.
DERIVED = {("target_normalized_is_whole", "full_clean"), ("observation_normalized_is_whole", "full_clean")}


@pytest.mark.parametrize(
    ("name", "path"),
    [(name, path) for name in BREAKS for path in ("full_clean", "update") if (name, path) not in DERIVED],
)
def test_row_that_breaks_a_constraint_is_refused(name: str, path: str) -> None:
    row, changes = BREAKS[name]

    assert BY_ALL[path](row(), **changes)


@on_every_path
@pytest.mark.parametrize("name", ["target_range_has_upper_bound", "measure_amount_is_whole", "ranking_entry_ranks_one"])
def test_no_path_gets_round_a_constraint(refuses: Refuses, name: str) -> None:
    row, changes = BREAKS[name]

    assert refuses(row(), **changes)


@on_every_path
@pytest.mark.parametrize(
    ("row", "changes"),
    [
        (make.plan, {"period_end": "2025-13"}),
        (make.plan, {"period_end": "2025/2026"}),
        (make.observation, {"period": "spring 2025"}),
        (make.observation, {"period": "2025/2026/2027"}),
    ],
)
def test_columns_keep_their_form_on_every_path(refuses: Refuses, row: Callable[[], Any], changes: dict[str, Any]) -> None:
    assert refuses(row(), **changes)


@on_every_path_to_the_database
def test_text_is_null_or_says_something(refuses: Refuses) -> None:
    assert refuses(make.plan(), summary="")


@pytest.mark.parametrize("id", ["Hangzhou", "hang_zhou", "-hangzhou", "hangzhou-", "hang--zhou", "hangzhou.", ".x", "杭州", "hang zhou", ""])
def test_id_is_a_slug(id: str) -> None:
    row = make.topic()
    row.pk = id

    assert BY_ALL["bulk_create"](row)


def test_every_constraint_is_tried() -> None:
    rows = (model for model in apps.get_models() if issubclass(model, Row) and not model._meta.proxy)

    assert BREAKS.keys() == {constraint.name for model in rows for constraint in model._meta.constraints}
