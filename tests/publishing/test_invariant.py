"""The invariant: after any writes by any paths the documents are what a fresh render gives, and their history is whole."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from publishing.models import Revision
from tests.publishing.invariant import History, check
from tests.publishing.writes import REFUSED, Write, blocks, make_world, writes

SETTINGS = settings(
    max_examples=12,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


class Writers(RuleBasedStateMachine):
    """Any writes, one after another, to a small world that has rows of every model."""

    editor: Client

    def __init__(self) -> None:
        super().__init__()
        _empty_all_tables()
        self.old = make_world()
        self.history: History = {}
        self.revisions = 1

    @rule(write=writes())
    def write(self, write: Write) -> None:
        self._do(write)

    @rule(block=blocks())
    def write_together(self, block: Write) -> None:
        self._do(block)
        assert Revision.objects.count() <= self.revisions + 1

    @invariant()
    def documents_are_as_rendered(self) -> None:
        history = check()
        assert self.history.items() <= history.items()
        self.history = history
        self.revisions = Revision.objects.count()

    @invariant()
    def nothing_is_pending(self) -> None:
        pending = connection.pending  # type: ignore[attr-defined]  # added by publishing.backends
        assert not pending
        assert not connection.in_atomic_block
        assert (pending.actor, pending.comment, pending.revision) == (None, None, None)

    def _do(self, write: Write) -> None:
        with suppress(*REFUSED):
            write(self.editor, self.old)


def test_documents_are_what_a_fresh_render_gives_after_any_writes(transactional_db):
    class WritersWithEditor(Writers):
        editor = Client(raise_request_exception=True)

    WritersWithEditor.editor.force_login(get_user_model().objects.create_superuser("editor"))

    run_state_machine_as_test(WritersWithEditor, settings=SETTINGS)


def _empty_all_tables() -> None:
    tables = [model._meta.db_table for model in _models()]
    with transaction.atomic(), connection.cursor() as cursor:
        # Foreign keys are checked at the end.
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')


def _models() -> list[Any]:
    ours = ("publishing", "reference", "cities", "companies", "policies")
    return [model for name in ours for model in apps.get_app_config(name).get_models(include_auto_created=True) if not model._meta.proxy]
