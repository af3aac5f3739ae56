"""Find wrong data in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from policies.dataset_rules import RULES, Rule

_MOST_IDS = 20

Finding = tuple[Rule, list[str]]


class Command(BaseCommand):
    """See policies.dataset_rules for the rules. What is wrong fails; gaps are counted, and listed on demand."""

    help = "Hold the data set against its rules; exit with 1 if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--gaps", action="store_true", help="List the gaps, too: what is merely not known.")
        parser.add_argument("--format", choices=("text", "markdown"), default="text", help="Lists of ids, or a table of all rules.")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = [(rule, list(dict.fromkeys(rule.find()))) for rule in RULES]
        lines = _table(findings) if options["format"] == "markdown" else _lists(findings, gaps=options["gaps"])
        for line in lines:
            self.stdout.write(line)
        wrong, gaps = (sum(len(ids) for rule, ids in findings if rule.grade == grade) for grade in ("wrong", "gap"))
        told = f"{len(RULES)} rules: {wrong} wrong, {gaps} gaps."
        if wrong:
            raise CommandError(told)
        self.stdout.write(told)


def _lists(findings: list[Finding], *, gaps: bool) -> Iterator[str]:
    for rule, ids in findings:
        if ids:
            yield f"{rule.grade}: {rule.name}: {len(ids)}. {rule.reason}"
        if ids and (gaps or rule.grade == "wrong"):
            yield from (f"    {id}" for id in ids[:_MOST_IDS])
            if len(ids) > _MOST_IDS:
                yield f"    … and {len(ids) - _MOST_IDS} more"


def _table(findings: list[Finding]) -> Iterator[str]:
    yield "| rule | grade | found | reason |"
    yield "| --- | --- | ---: | --- |"
    yield from (f"| {rule.name} | {rule.grade} | {len(ids)} | {rule.reason} |" for rule, ids in findings)
    yield ""
