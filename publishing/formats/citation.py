"""Citations: how a record is cited, for reference managers and bibliographies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from drf_spectacular.settings import spectacular_settings

from publishing.formats.format import About, Format
from publishing.formats.table import Table

# Braces count in BibTeX even behind a backslash, so each is written by its name.
_BIBTEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{letter: f"\\{letter}" for letter in "&%$#_"},
    }
)


@dataclass(frozen=True)
class Citation:
    """A record of the data set as it was in the revision that stored it."""

    key: str
    title: str
    dataset: str
    issued: datetime
    revision: int
    license: str
    # The record as of that revision: whatever is published later, what is cited stays there.
    address: str

    @property
    def note(self) -> str:
        return f"Revision {self.revision}. License: {self.license}"


def _cite(table: Table, about: About) -> Iterator[Citation]:
    license_ = spectacular_settings.LICENSE
    for record in table.records:
        yield Citation(
            key=f"{about.resource}:{record['id']}",
            title=" ".join(table.shape.title(record).split()),  # type: ignore[attr-defined]  # only records are cited
            dataset=spectacular_settings.TITLE,
            issued=about.at,
            revision=about.revision,
            license=f"{license_['name']}, {license_['url']}",
            address=f"{about.address.partition('?')[0]}?as_of={about.revision}",
        )


def _bibtex(citation: Citation) -> str:
    fields = {
        "author": f"{{{citation.dataset.translate(_BIBTEX)}}}",
        "title": f"{{{citation.title.translate(_BIBTEX)}}}",
        "year": str(citation.issued.year),
        "month": str(citation.issued.month),
        "version": str(citation.revision),
        # Verbatim: what reads it as an address takes its letters as they are.
        "url": citation.address,
        "note": citation.note.translate(_BIBTEX),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{citation.key},\n{lines}\n}}\n"


def _ris(citation: Citation) -> str:
    fields = [
        ("TY", "DATA"),
        ("ID", citation.key),
        ("AU", citation.dataset),
        ("TI", citation.title),
        ("T2", citation.dataset),
        ("PB", citation.dataset),
        ("PY", f"{citation.issued:%Y}"),
        ("DA", f"{citation.issued:%Y/%m/%d}"),
        ("ET", f"Revision {citation.revision}"),
        ("UR", citation.address),
        ("N1", citation.note),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields)


def _csl(citation: Citation) -> dict[str, Any]:
    return {
        "id": citation.key,
        "type": "dataset",
        "title": citation.title,
        "author": [{"literal": citation.dataset}],
        "container-title": citation.dataset,
        "publisher": citation.dataset,
        "issued": {"date-parts": [[citation.issued.year, citation.issued.month, citation.issued.day]]},
        "version": str(citation.revision),
        "URL": citation.address,
        "note": citation.note,
    }


def _text(write: Callable[[Citation], str]) -> Callable[[Table, About], Iterator[bytes]]:
    return lambda table, about: (write(citation).encode() for citation in _cite(table, about))


def _write_csl(table: Table, about: About) -> Iterator[bytes]:
    yield orjson.dumps([_csl(citation) for citation in _cite(table, about)])


BIBTEX = Format("bibtex", "application/x-bibtex", _text(_bibtex), charset="utf-8", has_fields=False, extension="bib")
CSL_JSON = Format(
    "csl-json",
    "application/vnd.citationstyles.csl+json",
    _write_csl,
    is_saved=False,
    has_fields=False,
    extension="json",
    schema={"type": "array", "items": {"type": "object", "additionalProperties": True}},
)
RIS = Format("ris", "application/x-research-info-systems", _text(_ris), charset="utf-8", has_fields=False)
