"""Who is on call is said on the page of the shift, by whoever gives doses there."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.oat.on_call import NoTelephone, put_on_call, telephone_in
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.clinic.round.actors import Giver, OnRound
from services.clinic.shift.page import SHIFT
from services.shared.errors import Unprocessable
from services.shared.languages import N_

NO_TELEPHONE = N_(
    "Write a number that can be dialled, such as +381 11 123 4567. The number before is still shown."
)


def on_call_router() -> APIRouter:
    """The address."""
    router = APIRouter(prefix=SHIFT, include_in_schema=False)

    @router.post("/on-call")
    def on_call(request: Request, on: Giver, telephone: Field = "") -> Response:
        try:
            number = telephone_in(telephone)
        except NoTelephone:
            raise Unprocessable(NO_TELEPHONE) from None
        on.asking.database.run(lambda connection: _put(on, connection, number))
        return RedirectResponse(f"{SHIFT}?facility={on.facility}", 303)

    return router


def _put(on: OnRound, connection: Connection, number: str) -> None:
    with raw_cursor(connection) as cursor:
        put_on_call(cursor, on.facility, number, on.asking.who.account.id, on.asking.at)
    at = on.asking.circumstances(on.asking.purpose.value)
    on.asking.log_with(connection, kinds.write(at, "update", "on-call", Subjects()))
