"""Who may see the ministry's pages: of a demo anyone; else whoever is signed in, where the installation allows it."""

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Request

from services.access.sessions import COOKIE
from services.shared.actors import actor
from services.shared.errors import Forbidden, Unauthorized
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


class SignInFirst(Unauthorized):
    message = N_("This is a confidential view. Sign in at /ministry first.")
    # A browser asks nobody for a bearer token; the header only names the kind of sign-in.


@dataclass(frozen=True)
class Reader:
    """Who reads: the name of a client, or ``demo``."""

    name: str


@actor
def visitor(request: Request) -> Reader | None:
    """Who reads; None if that is not known yet. Raises NotSwitchedOn."""
    if request.app.state.demo:
        return Reader(DEMO)
    if not request.app.state.settings.ministry_confidential:
        raise NotSwitchedOn
    name = request.app.state.sessions.holder(request.cookies.get(COOKIE, ""))
    return None if name is None else Reader(name)


Visitor = Annotated[Reader | None, Depends(visitor)]


@actor
def reader(who: Visitor) -> Reader:
    """Who reads. Raises SignInFirst, NotSwitchedOn."""
    if who is None:
        raise SignInFirst
    return who


ConfidentialReader = Annotated[Reader, Depends(reader)]


def note_view(who: Reader, page: str) -> None:
    """Write down who saw which page or file. Never what it said."""
    log.info("a confidential view was shown", reader=who.name, page=page)
