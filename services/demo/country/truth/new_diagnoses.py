"""People whose first confirmed diagnosis of HIV is of the period, here or abroad."""

from collections.abc import Iterator

from services.demo.country.days import first_day, last_day
from services.demo.country.truth.hiv_tests import confirmed
from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span, at_event

PROFILES = ("first", "imputed")


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """The first diagnosis of each person, if it surely lies in the period; ``imputed``: or if its middle day does."""
    for person in known.people:
        for one in confirmed(person)[:1]:
            first, last = first_day(one.on), last_day(one.on)
            middle = first + (last - first) // 2
            where = "abroad" if one.abroad else "here"
            if span.first <= first and last <= span.last:
                yield at_event(known, person, one.id, one.on, last, one.facility, where)
            elif profile == "imputed" and span.first <= middle <= span.last:
                yield at_event(known, person, one.id, one.on, middle, one.facility, f"{where}_imputed")
