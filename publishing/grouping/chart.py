"""Groups, drawn: a bar a group, in their order; of two keys one is told by colour; what falls into years stands in time."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import altair as alt

from publishing.charts import COLOURS, FIGURES, MOST_ROWS, WIDTH, cut, frame, name, narrowed
from publishing.formats import About
from publishing.grouping.aggregates import KINDS
from publishing.grouping.question import MOST_GROUPS

_TIME = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_UNKNOWN = "unknown"
_OTHERS = "others"
# How wide the name of a month is, and how high.
_LABEL = 52
_LINE = 14
# Those that may be stacked on each other: parts of a whole.
_ADD_UP = {None, "sum", "filled"}


def draw(answer: dict[str, Any], about: About) -> Any:
    """The groups of an answer as bars of the first figure that was asked for, else of their counts."""
    groups = answer["groups"]
    kind, field = _measure(groups)
    labels = {key: [_label(group["key"][key]) for group in groups] for key in answer["by"]}
    time = next((key for key in answer["by"][:2] if groups and all(_TIME.fullmatch(label) or label == _UNKNOWN for label in labels[key])), None)
    keys = sorted(answer["by"], key=lambda key: key != time)
    colour = keys[1] if len(keys) == 2 and kind in _ADD_UP else None
    figures = [group["count"] if kind is None else (group[kind] or {}).get(field) for group in groups]
    bars = [" · ".join(labels[key][place] for key in keys if key != colour) for place in range(len(groups))]
    pieces = _pieces(bars if colour else _told_apart(bars), _few(labels[colour], figures) if colour else [""] * len(groups), figures)
    totals: Counter[str] = Counter()
    for (bar, _), figure in pieces.items():
        totals[bar] += figure or 0
    is_time = time is not None and (colour is not None or len(keys) == 1)
    # As they come, if an order was asked for; else as long as they are drawn.
    in_order = list(totals) if "ordering=" in about.address else [bar for bar, _ in totals.most_common()]
    kept = sorted(totals) if is_time else in_order[:MOST_ROWS]
    chart = _chart(pieces, kept, _words(keys[0]) if is_time else None, f"{kind} of {_words(field)}" if kind else about.resource)
    shades = sorted({shade: None for _, shade in pieces}, key=lambda shade: shade == _OTHERS)
    scale = alt.Scale(domain=shades, range=COLOURS)
    chart = chart.encode(color=alt.Color("colour:N", title=_words(colour), scale=scale) if colour else alt.value(COLOURS[0]))
    left_out = [f"The first {len(kept)} of {len(totals)}; the others are not shown."] if len(kept) < len(totals) else []
    title = f"{about.resource.capitalize()} by {' and '.join(map(_words, answer['by']))}"
    return frame(chart, about, title, [*narrowed(about), *_agreed(answer, field), *left_out], _sources(answer["sources"]))


def _chart(pieces: dict[tuple[str, str], Any], kept: list[str], time: str | None, title: str) -> Any:
    """Bars: upright in time, else one below the other, as their names are long."""
    rows = [{"bar": bar, "colour": shade, "figure": figure} for (bar, shade), figure in pieces.items() if bar in kept]
    chart = alt.Chart(alt.InlineData(values=rows)).mark_bar()
    if time is None:
        across = alt.X("figure:Q", title=title, axis=FIGURES)
        return chart.encode(y=alt.Y("bar:N", sort=kept, title=None), x=across).properties(width=WIDTH - 160, height=alt.Step(20))
    up = alt.Y("figure:Q", title=title, axis=FIGURES)
    # Many stand on end, or their names would lie on one another.
    angle = 0 if len(kept) * _LABEL <= WIDTH else -90
    across = alt.X("bar:N", sort=kept, title=time, axis=alt.Axis(labelAngle=angle))
    return chart.encode(x=across, y=up).properties(width=max(WIDTH, len(kept) * _LINE), height=300)


def _pieces(bars: list[str], shades: list[str], figures: list[Any]) -> dict[tuple[str, str], Any]:
    """The figure of each piece of a bar; what was made one, such as all that is left over, is one piece."""
    pieces: dict[tuple[str, str], Any] = {}
    for bar, shade, figure in zip(bars, shades, figures, strict=True):
        before = pieces.get((bar, shade))
        pieces[bar, shade] = before if figure is None else figure + (before or 0)
    return pieces


def _told_apart(labels: list[str]) -> list[str]:
    """The labels, numbered where cutting made them alike."""
    seen: Counter[str] = Counter()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(f"{label} ({seen[label]})" if seen[label] > 1 else label)
    return found


def _measure(groups: list[dict[str, Any]]) -> tuple[str | None, str]:
    """The figure that is drawn, by its kind and field; none if records were counted alone."""
    for kind in KINDS:
        for field in (groups[0].get(kind) if groups else None) or ():
            return kind, field
    return None, ""


def _agreed(answer: dict[str, Any], field: str) -> list[str]:
    """What the figures are figures of."""
    said = [f"{_words(name)} {value}" for name, value in answer["agreed"].get(field, {}).items() if value is not None]
    return [f"{_words(field).capitalize()}: {', '.join(said)}."] if said else []


def _sources(found: list[dict[str, Any]] | None) -> list[str]:
    return [f"more than {MOST_GROUPS:,}"] if found is None else [source["publisher"] or source["title"] for source in found]


def _few(shades: list[str], figures: list[Any]) -> list[str]:
    """As many shades as are told apart: the largest, and the others as one."""
    totals: Counter[str] = Counter()
    for shade, figure in zip(shades, figures, strict=True):
        totals[shade] += figure or 0
    if len(totals) <= len(COLOURS):
        return shades
    largest = {shade for shade, _ in totals.most_common(len(COLOURS) - 1)}
    return [shade if shade in largest else _OTHERS for shade in shades]


def _label(value: Any) -> str:
    if isinstance(value, dict):
        return name(value) if "name_en" in value else cut(str(value.get("title") or value.get("id")), 40)
    return _UNKNOWN if value is None else cut(_words(str(value)), 40)


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ").replace(".", ", ")
