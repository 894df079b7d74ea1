"""Stacked columns, one for each quarter, the provisional ones hatched on shaded ground."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.ministry.drawing.ground import SMALL, TEXT, hatched, plain_layout
from services.ministry.drawing.palette import INK, QUIET, SOFT, SURFACE
from services.ministry.section import Plot


@dataclass(frozen=True)
class Series:
    """One part of every column. ``hollow``: an outline only, for what is not known."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    hollow: bool = False


@dataclass(frozen=True)
class Columns:
    """Stacked columns, one for each quarter, with a number above each, and another one for its hollow part.

    ``of_filled``: the number is that of the filled part alone, and stands there as far as there is room for it.
    """

    title: str
    series: tuple[Series, ...]
    above: tuple[str, ...]
    hollow: tuple[str, ...] = ()
    of_filled: bool = False


PANEL, BETWEEN, LEGEND_ROW, UNDER = 230, 74, 26, 48
NUMBER_ROW = 20
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
    named = dict.fromkeys(one.name for panel in panels for one in panel.series if one.name)
    legend = LEGEND_ROW * (len(named) if narrow else 1) if named else 0
    drawn = (1 if beside else len(panels)) * (PANEL + BETWEEN)
    tops = _tops(panels, one_scale=one_scale)
    layout: dict[str, Any] = {
        **plain_layout(drawn + legend),
        "margin": {"t": 0, "b": legend, "l": 12, "r": 12},
        "barmode": "stack",
        "bargap": 0.18 if narrow else 0.28,
        "showlegend": legend > 0,
        "legend": _legend(narrow=narrow, y=-(4 / drawn)),
        "annotations": [],
        "shapes": [],
    }
    data: list[dict[str, Any]] = []
    for nth, (panel, top) in enumerate(zip(panels, tops, strict=True)):
        suffix = "" if nth == 0 else str(nth + 1)
        layout[f"yaxis{suffix}"] = _heights(suffix, top, drawn, row=0 if beside else nth)
        layout[f"xaxis{suffix}"] = _quarters(
            suffix, quarters, [nth * 0.52, nth * 0.52 + 0.48] if beside else [0, 1]
        )
        for one in panel.series:
            # A part that several panels have is in the legend once.
            data.append(_column_trace(one, suffix, provisional, shown=one.name in named))
            named.pop(one.name, None)
        layout["annotations"] += list(_column_words(panel, suffix, top, narrow=narrow))
        layout["annotations"] += _provisional_words(suffix, provisional, top, provisional_word)
        layout["shapes"] += _provisional_band(suffix, provisional, top)
    return {"data": data, "layout": layout}


def _tops(panels: Sequence[Columns], *, one_scale: bool) -> list[float]:
    """How far the scale of each panel goes: over its highest column there is room for words."""
    highest = [max(_totals(panel), default=0) for panel in panels]
    return [((max(highest) if one_scale else one) or 1) * HEADROOM for one in highest]


def _heights(suffix: str, top: float, drawn: int, *, row: int) -> dict[str, Any]:
    bottom = 1 - ((row + 1) * (PANEL + BETWEEN) - UNDER) / drawn
    return {
        "domain": [max(bottom, 0.0), bottom + PANEL / drawn],
        "range": [0, top],
        "visible": False,
        "fixedrange": True,
        "anchor": f"x{suffix}",
    }


def _quarters(suffix: str, quarters: tuple[str, ...], domain: list[float]) -> dict[str, Any]:
    return {
        "domain": domain,
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


def _totals(panel: Columns, *, hollow: bool = True) -> list[float]:
    nothing = (0.0,) * len(panel.above)  # also where no part is of that kind
    series = [nothing, *(one.values for one in panel.series if hollow or not one.hollow)]
    return [sum(value or 0 for value in column) for column in zip(*series, strict=True)]


def _column_trace(one: Series, suffix: str, provisional: tuple[bool, ...], *, shown: bool) -> dict[str, Any]:
    marker = hatched(one.colour, provisional)
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
    number = {"yanchor": "bottom", "font": {"size": 12 if narrow else TEXT, "color": INK, "weight": 700}}
    hollow = {"yanchor": "bottom", "font": {"size": 12, "color": QUIET}}
    heights = zip(_number_heights(panel, top), _totals(panel), strict=True)
    for nth, (height, total) in enumerate(heights):
        yield {**place, **number, "text": panel.above[nth], "x": nth, "y": height, "yshift": 2}
        if panel.hollow:
            above = NUMBER_ROW if height == total else 2
            yield {**place, **hollow, "text": panel.hollow[nth], "x": nth, "y": total, "yshift": above}


def _number_heights(panel: Columns, top: float) -> list[float]:
    """Where the number of each column stands: on the part that it is of, or above all of it."""
    totals = _totals(panel)
    if not panel.of_filled:
        return totals
    room = NUMBER_ROW * top / PANEL
    filled = _totals(panel, hollow=False)
    return [low if high - low >= room else high for low, high in zip(filled, totals, strict=True)]


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
