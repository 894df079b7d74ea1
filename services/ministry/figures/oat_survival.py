"""Time on OAT until a gap or death: Kaplan and Meier's curve, for those who started in prison and in the community."""

from cascade.survival import Step
from services.ministry.drawing.curves import Curve, curves
from services.ministry.drawing.palette import COMMUNITY, COUNTRY, PRISON
from services.ministry.numbers import ALL, Numbers
from services.ministry.rules import LEAST_AT_RISK, drawable
from services.ministry.section import Absent, Cell, Column, Drawing, Section, Table
from services.ministry.survival import at_risk, bounds_on, share_on, survival_tables
from services.ministry.words import quarters_between
from services.shared.formats import count, percent
from services.shared.languages import gettext as _

NAME = "oat-survival"
ORDER = 51
MEASURE, PROFILE = "oat_survival", "gap_7"
DAYS = (0, 91, 183, 274, 365, 456, 548, 639)
YEAR = 365
SETTINGS = ("prison", "community")


def section(numbers: Numbers) -> Section:
    """The curves of everyone who started in the quarters that are shown."""
    found = survival_tables(numbers.view, MEASURE, PROFILE, (ALL, *SETTINGS))
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
    groups = [
        Curve(
            _names()[name],
            _("Still followed: %(group)s") % {"group": _names()[name]},
            steps,
            COLOURS[name],
            dashed=name == "community",
        )
        for name, steps in drawn.items()
    ]
    wide, narrow = (
        curves(groups, DAYS, days_word=_("Days since the first dose"), narrow=narrow)
        for narrow in (False, True)
    )
    return Drawing(wide, narrow, says)


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
