"""The shelf: the folder of exports that were built whole, one folder a revision; a folder without its manifest is not there yet."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

import orjson
from django.conf import settings

MANIFEST = "manifest.json"
_FILE = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z]+")
# What is being built stands beside what is built, under a name that no revision has.
_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class File:
    """One file of an export: what it holds of which resource (null: of all), in which format."""

    resource: str | None
    format: str
    name: str
    bytes: int
    sha256: str
    # Null where it holds no records.
    records: int | None

    @classmethod
    def of(cls, path: Path, *, resource: str | None, records: int | None) -> File:
        """The file at this path, as it is now."""
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        return cls(resource, path.suffix[1:], path.name, path.stat().st_size, digest, records)


@dataclass(frozen=True)
class Export:
    """The whole data set as it was at a revision, as files."""

    revision: int
    at: datetime
    files: tuple[File, ...]

    @property
    def folder(self) -> Path:
        return _folder() / str(self.revision)


def exports() -> Iterator[Export]:
    """All that were built, the latest first."""
    folder = _folder()
    revisions = sorted((int(path.name) for path in folder.iterdir() if path.name.isdigit()), reverse=True) if folder.is_dir() else []
    for revision in revisions:
        found = find(revision)
        if found:
            yield found


def find(revision: int) -> Export | None:
    """The export of this revision, if it was built."""
    try:
        manifest = orjson.loads((_folder() / str(revision) / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Export(manifest["revision"], datetime.fromisoformat(manifest["at"]), tuple(File(**file) for file in manifest["files"]))


def path_of(revision: int, name: str) -> Path | None:
    """Where a file of an export is; None where there is no such file."""
    export = find(revision) if _FILE.fullmatch(name) else None
    if export is None or (name != MANIFEST and all(file.name != name for file in export.files)):
        return None
    return export.folder / name


@contextmanager
def building(revision: int) -> Iterator[Path]:
    """An empty folder to build the export of a revision in; it is put on the shelf when the block ends well, and thrown away if not."""
    unfinished = _folder() / f"{_UNFINISHED}-{revision}"
    # What a build that was killed has left.
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        place = _folder() / str(revision)
        shutil.rmtree(place, ignore_errors=True)
        unfinished.rename(place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def write_manifest(folder: Path, export: Export) -> None:
    """Say what the export holds: the last file that is written, so that it vouches for the others."""
    said = {"revision": export.revision, "at": export.at, "files": [asdict(file) for file in export.files]}
    (folder / MANIFEST).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))


def _folder() -> Path:
    return Path(settings.EXPORTS_DIR)
