"""People whose first confirmed diagnosis of HIV is of the period, here or abroad."""

from collections.abc import Iterator

from services.demo.country.days import first_day, last_day
from services.demo.country.truth.hiv_tests import confirmed
from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span, at_event

PROFILES = ("first",)


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """The first diagnosis of each person, if every day that it can have been lies in the period."""
    for person in known.people:
        if found := confirmed(person):
            one = min(found, key=lambda one: (last_day(one.on), one.id))
            if span.first <= first_day(one.on) and last_day(one.on) <= span.last:
                status = "abroad" if one.abroad else "here"
                yield at_event(known, person, one.id, one.on, last_day(one.on), one.facility, status)
