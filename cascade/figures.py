"""Result frames as figures, and as the facts of the sentence above a figure. Only Plotly's basic bundle is needed.

A figure holds no title (the page has it), no word of its own (FigureLabels) and no legend: each line is named
at its end. Counts start at zero. Months that had not ended at the data cut are left out: a line that falls
only because its month is young misleads.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from itertools import count, groupby
from math import ceil

import pandas as pd
import plotly.graph_objects as go

from cascade.tables import ALL_FACILITIES, UNKNOWN_FACILITY

# Each at least 4.5:1 on white and told apart in every common colour blindness; markers differ as well.
COLOURS = ("#006BD6", "#7A0014", "#007A00", "#B80099", "#003D3D", "#0000F5")
MARKERS = ("square", "diamond", "triangle-up", "cross", "star", "triangle-down")
INK, GREY, GRID = "#1B1B1B", "#636363", "#E3E3E3"
FONT_PIXELS, LABEL_GAP_PIXELS, PIXELS_PER_LETTER = 15, 19, 8.5
MARGINS = {"t": 36, "b": 40, "l": 56}
BEFORE_FIRST_AND_AFTER_LAST = timedelta(days=12)
MOST_MONTHS_NAMED, MOST_STEPS = 8, 4


@dataclass(frozen=True)
class FigureLabels:
    """Every word and number format of a figure, in the reader's language."""

    all_facilities: str
    """Above the national line, with the unit: "All facilities, people a month"."""
    each_facility: str
    """Above the lines of the facilities: "Each facility, people a month"."""
    unknown_facility: str
    """For doses at a place that the record does not say."""
    unnamed_facility: str
    """Before the short key of a facility without a name: "Facility"."""
    other_facilities: Callable[[int], str]
    """For the lines that share one label: "4 other facilities"."""
    month: Callable[[date], str]
    number: Callable[[int], str]


@dataclass(frozen=True)
class Finding:
    """What the latest complete month says. None: no complete month that far back in the frame."""

    month: date
    people: int
    people_month_before: int | None
    people_year_before: int | None

    @property
    def change_on_month(self) -> int | None:
        """People more (or, negative, fewer) than in the month before."""
        return None if self.people_month_before is None else self.people - self.people_month_before

    @property
    def change_on_year(self) -> int | None:
        """People more (or, negative, fewer) than in the same month a year before."""
        return None if self.people_year_before is None else self.people - self.people_year_before


def finding(frame: pd.DataFrame) -> Finding | None:
    """The facts about the latest complete month of people_given_oat; None if no month is complete."""
    national, _ = _lines(frame)
    people = {point.month: point.people for line in national for point in line.points}
    if not people:
        return None
    latest = max(people)
    month_before = (latest - timedelta(days=1)).replace(day=1)
    year_before = latest.replace(year=latest.year - 1)
    return Finding(latest, people[latest], people.get(month_before), people.get(year_before))


def people_given_oat(frame: pd.DataFrame, labels: FigureLabels) -> str:
    """The Plotly figure, as JSON text, of people given OAT per month.

    The national line stands above the lines of the facilities, each part with its own scale: together, the
    national count would press the facilities flat.
    """
    panels = [_Panel(lines, *place) for lines, place in zip(_lines(frame), _places(labels), strict=True)]
    traces = [_trace(line, panel, labels) for panel in panels for line in panel.lines]
    figure = go.Figure(traces, _layout(panels, labels)).to_plotly_json()
    # Plotly.py's own theme, which would be most of the text.
    figure["layout"].pop("template", None)
    return json.dumps(figure, ensure_ascii=False)


@dataclass(frozen=True)
class _Point:
    month: date
    people: int


@dataclass(frozen=True)
class _Line:
    key: str
    name: str | None
    points: tuple[_Point, ...]
    colour: str
    marker: str

    @property
    def end(self) -> _Point:
        return self.points[-1]

    @property
    def labelled(self) -> bool:
        return self.colour != GREY or self.key == UNKNOWN_FACILITY


@dataclass(frozen=True)
class _Panel:
    """A part of the figure with a count axis of its own."""

    lines: Sequence[_Line]
    heading: str
    axis: str
    bottom: int
    height: int

    @property
    def step(self) -> int:
        """Round steps of the count axis, so few that the reader need not count them."""
        most = max((point.people for line in self.lines for point in line.points), default=0)
        rounds = (digit * int(10**power) for power in count() for digit in (1, 2, 5))
        return next(one for one in rounds if one * MOST_STEPS > most)

    @property
    def top(self) -> int:
        """The end of the count axis: the first step above every count."""
        most = max((point.people for line in self.lines for point in line.points), default=0)
        return self.step * (most // self.step + 1)


FACILITIES_HEIGHT, BETWEEN, NATIONAL_HEIGHT = 300, 56, 150
HEIGHT = FACILITIES_HEIGHT + BETWEEN + NATIONAL_HEIGHT


def _places(labels: FigureLabels) -> tuple[tuple[str, str, int, int], ...]:
    return (
        (labels.all_facilities, "y", FACILITIES_HEIGHT + BETWEEN, NATIONAL_HEIGHT),
        (labels.each_facility, "y2", 0, FACILITIES_HEIGHT),
    )


def _lines(frame: pd.DataFrame) -> tuple[list[_Line], list[_Line]]:
    """The national line, and the facilities' from most to fewest people at their end; complete months only."""
    rows = frame[(frame["measure"] == "people_given_oat") & frame["complete"]].sort_values(
        ["facility_key", "month"]
    )
    lines = [_line(str(key), own) for key, own in rows.groupby("facility_key")]
    known = sorted(
        (line for line in lines if line.key not in (ALL_FACILITIES, UNKNOWN_FACILITY)),
        key=lambda line: (-line.end.people, line.key),
    )
    coloured = [
        replace(line, colour=colour, marker=marker)
        for line, colour, marker in zip(known, COLOURS, MARKERS, strict=False)
    ]
    unknown = [line for line in lines if line.key == UNKNOWN_FACILITY]
    national = [replace(line, colour=INK) for line in lines if line.key == ALL_FACILITIES]
    return national, [*coloured, *known[len(COLOURS) :], *unknown]


def _line(key: str, rows: pd.DataFrame) -> _Line:
    name = rows["facility_name"].iloc[0]
    months = [month.date() for month in rows["month"]]
    points = tuple(_Point(*point) for point in zip(months, rows["people"].tolist(), strict=True))
    return _Line(key, None if pd.isna(name) else str(name), points, GREY, "circle")


def _trace(line: _Line, panel: _Panel, labels: FigureLabels) -> go.Scatter:
    name = _name(line, labels)
    people = {point.month: point.people for point in line.points}
    # Months without a row have no point, so that no line is drawn across what is not known.
    months = list(_months(line.points[0].month, line.end.month))
    return go.Scatter(
        x=[month.isoformat() for month in months],
        y=[people.get(month) for month in months],
        yaxis=panel.axis,
        text=[_said(month, people.get(month), name, labels) for month in months],
        hovertemplate="%{text}<extra></extra>",
        name=name,
        mode="lines+markers",
        connectgaps=False,
        line={
            "color": line.colour,
            "width": 4 if line.key == ALL_FACILITIES else 2,
            "dash": "dot" if line.key == UNKNOWN_FACILITY else "solid",
        },
        marker={"size": 7, "symbol": line.marker},
        showlegend=False,
    )


def _months(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _said(month: date, people: int | None, name: str, labels: FigureLabels) -> str:
    return "" if people is None else f"{labels.month(month)}: {labels.number(people)} · {name}"


def _name(line: _Line, labels: FigureLabels) -> str:
    if line.key == ALL_FACILITIES:
        return labels.all_facilities
    if line.key == UNKNOWN_FACILITY:
        return labels.unknown_facility
    # A name comes from a record, and Plotly reads tags in text.
    return escape(line.name or f"{labels.unnamed_facility} {line.key[:4]}", quote=False)


@dataclass(frozen=True)
class _Label:
    at: _Point
    text: str
    colour: str


def _labels(panel: _Panel, labels: FigureLabels) -> list[_Label]:
    """What stands at the ends of the lines; the lines without a colour of their own share one label."""
    named = [_Label(line.end, _end_text(line, labels), line.colour) for line in panel.lines if line.labelled]
    others = [line for line in panel.lines if not line.labelled]
    if others:
        named.append(_Label(others[0].end, labels.other_facilities(len(others)), GREY))
    return sorted(named, key=lambda label: (label.at.month, label.at.people, label.text))


def _end_text(line: _Line, labels: FigureLabels) -> str:
    if line.key == ALL_FACILITIES:
        return f"<b>{labels.number(line.end.people)}</b>"
    return f"{labels.number(line.end.people)} {_name(line, labels)}"


def _end_annotations(panel: _Panel, labels: FigureLabels) -> Iterator[dict[str, object]]:
    """The labels beside the ends of their lines, moved apart where they would overlap."""
    for month, ending in groupby(_labels(panel, labels), key=lambda label: label.at.month):
        together = list(ending)
        heights = _apart([label.at.people for label in together], panel)
        for label, height in zip(together, heights, strict=True):
            at = {"x": month.isoformat(), "y": height, "yref": panel.axis, "xshift": 9}
            yield _text(label.text, label.colour) | at


def _apart(counts: Sequence[int], panel: _Panel) -> list[float]:
    """Heights for labels at these ascending counts, a line of text from one another and none above the top."""
    gap = panel.top * LABEL_GAP_PIXELS / panel.height
    heights: list[float] = []
    for people in counts:
        heights.append(max(people, heights[-1] + gap) if heights else float(people))
    ceiling = float(panel.top)
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], ceiling)
        ceiling = heights[place] - gap
    return heights


def _heading(panel: _Panel) -> dict[str, object]:
    place = {"xref": "paper", "x": 0, "yref": "paper", "y": (panel.bottom + panel.height) / HEIGHT}
    return _text(panel.heading, INK) | place | {"yanchor": "bottom", "yshift": 8}


def _text(text: str, colour: str) -> dict[str, object]:
    font = {"color": colour, "size": FONT_PIXELS}
    return {"text": text, "font": font, "xanchor": "left", "align": "left", "showarrow": False}


def _layout(panels: Sequence[_Panel], labels: FigureLabels) -> dict[str, object]:
    longest = max((len(label.text) for panel in panels for label in _labels(panel, labels)), default=0)
    national, facilities = panels
    annotations = [text for panel in panels for text in (_heading(panel), *_end_annotations(panel, labels))]
    return {
        "height": HEIGHT + MARGINS["t"] + MARGINS["b"],
        "margin": {**MARGINS, "r": ceil(longest * PIXELS_PER_LETTER)},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "font": {"size": FONT_PIXELS, "color": INK},
        "hovermode": "closest",
        "xaxis": _month_axis(panels, labels),
        "yaxis": _count_axis(national, labels),
        "yaxis2": _count_axis(facilities, labels),
        "annotations": annotations,
    }


def _month_axis(panels: Sequence[_Panel], labels: FigureLabels) -> dict[str, object]:
    months = sorted({point.month for panel in panels for line in panel.lines for point in line.points})
    # Counted back from the latest month, so that the one the reader looks for is always named.
    named = months[::-1][:: ceil(len(months) / MOST_MONTHS_NAMED) or 1][::-1]
    around = (
        [months[0] - BEFORE_FIRST_AND_AFTER_LAST, months[-1] + BEFORE_FIRST_AND_AFTER_LAST] if months else []
    )
    return {
        "type": "date",
        "anchor": "y2",
        "range": [day.isoformat() for day in around] or None,
        "tickvals": [month.isoformat() for month in named],
        "ticktext": [labels.month(month) for month in named],
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": GREY,
        "fixedrange": True,
    }


def _count_axis(panel: _Panel, labels: FigureLabels) -> dict[str, object]:
    ticks = range(0, panel.top + 1, panel.step)
    return {
        "domain": [panel.bottom / HEIGHT, (panel.bottom + panel.height) / HEIGHT],
        "range": [0, panel.top],
        "tickvals": list(ticks),
        "ticktext": [labels.number(tick) for tick in ticks],
        "gridcolor": GRID,
        "zeroline": True,
        "zerolinecolor": INK,
        "fixedrange": True,
    }
