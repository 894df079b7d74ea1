"""The timeline as a picture: where each bar, line and word stands. The template writes it as SVG, the style gives colours.

What is drawn is in the table beside it too. Nothing is told by colour alone: each reason has a lane of its own, with its name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from clinical.chart.days import MISSED, Bin, Mark
from clinical.oat.happened import KIND_WORDS, Happened, Kind
from clinical.oat.order import OatOrder
from services.clinic.sentences import amount
from services.shared.formats import day as day_words
from services.shared.formats import month, short_day
from services.shared.languages import N_, gettext

LABELS, PLOT, RIGHT, TOP = 160, 720, 14, 14
"""In pixels. The names of the lanes are a picture of their own, so that they stay where the plot is moved sideways."""
DOSES, LANE, GAP = 150, 20, 8
WIDTH = PLOT + RIGHT
MOST_TICKS = 7
SHORT = 200
"""Up to so many days a day is named on the axis, beyond that a month."""
STEPS_MG = (1, 2, 5, 10, 20, 50, 100, 200)

LANES = {
    Mark.PATIENT: N_("Missed: the person"),
    Mark.INSTITUTION: N_("Missed: institution"),
    Mark.CLINICIAN: N_("Withheld"),
    Mark.NOT_KNOWN: N_("Missed: not known"),
}
STAYS, AWAY, HOLDS, EVENTS = N_("Stays"), N_("Away"), N_("Holds"), N_("Events")
SIGNS = {
    Kind.VOMITED: "V",
    Kind.SPILLED: "S",
    Kind.MOUTH_CHECK_FAILED: "M",
    Kind.RE_DOSE: "R",
}
"""Letters of what happened beside the doses; what each stands for is said below the picture."""
CHANGE = "▲"
CHANGED = N_("the order changes")


@dataclass(frozen=True)
class Box:
    """A rectangle, its class, and what it is in words; empty where the words beside it say so."""

    x: float
    y: float
    width: float
    height: float
    look: str
    title: str = ""
    words: str = ""
    """Written on it, where there is room."""


@dataclass(frozen=True)
class Word:
    """A word and where it begins, ends or has its middle."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    title: str = ""


@dataclass(frozen=True)
class Stretch:
    """From one day to another, both included; None: it goes on."""

    first: date
    last: date | None
    words: str


@dataclass(frozen=True)
class Picture:
    """All of it: the plot, and beside it the names of its lanes, both as high. In pixels."""

    width: int
    height: int
    beside: int
    boxes: tuple[Box, ...]
    lines: tuple[Box, ...]
    ordered: str
    """The path of what was ordered."""
    words: tuple[Word, ...]
    names: tuple[Word, ...]
    signs: tuple[tuple[str, str], ...]
    """Each letter that is in it, and what it stands for."""


@dataclass(frozen=True)
class Scale:
    """From days to places."""

    first: date
    last: date
    most_mg: Decimal

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def x(self, day: date) -> float:
        """Where a day begins."""
        return PLOT * (day - self.first).days / self.days

    def y(self, mg: Decimal) -> float:
        """How far down an amount is."""
        return TOP + DOSES * (1 - float(mg / self.most_mg))


def picture(
    drawn: Sequence[Bin],
    stays: Sequence[Stretch],
    away: Sequence[Stretch],
    holds: Sequence[Stretch],
    events: Sequence[tuple[date, str, str]],
) -> Picture:
    """The timeline. ``events``: the day, the sign, and what it stands for."""
    scale = Scale(drawn[0].first, drawn[-1].last, _most(drawn))
    at, boxes, names = TOP + DOSES + GAP, list(_bars(drawn, scale)), [Word(0, TOP + 12, gettext(N_("Dose, mg")))]  # fmt: skip
    for mark in MISSED:
        names.append(Word(0, at + 15, gettext(LANES[mark])))
        boxes += _missed(drawn, scale, mark, at)
        at += LANE
    at += GAP
    for name, look, stretches in ((STAYS, "stay", stays), (AWAY, "away", away), (HOLDS, "hold", holds)):
        names.append(Word(0, at + 15, gettext(name)))
        boxes += _stretches(stretches, scale, look, at)
        at += LANE
    names.append(Word(0, at + 15, gettext(EVENTS)))
    words = [*_signs(events, scale, at), *_ticks(scale, at + LANE + 16)]
    names += _amounts(scale)
    return Picture(
        WIDTH,
        at + LANE + 26,
        LABELS,
        tuple(boxes),
        tuple(_lines(scale, at + LANE)),
        _ordered(drawn, scale),
        tuple(words),
        tuple(names),
        tuple(dict.fromkeys((sign, said) for _, sign, said in events)),
    )


def events_of(
    happened: Iterable[Happened], orders: Iterable[OatOrder], first: date, last: date
) -> list[tuple[date, str, str]]:
    """What happened beside the doses, and where the dose that is ordered changes."""
    found = [
        (one.day, SIGNS[one.kind], gettext(KIND_WORDS[one.kind]))
        for one in happened
        if one.kind in SIGNS and one.day is not None
    ]
    changes = {step.first for order in orders for step in order.steps}
    found += [(day, CHANGE, gettext(CHANGED)) for day in changes]
    return sorted(one for one in found if first <= one[0] <= last)


def _most(drawn: Sequence[Bin]) -> Decimal:
    """The top of the scale: a round number over all that is drawn."""
    amounts = [mg for one in drawn for mg in (one.taken_mg, one.ordered_mg) if mg is not None]
    highest = max(amounts, default=Decimal(1))
    step = next((one for one in STEPS_MG if one * 4 >= highest), STEPS_MG[-1])
    return max(Decimal(step), (highest / step).to_integral_value(ROUND_CEILING) * step)


def _bars(drawn: Sequence[Bin], scale: Scale) -> Iterator[Box]:
    for one in drawn:
        x, width = scale.x(one.first), PLOT * one.days / scale.days
        gap = min(2.0, width * 0.2)
        if one.taken_mg is not None:
            y = scale.y(one.taken_mg)
            yield Box(
                round(x, 1),
                round(y, 1),
                round(width - gap, 1),
                round(TOP + DOSES - y, 1),
                "taken",
                _title(one),
            )
        elif one.marks[Mark.TAKEN] or one.marks[Mark.LESS]:
            # The record does not say how much.
            yield Box(round(x, 1), TOP + DOSES - 12, round(width - gap, 1), 12, "unsaid", _title(one))
        elif one.marks[Mark.COVERED]:
            yield Box(round(x, 1), TOP + DOSES - 6, round(width - gap, 1), 6, "covered", _title(one))


def _title(one: Bin) -> str:
    days = day_words(one.first) if one.days == 1 else f"{day_words(one.first)} – {day_words(one.last)}"
    return f"{days}: {amount(one.taken_mg.quantize(Decimal('0.1')))} mg" if one.taken_mg is not None else days


def _missed(drawn: Sequence[Bin], scale: Scale, mark: Mark, at: int) -> Iterator[Box]:
    """As high as its share of the days of its part, so that one day in a week is not a week."""
    for one in drawn:
        if count := one.marks[mark]:
            x, width = scale.x(one.first), PLOT * one.days / scale.days
            height = max(5.0, (LANE - 4) * count / one.days)
            yield Box(
                round(x, 1), round(at + LANE - 2 - height, 1), round(max(width - 1, 2.0), 1), round(height, 1),
                f"missed-{mark}", f"{_title(one)} × {count}" if one.days > 1 else day_words(one.first),
            )  # fmt: skip


def _stretches(stretches: Iterable[Stretch], scale: Scale, look: str, at: int) -> Iterator[Box]:
    for one in stretches:
        first, last = max(one.first, scale.first), min(one.last or scale.last, scale.last)
        if first <= last:
            x = scale.x(first)
            width = max(scale.x(last + timedelta(days=1)) - x - 1, 3.0)
            fits = one.words if len(one.words) * 7.5 < width else ""
            yield Box(round(x, 1), at + 2, round(width, 1), LANE - 4, look, one.words, fits)


def _signs(events: Iterable[tuple[date, str, str]], scale: Scale, at: int) -> Iterator[Word]:
    half = PLOT / scale.days / 2
    for day, sign, words in events:
        yield Word(round(scale.x(day) + half, 1), at + 15, sign, "middle", f"{day_words(day)}: {words}")


def _ticks(scale: Scale, y: int) -> Iterator[Word]:
    every = max(1, -(-scale.days // MOST_TICKS))
    for n in range(0, scale.days - every // 2, every):
        on = scale.first + timedelta(days=n)
        yield Word(round(scale.x(on), 1), y, short_day(on) if scale.days <= SHORT else month(on))


def _amounts(scale: Scale) -> Iterator[Word]:
    """Beside the lines: half of the scale and all of it."""
    for part in (Decimal("0.5"), Decimal(1)):
        mg = scale.most_mg * part
        yield Word(LABELS - 8, round(scale.y(mg) + 5, 1), amount(mg), "end")


def _lines(scale: Scale, bottom: int) -> Iterator[Box]:
    yield Box(0, TOP + DOSES, PLOT, 1, "ground")
    for part in (Decimal("0.5"), Decimal(1)):
        yield Box(0, round(scale.y(scale.most_mg * part), 1), PLOT, 1, "rule")
    yield Box(0, bottom, PLOT, 1, "ground")


def _ordered(drawn: Sequence[Bin], scale: Scale) -> str:
    """Level over each part, and broken where nothing is ordered."""
    path, before = [], None
    for one in drawn:
        if one.ordered_mg is not None:
            x, end, y = scale.x(one.first), scale.x(one.last + timedelta(days=1)), scale.y(one.ordered_mg)
            path.append(f"{'M' if before is None else 'L'}{x:.1f} {y:.1f}H{end:.1f}")
        before = one.ordered_mg
    return "".join(path)
