"""Episodes of OAT: covered days with no more uncovered ones in a row than are allowed."""

from dataclasses import dataclass
from datetime import date

from services.demo.country.days import last_day
from services.demo.country.facts import Programme, Stay
from services.demo.country.truth.coverage import Covered, on_oat
from services.demo.country.truth.known import Known, Someone


@dataclass(frozen=True)
class Episode:
    """From the first to the last covered day; ``ended_by``: open, gap, death, left_data."""

    number: int
    first: date
    last: date
    facility: str | None
    ended_by: str


def episodes(person: Someone, known: Known, gap: int) -> list[Episode]:
    """The episodes of a person, the first first."""
    runs: list[list[Covered]] = []
    last = date.min
    for one in on_oat(person):
        if not runs or (one.first - last).days - 1 > gap:
            runs.append([])
        runs[-1].append(one)
        last = max(last, one.last) if len(runs[-1]) > 1 else one.last
    found = []
    for n, run in enumerate(runs, start=1):
        last = max(one.last for one in run)
        ended_by = _ended_by(person, known, last, gap, is_last=n == len(runs))
        found.append(Episode(n, run[0].first, last, run[0].facility, ended_by))
    return found


def _ended_by(person: Someone, known: Known, last: date, gap: int, is_last: bool) -> str:
    if not is_last:
        return "gap"
    if person.death and (person.death[0] - last).days <= gap:
        return "death"
    if any(-1 <= (day - last).days <= gap for day in _left(person)):
        return "left_data"
    return "open" if (known.cut_day - last).days <= gap else "gap"


def _left(person: Someone) -> list[date]:
    """Days on which they left the country."""
    gone = [one.end.date() for one in person.of(Stay) if one.exit == "deported" and one.end]
    return gone + [last_day(one.end) for one in person.of(Programme) if one.exit == "emigrated" and one.end]
