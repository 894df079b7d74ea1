"""Interactions of opioid agonists with other medicines, each with the days on which its effect comes. One file for each partner.

An inducer begun lowers the level of the agonist within days, and withdrawal follows; an inducer stopped lets it rise again,
and sedation follows. So there are two warnings, one at the start and one at the stop, each with its own days.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clinical.oat import interactions as folder
from clinical.oat.issue import Severity
from clinical.oat.medicine import Medicine
from clinical.oat.product import Agonist
from clinical.words import N_


class Effect(StrEnum):
    """What comes of it."""

    WITHDRAWAL = "withdrawal"
    SEDATION = "sedation"
    QT = "qt"
    PARTNER_TOXICITY = "partner-toxicity"
    """The level of the other medicine rises."""
    AVOID = "avoid"
    """They are not given together."""


EFFECT_WORDS = {
    Effect.WITHDRAWAL: N_("The level of the opioid agonist may fall: ask about withdrawal"),
    Effect.SEDATION: N_("The level or the effect of the opioid agonist may rise: look for sedation"),
    Effect.QT: N_("The QT interval may get longer: take an ECG"),
    Effect.PARTNER_TOXICITY: N_("The level of the other medicine may rise: look for its side effects"),
    Effect.AVOID: N_("Not to be given together"),
}


@dataclass(frozen=True)
class Days:
    """Days after the other medicine was begun or stopped on which its effect is looked for; day 1 is the first day of either."""

    first: int
    last: int


@dataclass(frozen=True)
class Pair:
    """What a partner does with an agonist.

    Attributes:
        agonist: the opioid agonist.
        effect: what comes of it.
        severity: how bad.
        source: where that is from.
        verified: whether the source itself was read; every pair is proposed until a clinician approves it.
        watch: the days after the start on which to ask; None: as long as it is taken.
        after_stop: the effect once it is stopped; None: none.
        watch_after_stop: the days after the stop on which to ask.
    """

    agonist: Agonist
    effect: Effect
    severity: Severity
    source: str
    verified: bool
    watch: Days | None = None
    after_stop: Effect | None = None
    watch_after_stop: Days | None = None


@dataclass(frozen=True)
class Partner:
    """Another medicine. ``atc`` are codes and groups of WHO; a group stands for all in it."""

    code: str
    name: str
    atc: tuple[str, ...]
    pairs: tuple[Pair, ...]


class Phase(StrEnum):
    """Where the other medicine stands."""

    TAKEN = "taken"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Hit:
    """An interaction of what somebody takes.

    Attributes:
        partner: with what.
        pair: what of it.
        effect: what to look for in this phase.
        phase: whether it is taken, or was stopped.
        first: the first civil day on which to ask.
        last: the last; None: as long as it is taken.
        medicine: of which record.
    """

    partner: Partner
    pair: Pair
    effect: Effect
    phase: Phase
    first: date
    last: date | None
    medicine: Medicine

    def asks_on(self, day: date) -> bool:
        """Whether it is to be asked about on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@cache
def partners() -> Mapping[str, Partner]:
    """Every partner by its code, in alphabetical order."""
    found = (import_module(f"{folder.__name__}.{one.name}").PARTNER for one in iter_modules(folder.__path__))
    return {one.code: one for one in sorted(found, key=lambda partner: partner.code)}


def hits_of(agonist: Agonist, medicines: Iterable[Medicine], day: date) -> tuple[Hit, ...]:
    """The interactions of an agonist with what is taken on a day, or was stopped so lately that its effect may still come."""
    found = (hit for medicine in medicines for hit in _hits(agonist, medicine, day))
    return tuple(sorted(found, key=_place))


def _place(hit: Hit) -> tuple[str, date, Effect, date, str]:
    return hit.partner.code, hit.first, hit.effect, hit.medicine.start, hit.medicine.reference


def hits_over(
    agonist: Agonist, medicines: Iterable[Medicine], first: date, last: date | None
) -> tuple[Hit, ...]:
    """The interactions on any of the days from one to another, both included; ``last`` None: for good."""
    found = {
        hit
        for one in medicines
        for day in _turning_days(one, first, last)
        for hit in hits_of(agonist, [one], day)
    }
    return tuple(sorted(found, key=_place))


def _turning_days(medicine: Medicine, first: date, last: date | None) -> Iterator[date]:
    """The first of the days, and those of them on which the other medicine is begun, or was taken no more."""
    yield first
    ends = [] if medicine.end is None else [medicine.end + timedelta(days=1)]
    for day in (medicine.start, *ends):
        if first < day and (last is None or day <= last):
            yield day


def asked_on(agonist: Agonist, medicines: Iterable[Medicine], day: date) -> tuple[Hit, ...]:
    """Those about which the person is to be asked on a day."""
    return tuple(hit for hit in hits_of(agonist, medicines, day) if hit.asks_on(day))


def _hits(agonist: Agonist, medicine: Medicine, day: date) -> Iterator[Hit]:
    for partner in partners().values():
        if any(medicine.atc.startswith(code) for code in partner.atc):
            for pair in partner.pairs:
                if pair.agonist is agonist and (hit := _hit(partner, pair, medicine, day)):
                    yield hit


def _hit(partner: Partner, pair: Pair, medicine: Medicine, day: date) -> Hit | None:
    if medicine.is_taken_on(day):
        first, last = _dates(medicine.start, pair.watch, medicine.end)
        return Hit(partner, pair, pair.effect, Phase.TAKEN, first, last, medicine)
    if medicine.end is None or medicine.end > day or pair.after_stop is None:
        return None
    first, last = _dates(medicine.end + timedelta(days=1), pair.watch_after_stop, None)
    is_over = last is not None and day > last
    return None if is_over else Hit(partner, pair, pair.after_stop, Phase.STOPPED, first, last, medicine)


def _dates(from_day: date, days: Days | None, end: date | None) -> tuple[date, date | None]:
    if days is None:
        return from_day, end
    return from_day + timedelta(days=days.first - 1), from_day + timedelta(days=days.last - 1)
