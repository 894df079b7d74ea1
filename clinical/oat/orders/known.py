"""All that is known of one person for signing an order: read on the whole record, whoever asks.

The round reads what a dose of today asks for (``round.reading``). An order is weighed against more: every dose since the
first, every other medicine, each ECG and scoring of withdrawal. What of it a reader is shown is for the page to decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import psycopg

from clinical.oat.alcohol import CODE as ALCOHOL
from clinical.oat.alcohol import AlcoholUse, alcohol_of
from clinical.oat.claim import claim_of
from clinical.oat.cows import Cows, cows_of
from clinical.oat.ecg import LOINC, QTC, Ecg, ecg_of
from clinical.oat.errors import NotReadable
from clinical.oat.hold import Hold, hold_of
from clinical.oat.medicine import Medicine, medicine_of
from clinical.oat.order import OatOrder
from clinical.oat.order_resource import order_of
from clinical.oat.product import product_of, products
from clinical.oat.record import TreatmentRecord
from clinical.oat.round.events import COLUMNS, happened_in
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import situations
from clinical.oat.round.situation import Situation
from clinical.oat.shapes import OURS
from clinical.oat.take_home import TakeHome
from clinical.people.same_person import records_of
from fhir_store.read import Stored, read_many
from fhir_store.search import Context, parse_query, search

MEDICINES = """
SELECT c.type, c.id FROM fhir_store.compartment m JOIN fhir_store.current_resource c ON c.key = m.key
WHERE m.patient = ANY(%s::text[]) AND c.type IN ('MedicationRequest', 'MedicationStatement') AND NOT c.deleted
ORDER BY c.type, c.id
"""
EVENTS = f"""
SELECT {", ".join(COLUMNS)} FROM clinical.oat_event WHERE patient_id = ANY(%s::text[]) ORDER BY occurred_at, source_id
"""  # noqa: S608 - our own columns
HOLDS = "SELECT h.source_id FROM clinical.oat_hold h WHERE h.patient_id = ANY(%s::text[]) ORDER BY h.starts, h.source_id"
CLAIMS = (
    "SELECT c.source_id FROM clinical.oat_claim c WHERE c.patient_id = ANY(%s::text[]) ORDER BY c.source_id"
)
TAKE_HOME = """
SELECT t.patient_id, t.source_id, t.product, t.handed_over_on, t.days FROM clinical.oat_take_home t
WHERE t.patient_id = ANY(%s::text[])
"""

LATEST = "50"
"""Of ECGs and scorings of withdrawal and answers about alcohol only the latest counts; more are read so that one in error hides none."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """One person.

    Attributes:
        situation: as the round has it, with the whole record of the treatment.
        medicines: what else is taken or was.
        ecgs: the latest with a QTc.
        scores: the latest scorings of withdrawal.
        alcohol: the latest answers about alcohol.
        female: whether limits of the QTc are those of women.
        orders: the stored versions of the orders, by id.
        holds: the stored versions of the holds, by id.
        others: the stored versions of the other medicines, by literal reference.
    """

    situation: Situation
    medicines: tuple[Medicine, ...] = ()
    ecgs: tuple[Ecg, ...] = ()
    scores: tuple[Cows, ...] = ()
    alcohol: tuple[AlcoholUse, ...] = ()
    female: bool = False
    orders: Mapping[str, Stored] = field(default_factory=dict, repr=False)
    holds: Mapping[str, Stored] = field(default_factory=dict, repr=False)
    others: Mapping[str, Stored] = field(default_factory=dict, repr=False)

    @property
    def record(self) -> TreatmentRecord:
        """Of the treatment."""
        return self.situation.record

    @property
    def seen(self) -> str:
        """What a page has shown: another value means that somebody has changed an order or a hold since."""
        stored = (*self.orders.values(), *self.holds.values())
        said = "\n".join(sorted(f"{one.type}/{one.id}/{one.version}" for one in stored))
        return sha256(said.encode()).hexdigest()[:32]

    def order(self, id_: str) -> OatOrder | None:
        """One of the orders."""
        return next((one for one in self.record.orders if one.id == id_), None)


def known_of(reader: Reader, patient: str, facility: str, at: datetime) -> Known:
    """One person, seen from a facility at an instant."""
    cursor, zone = reader.cursor, reader.zone
    records = sorted(records_of(cursor, patient))
    situation = situations(reader, [patient], facility, at)[patient]
    prescribed = _stored(reader, cursor.execute(MEDICINES, (records,)).fetchall())
    orders, stored = _orders(reader, prescribed)
    flags = _stored(reader, (("Flag", id_) for (id_,) in cursor.execute(HOLDS, (records,)).fetchall()))
    holds = _holds(reader, flags)
    claims = _stored(
        reader, (("Observation", id_) for (id_,) in cursor.execute(CLAIMS, (records,)).fetchall())
    )
    ordered = {order.id: order.product for order in orders}
    record = TreatmentRecord(
        orders=orders,
        happened=tuple(happened_in(row, ordered) for row in cursor.execute(EVENTS, (records,)).fetchall()),
        take_home=tuple(_take_home(row) for row in cursor.execute(TAKE_HOME, (records,)).fetchall()),
        holds=tuple(holds.values()),
        claims=tuple(claim for one in claims if (claim := claim_of(_values(one), zone))),
    )
    qtc = _newest(reader, records, f"{LOINC}|{QTC}")
    cows = _newest(reader, records, f"{OURS}observation|cows")
    alcohol = _newest(reader, records, f"{OURS}observation|{ALCOHOL}")
    return Known(
        replace(situation, record=record),
        tuple(_others(reader, prescribed)),
        tuple(ecg for one in qtc if (ecg := ecg_of(_values(one), zone))),
        tuple(score for one in cows if (score := cows_of(_values(one), zone))),
        tuple(answer for one in alcohol if (answer := alcohol_of(_values(one), zone))),
        _is_female(reader, records),
        stored,
        {one.id: one for one in flags if one.id in holds},
        {f"{one.type}/{one.id}": one for one in prescribed if one.id not in stored},
    )


def _stored(reader: Reader, names: Iterable[tuple[str, str]]) -> list[Stored]:
    return list(read_many(reader.cursor, reader.keyring, list(names)).values())


def _orders(reader: Reader, prescribed: Sequence[Stored]) -> tuple[tuple[OatOrder, ...], dict[str, Stored]]:
    """Those that can be read, and of all the stored versions: who changes one that nobody can read changes an order."""
    found: list[OatOrder] = []
    stored: dict[str, Stored] = {}
    for one in prescribed:
        values = _values(one)
        if one.type != "MedicationRequest" or product_of(values) is None:
            continue
        stored[one.id] = one
        try:
            order = order_of(values, reader.zone)
        except NotReadable:
            continue
        if order is not None:
            found.append(order)
    return tuple(found), stored


def _others(reader: Reader, prescribed: Iterable[Stored]) -> Iterable[Medicine]:
    """What is of no opioid agonist treatment."""
    for one in prescribed:
        values = _values(one)
        if product_of(values) is None and (medicine := medicine_of(values, reader.zone)):
            yield medicine


def _holds(reader: Reader, flags: Iterable[Stored]) -> dict[str, Hold]:
    found = ((one.id, hold_of(_values(one), reader.zone)) for one in flags)
    return {id_: hold for id_, hold in found if hold is not None}


def _newest(reader: Reader, records: Iterable[str], code: str) -> list[Stored]:
    everybody = Context(reader.zone, reader.keyring)
    asked = [("code", code), ("_sort", "-date"), ("_count", LATEST)]
    return [
        one
        for record in records
        for one in search(
            reader.cursor, parse_query("Observation", asked, context=everybody, patient=record)
        ).matches
    ]


def _is_female(reader: Reader, records: Iterable[str]) -> bool:
    people = _stored(reader, (("Patient", record) for record in records))
    return any(_values(one).get("gender") == "female" for one in people)


def _take_home(row: tuple[Any, ...]) -> TakeHome:
    patient, id_, product, on, days = row
    return TakeHome(id_, patient, products()[product], on, days)


def _values(stored: Stored) -> Json:
    return stored.value


def cups_poured(cursor: psycopg.Cursor[Any], order: str) -> int:
    """How many cups stand poured for an order: they stop at the window once it is changed, and go back by two."""
    cursor.execute(CUPS, (order,))
    ((found,),) = cursor.fetchall()
    return int(found)


CUPS = """
SELECT count(*) FROM clinical.register_cup c
WHERE c.order_id = %s
    AND c.amount + coalesce((SELECT sum(l.container_change) FROM clinical.register_line l WHERE l.cup = c.id), 0) > 0
"""
