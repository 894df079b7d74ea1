"""Who may look at the register, write into it and close its discrepancies, and at which sites.

The decision is asked for each role at each site. A clinical role for the whole installation is for no site; an inspector
for the whole country sees every site that keeps a book.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import Connection

from clinical.protocols import Protocol
from clinical.register.reading import sites
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import AuditEvent, Circumstances
from services.access.audit.log.audit_log import AuditLog
from services.access.decision import Actor, Held, Interaction, Purpose, Subject, decide
from services.access.decision.people import organization
from services.access.pages.signed_in import Present, RoleMissing, desk_of, present
from services.access.people.holdings import INSPECTOR, Person, is_clinical
from services.access.roles import ROLES
from services.access.roles.types import STOCK
from services.shared.actors import actor
from services.shared.database import Database
from services.shared.errors import NotFound
from services.shared.languages import N_

ACTS = (Interaction.READ, Interaction.CREATE, Interaction.UPDATE)
"""To look, to enter, to close a discrepancy."""


class NotHere(NotFound):
    """Nothing of that name at a site of the reader: what is elsewhere looks the same."""

    title = N_("This is not in your register")
    message = N_("It may be of another site. Begin at the register, and go on from there.")


@dataclass(frozen=True)
class Keeper:
    """Somebody with the request that they make.

    ``may``: by site, what they may do there and the role that lets them.
    """

    request: Request
    who: Present
    may: Mapping[str, Mapping[Interaction, str]]

    @property
    def database(self) -> Database:
        """Where everything is."""
        found: Database = self.request.app.state.database
        return found

    @property
    def law(self) -> Protocol:
        """The protocol of the country."""
        found: Protocol = self.request.app.state.law
        return found

    @cached_property
    def now(self) -> datetime:
        """The instant of the request."""
        return desk_of(self.request).now()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the sites."""
        return ZoneInfo(self.request.app.state.settings.facility_zone)

    @property
    def day(self) -> date:
        """Their civil day."""
        return self.now.astimezone(self.zone).date()

    def site(self, asked: str) -> str:
        """The site that was asked for, else the first one. Raises NotHere."""
        chosen = asked or min(self.may)
        if chosen not in self.may:
            raise NotHere
        return chosen

    def can(self, site: str, act: Interaction) -> bool:
        """Whether they may do it there."""
        return act in self.may.get(site, {})

    def require(self, site: str, act: Interaction) -> None:
        """Return if they may do it there. Raises NotHere if they may not even look, else RoleMissing; that is logged."""
        if site not in self.may:
            raise NotHere
        if not self.can(site, act):
            self.log(kinds.refusal(self.circumstances(site), act.value, STOCK, "role", kinds.NOBODY))
            raise RoleMissing

    def circumstances(self, site: str | None) -> Circumstances:
        """Who, when and from where, as it is logged."""
        roles = self.may.get(site or "", {})
        role = roles.get(Interaction.READ)
        client = self.request.client
        return Circumstances(
            kinds.Actor("account", str(self.who.account.id), role),
            self.now,
            _purpose(role).value if role else None,
            site,
            getattr(self.request.state, "request_id", None),
            client.host if client else None,
        )

    def log_view(self, site: str, page: str) -> None:
        """Return once it is durable that they are about to see it. Raises AuditUnavailable."""
        self.log(kinds.view(self.circumstances(site), page))

    def log(self, *events: AuditEvent) -> None:
        """Log in a transaction of its own."""
        with self.database.cursor() as cursor:
            self._audit.record_read(cursor, events)

    def log_with(self, connection: Connection, *events: AuditEvent) -> None:
        """Log in the transaction of what is written."""
        with raw_cursor(connection) as cursor:
            self._audit.record_write(cursor, events)

    @property
    def _audit(self) -> AuditLog:
        found: AuditLog = self.request.app.state.audit
        return found


def whoever_may(act: Interaction) -> Callable[[Request], Keeper]:
    """An actor: somebody who may do that at a site at least. Raises RoleMissing, and leads to the sign-in."""

    @actor
    def keeper(request: Request) -> Keeper:
        who = present(request)
        at = desk_of(request).now()
        found = Keeper(request, who, _may(request, who.person, at))
        if not any(act in allowed for allowed in found.may.values()):
            found.log(kinds.refusal(found.circumstances(None), act.value, STOCK, "role", kinds.NOBODY))
            raise RoleMissing
        return found

    return keeper


Reader = Annotated[Keeper, Depends(whoever_may(Interaction.READ))]
Writer = Annotated[Keeper, Depends(whoever_may(Interaction.CREATE))]


def allowed_at(person: Person, site: str, at: datetime) -> Mapping[Interaction, str]:
    """What somebody may do with the register of a site, and the role that lets them."""
    return {
        act: role for role in sorted(_roles_at(person, site)) for act in ACTS if _lets(role, site, act, at)
    }


def _may(request: Request, person: Person, at: datetime) -> dict[str, Mapping[Interaction, str]]:
    found = {site: allowed_at(person, site, at) for site in sorted(_sites(request, person))}
    return {site: allowed for site, allowed in found.items() if Interaction.READ in allowed}


def _sites(request: Request, person: Person) -> set[str]:
    own = {site for one in person.holds_now if (site := organization(one.facility))}
    if not person.holds_at(INSPECTOR, None):
        return own
    with request.app.state.database.transaction() as connection:
        return own | set(sites(connection))


def _roles_at(person: Person, site: str) -> Iterator[str]:
    for one in person.holds_now:
        of_the_country = one.facility is None and one.role == INSPECTOR
        if one.role in ROLES and (organization(one.facility) == site or of_the_country):
            yield one.role


def _lets(role: str, site: str, act: Interaction, at: datetime) -> bool:
    held = Held(ROLES[role], frozenset({site}), since=at)
    asking = Actor(role, (held,), at, _purpose(role))
    return decide(asking, act, Subject(STOCK, facility=site)).permitted


def _purpose(role: str) -> Purpose:
    return Purpose.TREATMENT if is_clinical(role) else Purpose.OVERSIGHT
