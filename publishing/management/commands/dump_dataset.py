"""Write the data set back to its fixture files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from publishing import dataset, dumping


class Command(BaseCommand):
    """See publishing.dumping for which row goes where."""

    help = "Write the rows of the database back to the fixture files; what has not changed comes out byte for byte as it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; exit with 1 and name the files that would change.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.FIXTURE_DIRS[0])
        files = dataset.files()
        before = {file.name: file.text.decode() for file in files}
        after = dumping.dump(files)
        differing = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        for name in differing:
            self.stdout.write(name)
            if options["check"]:
                continue
            path = folder / name
            if name in after:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(after[name])
            else:
                path.unlink()
        if options["check"] and differing:
            raise SystemExit(1)
        self.stdout.write(f"{len(differing)} of {len(before.keys() | after.keys())} files {'differ' if options['check'] else 'written'}.")
