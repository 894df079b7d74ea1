"""Whether what a tablet sends as a telephone order can be one: for somebody in care, of a prescriber here, heard by who may."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from fhir_store.write import raw_cursor
from services.access.decision import Interaction
from services.access.decision.one_by_one import treating
from services.access.roles.types import TELEPHONE_ORDER
from services.clinic.orders.prescribers import prescribers
from services.clinic.round.actors import OnRound, may
from services.clinic.writing import NOT_TO_YOU
from services.shared.errors import Forbidden


def require_heard(on: OnRound, connection: Connection, said: Mapping[str, Any]) -> None:
    """Who sends what a colleague heard sends it unread, and has to be one who may hear. Raises Forbidden."""
    asking, person = on.asking, str(said.get("person", ""))
    if on.facility not in treating(raw_cursor(connection), asking.actor(connection), person, asking.day):
        raise Forbidden(NOT_TO_YOU)
    prescriber, heard_by = said.get("prescriber"), said.get("recorded_by")
    known = {str(one.account) for one in prescribers(on.asking, raw_cursor(connection), on.facility)}
    if not may(on.asking, Interaction.CREATE, TELEPHONE_ORDER, on.facility):
        raise Forbidden(NOT_TO_YOU)
    if prescriber not in known or prescriber == heard_by:
        raise Forbidden(NOT_TO_YOU)
