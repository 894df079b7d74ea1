"""Who may see the ministry's pages: of a demo anyone; else confidential recipients, where the installation allows it."""

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Request

from services.access.pages.signed_in import present
from services.access.roles.confidential_recipient import CONFIDENTIAL_RECIPIENT
from services.shared.actors import actor
from services.shared.errors import Forbidden
from services.shared.languages import N_

log = structlog.get_logger()

DEMO = "demo"


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


def note_view(who: Reader, page: str) -> None:
    """Write down who saw which page or file. Never what it said."""
    log.info("a confidential view was shown", reader=who.id, page=page)
