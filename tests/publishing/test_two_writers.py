"""Two writers at once, step by step: whoever commits last, no document is left stale.

On PostgreSQL the second writes while the first has written and not yet committed; on SQLite it waits for the first to begin with.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import NoneType
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from cities.models import Jurisdiction
from policies.models import Plan, PlanEvent, Target
from publishing.models import Revision
from reference.models import Topic
from tests import factories as make
from tests.publishing.invariant import check

pytestmark = pytest.mark.django_db(transaction=True)

# Seconds after which a writer no longer waits for the other.
PATIENCE = 20


class Writer:
    """A thread with a connection of its own, in which a write waits for the word to commit."""

    def __init__(self, write: Callable[[], Any]) -> None:
        self.has_written = Event()
        self.may_commit = Event()
        self._thread = ThreadPoolExecutor(max_workers=1)
        self.done = self._thread.submit(self._run, write)

    def _run(self, write: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                write()
                self.has_written.set()
                self.may_commit.wait(PATIENCE)
        finally:
            connection.close()

    def fault(self) -> BaseException | None:
        """What became of it, once it has ended: an exception or None."""
        self._thread.shutdown()
        return self.done.exception()


@pytest.fixture(params=["one-commits-first", "other-commits-first"])
def at_once(request):
    """Run two writes at once, each in a transaction, and return what became of each."""

    def run(one: Callable[[], Any], other: Callable[[], Any]) -> list[BaseException | None]:
        writes = [one, other] if request.param == "one-commits-first" else [other, one]
        first = Writer(writes[0])
        first.has_written.wait(PATIENCE)
        second = Writer(writes[1])
        _wait_until(lambda: second.has_written.is_set() or second.done.done() or _is_somebody_blocked())
        first.may_commit.set()
        _wait_until(lambda: first.done.done() or _is_somebody_blocked())
        second.may_commit.set()
        faults = [first.fault(), second.fault()]
        return faults if writes[0] is one else faults[::-1]

    return run


def test_renaming_a_city_while_a_plan_is_made_there(at_once):
    city = make.city()
    source = make.source()

    def rename():
        Jurisdiction.objects.filter(pk=city.pk).update(name_en="New name")

    def make_plan():
        plan = Plan.objects.create(id="plan", name_en="Plan", jurisdiction=city, kind="action_plan", status="issued")
        plan.sources.add(source)

    assert at_once(rename, make_plan) == [None, None]
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

    assert at_once(announce, lambda: Plan.objects.update(status="issued")) == [None, None]
    check()


def test_taking_a_topic_from_all_plans_while_it_is_given_to_another(at_once):
    topic = make.topic()
    make.plan("one", topics=[topic])
    other = make.plan("other")

    assert at_once(topic.plans.clear, lambda: other.topics.add(topic)) == [None, None]
    check()


def test_deleting_a_topic_while_it_is_given_to_a_plan(at_once):
    topic = make.topic()
    plan = make.plan()

    faults = at_once(lambda: Topic.objects.filter(pk=topic.pk).delete(), lambda: plan.topics.add(topic))

    assert [type(fault) for fault in faults] in ([NoneType, IntegrityError], [ProtectedError, NoneType]), faults
    check()


def test_deleting_a_plan_while_another_contradicts_it(at_once):
    one, other = make.plan("one"), make.plan("other")

    at_once(one.delete, lambda: other.contradicts.add(one))

    check()


def test_unpublishing_a_plan_while_a_target_is_added(at_once):
    plan = make.plan()
    target = make.target(make.plan("origin"))

    assert at_once(lambda: Plan.objects.filter(pk=plan.pk).update(is_published=False), lambda: plan.targets.add(target)) == [None, None]
    check()


def test_moving_a_plan_to_another_city_while_a_target_is_added(at_once):
    plan = make.plan()
    target = make.target(make.plan("origin"))
    city = make.city()

    assert at_once(lambda: Plan.objects.filter(pk=plan.pk).update(jurisdiction=city), lambda: plan.targets.add(target)) == [None, None]
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


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def _is_somebody_blocked() -> bool:
    if connection.vendor != "postgresql":
        # All but the first writer.
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
