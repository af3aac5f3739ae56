"""The commands that load, publish, move and serve, also when they are killed half-way."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from decimal import Decimal
from io import StringIO
from urllib.request import urlopen

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection

from cities.models import Jurisdiction
from companies.models import Company, Presence
from policies.models import Plan, Target
from publishing.identity import successor
from publishing.models import Document, Fixture, Revision
from reference.models import Topic
from tests import factories as make
from tests.publishing import invariant
from tests.served import ROOT, empty_database

pytestmark = pytest.mark.django_db(transaction=True)

COMMAND = """
import os, signal, sys, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
settings.FIXTURE_DIRS = [sys.argv[1]]
"""
# Ends itself, as by `kill -9`, right after it has sent a statement that begins like this for the n-th time.
KILLED = """
left = int(sys.argv[3])
def watch(execute, sql, params, many, context):
    global left
    done = execute(sql, params, many, context)
    left -= sql.startswith(sys.argv[2])
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
connection.execute_wrappers.append(watch)
"""
LOAD = """
call_command("load_dataset")
"""
PUBLISH = """
call_command("publish")
"""
SERVE = """
settings.FIRST_QUESTION = "/v1/topics/"
call_command("serve", port=int(sys.argv[2]), workers=2)
"""
MANAGE = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "serve", "--port", sys.argv[2]])
"""
WRITES = """
from itertools import count
from reference.models import Topic
from django.db import transaction
for number in count():
    Topic.objects.create(id=f"topic-{number}", name_en="x", definition="x", parent_id=f"topic-{number - 1}" if number else None)
    Topic.objects.filter(pk=f"topic-{number // 2}").update(name_en=f"x{number}")
    with transaction.atomic():
        Topic.objects.bulk_create([Topic(id=f"{part}-{number}", name_en="y", definition="y", parent_id=f"topic-{number}") for part in "ab"])
        Topic.objects.get(pk=f"a-{number}").delete()
    print(number, flush=True)
"""


@pytest.fixture
def dataset(tmp_path, settings):
    """Writes fixture files, one by one, into the folder that is loaded."""
    settings.FIXTURE_DIRS = [tmp_path]

    def write(name, *entries):
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump([*entries], allow_unicode=True))

    return write


def entry(model, pk=None, **fields):
    return {"model": model, "fields": fields} | ({} if pk is None else {"pk": pk})


def source(pk="source", **fields):
    return entry("reference.source", pk, **{"title": f"Title of {pk}", "language": "en", "kind": "news"} | fields)


def topic(pk="topic", **fields):
    return entry("reference.topic", pk, **{"name_en": f"Name of {pk}", "definition": "What belongs to it."} | fields)


def place(pk="china", **fields):
    return entry("cities.jurisdiction", pk, **{"name_en": f"Name of {pk}", "level": "country"} | fields)


def company(pk="company", **fields):
    return entry("companies.company", pk, **{"name_en": f"Name of {pk}", "sources": ["source"]} | fields)


def presence(**fields):
    return entry("companies.presence", **{"company": "company", "jurisdiction": "china", "kind": "office", "sources": ["source"]} | fields)


def plan(pk="plan", **fields):
    columns = {"name_en": f"Name of {pk}", "jurisdiction": "china", "kind": "action_plan", "status": "issued", "sources": ["source"]}
    return entry("policies.plan", pk, **columns | fields)


def target(pk="plan.target", **fields):
    columns = {"plan": "plan", "statement": "What it says.", "comparator": "gte", "value": 1, "unit": "count", "sources": ["source"]}
    return entry("policies.target", pk, **columns | fields)


def unit(pk="count", **fields):
    return entry("reference.unit", pk, **{"name_en": pk, "dimension": "number"} | fields)


def load():
    call_command("load_dataset", verbosity=0)


def test_files_are_loaded_as_one_revision_whatever_refers_to_what(dataset):
    # Each file refers to rows of the next.
    dataset("a", target(topics=["compute"]), entry("policies.planevent", plan="plan", kind="signed", date="2025-03"))
    dataset("b", plan(contradicts=["other"]), plan("other", companies=["company"]))
    dataset("c/c", company(), presence())
    dataset("d", unit(), place("city", level="city", parent="china"), place(), topic("compute"), source())

    load()

    assert list(Revision.objects.values_list("number", "actor")) == [(1, "load_dataset")]
    assert list(Plan.objects.values_list("id", "issued_on")) == [("other", None), ("plan", "2025-03")]
    assert list(Target.objects.values_list("id", "jurisdiction", "normalized_value")) == [("plan.target", "china", Decimal(1))]
    assert [other.pk for other in Plan.objects.get(pk="other").contradicts.all()] == ["plan"]
    invariant.check()


def test_loading_twice_does_no_work_twice(dataset):
    dataset("a", source(), topic())
    load()
    Topic.objects.update(name_en="Edited")

    load()

    assert Revision.objects.count() == 2
    assert Topic.objects.get().name_en == "Edited"


def test_file_that_has_changed_holds_again_and_the_others_are_left_alone(dataset):
    dataset("a", topic("a"))
    dataset("b", topic("b"), topic("b-too"))
    load()
    Topic.objects.update(name_en="Edited")
    dataset("b", topic("b", name_en="Corrected"), topic("b-too"))

    load()

    assert dict(Topic.objects.values_list("id", "name_en")) == {"a": "Edited", "b": "Corrected", "b-too": "Name of b-too"}
    invariant.check()


def test_only_documents_that_show_a_change_are_stored_anew(dataset):
    dataset("a", place(), topic("other"), topic("shown"), source(), plan(topics=["shown"]), plan("bystander"))
    load()
    dataset("a", place(), topic("other"), topic("shown", name_en="Renamed"), source(), plan(topics=["shown"]), plan("bystander"))

    load()

    stored = Document.objects.filter(revision=2).values_list("resource", "record")
    assert set(stored) == {("topics", "shown"), ("plans", "plan")}
    invariant.check()


def test_row_that_has_vanished_from_its_file_stays(dataset):
    dataset("a", topic("kept"), topic("vanished"))
    load()
    dataset("a", topic("kept"))

    load()

    assert set(Topic.objects.values_list("id", flat=True)) == {"kept", "vanished"}


def test_what_a_row_no_longer_says_is_taken_back(dataset):
    dataset(
        "a",
        source(),
        source("other"),
        topic(),
        company(aliases=["Alias"], website="https://a.example", topics=["topic"], sources=["source", "other"]),
    )
    load()
    dataset("a", source(), source("other"), topic(), company(sources=["other"]))

    load()

    row = Company.objects.get()
    assert (row.aliases, row.website) == ([], None)
    assert [link.pk for link in row.sources.all()] == ["other"]
    assert not row.topics.exists()
    invariant.check()


def test_row_without_an_id_is_found_by_what_it_says(dataset):
    named = presence(name="Laboratory")
    dataset("a", source(), place(), company(), named, presence(kind="factory", contradicts=[["company", "china", "office", "Laboratory"]]))
    load()
    before = set(Presence.objects.values_list("pk", flat=True))
    named["fields"]["note"] = "A remark."
    dataset("a", source(), place(), company(), named, presence(kind="factory", contradicts=[["company", "china", "office", "Laboratory"]]))

    load()

    assert set(Presence.objects.values_list("pk", flat=True)) == before
    assert [row.note for row in Presence.objects.get(kind="factory").contradicts.all()] == ["A remark."]
    invariant.check()


def test_link_that_holds_both_ways_stays_while_a_file_that_is_not_loaded_may_claim_it(dataset):
    dataset("a", source(), place(), plan("a", contradicts=["b", "a-too"]), plan("a-too"))
    dataset("b", plan("b"))
    load()
    dataset("a", source(), place(), plan("a"), plan("a-too"))
    load()
    after_one_end = {row.pk for row in Plan.objects.get(pk="a").contradicts.all()}
    dataset("a", source(), place(), plan("a"), plan("a-too"), topic())
    dataset("b", plan("b", status="expired"))

    load()

    assert after_one_end == {"b"}
    assert not Plan.objects.get(pk="a").contradicts.exists()
    invariant.check()


def test_row_that_changes_owners_leaves_the_former_ones_document(dataset):
    product = entry("companies.product", "product", company="first", name_en="Product", kind="chip", sources=["source"])
    dataset("a", source(), company("first"), company("second"), product)
    load()
    product["fields"]["company"] = "second"
    dataset("a", source(), company("first"), company("second"), product)

    load()

    invariant.check()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("flawed", "flaw"),
    [
        (topic(definition=None), "a.yaml: reference.topic topic definition: This field cannot be null."),
        (topic(defnition="?"), "a.yaml: reference.topic topic defnition: No such field. Did you mean definition?"),
        (topic("Topic"), "a.yaml: reference.topic Topic id: Use lower-case ASCII letters, digits and single hyphens;"),
        (topic(name_en=2025), "a.yaml: reference.topic topic name_en: Write it in quotes: YAML reads it as 2025."),
        (topic(name_en=["a"]), "a.yaml: reference.topic topic name_en: Give one value."),
        (topic(parent="base"), "a.yaml: reference.topic topic parent: No such topic: base. Did you mean basis?"),
        (topic(aliases=["Name of topic"]), "a.yaml: reference.topic topic aliases: Already a name of it: Name of topic."),
        (topic("basis"), "a.yaml: reference.topic basis: It stands there twice."),
        (topic(name_zh="x" * 301), "a.yaml: reference.topic topic name_zh: Ensure this value has at most 300 characters"),
        (topic(parent="topic"), "a.yaml: reference.topic topic parent: That would lead back to itself."),
        (source(kind="rumour"), "a.yaml: reference.source source kind: Value 'rumour' is not a valid choice."),
        (source(published_on="2025-02-30"), "a.yaml: reference.source source published_on: 2025-02-30 is not in the calendar."),
        (company(sources=[]), "a.yaml: companies.company company sources: At least one is needed."),
        (company(sources=["nowhere"]), "a.yaml: companies.company company sources: No such source: nowhere."),
        (company(topics=["basis", "basis"]), "a.yaml: companies.company company topics: Twice in the list: basis."),
        (place("city", level="city"), "a.yaml: cities.jurisdiction city: A country has no parent; any other jurisdiction has one."),
        (plan(issued_on="2025"), "a.yaml: policies.plan plan issued_on: It is derived, never typed in."),
        (entry("policies.planevent", 7, plan="plan", kind="signed", date="2025"), "a.yaml: policies.planevent 7 pk: Leave it out:"),
        (entry("auth.user", 1, username="root"), "a.yaml: entry 2 model: No model of the data set: auth.user."),
        ("a topic", "a.yaml: entry 2: An entry has a model, fields, and a pk where its model has public ids."),
    ],
)
def test_flaw_is_named_with_its_place_and_nothing_is_loaded(dataset, flawed, flaw):
    dataset("a", topic("basis"), flawed)
    dataset("b", topic("sound"))

    with pytest.raises(CommandError) as error:
        load()

    assert [line for line in str(error.value).splitlines() if line.startswith(flaw)], error.value
    assert not Topic.objects.exists()
    assert not Fixture.objects.exists()
    assert not Revision.objects.exists()


@pytest.mark.django_db
def test_all_flaws_of_all_files_are_named_at_once(dataset, tmp_path):
    dataset("a", topic(definition=None, name_en=1), source(kind="rumour"))
    dataset("b", company(parent="nobody", status="asleep"))
    (tmp_path / "c.yaml").write_text("- model: [")

    with pytest.raises(CommandError) as error:
        load()

    assert [line.rpartition(": ")[0].split(":")[0] for line in str(error.value).splitlines()[1:]] == [
        "a.yaml",
        "c.yaml",
        "b.yaml",
        "a.yaml",
        "b.yaml",
    ]


@pytest.mark.django_db
def test_value_that_must_be_unique_is_refused_at_the_row_that_repeats_it(dataset):
    dataset("a", place("france", gb_code="110000"), place("spain", gb_code="110000"), place("italy"))

    with pytest.raises(CommandError) as error:
        load()

    assert str(error.value).splitlines()[1:] == ["a.yaml: cities.jurisdiction spain gb_code: Jurisdiction with this Gb code already exists."]


@pytest.mark.django_db
def test_row_of_two_files_is_refused(dataset):
    dataset("a", topic())
    dataset("b", topic())

    with pytest.raises(CommandError, match=r"b\.yaml: reference\.topic topic: It stands in a\.yaml already\."):
        load()


def test_id_that_was_moved_is_refused(dataset):
    dataset("a", topic("old"))
    load()
    call_command("move", "topics", "old", "new")
    dataset("a", topic("old", name_en="Corrected"))

    with pytest.raises(CommandError, match=r"a\.yaml: reference\.topic old pk: It was moved to new; write that id\."):
        load()


@pytest.mark.any_database  # tests/test_readme.py has both load it
def test_data_set_is_loaded_whole():
    call_command("load_dataset", verbosity=0)

    invariant.check()
    assert Revision.objects.count() == 1
    assert Fixture.objects.count() == len(list((ROOT / "fixtures").rglob("*.yaml")))


def test_loaddata_publishes_what_load_dataset_does(dataset, tmp_path):
    dataset("a", target(topics=["compute"]), plan(contradicts=["other"]), plan("other"), presence())
    dataset("b", unit(), company(), place(), topic("compute"), source())
    load()
    loaded = invariant.published()
    call_command("flush", interactive=False, verbosity=0)

    call_command("loaddata", *sorted(map(str, tmp_path.glob("*.yaml"))), verbosity=0)

    assert invariant.published() == loaded
    assert Revision.objects.count() == 1
    invariant.check()


@pytest.mark.parametrize(
    ("statement", "count"),
    [('INSERT INTO "reference_topic"', 1), ('INSERT INTO "publishing_fixture"', 1), ('INSERT INTO "publishing_document"', 2)],
)
def test_load_dataset_that_is_killed_leaves_the_former_state(dataset, tmp_path, statement, count):
    dataset("a", source(), topic(), company(topics=["topic"]))
    load()
    before = invariant.check()
    dataset("a", source(title="Corrected"), topic(), topic("second"), company(topics=["topic", "second"]))

    ended = run(COMMAND, KILLED, LOAD, tmp_path, statement, count)

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert invariant.check() == before
    assert not Topic.objects.filter(pk="second").exists()
    load()
    assert Topic.objects.filter(pk="second").exists()
    assert checked() == "All 4 documents are right."


def test_publish_that_is_killed_is_finished_by_the_next(tmp_path):
    make.plan(topics=[make.topic()])
    with connection.cursor() as cursor:
        for table in ("publishing_document", "publishing_revision"):
            cursor.execute(f'DELETE FROM "{table}"')

    ended = run(COMMAND, KILLED, PUBLISH, tmp_path, 'INSERT INTO "publishing_document"', 3)

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert Revision.objects.count() == 2
    assert {record: found[1] for record, found in invariant.stale().items() if found[0] is not None} == {}
    call_command("publish", verbosity=0)
    assert checked() == "All 4 documents are right."
    invariant.check()


def test_writer_that_is_killed_leaves_no_document_stale(tmp_path):
    with start(COMMAND, WRITES, tmp_path) as writer:
        for _ in range(5):
            assert writer.stdout.readline(), writer.stderr.read()
        time.sleep(0.05)
        writer.kill()

    assert Topic.objects.count() >= 10
    assert checked().startswith("All ")
    invariant.check()


def test_publish_mends_what_raw_sql_has_written(capsys):
    plan = make.plan()
    make.target(plan, value=5)
    make.event(plan)
    make.topic("renamed")
    make.topic("unpublished")
    make.topic("deleted")
    before, edited = invariant.published(), Revision.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE policies_target SET value = 7")
        cursor.execute("UPDATE policies_planevent SET date = '2024'")
        cursor.execute("UPDATE reference_topic SET name_en = 'Renamed' WHERE id = 'renamed'")
        cursor.execute("DELETE FROM publishing_document WHERE record = 'unpublished'")
        cursor.execute("DELETE FROM reference_topic WHERE id = 'deleted'")

    with pytest.raises(CommandError) as error:
        checked()

    assert set(str(error.value).splitlines()) == {
        "policies.target plan.target: derived columns are stale",
        "policies.plan plan: derived columns are stale",
        "topics/renamed: stale",
        "topics/unpublished: missing",
        "topics/unpublished: its search entry is stale",
        "topics: its tallies are stale",
        "topics/deleted: superfluous",
        "targets/plan.target: stale",
        "plans/plan: stale",
        "9 not as they should be: `manage.py publish` mends them.",
    }
    assert invariant.published() == {key: body for key, body in before.items() if key != ("topics", "unpublished")}
    call_command("publish", verbosity=0)
    assert capsys.readouterr().out == "5 documents stored in 3 revisions.\n"
    assert checked() == "All 6 documents are right."
    assert Target.objects.get().normalized_value == 7
    assert Plan.objects.get().issued_on == "2024"
    assert list(Revision.objects.filter(number__gt=edited).values_list("actor", flat=True)) == ["publish"] * 3


def test_publish_stores_nothing_where_all_is_right(capsys):
    make.target(make.plan())
    before = invariant.check()

    call_command("publish", verbosity=0)

    assert capsys.readouterr().out == "0 documents stored in 0 revisions.\n"
    assert invariant.check() == before


@pytest.mark.django_db
def test_check_lists_no_more_than_a_page():
    Topic.objects.bulk_create([Topic(id=f"topic-{number}", name_en="x", definition="x") for number in range(60)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reference_topic SET name_en = 'y'")

    with pytest.raises(CommandError) as error:
        checked()

    assert str(error.value).splitlines()[-2:] == ["… and 10 more", "60 not as they should be: `manage.py publish` mends them."]
    assert error.value.returncode == 1


@pytest.mark.parametrize("command", ["publish", "check"])
def test_publish_takes_as_many_queries_for_3_records_as_for_1(command, django_assert_num_queries):
    make.topic("first")
    with connection.execute_wrapper(counter := Counter()):
        call_command("publish", check=command == "check", verbosity=0)
    Topic.objects.bulk_create([Topic(id=f"more-{number}", name_en="x", definition="x") for number in range(2)])

    with django_assert_num_queries(counter.queries):
        call_command("publish", check=command == "check", verbosity=0)


def test_move_says_what_was_moved(capsys):
    plan = make.plan("old")
    make.target(plan, "compute")
    make.plan("new")

    call_command("move", "plans", "old", "new")

    assert capsys.readouterr().out.splitlines() == ["plan old was merged into new", "target old.compute is now new.compute"]
    assert Revision.objects.latest("number").actor == "move"
    invariant.check()


def test_city_is_moved_under_either_of_its_names():
    make.city("old")

    call_command("move", "cities", "old", "new")

    assert Jurisdiction.objects.get(level="city").pk == "new"
    assert successor("cities", "old") == successor("jurisdictions", "old") == "new"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("plan", "plan", "new"), "No such resource: plan."),
        (("plans", "plam", "new"), "No such record of plans: plam. Did you mean plan?"),
        (("plans", "plan", "New"), "Nothing was moved.\nUse lower-case"),
        (("plans", "plan", "plan"), "Nothing was moved.\nThat is its id."),
    ],
)
def test_move_that_cannot_be_is_refused(arguments, answer):
    make.plan()

    with pytest.raises(CommandError) as error:
        call_command("move", *arguments)

    assert str(error.value).startswith(answer)


@pytest.mark.any_database
def test_serve_refuses_a_port_that_is_taken(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        ended = run(COMMAND, MANAGE, tmp_path, port)

    assert ended.returncode == 1
    assert ended.stderr == f"CommandError: Cannot listen on 127.0.0.1, port {port}: Address already in use. Choose others with --host and --port.\n"


# Ctrl-C in a terminal tells the whole group.
@pytest.mark.any_database
@pytest.mark.parametrize(
    ("tell", "ending"),
    [(os.killpg, signal.SIGINT), (os.kill, signal.SIGTERM), (os.kill, signal.SIGHUP), (os.kill, signal.SIGKILL)],
)
def test_serve_ends_with_all_its_workers(tmp_path, tell, ending):
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]

    with start(COMMAND, SERVE, tmp_path, port) as server:
        lines = [server.stdout.readline().split() for _ in range(4)]
        answered = until(lambda: urlopen(f"http://127.0.0.1:{port}/v1/").status)
        tell(server.pid, ending)
        ended = server.wait(20)
        complaints = server.stderr.read()

    assert [line[-1] for line in lines[1:]] == [f"http://127.0.0.1:{port}{path}" for path in ("/docs/", "/v1/topics/", "/admin/")]
    assert answered == 200
    assert ended == (-signal.SIGKILL if ending == signal.SIGKILL else 0)
    assert "refused to gracefully stop" not in complaints
    until(lambda: socket.create_server(("127.0.0.1", port)).close())


def test_serve_migrates_an_empty_database(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]

    with empty_database(tmp_path) as url, start(COMMAND, SERVE, tmp_path, port, database_url=url):
        answered = until(lambda: urlopen(f"http://127.0.0.1:{port}/v1/").status)

    assert answered == 200


def checked():
    """What `publish --check` says where it finds nothing."""
    said = StringIO()
    call_command("publish", check=True, verbosity=0, stdout=said)
    return said.getvalue().strip()


def run(*arguments):
    """Run a script that is made of the texts among the arguments on the database under test, with the others as its own arguments."""
    with start(*arguments) as process:
        stdout, stderr = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


@contextmanager
def start(*arguments, database_url=None):
    script = [part for part in arguments if isinstance(part, str) and "\n" in part]
    rest = [str(part) for part in arguments if part not in script]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url or url_of_database(), "THROTTLE": "off"}
    command = [sys.executable, "-c", "\n".join(script), *rest]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def url_of_database():
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def until(succeeds):
    """What it returns once it no longer raises."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return succeeds()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class Counter:
    """Counts the queries that it lets pass."""

    queries = 0

    def __call__(self, execute, *query):
        self.queries += 1
        return execute(*query)
