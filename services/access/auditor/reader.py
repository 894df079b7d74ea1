"""Who may read the log: auditors, of the facilities for which they hold the role."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from fhir_store.search import Context
from services.access.audit import kinds
from services.access.audit.kinds import Actor, AuditEvent, Circumstances
from services.access.pages.signed_in import Present, RoleMissing, desk_of, present
from services.access.people.holdings import AUDITOR
from services.access.people.journal import facility_id
from services.access.people.request_journal import journal_of, log_read
from services.access.roles.rule import Purpose
from services.shared.actors import actor


@dataclass(frozen=True)
class Auditor:
    """An auditor with the request that they make."""

    request: Request
    who: Present
    facilities: frozenset[str] | None
    """Ids of the facilities beyond which they see nothing; None: they see the whole installation."""

    @property
    def name(self) -> str:
        """As the log names them."""
        return f"account/{self.who.account.id}"

    @property
    def context(self) -> Context:
        """What a search of the record needs to know."""
        store = self.request.app.state.exchange.store
        return Context(store.zone, store.keyring)

    def circumstances(self) -> Circumstances:
        """Who asks, when and from where."""
        by = Actor("account", str(self.who.account.id), AUDITOR)
        at = journal_of(self.request).of(self.who.person, desk_of(self.request).now())
        return replace(at, actor=by, purpose=Purpose.OVERSIGHT.value)

    def log(self, *events: AuditEvent) -> None:
        """Return once it is durable: only then may it be shown. Raises AuditUnavailable."""
        log_read(self.request, *events)


@actor
def auditor(request: Request) -> Auditor:
    """An auditor. Raises RoleMissing, which is logged, and leads to the sign-in whoever is not signed in."""
    who = present(request)
    if not who.person.holds(AUDITOR):
        at = journal_of(request).of(who.person, desk_of(request).now())
        log_read(request, kinds.refusal(at, "read", "AuditEvent", "role", kinds.NOBODY))
        raise RoleMissing
    places = [one.facility for one in who.person.holds_now if one.role == AUDITOR]
    confined = None not in places
    return Auditor(request, who, frozenset(facility_id(one) for one in places if one) if confined else None)


AuditReader = Annotated[Auditor, Depends(auditor)]
