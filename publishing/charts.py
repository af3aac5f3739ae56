"""Charts: what all pictures share: their frame, which says what is shown, who says so and how to cite it, and names cut to fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import parse_qsl, unquote, urlsplit

import altair as alt
from drf_spectacular.settings import spectacular_settings

from publishing.formats import About

WIDTH = 620
# Rows that one picture holds and a reader takes in.
MOST_ROWS = 40
# Who looks at an SVG draws its text with fonts of their own: these have Chinese on the systems that there are.
FONT = "Noto Sans, Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"
_MOST_SOURCES = 6
# Told apart by all eyes (Okabe and Ito).
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#000000"]
_GREY = "#666666"
# 1,200 bn is read at a glance; 1,200,000,000,000 is counted.
FIGURES = alt.Axis(
    labelExpr=(
        "abs(datum.value) >= 1e9 ? format(datum.value / 1e9, ',.6~g') + ' bn'"
        " : abs(datum.value) >= 1e6 ? format(datum.value / 1e6, ',.6~g') + ' m' : format(datum.value, ',.6~g')"
    )
)
# What says how an answer is to be had, not what is asked.
_UNSAID = {"format", "cursor", "page_size", "ordering", "fields", "by", "sum", "min", "max", "avg", "median", "filled"}


def frame(chart: Any, about: About, title: str, subtitle: Sequence[str] = (), sources: Iterable[str] = ()) -> Any:
    """The chart with its title, what it leaves out or is narrowed by, its sources, and the data set with revision, licence and address."""
    license_ = spectacular_settings.LICENSE
    foot = [
        *_said_of(list(dict.fromkeys(sources))),
        f"{spectacular_settings.TITLE}, revision {about.revision} of {about.at:%Y-%m-%d}, {license_['name']}",
        cut(about.address, 110),
    ]
    head = alt.TitleParams(cut(title, 88), subtitle=[cut(line, 110) for line in subtitle], anchor="start", frame="group", offset=14)
    below = alt.TitleParams(foot, orient="bottom", anchor="start", fontSize=10, fontWeight="normal", color=_GREY, offset=14, lineHeight=14)
    return (
        alt.vconcat(chart.properties(title=head))
        .properties(title=below, background="white", padding=16)
        .configure(font=FONT)
        .configure_title(fontSize=16, subtitleFontSize=12, subtitleColor=_GREY)
        .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#E5E5E5", labelLimit=0, titleLimit=0)
        .configure_legend(labelFontSize=11, titleFontSize=11, labelLimit=0)
        .configure_view(strokeWidth=0)
    )


def name(reference: dict[str, Any] | None, width: int = 40) -> str:
    """What a reference is called in a picture: in English, and in Chinese where there is room."""
    if reference is None:
        return "unknown"
    english, chinese = reference["name_en"], reference.get("name_zh")
    both = f"{english} {chinese}" if chinese and chinese != english else english
    return both if _width(both) <= width else cut(english, width)


def cut(text: str, width: int) -> str:
    """The text, no wider than so many letters; a Chinese character is as wide as two."""
    if _width(text) <= width:
        return text
    kept = ""
    for letter in text:
        if _width(kept) + _width(letter) > width - 1:
            break
        kept += letter
    return f"{kept.rstrip(' ,;:')}…"


def narrowed(about: About) -> list[str]:
    """What the question was narrowed by, in words; no line if by nothing."""
    asked = [(key, unquote(value)) for key, value in parse_qsl(urlsplit(about.address).query) if key not in _UNSAID]
    return [", ".join(f"{key.replace('__', ' ')} = {value}" for key, value in asked)] if asked else []


def _said_of(sources: list[str]) -> list[str]:
    if not sources:
        return []
    more = f" and {len(sources) - _MOST_SOURCES} more" if len(sources) > _MOST_SOURCES else ""
    return [cut(f"Sources: {'; '.join(cut(source, 40) for source in sources[:_MOST_SOURCES])}", 120) + more]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
