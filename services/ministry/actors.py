"""Who may see the ministry's pages: of a demo anyone; else confidential recipients, where the installation allows it."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from services.access.audit.kinds import Actor, Circumstances, export, view
from services.access.pages.signed_in import desk_of, present
from services.access.people.request_journal import journal_of, log_read
from services.access.roles.confidential_recipient import CONFIDENTIAL_RECIPIENT
from services.access.roles.rule import Purpose
from services.shared.actors import actor
from services.shared.errors import Forbidden
from services.shared.languages import N_

DEMO = "demo"

FIGURES = ("MeasureReport",)
"""What a file of figures is, of FHIR's types."""


class NotSwitchedOn(Forbidden):
    title = N_("The confidential view is not switched on")
    message = N_(
        "It shows full counts of real people, so whoever runs this installation has to allow it: set "
        "MINISTRY_CONFIDENTIAL=true and start again. Until then, this prints figures on the server: "
        "throughcare cascade compute"
    )


class NoRecipient(Forbidden):
    message = N_(
        "These are full counts of real people, for confidential recipients only. An administrator grants that role, for "
        "the whole installation: throughcare account grant"
    )


@dataclass(frozen=True)
class Reader:
    """Who reads: the id of an account, or ``demo``."""

    id: str


@actor
def reader(request: Request) -> Reader:
    """Who reads. Raises NotSwitchedOn, NoRecipient, and leads to the sign-in whoever is not signed in."""
    if request.app.state.demo:
        return Reader(DEMO)
    if not request.app.state.settings.ministry_confidential:
        raise NotSwitchedOn
    who = present(request)
    # The figures are of the whole installation, so a grant at one facility does not open them.
    if not who.person.holds_at(CONFIDENTIAL_RECIPIENT.code, None):
        raise NoRecipient
    return Reader(str(who.account.id))


ConfidentialReader = Annotated[Reader, Depends(reader)]


def log_view(request: Request, who: Reader, page: str) -> None:
    """Log durably who is about to see which page, never what it says. In a demo nobody is shown anything real.

    Raises AuditUnavailable: then it must not be shown.
    """
    if who.id != DEMO:
        log_read(request, view(_circumstances(request, who), page))


def log_file(request: Request, who: Reader, file: str) -> None:
    """The same of a file that is taken away."""
    if who.id != DEMO:
        log_read(request, export(_circumstances(request, who), FIGURES, results=1, page=file))


def _circumstances(request: Request, who: Reader) -> Circumstances:
    actor = Actor("account", who.id, CONFIDENTIAL_RECIPIENT.code)
    purpose = Purpose.PUBLIC_HEALTH.value
    return replace(journal_of(request).by(actor, desk_of(request).now()), purpose=purpose)
