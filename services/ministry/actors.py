"""Who may see the ministry's pages: for now anyone, but of a demo only."""

from typing import Annotated

from fastapi import Depends, Request

from services.shared.actors import actor
from services.shared.errors import Forbidden
from services.shared.languages import N_


class NoMinistrySignInYet(Forbidden):
    title = N_("Sign-in for ministries is not here yet")
    message = N_(
        "It comes with access control; until then the dashboard opens in a demo only. On the server, "
        "this prints the figures: throughcare cascade compute"
    )


@actor
def demo_reader(request: Request) -> None:
    """Anyone, if every person in this installation is invented. Raises NoMinistrySignInYet."""
    if not request.app.state.demo:
        raise NoMinistrySignInYet


DemoReader = Annotated[None, Depends(demo_reader)]
