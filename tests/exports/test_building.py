"""Building exports: whole or not at all, once a revision, and from one to the next by what changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from publishing.caching import State
from publishing.editing import editing
from publishing.exports.building import build
from publishing.exports.shelf import exports
from publishing.identity import move
from publishing.models import Revision
from reference.models import Topic
from tests import factories as make


def state(number: int | None = None) -> State:
    revision = Revision.objects.get(number=number) if number else Revision.objects.latest("number")
    return State(revision.number, revision.at)


def lines(export: Any, name: str) -> list[Any]:
    return [json.loads(line) for line in (export.folder / name).read_text().splitlines()]


def test_export_is_of_its_revision_however_late_it_is_built(shelf):
    with editing():
        make.topic("compute")
    with editing():
        make.topic("data")

    export = build(state(1))

    assert [record["id"] for record in lines(export, "topics.ndjson")] == ["compute"]


def test_delta_makes_the_later_export_of_the_earlier(shelf):
    with editing():
        for id in ("changed", "kept", "moved", "retired"):
            make.topic(id)
    earlier = build(state())
    with editing():
        make.topic("created")
        make.topic("fleeting")
        Topic.objects.filter(pk="changed").update(name_en="New")
    with editing():
        Topic.objects.get(pk="retired").delete()
        Topic.objects.get(pk="fleeting").delete()
    move(Topic.objects.get(pk="moved"), "successor")
    later = build(state())

    delta = lines(later, f"delta-{earlier.revision}-{later.revision}.ndjson")

    assert {(line["id"], line["action"], line["successor"]) for line in delta} == {
        ("changed", "changed", None),
        ("created", "created", None),
        ("moved", "moved", "successor"),
        ("retired", "retired", None),
        ("successor", "created", None),
    }
    held = {record["id"]: record for record in lines(earlier, "topics.ndjson")}
    for line in delta:
        held[line["id"]] = line["document"]
    assert sorted(filter(None, held.values()), key=lambda record: str(record["id"])) == lines(later, "topics.ndjson")


def test_build_that_fails_leaves_nothing(shelf):
    with editing():
        make.topic()
    (shelf / ".unfinished-1").mkdir()
    (shelf / ".unfinished-1" / "topics.ndjson").write_text("half of")

    def interrupt(step: str, size: int) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(state(), interrupt)

    assert (list(exports()), list(shelf.iterdir())) == ([], [])
    assert build(state()).revision == 1


def test_folder_without_a_manifest_is_no_export(shelf):
    (shelf / "1").mkdir()

    assert list(exports()) == []


def test_command_builds_a_revision_once(shelf, capsys):
    with editing():
        make.topic()

    call_command("build_exports", verbosity=0)
    call_command("build_exports", verbosity=0)

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Revision 1: 42 files, ")
    assert said[1] == "The export of revision 1 is there already."


def test_command_says_that_nothing_is_published(shelf):
    with pytest.raises(CommandError, match="Nothing is published yet"):
        call_command("build_exports")
