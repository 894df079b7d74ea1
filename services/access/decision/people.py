"""Somebody who is signed in, as the decision knows them, and the condition on what they find.

Only a role at an Organization counts for records: the treatment relationship is kept by Organization, and a grant at a
Location says nothing of whom that place treats. A role for the whole installation is one at no facility.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from fhir_store.sql import NOTHING, Sql
from services.access.decision.actor import Actor, Held
from services.access.decision.break_glass import BreakGlass
from services.access.decision.sight import sight_of
from services.access.decision.sql import sights_sql
from services.access.decision.treated import relationships_on
from services.access.people.holdings import Person
from services.access.roles import ROLES
from services.access.roles.rule import Purpose

ORGANIZATION = "Organization/"


def actor_of_person(
    person: Person,
    at: datetime,
    purpose: Purpose,
    purpose_given_for: Collection[str] = frozenset(),
    opened: BreakGlass | None = None,
) -> Actor:
    """The person at the instant for which ``person`` was asked.

    Args:
        person: with what they hold at that instant.
        at: that instant.
        purpose: what the page is for.
        purpose_given_for: the patients for whose HIV data this session gave a purpose.
        opened: what they opened in an emergency. It counts while it is open, and instead of ``purpose`` then.
    """
    emergency = opened is not None and opened.is_open(str(person.id), at)
    return Actor(
        str(person.id),
        tuple(_held(person, at)),
        at,
        Purpose.EMERGENCY if emergency else purpose,
        frozenset(purpose_given_for),
        opened,
    )


def person_sees(actor: Actor, day: date, only: tuple[str, ...] | None = None) -> Sql:
    """Which resources ``c`` of current_resource somebody finds on a civil day: nothing that no rule of theirs shows.

    ``only``: the types of which ``c`` is known to be, which makes it shorter.
    """
    return sights_sql(sight_of(actor), relationships_on(Sql("%s::date", (day,))), _nothing, only)


def _nothing(recipients: frozenset[str]) -> Sql:
    """No role of a person is that of a recipient outside."""
    return NOTHING


def organization(facility: str | None) -> str | None:
    """The id of the Organization that a reference names; None for a Location and for the whole installation."""
    if facility is None or not facility.startswith(ORGANIZATION):
        return None
    return facility.removeprefix(ORGANIZATION)


def organizations(person: Person, *roles: str) -> frozenset[str]:
    """The Organizations at which somebody has one of the roles; of any role, if none is named."""
    ids = (organization(one.facility) for one in person.holds_now if not roles or one.role in roles)
    return frozenset(id_ for id_ in ids if id_)


def _held(person: Person, at: datetime) -> Iterator[Held]:
    # One for each place: what a role allows at one is not mixed with whom another treats. A role that is at no
    # Organization shows nobody's record, and is still held: who guards there never breaks the glass elsewhere.
    for one in sorted(person.holds_now, key=lambda held: (held.role, held.facility or "")):
        if one.role in ROLES:
            id_ = organization(one.facility)
            until = person.mandate_until(one)
            places = frozenset({id_} if id_ else ())
            yield Held(ROLES[one.role], places, at, until, mandate=until is not None)
