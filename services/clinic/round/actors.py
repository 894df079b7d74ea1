"""Who may see the list of the round, and who may record what happened: asked of the decision, for people in care."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from clinical.labels import Label
from clinical.protocols import Protocol
from services.access.audit import kinds
from services.access.decision import Actor, Interaction, Purpose, Subject, actor_of_person, decide
from services.access.decision.people import organizations
from services.access.pages.signed_in import Present, RoleMissing, desk_of, present, whoever
from services.access.people.accounts import account_with
from services.access.people.grants import person_with
from services.access.people.holdings import Person
from services.access.roles.types import STOCK
from services.clinic.actors import NoOrganization
from services.clinic.asking import Asking
from services.shared.actors import actor

OF_TREATMENT = frozenset({Label.ETH, Label.OPIOIDUD})
"""The labels of a dose."""

SOMEBODY = "somebody in care"


@dataclass(frozen=True)
class OnRound:
    """Somebody on the round of a facility."""

    asking: Asking
    facility: str
    """The id of the Organization."""
    may_record: bool
    """Whether they may record what happened, and not only see the list."""
    may_order: bool
    """Whether they may release what a prescriber releases."""


def law_of(asking: Asking) -> Protocol:
    """The protocol of the country."""
    found: Protocol = asking.request.app.state.law
    return found


def on_round(interaction: Interaction, type_: str) -> Callable[..., OnRound]:
    """An actor: somebody who may do that with records of the treatment of people in care, at the facility asked for.

    Raises RoleMissing, and leads to the sign-in.
    """

    @actor
    def somebody(request: Request, facility: Annotated[str, Query(max_length=64)] = "") -> OnRound:
        return _allowed(request, present(request), interaction, type_, facility)

    return somebody


@actor
def at_the_lock(request: Request) -> OnRound:
    """An actor: somebody who may record what happened, whose session is open on this browser, locked or not.

    For what cannot wait until somebody has typed a PIN. It shows nothing of anybody. Raises RoleMissing, and leads to the
    sign-in.
    """
    session, desk = whoever(request), desk_of(request)
    with desk.database.transaction() as connection:
        account = account_with(connection, session.account)
        who = Present(account, session, person_with(connection, session.account, desk.now()))
    return _allowed(request, who, Interaction.CREATE, "MedicationAdministration", "")


def _allowed(request: Request, who: Present, interaction: Interaction, type_: str, facility: str) -> OnRound:
    asking = Asking(request, who, desk_of(request).now())
    allowed = [one for one in facilities_of(asking) if may(asking, interaction, type_, one)]
    chosen = facility or min(allowed, default="")
    if not chosen or chosen not in allowed:
        raise _refused(asking)
    return OnRound(
        asking,
        chosen,
        may(asking, Interaction.CREATE, "MedicationAdministration", chosen),
        may(asking, Interaction.UPDATE, "MedicationRequest", chosen),
    )


def facilities_of(asking: Asking) -> list[str]:
    """The Organizations at which somebody has a role."""
    return sorted(organizations(asking.who.person))


def may(asking: Asking, interaction: Interaction, type_: str, facility: str) -> bool:
    """Whether somebody may do that with a record of the treatment of somebody whom a facility treats."""
    knows: Actor = actor_of_person(asking.who.person, asking.at, Purpose.TREATMENT)
    subject = Subject(type_, OF_TREATMENT, facility, SOMEBODY, open_at=frozenset({facility}))
    return decide(knows, interaction, subject).permitted


def keeps_stock(person: Person, facility: str, at: datetime) -> bool:
    """Whether somebody may enter into the register of a facility."""
    knows: Actor = actor_of_person(person, at, Purpose.TREATMENT)
    return decide(knows, Interaction.CREATE, Subject(STOCK, facility=facility)).permitted


@actor
def whoever_pours(request: Request, facility: Annotated[str, Query(max_length=64)] = "") -> OnRound:
    """An actor: somebody who sees the list of a facility and enters into its register.

    Raises RoleMissing, and leads to the sign-in.
    """
    on = _allowed(request, present(request), Interaction.READ, "MedicationRequest", facility)
    if not keeps_stock(on.asking.who.person, on.facility, on.asking.at):
        at = on.asking.circumstances()
        on.asking.log(kinds.refusal(at, Interaction.CREATE.value, STOCK, "role", kinds.NOBODY))
        raise RoleMissing
    return on


def _refused(asking: Asking) -> RoleMissing:
    asking.log(
        kinds.refusal(asking.circumstances(), "read", "MedicationAdministration", "role", kinds.NOBODY)
    )
    return RoleMissing() if facilities_of(asking) else NoOrganization()


Reader = Annotated[OnRound, Depends(on_round(Interaction.READ, "MedicationRequest"))]
"""Sees the list."""
Giver = Annotated[OnRound, Depends(on_round(Interaction.CREATE, "MedicationAdministration"))]
"""Records what happened."""
Pourer = Annotated[OnRound, Depends(whoever_pours)]
"""Pours the cups of the list."""
AtTheLock = Annotated[OnRound, Depends(at_the_lock)]
"""Records an emergency."""
Prescriber = Annotated[OnRound, Depends(on_round(Interaction.UPDATE, "MedicationRequest"))]
"""Releases what a prescriber releases."""
