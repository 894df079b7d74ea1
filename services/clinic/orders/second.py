"""A second prescriber signs beside, by their own PIN on this tablet or their password."""

from uuid import UUID

from fhir_store.write import raw_cursor
from services.clinic.consent_form import Unfit
from services.clinic.orders.here import Here
from services.clinic.orders.prescribers import prescribers
from services.clinic.round.actors import OnRound
from services.clinic.round.keeping import NotProved, prove_beside
from services.shared.errors import Unprocessable
from services.shared.languages import N_

NOBODY = N_("A second prescriber has to sign this: choose who, and let them type their own PIN or password.")
NOT_ONE = N_("Only another prescriber of this facility can sign this with you.")


def second_signature(here: Here, account: str, pin: str) -> str:
    """The id of the second prescriber, proved. Raises Unfit."""
    return second_signature_at(here.on_round, account, pin)


def second_signature_at(on: OnRound, account: str, pin: str) -> str:
    """The same at the facility of a round. Raises Unfit."""
    if not account or not pin:
        raise Unfit(NOBODY)
    with on.asking.database.transaction() as connection:
        known = {str(one.account) for one in prescribers(on.asking, raw_cursor(connection), on.facility)}
    if account not in known - {str(on.asking.who.account.id)}:
        raise Unfit(NOT_ONE)
    try:
        prove_beside(on, UUID(account), pin)
    except (NotProved, Unprocessable) as refused:
        raise Unfit(refused.problem.message) from None
    return account
