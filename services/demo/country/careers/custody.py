"""Custody: reception at a pre-trial unit, sentence, transfers, days in court, and the ways out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from services.demo.country.calendar import Calendar
from services.demo.country.days import at, is_before
from services.demo.country.facts import Absence, Fact, Screening, Stay
from services.demo.country.places import PRETRIAL_UNITS
from services.demo.country.writing_down import after, perhaps_corrected, promptly, written

EXITS = (("release-planned", 55), ("release-unplanned", 40), ("escape", 1), ("deported", 2), ("death", 2))
LAST_EXITS = ("deported", "death")
COURT_EVERY_DAYS = 45
OVERNIGHT_SHARE = 0.08
CALLED_TO_SERVE = 0.3
"""The share of those sentenced who come from liberty to serve, without a time in pre-trial detention."""


@dataclass(frozen=True)
class Plan:
    """How somebody's custody goes: ``times`` custody periods from ``first`` on, over before ``until``.

    ``ends_inside``: the last one is still going on at the end of records. ``may_die``: it may end in death or
    deportation.
    """

    patient: str
    prisons: Sequence[str]
    first: date
    until: date
    times: int
    ends_inside: bool = False
    may_die: bool = True


def career(plan: Plan, calendar: Calendar, rng: Random) -> list[Stay]:
    """The stays as they were, in order, without anything of when they were written down."""
    stays: list[Stay] = []
    day = plan.first
    for nth in range(plan.times):
        is_last = plan.ends_inside and nth == plan.times - 1
        ended = _custody(plan, len(stays), day, None if is_last else plan.until, calendar, rng)
        stays += ended
        if not ended or ended[-1].end is None or ended[-1].exit in LAST_EXITS:
            break
        day = ended[-1].end.date() + timedelta(days=rng.randint(20, 300))
        if day >= plan.until:
            break
    return stays


def _custody(
    plan: Plan, nth: int, day: date, until: date | None, calendar: Calendar, rng: Random
) -> list[Stay]:
    """From one reception to liberty: pre-trial, and then perhaps sentenced in one prison or two; or called to serve."""
    received = at(day, rng.choice(("11:30", "14:00", "16:45", "21:10")))
    sentenced = until is None or rng.random() < 0.6
    moves, legs = [received], [rng.choice(PRETRIAL_UNITS)]
    if sentenced:
        moves.append(at(day + timedelta(days=rng.randint(14, 90)), "10:00"))
        legs.append(rng.choice(plan.prisons))
        if rng.random() < CALLED_TO_SERVE:
            moves, legs = moves[:1], legs[1:]
        if rng.random() < 0.2 and len(plan.prisons) > 1:
            moves.append(at(moves[-1].date() + timedelta(days=rng.randint(30, 120)), "13:00"))
            legs.append(rng.choice([one for one in plan.prisons if one != legs[-1]]))
    left = at(moves[-1].date() + timedelta(days=rng.randint(3, 240)), rng.choice(("09:30", "12:15", "18:40")))
    end = calendar.end if until is None else until
    if until is not None and left.date() > until:
        left = at(until, "12:15")
    kept = [
        (move, leg) for move, leg in zip(moves, legs, strict=True) if is_before(move, left) or until is None
    ]
    kept = [(move, leg) for move, leg in kept if move.date() < end]
    return list(_legs(plan, nth, kept, None if until is None else left, rng))


def _legs(
    plan: Plan,
    nth: int,
    legs: list[tuple[datetime, str]],
    left: datetime | None,
    rng: Random,
) -> Iterator[Stay]:
    legal = _legal_statuses(legs)
    for step, (start, prison) in enumerate(legs):
        is_last = step == len(legs) - 1
        end = left if is_last else legs[step + 1][0]
        known = [one for one in legal if end is None or is_before(one[1], end)]
        yield Stay(
            id=f"{plan.patient}-stay-{nth + step + 1}",
            patient=plan.patient,
            recorded_at=start,
            prison=prison,
            start=start,
            end=end,
            legal=tuple(_held_at(start, known)),
            entry="transfer" if step else "liberty",
            exit=None if end is None else _way_out(plan, rng) if is_last else "transfer",
            to=None if is_last else legs[step + 1][1],
        )


def _legal_statuses(legs: list[tuple[datetime, str]]) -> list[tuple[str, datetime]]:
    """Pre-trial in a unit for it, sentenced the day before it is left for a prison; in a prison from the first."""
    if not legs or legs[0][1] not in PRETRIAL_UNITS:
        return [("sentenced", moved) for moved, _ in legs[:1]]
    return [
        ("pretrial", legs[0][0]),
        *(("sentenced", at(moved.date() - timedelta(days=1), "15:00")) for moved, _ in legs[1:2]),
    ]


def _held_at(start: datetime, legal: list[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """The statuses that hold in a stay: the last one before it from its start, and the later ones."""
    before = [one for one in legal if not is_before(start, one[1])]
    return [(before[-1][0], start), *(one for one in legal if is_before(start, one[1]))] if before else legal


def _way_out(plan: Plan, rng: Random) -> str:
    ways = [way for way in EXITS if plan.may_die or way[0] not in LAST_EXITS]
    return rng.choices([way for way, _ in ways], [weight for _, weight in ways])[0]


def recorded(stay: Stay, rng: Random) -> list[Stay]:
    """The versions of a stay: open at its start, with each new legal status, and closed at its end."""
    first = promptly(rng, stay.start)
    versions = [replace(stay, recorded_at=first, end=None, exit=None, to=None, legal=stay.legal[:1])]
    for n, (_, since) in enumerate(stay.legal[1:], start=2):
        moment = after(versions[-1].recorded_at, written(rng, since))
        versions.append(replace(versions[-1], recorded_at=moment, legal=stay.legal[:n]))
    if stay.end is not None:
        moment = after(versions[-1].recorded_at, written(rng, stay.end))
        closed = replace(stay, recorded_at=moment)
        exits = "release-unplanned" if stay.exit == "release-planned" else stay.exit
        versions += perhaps_corrected(rng, closed, stay.end, exit=exits)
    return versions


def absences(stays: Sequence[Stay], calendar: Calendar, rng: Random) -> Iterator[Absence]:
    """Days in court while on trial, some of them with a night; now and then the hospital."""
    for stay in stays:
        last = stay.end.date() if stay.end else calendar.end
        day = stay.start.date() + timedelta(days=rng.randint(5, COURT_EVERY_DAYS))
        n = 0
        while day < last - timedelta(days=6):
            n += 1
            kind = "court" if rng.random() < 0.85 else "hospital"
            nights = rng.randint(1, 4) if kind == "hospital" else int(rng.random() < OVERNIGHT_SHARE)
            yield Absence(
                id=f"{stay.id}-absence-{n}",
                patient=stay.patient,
                recorded_at=written(rng, at(day + timedelta(days=nights), "17:30")),
                stay=stay.id,
                prison=stay.prison,
                kind=kind,
                start=at(day, "08:00"),
                end=at(day + timedelta(days=nights), "17:00"),
            )
            day += timedelta(days=rng.randint(COURT_EVERY_DAYS, 3 * COURT_EVERY_DAYS))


def screenings(stays: Sequence[Stay], rng: Random) -> Iterator[Fact]:
    """A screening on the evening or the day after each reception."""
    for stay in stays:
        if stay.entry == "liberty" and rng.random() < 0.9:
            on = at(stay.start.date(), "21:30")
            yield Screening(
                id=f"{stay.id}-screening",
                patient=stay.patient,
                recorded_at=written(rng, on),
                facility=stay.prison,
                on=on,
            )


def prison_at(stays: Sequence[Stay], moment: datetime) -> Stay | None:
    """The stay that somebody is in at a moment."""
    for stay in stays:
        if not is_before(moment, stay.start) and (stay.end is None or is_before(moment, stay.end)):
            return stay
    return None
