"""Steps that lead from one to the next: horizontal bars, each with its number in large figures, and who is lost between."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from services.ministry.drawing.bars import (
    BAR,
    HEADING,
    WORDS,
    Bar,
    Placed,
    Steps,
    lines_of,
    lines_of_lost,
    placed,
)
from services.ministry.drawing.ground import BIG, SMALL, TEXT, hatched, plain_layout
from services.ministry.drawing.palette import INK, QUIET, SOFT
from services.ministry.section import Plot

NUMBER_GUTTER = 62
PANEL_GAP = 18
TOP = 4


def steps(rows: Sequence[Sequence[Steps]], *, narrow: bool) -> Plot:
    """Steps as horizontal bars, each with its number in large figures.

    Args:
        rows: panels, side by side where the page is wide; the panels of a row have one scale.
        narrow: all panels are one below the other, to one scale within each row.
    """
    layout: dict[str, Any] = {"barmode": "overlay", "annotations": [], "shapes": []}
    data: list[dict[str, Any]] = []
    at = TOP
    for row in rows:
        ends: list[int] = []
        widest = max(_reach(bar) for panel in row for bar in panel.bars) or 1
        for nth, panel in enumerate(row):
            wrapped = narrow or len(row) > 1
            bars = list(placed(panel, ends[-1] if narrow and ends else at, wrapped=wrapped))
            ends.append(bars[-1].end + PANEL_GAP)
            axis = _nth_axis(sum(key.startswith("xaxis") for key in layout))
            layout[axis.replace("x", "xaxis")] = _scale(widest, *((0, 1) if narrow else (nth, len(row))))
            data += _bars(panel, bars, axis)
            layout["annotations"] += _words(panel, bars, axis, wrapped=wrapped)
            layout["shapes"] += [*_links(bars, axis), *_bounds(bars, axis)]
        at = max(ends)
    height = at - PANEL_GAP + TOP
    layout["yaxis"] = {"range": [height, 0], "visible": False, "fixedrange": True}
    margin = {"t": 0, "b": 0, "l": NUMBER_GUTTER, "r": 14}
    return {"data": data, "layout": {**layout, **plain_layout(height), "margin": margin}}


def _nth_axis(nth: int) -> str:
    """As Plotly names it: x, x2, x3."""
    return f"x{nth + 1}" if nth else "x"


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


def _bars(panel: Steps, rows: Sequence[Placed], axis: str) -> Iterator[dict[str, Any]]:
    settled = [one.bar.n - one.bar.provisional for one in rows]
    which = [one.bar.estimate or panel.provisional for one in rows]
    yield {**_trace(rows, axis, [0.0] * len(rows), settled), "marker": hatched(panel.colour, which)}
    late = [one.bar.provisional for one in rows]
    if any(late):
        yield {**_trace(rows, axis, settled, late), "marker": hatched(panel.colour, [True] * len(rows))}


def _trace(
    rows: Sequence[Placed], axis: str, base: Sequence[float], lengths: Sequence[float]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "xaxis": axis,
        "y": [one.middle for one in rows],
        "x": list(lengths),
        "base": list(base),
        "width": [BAR] * len(rows),
        "hoverinfo": "text",
        "hovertext": [f"{one.bar.number} {one.bar.label}" for one in rows],
        "showlegend": False,
    }


def _words(panel: Steps, rows: Sequence[Placed], axis: str, *, wrapped: bool) -> Iterator[dict[str, Any]]:
    edge = 8 - NUMBER_GUTTER
    if panel.title:
        above = HEADING if rows[0].bar.heading else 0
        yield _text(panel.title, rows[0].top - 16 - above, axis, size=17, bold=True, shift=edge)
    for one in rows:
        bar = one.bar
        if bar.heading:
            yield _text(bar.heading, one.top - 12, axis, colour=QUIET, size=SMALL, shift=edge)
        yield _text(bar.number, one.middle - 6, axis, size=BIG, bold=True, anchor="right", shift=-10)
        named, small = lines_of(bar, wrapped=wrapped)
        for nth, line in enumerate(named):
            yield _text(line, one.top + 11 + WORDS * nth, axis)
        for nth, line in enumerate(small, start=len(named)):
            yield _text(line, one.top + 11 + WORDS * nth, axis, colour=QUIET, size=SMALL)
        for nth, line in enumerate(lines_of_lost(bar, wrapped=wrapped)):
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


def _links(rows: Sequence[Placed], axis: str) -> Iterator[dict[str, Any]]:
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


def _bounds(rows: Sequence[Placed], axis: str) -> Iterator[dict[str, Any]]:
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
