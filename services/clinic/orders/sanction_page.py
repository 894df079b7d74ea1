"""Writing down that custody told of a sanction, on the page of somebody's orders."""

from fastapi import APIRouter, Request, Response

from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.consent_form import Unfit
from services.clinic.orders.here import deciding
from services.clinic.orders.orders_page import ORDERS, orders_answer
from services.clinic.orders.sanctions import take_back, write_down
from services.shared.languages import N_
from services.shared.pages import Pages

WRITTEN = N_("The sanction is written down. Whatever was stopped near it is marked.")
TAKEN_BACK = N_("Taken back. It stays in the record as entered in error.")


def sanction_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=f"{ORDERS}/sanction", include_in_schema=False)

    @router.post("")
    def told(
        request: Request,
        asking: Clinician,
        person: Field = "",
        entry: Field = "",
        first: Field = "",
        last: Field = "",
    ) -> Response:
        try:
            asking.database.run(
                lambda connection: write_down(
                    deciding(asking, connection, person), connection, entry, first, last
                )
            )
        except Unfit as unfit:
            return orders_answer(pages, asking, person, wrong=unfit.words)
        return orders_answer(pages, asking, person, WRITTEN)

    @router.post("/take-back")
    def back(request: Request, asking: Clinician, person: Field = "", entry: Field = "") -> Response:
        asking.database.run(
            lambda connection: take_back(deciding(asking, connection, person), connection, entry)
        )
        return orders_answer(pages, asking, person, TAKEN_BACK)

    return router
