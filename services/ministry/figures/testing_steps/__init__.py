"""How far HIV testing reaches the people received into prison: offered, tested, told, positive."""

from cascade.tables import Period
from services.ministry.drawing.bars import Bar, Steps
from services.ministry.drawing.palette import PRISON
from services.ministry.drawing.steps import steps
from services.ministry.figures.testing_steps.by_legal_status import (
    MEASURE,
    STEPS,
    by_legal_status,
    legal_status_aside,
    legal_status_table,
)
from services.ministry.figures.testing_steps.people_tested import MEASURE as PEOPLE
from services.ministry.figures.testing_steps.people_tested import (
    TESTS,
    people_tested,
    people_tested_aside,
    people_tested_table,
)
from services.ministry.numbers import Count, Numbers
from services.ministry.rules import is_provisional, share
from services.ministry.section import Aside, Cell, Column, Drawing, KeySentence, Section, Table
from services.ministry.words import in_year, late_year_note, out_of, share_cell, too_few_note, with_state
from services.shared.formats import count, percent
from services.shared.languages import gettext as _
from services.shared.languages import ngettext

NAME = "testing-steps"
ORDER = 20


def section(numbers: Numbers) -> Section:
    """The steps of the last whole year."""
    years = numbers.view.shown.years
    counts = _counts(numbers, years[-1]) if years else None
    if counts is None:
        return _section(_("HIV testing after reception is not counted yet."), "", _table({}))
    period = in_year(years[-1])
    if not counts["offered"].of:
        headline = _("In %(year)s nobody is recorded as received into prison from liberty.") % {
            "year": period
        }
        return _section(headline, period, _table(counts), **_beside(numbers, years[-1]))
    late = is_provisional(years[-1], numbers.view.period_end)
    return _section(
        _headline(counts, period),
        with_state(period, late=late),
        _table(counts),
        drawing=_drawing(counts, late=late),
        notes=(
            *_notes(numbers, years[-1]),
            *too_few_note(_shares(numbers, years[-1], counts)),
            *late_year_note(late=late),
        ),
        key=_key(counts, period),
        **_beside(numbers, years[-1]),
    )


def _beside(numbers: Numbers, year: Period) -> dict[str, tuple[Aside, ...] | tuple[Table, ...]]:
    """Who was reached by legal status, and everyone who was tested: in words, and as tables."""
    received, tested = by_legal_status(numbers, year), people_tested(numbers, year)
    asides = (
        *((legal_status_aside(received),) if any(one.n for one in received) else ()),
        *((people_tested_aside(tested, year),) if tested else ()),
    )
    tables = (
        *((legal_status_table(received),) if received else ()),
        *((people_tested_table(numbers, year),) if tested else ()),
    )
    return {"asides": asides, "more_tables": tables}


def _section(headline: str, period: str, table: Table, **more: object) -> Section:
    return Section(
        NAME,
        _("HIV testing after reception into prison"),
        headline,
        period,
        table,
        (MEASURE, PEOPLE, TESTS),
        **more,  # type: ignore[arg-type]
    )


BEFORE = {"tested": "tested_of_offered", "returned": "returned_of_tested", "positive": "positive_of_returned"}


def _counts(numbers: Numbers, year: Period) -> dict[str, Count] | None:
    """Every figure of the steps; None if they are not counted."""
    names = (*STEPS, *BEFORE.values(), "refused")
    found = {name: numbers.count(MEASURE, name, year) for name in names}
    return {name: one for name, one in found.items() if one is not None} if all(found.values()) else None


def _shares(numbers: Numbers, year: Period, counts: dict[str, Count]) -> list[Count]:
    by_status = [step for one in by_legal_status(numbers, year) for step in one.steps.values() if one.n]
    return [*counts.values(), *by_status]


def _headline(counts: dict[str, Count], period: str) -> str:
    offered = counts["offered"]
    received = offered.of or 0
    never = received - offered.n
    said = _("Of those received into prison in %(year)s, %(tested)s were tested for HIV.") % {
        "year": period,
        "tested": out_of(counts["tested"]),
    }
    missed = ngettext("%(n)s was never offered a test.", "%(n)s were never offered a test.", never)
    return f"{said} {missed % {'n': count(never)}}"


def _key(counts: dict[str, Count], period: str) -> KeySentence:
    tested = counts["tested"]
    part = share(tested)
    return KeySentence(
        out_of(Count(tested.n, tested.of)) if part is None else percent(part),
        _("of those received into prison in %(year)s were tested for HIV") % {"year": period},
    )


def _names() -> dict[str, str]:
    return {
        "received": _("Received from liberty"),
        "offered": _("Offered a test"),
        "tested": _("Tested"),
        "returned": _("Result returned"),
        "positive": _("Positive"),
    }


def _drawing(counts: dict[str, Count], *, late: bool) -> Drawing:
    names = _names()
    received = counts["offered"].of or 0
    n = {"received": received, **{step: counts[step].n for step in STEPS}}
    lost = {
        "received": _lost(_("%(n)s not offered a test"), received - n["offered"]),
        "offered": _refused(n["offered"] - n["tested"], counts["refused"].n),
        "tested": _lost(_("%(n)s without a result returned"), n["tested"] - n["returned"]),
    }
    bars = tuple(
        Bar(
            names[step],
            n[step],
            count(n[step]),
            words=_in_words(step, counts),
            lost=lost.get(step, ""),
            joined=step != "received",
        )
        for step in names
    )
    panel = (Steps("", bars, PRISON, provisional=late),)
    says = _("Five bars, each step of testing below the one before. The table below has the same numbers.")
    return Drawing(steps((panel,), narrow=False), steps((panel,), narrow=True), says)


def _lost(words: str, n: int) -> str:
    return words % {"n": count(n)} if n else ""


def _refused(not_tested: int, refused: int) -> str:
    if not not_tested:
        return ""
    if refused == not_tested:
        return _("%(n)s not tested: all of them refused") % {"n": count(not_tested)}
    return _("%(n)s not tested, %(refused)s of them refused") % {
        "n": count(not_tested),
        "refused": count(refused),
    }


def _in_words(step: str, counts: dict[str, Count]) -> str:
    """Both denominators, in words."""
    if step == "received":
        return ""
    of_received = share(counts[step])
    of_before = share(counts[BEFORE[step]]) if step in BEFORE else None
    before = {"tested": _("%(share)s of those offered"), "returned": _("%(share)s of those tested")}
    parts = []
    if of_received is not None and step != "positive":
        parts.append(_("%(share)s of those received") % {"share": percent(of_received)})
    if of_before is not None and step in before:
        parts.append(before[step] % {"share": percent(of_before)})
    if of_before is not None and step == "positive":
        parts.append(_("%(share)s of those with a result") % {"share": percent(of_before)})
    return "; ".join(parts)


def _table(counts: dict[str, Count]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    if counts:
        rows.append((_names()["received"], counts["offered"].of or 0, "", ""))
        rows += [
            (
                _names()[step],
                counts[step].n,
                share_cell(counts[step]),
                share_cell(counts[BEFORE[step]]) if step in BEFORE else "",
            )
            for step in STEPS
        ]
        rows.append((_("Refused"), counts["refused"].n, "", share_cell(counts["refused"])))
    return Table(
        _("HIV testing after reception into prison, by step"),
        (
            Column("step", _("Step")),
            Column("receptions", _("Receptions"), "count"),
            Column("share_of_received", _("Of those received"), "share"),
            Column("share_of_step_before", _("Of the step before"), "share"),
        ),
        tuple(rows),
    )


def _notes(numbers: Numbers, year: Period) -> tuple[str, ...]:
    known = numbers.count(MEASURE, "known_positive", year)
    open_ = numbers.count(MEASURE, "window_open", year)
    notes = [_("Who is received twice in a year counts twice: each reception is to be offered a test.")]
    if known and known.n:
        notes.append(
            ngettext(
                "%(n)s more was received with known HIV, needs no test, and is not counted here.",
                "%(n)s more were received with known HIV, need no test, and are not counted here.",
                known.n,
            )
            % {"n": count(known.n)}
        )
    if open_ and open_.n:
        notes.append(
            ngettext(
                "%(n)s reception is too recent: its 28 days are not over, and it is not counted here.",
                "%(n)s receptions are too recent: their 28 days are not over, and they are not counted here.",
                open_.n,
            )
            % {"n": count(open_.n)}
        )
    return tuple(notes)
