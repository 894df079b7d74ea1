"""Survival curves with their bands, and under them how many are still followed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cascade.survival import Step
from services.ministry.drawing.ground import SMALL, plain_layout
from services.ministry.drawing.palette import LINE, QUIET
from services.ministry.rules import drawable
from services.ministry.section import Plot
from services.ministry.survival import at_risk
from services.shared.formats import count, percent

HEIGHT, RISK_ROW, AXIS, NAME_ROW, PLAIN_TOP = 300, 44, 58, 20, 16
MOST_TICKS_ON_A_PHONE = 5


@dataclass(frozen=True)
class Curve:
    """The curve of a group, drawn as far as enough are at risk; ``followed`` is the title of its numbers at risk."""

    name: str
    followed: str
    steps: tuple[Step, ...]
    colour: str
    dashed: bool = False


def curves(groups: Sequence[Curve], days: Sequence[int], *, days_word: str, narrow: bool) -> Plot:
    """The curves of several groups in one picture.

    Args:
        groups: at least one of them drawable.
        days: those that are named on the axis, and below which the numbers at risk stand.
        days_word: what the days are counted from, in the reader's language.
        narrow: for a narrow page, on which fewer days are named.
    """
    last = max(shown[-1].day for one in groups if (shown := drawable(one.steps)))
    named = [day for day in days if day <= last]
    ticks = named[:: 2 if narrow and len(named) > MOST_TICKS_ON_A_PHONE else 1]
    top = PLAIN_TOP + NAME_ROW * len(groups)
    bottom = AXIS + RISK_ROW * len(groups) + 8
    layout = {
        **plain_layout(HEIGHT - PLAIN_TOP + top + bottom),
        "margin": {"t": top, "b": bottom, "l": 58, "r": 16},
        "showlegend": False,
        "hovermode": False,
        "xaxis": _days(last, ticks, days_word),
        "yaxis": _shares(),
        "annotations": [*_names(groups), *_risk_table(groups, ticks)],
    }
    return {"data": [trace for one in groups for trace in _traces(one)], "layout": layout}


def _days(last: int, ticks: list[int], days_word: str) -> dict[str, Any]:
    return {
        "range": [0, last * 1.01],
        "tickvals": ticks,
        "ticktext": [count(day) for day in ticks],
        "title": {"text": days_word, "standoff": 4, "font": {"size": SMALL}},
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": QUIET,
        "fixedrange": True,
    }


def _shares() -> dict[str, Any]:
    shares = [0, 0.25, 0.5, 0.75, 1]
    return {
        "range": [0, 1.02],
        "tickvals": shares,
        "ticktext": [percent(one) for one in shares],
        "gridcolor": LINE,
        "zeroline": False,
        "fixedrange": True,
    }


def _traces(curve: Curve) -> Iterator[dict[str, Any]]:
    """The upper bound, the lower one with the band between them, and the curve: each from day 0 on."""
    shown = drawable(curve.steps)
    if not shown:
        return
    uppers = [step.survival if step.upper is None else step.upper for step in shown]
    lowers = [step.survival if step.lower is None else step.lower for step in shown]
    path = {"type": "scatter", "mode": "lines", "x": [0, *(step.day for step in shown)]}
    edge = {**path, "line": {"shape": "hv", "width": 0, "color": curve.colour}}
    yield {**edge, "y": [1, *uppers]}
    yield {**edge, "y": [1, *lowers], "fill": "tonexty", "fillcolor": _pale(curve.colour)}
    dash = "6px,2px" if curve.dashed else "solid"
    line = {"color": curve.colour, "shape": "hv", "width": 2.5, "dash": dash}
    yield {**path, "y": [1, *(step.survival for step in shown)], "line": line, "name": curve.name}


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def _names(groups: Sequence[Curve]) -> Iterator[dict[str, Any]]:
    """Above the curves, where none of them goes."""
    for row, one in enumerate(reversed(groups)):
        yield {
            "text": f"{'- -' if one.dashed else '—'} {one.name}",
            "xref": "paper",
            "yref": "paper",
            "x": 1,
            "y": 1,
            "xanchor": "right",
            "yanchor": "bottom",
            "yshift": 2 + NAME_ROW * row,
            "showarrow": False,
            "font": {"size": 14, "color": one.colour, "weight": 700},
        }


def _risk_table(groups: Sequence[Curve], ticks: list[int]) -> Iterator[dict[str, Any]]:
    """Under the curve, how many are still followed."""
    place = {"yref": "paper", "y": 0, "yanchor": "top", "showarrow": False}
    for row, one in enumerate(groups):
        top = -AXIS - RISK_ROW * row
        yield {
            **place,
            "text": one.followed,
            "xref": "paper",
            "x": 0,
            "xanchor": "left",
            "xshift": -50,
            "yshift": top,
            "font": {"size": 13, "color": QUIET},
        }
        for day in ticks:
            yield {
                **place,
                "text": count(at_risk(one.steps, day)),
                "xref": "x",
                "x": day,
                "yshift": top - 19,
                "font": {"size": 14, "color": one.colour, "weight": 700},
            }
