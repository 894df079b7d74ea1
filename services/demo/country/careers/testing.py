"""HIV testing: offered to some at reception and at the OAT centre, taken by fewer. Most people are never tested."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from services.demo.country.calendar import Calendar
from services.demo.country.days import at, later
from services.demo.country.facts import Assay, Fact, HivTest, Offer, Stay
from services.demo.country.places import FACILITIES
from services.demo.country.writing_down import after, written

OFFERED_SHARE, TAKEN_SHARE = 0.3, 0.55
YEARLY_AT_CENTRE_SHARE = 0.15
LATER_SHARE, NEVER_SHARE = 0.08, 0.03
"""Of the results: given on another day, and never given."""

TESTING = frozenset(place.id for place in FACILITIES if "hts" in place.services)


def at_reception(patient: str, stays: Sequence[Stay], rng: Random) -> Iterator[Fact]:
    """An offer in the week after a reception, where there is testing."""
    for n, stay in enumerate(stays, start=1):
        if stay.entry != "liberty" or stay.prison not in TESTING or rng.random() >= OFFERED_SHARE:
            continue
        on = at(stay.start.date() + timedelta(days=rng.randint(1, 7)), "10:30")
        if stay.end is None or on < stay.end:
            yield from _offered(patient, f"{patient}-reception-{n}", stay.prison, on, rng)


def at_centre(
    patient: str, centre: str, stays: Sequence[Stay], calendar: Calendar, rng: Random
) -> Iterator[Fact]:
    """In a few of the months that somebody is at liberty, an offer at their centre."""
    if centre not in TESTING:
        return
    for n in range(calendar.months // 12):
        day = calendar.first + timedelta(days=rng.randint(365 * n, 365 * n + 360))
        on = at(day, "11:00")
        at_liberty = all(on < one.start or (one.end is not None and one.end <= on) for one in stays)
        if rng.random() < YEARLY_AT_CENTRE_SHARE and at_liberty and day <= calendar.end:
            yield from _offered(patient, f"{patient}-centre-{n + 1}", centre, on, rng)


def _offered(patient: str, name: str, facility: str, on: datetime, rng: Random) -> Iterator[Fact]:
    accepted = rng.random() < TAKEN_SHARE
    yield Offer(
        id=f"{name}-offer",
        patient=patient,
        recorded_at=written(rng, on),
        facility=facility,
        on=on,
        accepted=accepted,
    )
    if accepted:
        yield from negative(patient, name, facility, later(on, timedelta(minutes=20)), rng)


def negative(patient: str, name: str, facility: str, on: datetime, rng: Random) -> Iterator[Fact]:
    """A negative run of the algorithm, with its one assay."""
    yield Assay(
        id=f"{name}-assay",
        patient=patient,
        recorded_at=written(rng, on),
        facility=facility,
        on=on,
        result="non-reactive",
    )
    outcome = "inconclusive" if rng.random() < 0.01 else "negative"
    yield from returned(
        HivTest(
            id=f"{name}-test",
            patient=patient,
            recorded_at=written(rng, on),
            facility=facility,
            performed=on,
            outcome=outcome,
        ),
        on,
        rng,
    )


def returned(test: HivTest, on: datetime, rng: Random) -> Iterator[HivTest]:
    """The test with its result given at once, on a later day (a second version), or never."""
    chance = rng.random()
    if chance < NEVER_SHARE:
        yield test
    elif chance < NEVER_SHARE + LATER_SHARE:
        yield test
        back = later(on, timedelta(days=rng.randint(2, 40)))
        yield replace(test, returned=back, recorded_at=after(test.recorded_at, written(rng, back)))
    else:
        back = later(on, timedelta(minutes=25))
        yield replace(test, returned=back, recorded_at=after(back, test.recorded_at))
