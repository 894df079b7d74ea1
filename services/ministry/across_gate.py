"""Treatment across the gate, for OAT and for ART: of those released on it, who had it again in the community, and when."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from cascade import measures
from cascade.tables import Period
from services.ministry.drawing.bars import Bar, Steps
from services.ministry.drawing.palette import PRISON
from services.ministry.drawing.steps import steps
from services.ministry.numbers import Count, Numbers
from services.ministry.rules import is_provisional, share
from services.ministry.section import Cell, Column, Drawing, KeySentence, Section, Table
from services.ministry.words import out_of, share_cell, too_few_note, with_state
from services.shared.formats import count, percent
from services.shared.languages import gettext as _
from services.shared.languages import ngettext


@dataclass(frozen=True)
class Gate:
    """What a figure of the gate says of its own: one measure, its windows, its words."""

    name: str
    measure: str
    title: str
    counted: str
    """The figure that the headline is about."""
    again: tuple[str, ...]
    """The figures of those who were treated again; the others say why not."""
    nobody: str
    headline: str
    lost: str
    """The sentence on those who were not seen again; it is left out where there are none."""
    period_name: Callable[[Period], str]
    key: str = ""
    """Nothing: the figure is not one of the few that a reader takes along."""
    after: str = ""


@dataclass(frozen=True)
class Releases:
    """The releases of a period; every count is out of those whose window is complete."""

    period: Period
    counts: Mapping[str, Count]
    open: int

    @property
    def complete(self) -> int:
        """Releases whose window is complete."""
        return next(iter(self.counts.values())).of or 0


def releases(numbers: Numbers, measure: str, periods: Sequence[Period]) -> tuple[Releases, ...]:
    """The releases of each period; none if they are not counted."""
    if measure not in measures.names():
        return ()
    figures = measures.measure(measure).figures
    shares = [name for name, figure in figures.items() if figure.among is not None]
    found = []
    for period in periods:
        counts = {name: one for name in shares if (one := numbers.count(measure, name, period)) is not None}
        if len(counts) == len(shares):
            waiting = numbers.count(measure, "window_open", period)
            found.append(Releases(period, counts, waiting.n if waiting else 0))
    return tuple(found)


def together(found: Sequence[Releases]) -> dict[str, Count]:
    """The releases of several periods as one: a release is an event, so periods may be added up."""
    return reduce(
        lambda one, other: {name: one[name] + other[name] for name in one},
        (dict(one.counts) for one in found),
    )


def gate_section(numbers: Numbers, gate: Gate, periods: Sequence[Period], span: str) -> Section:
    """The section of one treatment: all these periods together, and each in the table."""
    found = releases(numbers, gate.measure, periods)
    table = _table(numbers, gate, found)
    if not found:
        return Section(
            gate.name,
            gate.title,
            _("%(title)s: not counted yet.") % {"title": gate.title},
            span,
            table,
            (gate.measure,),
        )
    counts = together(found)
    of = next(iter(counts.values())).of
    if not of:
        return Section(
            gate.name, gate.title, gate.nobody, span, table, (gate.measure,), notes=_waiting(found)
        )
    late = any(is_provisional(one.period, numbers.view.period_end) for one in found)
    notes = (*_waiting(found), *((_late_note(),) if late else ()), *too_few_note(counts.values()))
    return Section(
        gate.name,
        gate.title,
        _headline(gate, counts, span),
        span,
        table,
        (gate.measure,),
        drawing=_drawing(numbers, gate, found, counts),
        notes=(*((gate.after,) if gate.after else ()), *notes),
        key=_key(gate, counts, span),
    )


def _late_note() -> str:
    return _("The hatched part of a bar is of the last two quarters, which are provisional.")


def _headline(gate: Gate, counts: Mapping[str, Count], span: str) -> str:
    said = gate.headline % {"period": span, "seen": out_of(counts[gate.counted])}
    lost = counts["not_seen"].n
    return f"{said} {gate.lost % {'lost': count(lost)}}" if lost else said


def _key(gate: Gate, counts: Mapping[str, Count], span: str) -> KeySentence | None:
    if not gate.key:
        return None
    seen = counts[gate.counted]
    part = share(seen)
    number = (
        _("%(n)s of %(of)s") % {"n": count(seen.n), "of": count(seen.of or 0)}
        if part is None
        else percent(part)
    )
    return KeySentence(number, gate.key % {"period": span})


def _waiting(found: Sequence[Releases]) -> tuple[str, ...]:
    waiting = sum(one.open for one in found)
    if not waiting:
        return ()
    said = ngettext(
        "%(n)s more release is too recent: its window is not complete.",
        "%(n)s more releases are too recent: their windows are not complete.",
        waiting,
    )
    return (said % {"n": count(waiting)},)


OTHERS = ("rearrested_first", "died_first", "receiving_area_silent", "not_seen")
"""Why somebody was not treated again, as far as it is known."""


def _shown(gate: Gate, counts: Mapping[str, Count]) -> list[str]:
    return [name for name in (*gate.again, *OTHERS) if name in counts]


def _name(gate: Gate, figure: str) -> str:
    return _(measures.measure(gate.measure).figures[figure].title)


def _drawing(numbers: Numbers, gate: Gate, found: Sequence[Releases], counts: Mapping[str, Count]) -> Drawing:
    late = [one for one in found if is_provisional(one.period, numbers.view.period_end)]
    shown = _shown(gate, counts)
    of = next(iter(counts.values())).of or 0
    heading = _("The others, by what is known")
    first_other = next(name for name in shown if name not in gate.again)
    bars = [Bar(_("Released on treatment"), of, count(of), provisional=sum(one.complete for one in late))]
    for name in shown:
        part = share(counts[name])
        bars.append(
            Bar(
                _name(gate, name),
                counts[name].n,
                count(counts[name].n),
                words="" if part is None else percent(part),
                provisional=sum(one.counts[name].n for one in late),
                heading=heading if name == first_other else "",
            )
        )
    panel = (Steps("", tuple(bars), PRISON),)
    says = _(
        "Bars of releases: all of them, those treated again within some days, and why the others were not. The table below has the same numbers."
    )
    return Drawing(steps((panel,), narrow=False), steps((panel,), narrow=True), says)


def _table(numbers: Numbers, gate: Gate, found: Sequence[Releases]) -> Table:
    """A line for each number, and the periods beside one another: there are few of them."""
    first = Column("line", _("Releases"))
    if not found:
        return Table(gate.title, (first,), ())
    newest_first = tuple(reversed(found))
    columns = (first, *(column for one in newest_first for column in _columns(numbers, gate, one)))
    return Table(gate.title, columns, tuple(_rows(gate, newest_first)))


def _columns(numbers: Numbers, gate: Gate, one: Releases) -> tuple[Column, Column]:
    late = is_provisional(one.period, numbers.view.period_end)
    heading = with_state(gate.period_name(one.period), late=late)
    last = f"{one.period.last}"
    return Column(last, heading, "count"), Column(f"{last}_share", _("share"), "share")


def _rows(gate: Gate, found: Sequence[Releases]) -> Iterator[tuple[Cell, ...]]:
    yield (_("Released on treatment"), *_without_shares(one.complete for one in found))
    for name in _shown(gate, found[0].counts):
        counts = [one.counts[name] for one in found]
        yield (_name(gate, name), *(cell for some in counts for cell in (some.n, share_cell(some))))
    yield (_("Window not complete"), *_without_shares(one.open for one in found))


def _without_shares(counts: Iterable[int]) -> Iterator[Cell]:
    for n in counts:
        yield from (n, "")
