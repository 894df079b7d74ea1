"""Of people on ART for over six months: whether the last twelve have a viral load."""

from collections.abc import Iterator

from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span, at_period_end
from services.demo.country.truth.viral_suppression import to_be_asked

PROFILES = ("collected_12_months",)


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody on ART for long enough."""
    for person, facility, load in to_be_asked(known, span.last):
        yield at_period_end(person, span.last, facility, "tested" if load else "not_tested")
