"""Episodes of OAT: covered days with no more uncovered ones in a row than are allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.demo.country.days import first_day, last_day
from services.demo.country.facts import Programme, Stay, Supply
from services.demo.country.truth.coverage import Covered, Stretch, given, on_oat, stretches
from services.demo.country.truth.known import Known, Someone


@dataclass(frozen=True)
class Episode:
    """From the first to the last covered day; ``facility``: who gave first; ``ended_by``: open, gap, death, left_data."""

    number: int
    first: date
    last: date
    facility: str | None
    ended_by: str


def episodes(person: Someone, known: Known, gap: int) -> list[Episode]:
    """The episodes of a person, the first first."""
    covered = on_oat(person)
    runs: list[list[Stretch]] = []
    for one in stretches(covered):
        if not runs or (one.first - runs[-1][-1].last).days - 1 > gap:
            runs.append([])
        runs[-1].append(one)
    return [
        _episode(person, known, (n, run[0].first, run[-1].last), covered, gap, is_last=n == len(runs))
        for n, run in enumerate(runs, start=1)
    ]


def _episode(
    person: Someone,
    known: Known,
    run: tuple[int, date, date],
    covered: Sequence[Covered],
    gap: int,
    *,
    is_last: bool,
) -> Episode:
    number, first, last = run
    facility = _first_giver([one for one in covered if one.first == first])
    until = last + timedelta(days=gap)
    if is_last and person.death and person.death[0] <= until and person.death[1] >= first:
        return Episode(number, first, min(last, person.death[1]), facility, "death")
    if _has_left(person, first, last, until):
        return Episode(number, first, last, facility, "left_data")
    return Episode(number, first, last, facility, "open" if until >= known.cut_day else "gap")


def _first_giver(covered: list[Covered]) -> str | None:
    """Of what covers a first day who gave it first by the hour, then one who is known."""

    def rank(one: Covered) -> tuple[float, bool]:
        return (one.moment.timestamp() if one.moment else float("inf"), one.facility is None)

    return min(covered, key=rank).facility


def _has_left(person: Someone, first: date, last: date, until: date) -> bool:
    """Whether they left the data before the gap was over, and were given nothing after that.

    Deported, emigrated, or transferred to nobody known while no other programme had them.
    """
    deported = [one.end for one in person.of(Stay) if one.exit == "deported" and one.end]
    emigrated = [one.end for one in person.of(Programme) if one.exit == "emigrated" and one.end]
    transferred = [one.end for one in person.of(Programme) if one.end and _went_outside(person, one, until)]
    received = [first_day(one.on) for one in given(person)]
    received += [first_day(one.on) for one in person.of(Supply) if one.line == "oat" and one.kind != "stated"]
    return any(
        last_day(end) >= first
        and first_day(end) <= until
        and not any(last_day(end) < day <= last for day in received)
        for end in (*deported, *emigrated, *transferred)
    )


def _went_outside(person: Someone, programme: Programme, until: date) -> bool:
    """Whether an OAT programme was closed by a transfer to nobody known, and no other went on after it."""
    if (programme.line, programme.exit, programme.to) != ("oat", "transferred-out", None):
        return False
    assert programme.end
    left = last_day(programme.end)
    others = [one for one in person.of(Programme) if one.line == "oat" and one.id != programme.id]
    return not any(
        first_day(one.start) <= until and (one.end is None or first_day(one.end) > left) for one in others
    )
