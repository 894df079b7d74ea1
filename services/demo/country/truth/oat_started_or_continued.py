"""People on OAT in prison on the last day, by where the episode that holds their last covered day began."""

from collections.abc import Iterator
from dataclasses import replace

from services.demo.country.truth import oat_census
from services.demo.country.truth.episodes import episodes
from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span
from services.demo.country.truth.oat_starts import at_start

PROFILES = ("late_7",)
STATUSES = {"prison": "started_inside", "community": "continued", "unknown": "start_unknown"}


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody in prison who is in the census."""
    people = {person.id: person for person in known.people}
    for one in oat_census.members(known, span, profile):
        if one.setting == "prison":
            person = people[one.person]
            begun = [ep for ep in episodes(person, known, oat_census.LATE_DAYS) if ep.first <= span.last]
            began = at_start(known, person, begun[-1], None, "").setting
            yield replace(one, status=STATUSES[began])
