"""Tests whose result was given in the period."""

from collections.abc import Iterator

from services.demo.country.days import first_day, last_day
from services.demo.country.facts import Diagnosis, HivTest
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, at_event

PROFILES = ("who",)


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each test, placed where and when it was performed."""
    for person in known.people:
        for test in returned(person, span):
            yield as_test(known, person, test, status(person, test))


def returned(person: Someone, span: Span) -> list[HivTest]:
    """The tests of a person whose result was given in the period."""
    return [
        one for one in person.of(HivTest) if one.returned and span.first <= one.returned.date() <= span.last
    ]


def as_test(known: Known, person: Someone, test: HivTest, counted_as: str) -> Member:
    """The member that a test makes."""
    day = last_day(test.performed)
    return at_event(known, person, test.id, test.performed, day, test.facility, counted_as)


def status(person: Someone, test: HivTest) -> str:
    """What a returned test counts as."""
    if test.self_test:
        return "self_test"
    if test.purpose == "verification":
        return "verification"
    known_before = any(last_day(one.on) < first_day(test.performed) for one in confirmed(person))
    return "known_positive" if test.purpose == "known-positive" or known_before else test.outcome


def confirmed(person: Someone) -> list[Diagnosis]:
    """The confirmed diagnoses of HIV, that which was surely made first at the head."""
    found = [one for one in person.of(Diagnosis) if (one.condition, one.certainty) == ("hiv", "confirmed")]
    return sorted(found, key=lambda one: (last_day(one.on), one.id))
