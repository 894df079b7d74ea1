"""Who may see the movement list, or the report on it, and of which facility.

The decision is asked for each role at the facility for which it was granted. A grant for the whole installation is for no
facility, so it opens none of them. In a demo anybody may look at both.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request

from services.access.audit.kinds import Actor as LoggedActor
from services.access.decision import Actor, Held, Interaction, Purpose, Subject, decide
from services.access.pages.signed_in import RoleMissing, desk_of, present
from services.access.people.holdings import Person
from services.access.roles import ROLES
from services.custody.held import facilities_that_hold
from services.shared.actors import actor

DEMO = LoggedActor("nobody", "demo")
ORGANIZATION = "Organization/"


@dataclass(frozen=True)
class Reader:
    """Somebody who may see it, of one facility at a time."""

    who: LoggedActor
    facility: str | None
    """The id of the Organization; None: a demo in which nobody is held."""
    facilities: tuple[str, ...]
    """All that may be chosen."""


def reader_of(thing: str) -> Callable[..., Reader]:
    """An actor: somebody who may read ``thing`` (``roles.types``) at the facility asked for, else at the first one.

    Raises RoleMissing, and leads to the sign-in whoever is not signed in.
    """

    @actor
    def reader(request: Request, facility: Annotated[str, Query(max_length=64)] = "") -> Reader:
        if request.app.state.demo:
            return _of_the_demo(request, facility)
        who = present(request)
        allowed = dict(facilities_of(who.person, thing, desk_of(request).now()))
        chosen = facility or min(allowed, default="")
        if chosen not in allowed:
            raise RoleMissing
        return Reader(
            LoggedActor("account", str(who.account.id), allowed[chosen]), chosen, tuple(sorted(allowed))
        )

    return reader


def facilities_of(person: Person, thing: str, at: datetime) -> Iterator[tuple[str, str]]:
    """The facilities at which somebody may read it, each with the role that allows it."""
    for role, reference in sorted(person.holds_now, key=str):
        kind, _, facility = (reference or "").rpartition("/")
        if role in ROLES and f"{kind}/" == ORGANIZATION:
            held = Held(ROLES[role], frozenset({facility}), since=at)
            asking = Actor(str(person.id), (held,), at, Purpose.ADMINISTRATION)
            if decide(asking, Interaction.READ, Subject(thing, facility=facility)).permitted:
                yield facility, role


def _of_the_demo(request: Request, facility: str) -> Reader:
    with desk_of(request).database.cursor() as cursor:
        held = facilities_that_hold(cursor)
    if facility and facility not in held:
        raise RoleMissing
    return Reader(DEMO, facility or next(iter(held), None), held)


def address(path: str, reader: Reader, **more: str) -> str:
    """An address of these pages that keeps the facility, if there are several."""
    named: Mapping[str, str] = (
        {"facility": reader.facility} if len(reader.facilities) > 1 and reader.facility else {}
    )
    query = "&".join(f"{name}={value}" for name, value in {**named, **more}.items())
    return f"{path}?{query}" if query else path
