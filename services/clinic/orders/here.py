"""Somebody's orders before whoever asks: what is known of the person, and what the reader may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import Connection

from clinical.oat.orders.known import Known, known_of
from clinical.protocols import Protocol
from fhir_store.locks import lock_of, take
from fhir_store.write import Saved, Write, raw_cursor
from services.access.decision import Form, Interaction
from services.access.decision.one_by_one import shown_one_by_one, treating
from services.access.roles.types import TELEPHONE_ORDER
from services.clinic.asking import Asking
from services.clinic.closed_records import require_changeable
from services.clinic.consent_keeping import not_to_you, somebody
from services.clinic.consents import law
from services.clinic.reading import Patient
from services.clinic.round.actors import OnRound, facilities_of, may
from services.clinic.round.persons import with_patient
from services.clinic.round.shown import reader_of
from services.clinic.stays import held_at
from services.clinic.writing import save_permitted

ORDER, HOLD = "MedicationRequest", "Flag"


@dataclass(frozen=True)
class Here:
    """One person's orders, at the reader's facility.

    Attributes:
        facility: the id of the Organization that treats them; empty where the record is only open in an emergency.
        may_order: whether the reader signs, changes and ends orders.
        may_hold: whether the reader sets a hold.
        may_hear: whether the reader writes down what a prescriber orders by telephone.
        known: on the whole record, whoever asks.
    """

    asking: Asking = field(repr=False)
    patient: Patient = field(repr=False)
    facility: str
    may_order: bool
    may_hold: bool
    may_hear: bool
    known: Known = field(repr=False)

    @property
    def on_round(self) -> OnRound:
        """The same for what belongs to the round."""
        return OnRound(self.asking, self.facility, False, self.may_order)

    @property
    def law(self) -> Protocol:
        """The protocol of the country."""
        return law(self.asking)


def here_of(asking: Asking, connection: Connection, id_: str) -> Here:
    """Somebody in care, or whose record is open in an emergency. Raises NobodyHere, Forbidden; both are logged."""
    cursor = raw_cursor(connection)
    patient = somebody(asking, connection, id_)
    treated_at = treating(cursor, patient.actor, id_, asking.day)
    facility = held_at(cursor, id_, treated_at) or next(iter(treated_at), "")
    at = [facility] if facility else facilities_of(asking)
    if not any(may(asking, Interaction.READ, ORDER, one) for one in at):
        raise not_to_you(asking, id_)
    known = known_of(reader_of(asking, cursor), id_, facility or at[0], asking.at)
    return Here(
        asking,
        patient,
        facility,
        _may(asking, Interaction.UPDATE, ORDER, facility),
        _may(asking, Interaction.CREATE, HOLD, facility),
        _may(asking, Interaction.CREATE, TELEPHONE_ORDER, facility),
        known,
    )


def _may(asking: Asking, interaction: Interaction, thing: str, facility: str) -> bool:
    return bool(facility) and may(asking, interaction, thing, facility)


def prescribing(asking: Asking, connection: Connection, id_: str) -> Here:
    """The same for somebody who signs orders. Raises NobodyHere, Forbidden; both are logged."""
    found = here_of(asking, connection, id_)
    if not found.may_order:
        raise not_to_you(asking, id_)
    return found


def deciding(asking: Asking, connection: Connection, id_: str) -> Here:
    """Somebody's orders in the transaction of a decision: two who decide on one person do it one after the other.

    What the writer may is for the caller to ask.

    Raises NobodyHere, Forbidden.
    """
    patient = somebody(asking, connection, id_)
    take(raw_cursor(connection), sorted(lock_of("orders", one) for one in patient.records))
    return here_of(asking, connection, id_)


def write(here: Here, connection: Connection, writes: Sequence[Write]) -> list[Saved]:
    """Save what follows from a decision that the writer may make, with its audit events. Raises RecordClosed, Conflict.

    An order of the prison that the person came from is ended here too, and an issue may tell of what its writer does not see.
    """
    types = {one.type for one in writes}
    require_changeable(raw_cursor(connection), here.patient.actor, [here.patient.id], types)
    return save_permitted(here.asking, connection, [here.patient.id], here.facility, writes)


def causes_shown(here: Here, cursor: psycopg.Cursor[object]) -> frozenset[str]:
    """Literal references to those of the other medicines that the reader sees whole."""
    stored = [with_patient(one, here.patient.id) for one in here.known.others.values()]
    shown = shown_one_by_one(cursor, here.patient.actor, here.asking.day, stored)
    return frozenset(f"{one.stored.type}/{one.stored.id}" for one in shown if one.form is Form.WHOLE)
