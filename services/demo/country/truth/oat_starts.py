"""Episodes of OAT that begin in the period, placed where the person was at the end of the first day."""

from collections.abc import Iterator

from services.demo.country.truth.episodes import Episode, episodes
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, member
from services.demo.country.truth.where import at_end_of

PROFILES = {"gap_7": 7, "gap_28": 28}


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each episode."""
    for person in known.people:
        for one in episodes(person, known, PROFILES[profile]):
            if span.first <= one.first <= span.last:
                status = "new" if one.number == 1 else "restart"
                yield at_start(known, person, one, str(one.number), status)


def at_start(known: Known, person: Someone, one: Episode, event: str | None, status: str) -> Member:
    """The member that an episode makes."""
    place = at_end_of(person, one.first)
    given = known.facilities[one.facility].setting if one.facility else "unknown"
    return member(
        person,
        event,
        one.first,
        status,
        place.setting if place else given,
        one.facility,
        place.legal_status if place else None,
    )
