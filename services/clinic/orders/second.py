"""A second prescriber signs beside, by their own PIN on this tablet or their password."""

from uuid import UUID

from fhir_store.write import raw_cursor
from services.clinic.consent_form import Unfit
from services.clinic.orders.here import Here
from services.clinic.orders.prescribers import prescribers
from services.clinic.round.keeping import NotProved, prove_beside
from services.shared.errors import Unprocessable
from services.shared.languages import N_

NOBODY = N_("A second prescriber has to sign this: choose who, and let them type their own PIN or password.")
NOT_ONE = N_("Only another prescriber of this facility can sign this with you.")


def second_signature(here: Here, account: str, pin: str) -> str:
    """The id of the second prescriber, proved. Raises Unfit."""
    if not account or not pin:
        raise Unfit(NOBODY)
    with here.asking.database.transaction() as connection:
        known = {str(one.account) for one in prescribers(here.asking, raw_cursor(connection), here.facility)}
    if account not in known - {str(here.asking.who.account.id)}:
        raise Unfit(NOT_ONE)
    try:
        prove_beside(here.on_round, UUID(account), pin)
    except (NotProved, Unprocessable) as refused:
        raise Unfit(refused.problem.message) from None
    return account
