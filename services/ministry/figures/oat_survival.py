"""Time on OAT until a gap or death: Kaplan and Meier's curve, for those who started in prison and in the community."""

from collections.abc import Iterator
from typing import Any

from cascade.survival import Step, survival_on
from services.ministry.drawing import COMMUNITY, COUNTRY, INK, LINE, PRISON, QUIET, SMALL, TEXT
from services.ministry.numbers import ALL, Numbers
from services.ministry.rules import LEAST_AT_RISK, LEAST_DENOMINATOR, drawable
from services.ministry.section import Absent, Cell, Column, Drawing, Plot, Section, Table
from services.ministry.words import quarters_between
from services.shared.formats import count, percent
from services.shared.languages import gettext as _

NAME = "oat-survival"
ORDER = 51
MEASURE, PROFILE = "oat_survival", "gap_7"
DAYS = (0, 91, 183, 274, 365, 456, 548, 639)
YEAR = 365
SETTINGS = ("prison", "community")


def curves(numbers: Numbers) -> dict[str, tuple[Step, ...]]:
    """The survival table of everyone and of each setting that people started in."""
    frame = numbers.view.curves
    mine = frame[(frame["measure"] == MEASURE) & (frame["profile"] == PROFILE)]
    found = {}
    for setting in (ALL, *SETTINGS):
        rows = mine[mine["setting"] == setting].sort_values("day").to_dict("records")
        if rows:
            found[setting] = tuple(_step(row) for row in rows)
    return found


def _step(row: dict[Any, Any]) -> Step:
    bounds = [
        None if row[name] is None or row[name] != row[name] else float(row[name])
        for name in ("lower", "upper")
    ]
    return Step(
        int(row["day"]),
        int(row["at_risk"]),
        int(row["events"]),
        int(row["censored"]),
        float(row["survival"]),
        *bounds,
    )


def at_risk(steps: tuple[Step, ...], day: int) -> int:
    """How many are still followed on a day: the first day on which anything happens later has them all."""
    return next((step.at_risk for step in steps if step.day >= day), 0)


def share_on(steps: tuple[Step, ...], day: int) -> float | None:
    """The share without a gap after a day; None where too few are left to say."""
    few = steps[0].at_risk < LEAST_DENOMINATOR or at_risk(steps, day) < LEAST_AT_RISK
    return None if few else survival_on(steps, day)


def bounds_on(steps: tuple[Step, ...], day: int) -> tuple[float | None, float | None]:
    """The bounds of that share."""
    return next(((step.lower, step.upper) for step in reversed(steps) if step.day <= day), (None, None))


def section(numbers: Numbers) -> Section:
    """The curves of everyone who started in the quarters that are shown."""
    found = curves(numbers)
    quarters = numbers.view.shown.quarters
    period = quarters_between(quarters[0], quarters[-1]) if quarters else ""
    if not found:
        return _section(_("Nobody is recorded as having started OAT in these quarters."), period, _table({}))
    return _section(
        _headline(found),
        period,
        _table(found),
        drawing=_drawing(found) if any(drawable(steps) for steps in _drawn(found).values()) else None,
        notes=(
            _("A curve is drawn while at least %(least)s people are followed. The band is the 95%% interval.")
            % {"least": count(LEAST_AT_RISK)},
            _(
                "Those who started lately are followed for less long; the curve takes that into account. The two groups differ in more than the place."
            ),
        ),
    )


def _section(headline: str, period: str, table: Table, **more: object) -> Section:
    return Section(NAME, _("Time on OAT"), headline, period, table, (MEASURE,), **more)  # type: ignore[arg-type]


def _headline(found: dict[str, tuple[Step, ...]]) -> str:
    steps = found.get(ALL) or next(iter(found.values()))
    day = next((day for day in (YEAR, 183, 91) if share_on(steps, day) is not None), None)
    if day is None:
        return _("Too few people are followed to say how long OAT lasts.")
    part = share_on(steps, day)
    assert part is not None
    lower, upper = bounds_on(steps, day)
    return _(
        "Of %(n)s people who first started OAT, an estimated %(share)s (%(lower)s to %(upper)s) were still on it after"
        " %(days)s days, without a gap of more than 7 days."
    ) % {
        "n": count(steps[0].at_risk),
        "share": percent(part),
        "lower": percent(part if lower is None else lower),
        "upper": percent(part if upper is None else upper),
        "days": count(day),
    }


def _names() -> dict[str, str]:
    return {ALL: _("Everyone"), "prison": _("Started in prison"), "community": _("Started in the community")}


COLOURS = {ALL: COUNTRY, "prison": PRISON, "community": COMMUNITY}


def _drawn(found: dict[str, tuple[Step, ...]]) -> dict[str, tuple[Step, ...]]:
    """The settings, where there is one; else everyone."""
    settings = {name: steps for name, steps in found.items() if name != ALL}
    return settings or found


def _drawing(found: dict[str, tuple[Step, ...]]) -> Drawing:
    drawn = _drawn(found)
    says = _(
        "Curves of the share without a gap, falling with the days since the start. The table below has the same numbers."
    )
    return Drawing(_plot(drawn, narrow=False), _plot(drawn, narrow=True), says)


PLOT_HEIGHT, RISK_ROW, AXIS = 300, 44, 58


def _plot(drawn: dict[str, tuple[Step, ...]], *, narrow: bool) -> Plot:
    last = max((drawable(steps)[-1].day for steps in drawn.values() if drawable(steps)), default=YEAR)
    days = [day for day in DAYS if day <= last]
    ticks = days[:: 2 if narrow and len(days) > 5 else 1]
    bottom = AXIS + RISK_ROW * len(drawn) + 8
    height = PLOT_HEIGHT + bottom
    return {
        "data": [trace for name, steps in drawn.items() for trace in _traces(name, steps)],
        "layout": {
            "height": height,
            "margin": {"t": 16, "b": bottom, "l": 58, "r": 16},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": TEXT, "color": INK},
            "showlegend": False,
            "dragmode": False,
            "hovermode": False,
            "xaxis": {
                "range": [0, last * 1.01],
                "tickvals": ticks,
                "ticktext": [count(day) for day in ticks],
                "title": {"text": _("Days since the first dose"), "standoff": 4, "font": {"size": SMALL}},
                "showgrid": False,
                "zeroline": False,
                "showline": True,
                "linecolor": QUIET,
                "fixedrange": True,
            },
            "yaxis": {
                "range": [0, 1.02],
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "ticktext": [percent(one) for one in (0, 0.25, 0.5, 0.75, 1)],
                "gridcolor": LINE,
                "zeroline": False,
                "fixedrange": True,
            },
            "annotations": [
                *_curve_names(drawn),
                *_risk_table(drawn, ticks),
            ],
        },
    }


def _traces(name: str, steps: tuple[Step, ...]) -> Iterator[dict[str, Any]]:
    shown = drawable(steps)
    if not shown:
        return
    days = [0, *(step.day for step in shown)]
    line = {
        "color": COLOURS[name],
        "shape": "hv",
        "width": 2.5,
        "dash": "solid" if name != "community" else "6px,2px",
    }
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": days,
        "line": {"shape": "hv", "width": 0, "color": COLOURS[name]},
    }
    yield {**edge, "y": [1, *(step.survival if step.upper is None else step.upper for step in shown)]}
    yield {
        **edge,
        "y": [1, *(step.survival if step.lower is None else step.lower for step in shown)],
        "fill": "tonexty",
        "fillcolor": _pale(COLOURS[name]),
    }
    yield {
        "type": "scatter",
        "mode": "lines",
        "x": days,
        "y": [1, *(step.survival for step in shown)],
        "line": line,
        "name": _names()[name],
    }


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def _curve_names(drawn: dict[str, tuple[Step, ...]]) -> Iterator[dict[str, Any]]:
    """In the upper right, which no falling curve reaches."""
    for row, name in enumerate(drawn):
        yield {
            "text": f"{'- -' if name == 'community' else '—'} {_names()[name]}",
            "xref": "paper",
            "yref": "paper",
            "x": 1,
            "y": 1,
            "xanchor": "right",
            "yanchor": "top",
            "yshift": -4 - 20 * row,
            "showarrow": False,
            "font": {"size": 14, "color": COLOURS[name], "weight": 700},
        }


def _risk_table(drawn: dict[str, tuple[Step, ...]], ticks: list[int]) -> Iterator[dict[str, Any]]:
    """Under the curve, how many are still followed."""
    place = {"yref": "paper", "y": 0, "yanchor": "top", "showarrow": False}
    for row, (name, steps) in enumerate(drawn.items()):
        top = -AXIS - RISK_ROW * row
        yield {
            **place,
            "text": _("Still followed: %(group)s") % {"group": _names()[name]},
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
                "text": count(at_risk(steps, day)),
                "xref": "x",
                "x": day,
                "yshift": top - 19,
                "font": {"size": 14, "color": COLOURS[name], "weight": 700},
            }


def _table(found: dict[str, tuple[Step, ...]]) -> Table:
    rows = tuple(_row(name, steps, day) for name, steps in found.items() for day in DAYS)
    return Table(
        _("Share without a gap of more than 7 days, or death, by days since the start"),
        (
            Column("group", _("Group")),
            Column("day", _("Day"), "count"),
            Column("at_risk", _("Still followed"), "count"),
            Column("stopped", _("Stopped or died so far"), "count"),
            Column("share", _("Share without"), "share"),
            Column("lower", _("Lower bound"), "share"),
            Column("upper", _("Upper bound"), "share"),
        ),
        rows,
    )


def _row(name: str, steps: tuple[Step, ...], day: int) -> tuple[Cell, ...]:
    left = at_risk(steps, day)
    events = sum(step.events for step in steps if step.day <= day)
    part = share_on(steps, day)
    if part is None:
        few = Absent(_("too few followed"))
        return (_names()[name], day, left, events, few, few, few)
    cells: list[Cell] = ["" if one is None else one for one in bounds_on(steps, day)]
    return (_names()[name], day, left, events, part, *cells)
