"""The two kinds of figures that most sections are drawn as: steps that lead from one to the next, and columns by quarter.

Everything is placed in pixels of the figure's height, so that words never lie on bars, whatever the width. Colours are
those of the day; PALETTE says which of the page's own stands for each, so that the page can change them for the night.
Only Plotly's basic bundle is needed: bars, lines, shapes and annotations.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from services.ministry.section import Plot

INK, QUIET, LINE, SURFACE = "#14212c", "#4a5b69", "#d3dde4", "#ffffff"
COUNTRY, PRISON, COMMUNITY = "#33566b", "#1b5a78", "#a85400"
STARTED = "#4f8fb3"
PATIENT, INSTITUTION, OTHER = "#4f8fb3", "#8c2d62", "#6d7c88"
SOFT = "#e6eef2"

PALETTE: Mapping[str, str] = {
    INK: "--ink",
    QUIET: "--ink-quiet",
    LINE: "--line",
    SURFACE: "--surface",
    COUNTRY: "--figure-country",
    PRISON: "--figure-prison",
    COMMUNITY: "--figure-community",
    STARTED: "--figure-second",
    INSTITUTION: "--figure-institution",
    OTHER: "--figure-other",
    SOFT: "--figure-soft",
}
"""For each colour that a figure is drawn in, the page's own that stands for it."""

TEXT, SMALL, BIG = 15, 14, 22
NUMBER_GUTTER = 62
BAR, ROW, NOTE, HEADING = 18, 52, 24, 34
WORDS = 20
TOP = 4


@dataclass(frozen=True)
class Bar:
    """One step: a number, what it is, and the words that put it in proportion.

    ``lost`` says who does not come to the next step, below the bar. A bar is ``joined`` to the one before it only where
    both are out of the same people. An estimate is hatched, with its bounds; so is ``provisional``, the last part of n.
    """

    label: str
    n: float
    number: str
    words: str = ""
    lost: str = ""
    joined: bool = False
    heading: str = ""
    estimate: bool = False
    bounds: tuple[float, float] | None = None
    provisional: float = 0


@dataclass(frozen=True)
class Steps:
    """Steps one below the other, in one colour, under a title."""

    title: str
    bars: tuple[Bar, ...]
    colour: str


@dataclass(frozen=True)
class _Placed:
    bar: Bar
    top: int
    """Where its words begin, in pixels from the top."""
    middle: int
    """Of the bar itself."""
    end: int


def steps(panels: Sequence[Steps], *, narrow: bool, beside: bool = False) -> Plot:
    """Steps as horizontal bars, each with its number in large figures.

    Args:
        panels: drawn to one scale.
        narrow: words get a line of their own, and no two panels are side by side.
        beside: panels are side by side where the page is wide.
    """
    side_by_side = beside and not narrow
    placed = list(_placed(panels, narrow=narrow or side_by_side, side_by_side=side_by_side))
    height = max(one.end for rows in placed for one in rows) + TOP
    widest = max(_reach(bar) for panel in panels for bar in panel.bars) or 1
    layout: dict[str, Any] = {
        **_layout(height),
        "margin": {"t": 0, "b": 0, "l": NUMBER_GUTTER, "r": 14},
        "barmode": "overlay",
        "yaxis": {"range": [height, 0], "visible": False, "fixedrange": True},
        "annotations": [],
        "shapes": [],
    }
    data: list[dict[str, Any]] = []
    for nth, (panel, rows) in enumerate(zip(panels, placed, strict=True)):
        axis = "x" if nth == 0 or not side_by_side else f"x{nth + 1}"
        layout[axis.replace("x", "xaxis")] = _scale(widest, nth, len(panels) if side_by_side else 1)
        data += _bars(panel, rows, axis)
        layout["annotations"] += _words(panel, rows, axis, narrow=narrow or side_by_side)
        layout["shapes"] += [*_links(rows, axis), *_bounds(rows, axis)]
    return {"data": data, "layout": layout}


def _placed(panels: Sequence[Steps], *, narrow: bool, side_by_side: bool) -> Iterator[list[_Placed]]:
    at = TOP
    for panel in panels:
        at = TOP if side_by_side else at
        at += HEADING if panel.title else 0
        rows = []
        for bar in panel.bars:
            at += HEADING if bar.heading else 0
            words = WORDS if narrow and bar.words else 0
            middle = at + 24 + words + BAR // 2
            end = at + ROW + words + (NOTE if bar.lost else 0)
            rows.append(_Placed(bar, at, middle, end))
            at = end
        yield rows
        at += HEADING // 2


def _scale(widest: float, nth: int, of: int) -> dict[str, Any]:
    gap = 0.09
    width = (1 - gap * (of - 1)) / of
    start = nth * (width + gap)
    return {
        "range": [0, widest],
        "domain": [start, start + width],
        "visible": False,
        "fixedrange": True,
    }


def _reach(bar: Bar) -> float:
    return max(bar.n, bar.bounds[1] if bar.bounds else 0)


def _bars(panel: Steps, rows: Sequence[_Placed], axis: str) -> list[dict[str, Any]]:
    settled = [one.bar.n - one.bar.provisional for one in rows]
    traces = [
        _trace(panel, rows, axis, [0.0] * len(rows), settled, [one.bar.estimate for one in rows]),
    ]
    late = [one.bar.provisional for one in rows]
    if any(late):
        traces.append(_trace(panel, rows, axis, settled, late, [True] * len(rows)))
    return traces


def _trace(
    panel: Steps,
    rows: Sequence[_Placed],
    axis: str,
    base: Sequence[float],
    lengths: Sequence[float],
    hatched: Sequence[bool],
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "xaxis": axis,
        "y": [one.middle for one in rows],
        "x": list(lengths),
        "base": list(base),
        "width": [BAR] * len(rows),
        "marker": _marker(panel.colour, hatched),
        "hoverinfo": "text",
        "hovertext": [f"{one.bar.number} {one.bar.label}" for one in rows],
        "showlegend": False,
    }


def _marker(colour: str, hatched: Iterable[bool]) -> dict[str, Any]:
    """A full bar, or a hatched one with an outline."""
    which = list(hatched)
    return {
        "color": [SURFACE if one else colour for one in which],
        "line": {"color": colour, "width": 1.5},
        "pattern": {
            "shape": ["/" if one else "" for one in which],
            "fgcolor": colour,
            "bgcolor": SURFACE,
            "size": 7,
            "solidity": 0.35,
        },
    }


def _words(panel: Steps, rows: Sequence[_Placed], axis: str, *, narrow: bool) -> Iterator[dict[str, Any]]:
    if panel.title:
        yield _text(
            panel.title,
            rows[0].top - 16 - (HEADING if rows[0].bar.heading else 0),
            axis,
            size=17,
            bold=True,
            shift=-NUMBER_GUTTER + 8,
        )
    for one in rows:
        bar = one.bar
        if bar.heading:
            yield _text(bar.heading, one.top - 14, axis, colour=QUIET, size=SMALL, shift=-NUMBER_GUTTER + 8)
        yield _text(bar.number, one.middle - 6, axis, size=BIG, bold=True, anchor="right", shift=-10)
        one_line = f"{bar.label} · {bar.words}" if bar.words and not narrow else bar.label
        yield _text(one_line, one.top + 11, axis)
        if narrow and bar.words:
            yield _text(bar.words, one.top + 11 + WORDS, axis, colour=QUIET, size=SMALL)
        if bar.lost:
            yield _text(bar.lost, one.middle + BAR // 2 + 14, axis, colour=QUIET, size=SMALL, shift=8)


def _text(
    text: str,
    y: float,
    axis: str,
    *,
    colour: str = INK,
    size: int = TEXT,
    bold: bool = False,
    anchor: str = "left",
    shift: int = 0,
) -> dict[str, Any]:
    font = {"size": size, "color": colour, **({"weight": 700} if bold else {})}
    return {
        "text": text,
        "x": 0,
        "y": y,
        "xref": axis,
        "yref": "y",
        "xanchor": anchor,
        "yanchor": "middle",
        "xshift": shift,
        "align": "left",
        "showarrow": False,
        "font": font,
    }


def _links(rows: Sequence[_Placed], axis: str) -> Iterator[dict[str, Any]]:
    """From a bar to the next one, where both are out of the same people."""
    for before, after in pairwise(rows):
        if after.bar.joined:
            top, bottom = before.middle + BAR // 2, after.middle - BAR // 2
            path = f"M 0,{top} L {before.bar.n},{top} L {after.bar.n},{bottom} L 0,{bottom} Z"
            yield {
                "type": "path",
                "path": path,
                "xref": axis,
                "yref": "y",
                "layer": "below",
                "fillcolor": SOFT,
                "line": {"width": 0},
            }


def _bounds(rows: Sequence[_Placed], axis: str) -> Iterator[dict[str, Any]]:
    """The bounds of an estimate: a line with ends."""
    for one in rows:
        if one.bar.bounds is None:
            continue
        low, high = one.bar.bounds
        lines = ((low, high, 0, 0), (low, low, -7, 7), (high, high, -7, 7))
        for start, stop, above, below in lines:
            yield {
                "type": "line",
                "xref": axis,
                "yref": "y",
                "x0": start,
                "x1": stop,
                "y0": one.middle + above,
                "y1": one.middle + below,
                "line": {"color": INK, "width": 2},
            }


@dataclass(frozen=True)
class Series:
    """One part of every column. ``hollow``: an outline only, for what is not known."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    hollow: bool = False


@dataclass(frozen=True)
class Columns:
    """Stacked columns, one for each quarter, with a word above each."""

    title: str
    series: tuple[Series, ...]
    above: tuple[str, ...]


PANEL, BETWEEN, LEGEND_ROW, UNDER = 230, 74, 26, 48


def columns(
    panels: Sequence[Columns],
    quarters: tuple[str, ...],
    provisional: tuple[bool, ...],
    *,
    narrow: bool,
    provisional_word: str,
    side_by_side: bool = False,
) -> Plot:
    """Columns by quarter, all panels to one scale; the provisional quarters hatched and named so."""
    beside = side_by_side and not narrow and len(panels) > 1
    rows = 1 if beside else len(panels)
    legend = LEGEND_ROW * (len(panels[0].series) if narrow else 1) if len(panels[0].series) > 1 else 0
    height = rows * (PANEL + BETWEEN) + legend
    tops = [max(_totals(panel), default=0) for panel in panels]
    top = (max(tops) or 1) * 1.24
    layout: dict[str, Any] = {
        **_layout(height),
        "margin": {"t": 0, "b": legend, "l": 12, "r": 12},
        "barmode": "stack",
        "bargap": 0.28,
        "showlegend": legend > 0,
        "legend": _legend(narrow=narrow, y=-(4 / (height - legend))),
        "annotations": [],
        "shapes": [],
    }
    data: list[dict[str, Any]] = []
    drawn = height - legend
    for nth, panel in enumerate(panels):
        suffix = "" if nth == 0 else str(nth + 1)
        row = 0 if beside else nth
        bottom = 1 - ((row + 1) * (PANEL + BETWEEN) - UNDER) / drawn
        layout[f"yaxis{suffix}"] = {
            "domain": [max(bottom, 0.0), bottom + PANEL / drawn],
            "range": [0, top],
            "visible": False,
            "fixedrange": True,
            "anchor": f"x{suffix}",
        }
        layout[f"xaxis{suffix}"] = {
            "domain": [nth * 0.52, nth * 0.52 + 0.48] if beside else [0, 1],
            "anchor": f"y{suffix}",
            "type": "linear",
            "range": [-0.5, len(quarters) - 0.5],
            "tickvals": list(range(len(quarters))),
            "ticktext": [quarter.replace(" ", "<br>") for quarter in quarters],
            "tickfont": {"size": 13, "color": QUIET},
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": QUIET,
            "fixedrange": True,
        }
        data += [_column_trace(one, suffix, provisional, shown=nth == 0) for one in panel.series]
        layout["annotations"] += list(_column_words(panel, suffix, top, len(quarters)))
        layout["annotations"] += _provisional_words(suffix, provisional, top, provisional_word)
        layout["shapes"] += _provisional_band(suffix, provisional, top)
    return {"data": data, "layout": layout}


def _totals(panel: Columns) -> list[float]:
    return [
        sum(value or 0 for value in column)
        for column in zip(*(one.values for one in panel.series), strict=True)
    ]


def _column_trace(one: Series, suffix: str, provisional: tuple[bool, ...], *, shown: bool) -> dict[str, Any]:
    marker = _marker(one.colour, provisional)
    if one.hollow:
        marker = {"color": SURFACE, "line": {"color": one.colour, "width": 1.5}}
    return {
        "type": "bar",
        "name": one.name,
        "x": list(range(len(one.values))),
        "y": list(one.values),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "marker": marker,
        "legendgroup": one.name,
        "showlegend": shown,
        "hoverinfo": "skip",
    }


def _column_words(panel: Columns, suffix: str, top: float, quarters: int) -> Iterator[dict[str, Any]]:
    place = {"xref": f"x{suffix}", "yref": f"y{suffix}", "showarrow": False}
    yield {
        **place,
        "text": panel.title,
        "x": -0.5,
        "y": top,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 0,
        "font": {"size": 16, "color": INK, "weight": 700},
    }
    for nth, (total, word) in enumerate(zip(_totals(panel), panel.above, strict=True)):
        yield {
            **place,
            "text": word,
            "x": nth,
            "y": total,
            "yanchor": "bottom",
            "yshift": 2,
            "font": {"size": 15 if quarters < 9 else 13, "color": INK, "weight": 700},
        }


def _provisional_words(
    suffix: str, provisional: tuple[bool, ...], top: float, word: str
) -> list[dict[str, Any]]:
    which = [nth for nth, one in enumerate(provisional) if one]
    if not which:
        return []
    return [
        {
            "text": word,
            "x": which[-1] + 0.46,
            "y": top * 0.97,
            "xref": f"x{suffix}",
            "yref": f"y{suffix}",
            "xanchor": "right",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 13, "color": QUIET},
        }
    ]


def _provisional_band(suffix: str, provisional: tuple[bool, ...], top: float) -> list[dict[str, Any]]:
    which = [nth for nth, one in enumerate(provisional) if one]
    if not which:
        return []
    return [
        {
            "type": "rect",
            "layer": "below",
            "xref": f"x{suffix}",
            "yref": f"y{suffix}",
            "x0": which[0] - 0.5,
            "x1": which[-1] + 0.5,
            "y0": 0,
            "y1": top,
            "fillcolor": SOFT,
            "line": {"width": 0},
        }
    ]


def _legend(*, narrow: bool, y: float) -> dict[str, Any]:
    return {
        "orientation": "v" if narrow else "h",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "top",
        "font": {"size": SMALL, "color": INK},
        "itemclick": False,
        "itemdoubleclick": False,
        "bgcolor": "rgba(0,0,0,0)",
        "traceorder": "normal",
    }


def _layout(height: int) -> dict[str, Any]:
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": TEXT, "color": INK},
        "hovermode": "closest",
        "dragmode": False,
    }
