"""Who may see the registers: inspectors, of the facilities for which they hold the role."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from fhir_store.search import Context
from services.access.audit import kinds
from services.access.audit.kinds import Actor
from services.access.pages.signed_in import Present, RoleMissing, desk_of, present
from services.access.people.holdings import INSPECTOR
from services.access.people.journal import facility_id
from services.access.people.request_journal import journal_of, log_read
from services.access.roles.rule import Purpose
from services.shared.actors import actor


@dataclass(frozen=True)
class Inspector:
    """An inspector with the request that they make."""

    request: Request
    who: Present
    facilities: frozenset[str] | None
    """Ids of the facilities beyond which they see nothing; None: they see the whole country."""

    @property
    def context(self) -> Context:
        """What a search of the record needs to know."""
        store = self.request.app.state.exchange.store
        return Context(store.zone, store.keyring)

    def log_view(self, page: str) -> None:
        """Return once it is durable that they are about to see it. Raises AuditUnavailable."""
        at = journal_of(self.request).of(self.who.person, desk_of(self.request).now())
        by = Actor("account", str(self.who.account.id), INSPECTOR)
        log_read(self.request, kinds.view(replace(at, actor=by, purpose=Purpose.OVERSIGHT.value), page))


@actor
def inspector(request: Request) -> Inspector:
    """An inspector. Raises RoleMissing, which is logged, and leads to the sign-in whoever is not signed in."""
    who = present(request)
    if not who.person.holds(INSPECTOR):
        at = journal_of(request).of(who.person, desk_of(request).now())
        log_read(request, kinds.refusal(at, "read", "MeasureReport", "role", kinds.NOBODY))
        raise RoleMissing
    places = [one.facility for one in who.person.holds_now if one.role == INSPECTOR]
    own = frozenset(facility_id(one) for one in places if one)
    return Inspector(request, who, None if None in places else own)


InspectionReader = Annotated[Inspector, Depends(inspector)]
