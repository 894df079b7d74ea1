"""Who may change their own credentials: somebody who is signed in and has proved again, minutes ago, who they are."""

from typing import Annotated

from fastapi import Depends, Request

from services.access.pages.signed_in import GoTo, Present, desk_of, is_navigation, signed_in
from services.access.people.sessions import is_proved_anew
from services.shared.actors import actor
from services.shared.errors import Forbidden
from services.shared.languages import N_

ACCOUNT = "/account"
PROVE = f"{ACCOUNT}/prove"


class ProveFirst(Forbidden):
    title = N_("Prove again who you are")
    message = N_("Nothing was changed. Open your account anew, and begin again.")


@actor
def freshly_proved(request: Request, who: Annotated[Present, Depends(signed_in())]) -> Present:
    """Raises GoTo, ProveFirst."""
    desk = desk_of(request)
    with desk.database.transaction() as connection:
        if is_proved_anew(connection, who.session.id, desk.now()):
            return who
    if not is_navigation(request):
        raise ProveFirst
    raise GoTo(PROVE, request.url.path if request.method == "GET" else ACCOUNT)


FreshlyProved = Annotated[Present, Depends(freshly_proved)]
