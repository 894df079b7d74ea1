"""Who left the country, and whether they are back."""

from datetime import date

from services.demo.country.days import When, first_day, last_day
from services.demo.country.facts import HivTest, Programme, Supply, ViralLoad
from services.demo.country.truth.coverage import given
from services.demo.country.truth.gate import receptions, releases
from services.demo.country.truth.known import Someone

Days = tuple[date, date]


def departures(person: Someone) -> list[Days]:
    """The first and the last day on which each departure can have been: deported, or moved abroad."""
    deported = [one.moved.date() for one in releases(person) if one.exit == "deported"]
    moved = [one.end for one in person.of(Programme) if one.exit == "emigrated" and one.end]
    return [(day, day) for day in deported] + [(first_day(end), last_day(end)) for end in moved]


def has_left(person: Someone, day: date) -> bool:
    """Whether they surely left by the end of a day, and nothing of them since is known to have been here."""
    gone = [last for _, last in departures(person) if last <= day]
    return bool(gone) and not any(first > max(gone) and last <= day for first, last in _here(person))


def _here(person: Someone) -> list[Days]:
    acts: list[When] = [one.moved for one in receptions(person)]
    acts += [one.start for one in person.of(Programme)]
    acts += [one.on for one in person.of(Supply) if one.kind != "stated"]
    acts += [one.on for one in given(person)]
    acts += [one.performed for one in person.of(HivTest)]
    acts += [one.collected for one in person.of(ViralLoad)]
    return [(first_day(when), last_day(when)) for when in acts]
