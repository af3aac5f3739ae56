"""Two writers at once, step by step: whoever commits last, no document is left stale.

On PostgreSQL the second writes while the first has written and not yet committed; on SQLite it waits for the first to begin with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cities.models import Jurisdiction
from policies.models import Plan, PlanEvent, Target
from publishing.models import Revision
from reference.models import Topic
from tests import factories as make
from tests.publishing.invariant import check

pytestmark = pytest.mark.django_db(transaction=True)


class Writer:
    """A thread with a connection of its own, that does as it is told."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._transaction = transaction.atomic()

    def start(self, step: Callable[[], Any]) -> Future[Any]:
        return self._thread.submit(step)

    def begin(self) -> None:
        self._transaction.__enter__()

    def commit(self) -> None:
        self._transaction.__exit__(None, None, None)

    def leave(self) -> None:
        self.start(connection.close).result()
        self._thread.shutdown()


@pytest.fixture
def writers() -> Iterator[tuple[Writer, Writer]]:
    both = Writer(), Writer()
    yield both
    for writer in both:
        writer.leave()


@pytest.fixture(params=["one-commits-first", "other-commits-first"])
def at_once(request, writers):
    """Run two writes at once, each in a transaction, and return what became of each: an exception or None."""

    def run(one: Callable[[], Any], other: Callable[[], Any]) -> list[BaseException | None]:
        writes = [one, other] if request.param == "one-commits-first" else [other, one]
        first, second = writers
        first.start(first.begin).result()
        first.start(writes[0]).result()
        steps = [second.start(step) for step in (second.begin, writes[1])]
        _wait_until_done_or_blocked(steps[-1])
        faults = [first.start(first.commit).exception(timeout=20)]
        faults.append(steps[-1].exception(timeout=20) or second.start(second.commit).exception(timeout=20))
        return faults if writes[0] is one else faults[::-1]

    return run


def test_renaming_a_city_while_a_plan_is_made_there(at_once):
    city = make.city()

    def rename():
        Jurisdiction.objects.filter(pk=city.pk).update(name_en="New name")

    assert at_once(rename, lambda: make.plan(jurisdiction=city)) == [None, None]
    check()


def test_moving_a_target_to_two_plans(at_once):
    target = make.target(make.plan("origin"))
    make.plan("one")
    make.plan("other")

    def move(plan: str):
        row = Target.objects.get(pk=target.pk)
        row.plan_id = plan
        return row.save

    assert at_once(move("one"), move("other")) == [None, None]
    check()


@pytest.mark.parametrize("path", ["update", "upsert"])
def test_moving_a_target_in_bulk_while_it_is_moved(at_once, path):
    target = make.target(make.plan("origin"))
    make.plan("one")
    make.plan("other")
    target.plan_id = "one"

    def upsert():
        Target.objects.bulk_create([target], update_conflicts=True, unique_fields=["id"], update_fields=["plan"])

    def update():
        Target.objects.filter(pk=target.pk).update(plan="one")

    assert at_once({"update": update, "upsert": upsert}[path], lambda: Target.objects.filter(pk=target.pk).update(plan="other")) == [None, None]
    check()


def test_deleting_a_target_while_it_is_moved(at_once):
    target = make.target(make.plan("origin"))
    make.plan("other")

    assert at_once(target.delete, lambda: Target.objects.filter(pk=target.pk).update(plan="other")) == [None, None]
    check()


def test_updating_rows_while_another_comes_under_the_same_query(at_once):
    make.plan("issued")
    make.plan("planned", status="planned")

    def announce():
        Plan.objects.filter(status="issued").update(summary="It was issued.")

    assert at_once(announce, lambda: Plan.objects.filter(pk="planned").update(status="issued")) == [None, None]
    check()


def test_taking_a_topic_from_all_plans_while_it_is_given_to_another(at_once):
    topic = make.topic()
    make.plan("one", topics=[topic])
    other = make.plan("other")

    assert at_once(lambda: topic.plans.clear(), lambda: other.topics.add(topic)) == [None, None]
    check()


def test_deleting_a_topic_while_it_is_given_to_a_plan(at_once):
    topic = make.topic()
    plan = make.plan()

    faults = at_once(lambda: Topic.objects.filter(pk=topic.pk).delete(), lambda: plan.topics.add(topic))

    assert [type(fault) for fault in faults if fault] == [IntegrityError] or Topic.objects.filter(pk=topic.pk).exists()
    check()


def test_deleting_a_plan_while_another_contradicts_it(at_once):
    one, other = make.plan("one"), make.plan("other")

    at_once(one.delete, lambda: other.contradicts.add(one))

    check()


def test_unpublishing_a_plan_while_a_target_is_added(at_once):
    plan = make.plan()

    assert at_once(lambda: Plan.objects.update(is_published=False), lambda: make.target(plan)) == [None, None]
    check()


def test_moving_a_plan_to_another_city_while_a_target_is_added(at_once):
    plan = make.plan()
    make.target(plan, "earlier")
    city = make.city()

    assert at_once(lambda: Plan.objects.update(jurisdiction=city), lambda: make.target(plan)) == [None, None]
    check()


def test_editing_a_plan_while_an_event_that_dates_it_is_added(at_once):
    plan = make.plan()

    def add_event():
        PlanEvent.objects.create(plan=plan, kind="signed", date="2025-03")

    assert at_once(lambda: Plan.objects.update(summary="New summary."), add_event) == [None, None]
    check()


def test_editing_a_target_while_its_plan_moves_to_another_city(at_once):
    plan = make.plan()
    make.target(plan)
    city = make.city()

    def edit():
        Target.objects.update(statement="New statement.")

    assert at_once(edit, lambda: Plan.objects.update(jurisdiction=city)) == [None, None]
    check()


def test_each_of_two_writers_makes_one_revision(at_once):
    city, plan = make.city(), make.plan()
    before = Revision.objects.count()

    def rename(row):
        row.name_en = "New name"
        return row.save

    assert at_once(rename(city), rename(plan)) == [None, None]
    assert Revision.objects.count() == before + 2
    check()


def _wait_until_done_or_blocked(step: Future[Any]) -> None:
    for _ in range(100):
        if step.done() or _is_somebody_blocked():
            return
        time.sleep(0.02)


def _is_somebody_blocked() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
