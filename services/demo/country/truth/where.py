"""Where somebody is at an instant: death ends everything, custody goes before the community, absences keep the prison.

Of two stays in custody the one that began later holds, and one that nobody closed is over when it begins. In the community
the programme joined last holds, from the midnight that begins its first day to the one that ends its last; of days that are
not known, those that are sure. Where neither says anything, nobody knows.
"""

from dataclasses import dataclass
from datetime import date, datetime

from services.demo.country.days import at, first_day, last_day
from services.demo.country.facts import Programme, Stay
from services.demo.country.truth.known import Someone, day_after


@dataclass(frozen=True)
class Place:
    """Where somebody is."""

    setting: str
    facility: str
    legal_status: str | None


def where(person: Someone, moment: datetime) -> Place | None:
    """Where a person is at an instant."""
    if _is_dead(person, moment):
        return None
    stays = [one for one in person.of(Stay) if _holds(one.start, over(person, one), moment)]
    if stays:
        stay = max(stays, key=lambda one: (one.start.timestamp(), one.id))
        return Place("prison", stay.prison, _legal_status(stay, moment))
    joined = [one for one in person.of(Programme) if _is_on_list(one, moment)]
    if joined:
        return Place("community", max(joined, key=lambda one: (last_day(one.start), one.id)).centre, None)
    return None


def over(person: Someone, stay: Stay) -> datetime | None:
    """When a stay ended: as recorded or, if nobody closed it, when the next one began; None: it goes on."""
    later = [one.start for one in person.of(Stay) if one.start.timestamp() > stay.start.timestamp()]
    return stay.end or min(later, key=datetime.timestamp, default=None)


def at_end_of(person: Someone, day: date) -> Place | None:
    """Where a person is at 24:00 on a day: where they were just before."""
    midnight = at(day_after(day), "00:00")
    return where(person, datetime.fromtimestamp(midnight.timestamp() - 1, midnight.tzinfo))


def _holds(start: datetime, end: datetime | None, moment: datetime) -> bool:
    return start.timestamp() <= moment.timestamp() and (end is None or moment.timestamp() < end.timestamp())


def _is_on_list(one: Programme, moment: datetime) -> bool:
    start = at(last_day(one.start), "00:00")
    return _holds(start, at(day_after(first_day(one.end)), "00:00") if one.end else None, moment)


def _legal_status(stay: Stay, moment: datetime) -> str | None:
    """The last that had begun; the first holds from the start."""
    begun = [status for status, since in stay.legal if since.timestamp() <= moment.timestamp()]
    if begun:
        return begun[-1]
    return stay.legal[0][0] if stay.legal else None


def _is_dead(person: Someone, moment: datetime) -> bool:
    return person.death is not None and person.death[1] < moment.date()
