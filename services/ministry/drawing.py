"""The two kinds of figures that most sections are drawn as: steps that lead from one to the next, and columns by quarter.

Everything is placed in pixels of the figure's height, so that words never lie on bars, whatever the width. Colours are
those of the day; PALETTE says which of the page's own stands for each, so that the page can change them for the night.
Only Plotly's basic bundle is needed: bars, lines, shapes and annotations.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
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
BAR, ROW, NOTE, HEADING, PANEL_GAP = 18, 52, 24, 34, 18
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
    """Steps one below the other, in one colour, under a title; all hatched if the period is ``provisional``."""

    title: str
    bars: tuple[Bar, ...]
    colour: str
    provisional: bool = False


@dataclass(frozen=True)
class _Placed:
    bar: Bar
    top: int
    """Where its words begin, in pixels from the top."""
    middle: int
    """Of the bar itself."""
    end: int


def steps(rows: Sequence[Sequence[Steps]], *, narrow: bool) -> Plot:
    """Steps as horizontal bars, each with its number in large figures.

    Args:
        rows: panels, side by side where the page is wide; the panels of a row have one scale.
        narrow: all panels are one below the other, to one scale within each row.
    """
    layout: dict[str, Any] = {
        "barmode": "overlay",
        "annotations": [],
        "shapes": [],
    }
    data: list[dict[str, Any]] = []
    at, axes = TOP, 0
    for row in rows:
        widest = max(_reach(bar) for panel in row for bar in panel.bars) or 1
        ends: list[int] = []
        for nth, panel in enumerate(row):
            wrapped = narrow or len(row) > 1
            placed = list(_placed(panel, ends[-1] if narrow and ends else at, wrapped=wrapped))
            ends.append(placed[-1].end + PANEL_GAP)
            axes += 1
            axis = "x" if axes == 1 else f"x{axes}"
            layout[axis.replace("x", "xaxis")] = _scale(widest, *((0, 1) if narrow else (nth, len(row))))
            data += _bars(panel, placed, axis)
            layout["annotations"] += _words(panel, placed, axis, wrapped=wrapped)
            layout["shapes"] += [*_links(placed, axis), *_bounds(placed, axis)]
        at = max(ends)
    height = at - PANEL_GAP + TOP
    layout["yaxis"] = {"range": [height, 0], "visible": False, "fixedrange": True}
    margin = {"t": 0, "b": 0, "l": NUMBER_GUTTER, "r": 14}
    return {"data": data, "layout": {**layout, **_layout(height), "margin": margin}}


def _placed(panel: Steps, at: int, *, wrapped: bool) -> Iterator[_Placed]:
    at += HEADING if panel.title else 0
    for bar in panel.bars:
        at += HEADING if bar.heading else 0
        words = WORDS * (sum(len(lines) for lines in _lines(bar, wrapped=wrapped)) - 1)
        lost = len(_lost(bar, wrapped=wrapped))
        middle = at + 24 + words + BAR // 2
        end = at + ROW + words + (NOTE + WORDS * (lost - 1) if lost else 0)
        yield _Placed(bar, at, middle, end)
        at = end


ONE_LINE, ONE_SMALL_LINE = 30, 34
"""Letters that fit beside the numbers on a phone."""


def _lines(bar: Bar, *, wrapped: bool) -> tuple[list[str], list[str]]:
    """The lines of a bar's name, and the small ones of its words where they do not fit behind it."""
    together = f"{bar.label} · {bar.words}" if bar.words else bar.label
    if not wrapped or len(together) <= ONE_LINE:
        return [together], []
    small = [line for piece in bar.words.split("; ") for line in wrap(piece, ONE_SMALL_LINE)]
    return wrap(bar.label, ONE_LINE), small


def _lost(bar: Bar, *, wrapped: bool) -> list[str]:
    return wrap(bar.lost, ONE_SMALL_LINE) if wrapped else [bar.lost] if bar.lost else []


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
        _trace(
            panel,
            rows,
            axis,
            [0.0] * len(rows),
            settled,
            [one.bar.estimate or panel.provisional for one in rows],
        ),
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
        "color": colour,
        "line": {"color": colour, "width": 1.5},
        "pattern": {
            "shape": ["/" if one else "" for one in which],
            "bgcolor": SURFACE,
            "size": 7,
            "solidity": 0.3,
        },
    }


def _words(panel: Steps, rows: Sequence[_Placed], axis: str, *, wrapped: bool) -> Iterator[dict[str, Any]]:
    edge = 8 - NUMBER_GUTTER
    if panel.title:
        above = HEADING if rows[0].bar.heading else 0
        yield _text(panel.title, rows[0].top - 16 - above, axis, size=17, bold=True, shift=edge)
    for one in rows:
        bar = one.bar
        if bar.heading:
            yield _text(bar.heading, one.top - 12, axis, colour=QUIET, size=SMALL, shift=edge)
        yield _text(bar.number, one.middle - 6, axis, size=BIG, bold=True, anchor="right", shift=-10)
        named, small = _lines(bar, wrapped=wrapped)
        for nth, line in enumerate(named):
            yield _text(line, one.top + 11 + WORDS * nth, axis)
        for nth, line in enumerate(small, start=len(named)):
            yield _text(line, one.top + 11 + WORDS * nth, axis, colour=QUIET, size=SMALL)
        for nth, line in enumerate(_lost(bar, wrapped=wrapped)):
            below = one.middle + BAR // 2 + 14 + WORDS * nth
            yield _text(line, below, axis, colour=QUIET, size=SMALL, shift=8)


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
    """Stacked columns, one for each quarter, with a number above each, and another one for its hollow part."""

    title: str
    series: tuple[Series, ...]
    above: tuple[str, ...]
    hollow: tuple[str, ...] = ()


PANEL, BETWEEN, LEGEND_ROW, UNDER = 230, 74, 26, 48
HEADROOM = 1.42


def columns(
    panels: Sequence[Columns],
    quarters: tuple[str, ...],
    provisional: tuple[bool, ...],
    *,
    narrow: bool,
    provisional_word: str,
    one_scale: bool = True,
) -> Plot:
    """Columns by quarter; the provisional quarters hatched, on shaded ground, and named so.

    Args:
        panels: side by side where the page is wide.
        quarters: their names.
        provisional: which of them are.
        narrow: panels are one below the other.
        provisional_word: in the reader's language.
        one_scale: panels of the same unit have the same scale.
    """
    beside = not narrow and len(panels) > 1
    rows = 1 if beside else len(panels)
    named = {one.name for panel in panels for one in panel.series if one.name}
    legend = LEGEND_ROW * (len(named) if narrow else 1) if named else 0
    height = rows * (PANEL + BETWEEN) + legend
    highest = max(max(_totals(panel), default=0) for panel in panels)
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
        top = ((highest if one_scale else max(_totals(panel), default=0)) or 1) * HEADROOM
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
        for one in panel.series:
            data.append(_column_trace(one, suffix, provisional, shown=one.name in named))
            named.discard(one.name)
        layout["annotations"] += list(_column_words(panel, suffix, top, narrow=narrow))
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


def _column_words(panel: Columns, suffix: str, top: float, *, narrow: bool) -> Iterator[dict[str, Any]]:
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
            "font": {"size": 12 if narrow else TEXT, "color": INK, "weight": 700},
        }
    for nth, (total, word) in enumerate(zip(_totals(panel), panel.hollow, strict=False)):
        yield {
            **place,
            "text": word,
            "x": nth,
            "y": total,
            "yanchor": "bottom",
            "yshift": 20,
            "font": {"size": 12, "color": QUIET},
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
            "y": top * 0.965,
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
