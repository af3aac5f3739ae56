"""Comparison and progress, drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import altair as alt

from policies.verdicts import Verdict
from publishing.charts import COLOURS, FIGURES, MOST_ROWS, WIDTH, cut, frame, name, narrowed
from publishing.formats import About
from publishing.partial_dates import PartialDate

Record = dict[str, Any]

# More lines than these are a tangle: then each jurisdiction has a row of its own.
_MOST_LINES = 6
_VERDICTS = {
    Verdict.MET: "#009E73",
    Verdict.AHEAD: "#56B4E9",
    Verdict.BEHIND: "#E69F00",
    Verdict.MISSED: "#D55E00",
    Verdict.NO_DATA: "#BBBBBB",
}
_FAR = 2.0
_OPACITY = alt.condition("datum.is_disputed", alt.value(0.35), alt.value(1.0))


def draw_comparison(answer: Record, about: About) -> Any:
    """Figures over time, of the scale that most of them are on: what was observed as lines, what is aimed at as diamonds."""
    title = f"{name(answer['indicator'], 80)}: targets and observations"
    scale = answer["scales"][0] if answer["scales"] else {}
    points = [point for row in answer["rows"] for point in _points(row, scale)] if scale else []
    if not points:
        return frame(_nothing("No figures to draw."), about, title)
    places = list(dict.fromkeys(point["place"] for point in sorted(points, key=lambda point: -point["value"])))
    chart = _lines(points, places, scale) if len(places) <= _MOST_LINES else _rows(points, places[:MOST_ROWS], scale)
    said = [_scale(scale)]
    others = sum(one["targets"] + one["observations"] for one in answer["scales"][1:])
    if others:
        said.append(f"{others} {'figure is' if others == 1 else 'figures are'} on other scales and not shown: another unit, basis, per or scope.")
    if len(places) > MOST_ROWS:
        said.append(f"The first {MOST_ROWS} of {len(places)} jurisdictions.")
    facts = [fact for row in answer["rows"] for fact in (*row["targets"], row["observation"]) if fact]
    return frame(chart, about, title, said, _sources(facts))


def draw_progress(answer: Record, about: About) -> Any:
    """How far each target of a page has come, by its verdict; the line is where it is reached."""
    found = list(answer["results"])
    shown = found[:MOST_ROWS]
    rows = [
        {
            "target": f"{place + 1}. {_target(one['target'])}",
            "ratio": min(one["ratio"], _FAR) if one["ratio"] is not None else 0,
            "written": "no data" if one["ratio"] is None else f"{one['ratio']:.0%}",
            "verdict": one["verdict"].replace("_", " "),
        }
        for place, one in enumerate(shown)
    ]
    if not rows:
        return frame(_nothing("No targets to draw."), about, "Progress of targets")
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("target:N", sort=None, title=None))
    verdicts = alt.Scale(domain=[verdict.value.replace("_", " ") for verdict in _VERDICTS], range=list(_VERDICTS.values()))
    share = alt.X("ratio:Q", title="observed, of the target", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, _FAR]))
    bars = base.mark_bar().encode(x=share, color=alt.Color("verdict:N", title="verdict", scale=verdicts))
    figures = base.mark_text(align="left", dx=4, fontSize=10).encode(x="ratio:Q", text="written:N")
    line = alt.Chart(alt.InlineData(values=[{"ratio": 1}])).mark_rule(strokeDash=[4, 3]).encode(x="ratio:Q")
    chart = alt.layer(bars, line, figures).properties(width=WIDTH - 300, height=alt.Step(20))
    said = [*narrowed(about), *_left_out(len(shown), answer)]
    facts = [fact for one in shown for fact in (one["target"], one["observation"]) if fact]
    return frame(chart, about, "Progress of targets", said, _sources(facts))


def _left_out(shown: int, answer: Record) -> list[str]:
    """Of a whole that it does not show, how many there are."""
    every, is_exact = answer["counted"]
    return [f"{shown} of {'' if is_exact else 'about '}{every:,} targets; the others are not shown."] if shown < every else []


def _points(row: Record, scale: Record) -> Iterator[Record]:
    for point in row["series"]:
        on = {"unit": point["normalized_unit"], **{part: point[part] for part in ("basis", "per", "scope")}}
        is_alike = all(scale[part] == said for part, said in on.items())
        if is_alike and point["normalized_value"] is not None and point["time"] and point["reliability"] != "retracted":
            time = PartialDate.parse_span(point["time"])
            yield {
                "place": name(row["jurisdiction"]),
                # The end of a year is that year on the axis, its middle half a year before.
                "time": time.latest.year + (time.latest.month - 12) / 12,
                "year": time.latest.year,
                "value": point["normalized_value"],
                "kind": point["kind"] or "target",
                "is_disputed": point["reliability"] == "disputed",
                # Half a year's figure is no step between two years'.
                "is_of_line": point["kind"] == "reported" and point["reliability"] != "disputed" and len(point["time"]) == len("2025"),
            }


def _lines(points: list[Record], places: list[str], scale: Record) -> Any:
    base = alt.Chart(alt.InlineData(values=points)).encode(
        x=alt.X("time:Q", title="end of", scale=alt.Scale(zero=False, nice=False, padding=20), axis=alt.Axis(format="d", tickMinStep=1)),
        y=alt.Y("value:Q", title=_unit(scale), axis=FIGURES),
        color=alt.Color("place:N", title=None, scale=alt.Scale(domain=places, range=COLOURS)),
    )
    lines = base.transform_filter("datum.is_of_line").mark_line(strokeWidth=1.5)
    marks = base.mark_point(size=70, filled=True).encode(shape=_shapes(points), opacity=_OPACITY)
    return alt.layer(lines, marks).properties(width=WIDTH, height=340)


def _rows(points: list[Record], places: list[str], scale: Record) -> Any:
    base = alt.Chart(alt.InlineData(values=[point for point in points if point["place"] in places])).encode(
        y=alt.Y("place:N", title=None, sort=places), x=alt.X("value:Q", title=_unit(scale), axis=FIGURES)
    )
    spans = base.mark_rule(color="#CCCCCC").encode(x="min(value):Q", x2="max(value):Q")
    years = alt.Color("year:O", title="year", scale=alt.Scale(scheme="viridis"))
    marks = base.mark_point(size=60, filled=True).encode(shape=_shapes(points), color=years, opacity=_OPACITY)
    return alt.layer(spans, marks).properties(width=WIDTH - 120, height=alt.Step(22))


def _shapes(points: list[Record]) -> Any:
    known = {"target": "diamond", "reported": "circle", "estimated": "triangle-up", "forecast": "square"}
    kinds = [kind for kind in known if any(point["kind"] == kind for point in points)]
    return alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=[known[kind] for kind in kinds]))


def _nothing(text: str) -> Any:
    return alt.Chart(alt.InlineData(values=[{"text": text}])).mark_text(fontSize=14).encode(text="text:N").properties(width=WIDTH, height=80)


def _unit(scale: Record) -> str:
    return f"{scale['unit'] or 'no unit'}{' per ' + scale['per'] if scale['per'] else ''}"


def _scale(scale: Record) -> str:
    return f"In {_unit(scale)}, {scale['basis']}, {scale['scope'] or 'no narrower scope said'}. Faint: disputed."


def _target(target: Record) -> str:
    what = name(target["indicator"], 34) if target["indicator"] else cut(target["statement"], 34)
    return f"{cut(target['jurisdiction']['name_en'], 20)}: {what}{', ' + target['due'] if target['due'] else ''}"


def _sources(facts: Iterable[Record]) -> list[str]:
    return [source["publisher"] or source["title"] for fact in facts for source in fact["sources"]]
