"""A prison of a few people on opioid agonist treatment, for tests of the round; only what matters is named."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from oat import DAY, SIX, ZONE, a_happened, an_order
from resources import a_patient, a_stay, an_organization, text_of

from clinical.custody.absence import DOSE_PLAN
from clinical.oat.happened import Happened
from clinical.oat.happened_resource import resource_of
from clinical.oat.order_resource import request_of
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import situations
from clinical.oat.round.round_list import Now, round_list
from clinical.oat.round.row import Row
from clinical.oat.round.situation import Situation
from clinical.protocols import Protocol, protocol_of
from fhir_store.bulk import save_many
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor
from services.shared.database import Database

PRISON, OTHER_PRISON = "prison", "other"
PROTOCOL = protocol_of("demonstration")
ONE_DAY = timedelta(days=1)
Json = dict[str, Any]


def yesterday(patient: str, order: str, **changes: Any) -> Happened:
    """The dose of the day before."""
    return a_happened(
        at=SIX - ONE_DAY,
        **{"id": f"{patient}-before", "patient": patient, "order": order, "slot_day": DAY - ONE_DAY, "part": 1, **changes},
    )  # fmt: skip


def a_person(
    patient: str, *doses: int | str, prison: str = PRISON, dosed: bool = True, **changes: Any
) -> list[Json]:
    """Somebody in the prison with an order, who had the dose of yesterday unless it is said otherwise."""
    order = an_order(*doses, **{"id": f"{patient}-order", "patient": patient, "facility": prison, **changes})
    happened = (
        [yesterday(patient, order.id, mg=order.mg_on(DAY - ONE_DAY), product=order.product)] if dosed else []
    )
    return [
        a_patient(
            patient,
            name=[{"family": f"DEMO-{patient}", "given": ["Ana"]}],
            birthDate="1984-03-02",
            identifier=[{"system": "urn:throughcare:demo:prison-number", "value": f"N-{patient}"}],
        ),
        a_stay(f"{patient}-stay", patient=patient, prison=prison),
        request_of(order),
        *map(resource_of, happened),
    ]  # fmt: skip


def the_prison() -> list[Json]:
    """The places."""
    return [
        an_organization(PRISON, name="DEMO Prison"),
        an_organization(OTHER_PRISON, name="DEMO Other Prison"),
    ]


def an_absence(patient: str, kind: str = "court", prison: str = PRISON, **elements: Any) -> Json:
    """Somebody is away from the prison, as the record says, since five in the morning."""
    base = {
        "resourceType": "Encounter", "id": f"{patient}-away", "status": "in-progress",
        "class": {"system": "urn:throughcare:code-system:encounter-class", "code": f"absence-{kind}"},
        "subject": {"reference": f"Patient/{patient}"}, "partOf": {"reference": f"Encounter/{patient}-stay"},
        "serviceProvider": {"reference": f"Organization/{prison}"},
        "period": {"start": (SIX - timedelta(hours=1)).isoformat()},
    }  # fmt: skip
    return {**base, **elements}


def goes_to_court(
    patient: str, plan: str = "before-departure", after: timedelta = timedelta(minutes=45)
) -> Json:
    """Somebody will go to court, so long after seven, with the dose before it or in the late round."""
    said = [{"url": DOSE_PLAN, "valueCode": plan}]
    starts = (SIX + timedelta(hours=1) + after).isoformat()
    return an_absence(patient, status="planned", period={"start": starts}, extension=said)


def put(database: Database, store: Store, resources: Iterable[Json], author: str = "a") -> None:
    """Save resources."""
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    database.run(lambda connection: save_many(connection, store, writes, Author(author, facility=PRISON)))


def read(
    database: Database, store: Store, *patients: str, at: datetime = SIX, facility: str = PRISON
) -> dict[str, Situation]:
    """What is known of some people."""
    with database.transaction() as connection:
        reader = Reader(raw_cursor(connection), store.keyring, ZONE)
        return situations(reader, patients, facility, at)


def rows(
    database: Database, store: Store, *patients: str, at: datetime = SIX, protocol: Protocol = PROTOCOL
) -> tuple[Row, ...]:
    """Their rows."""
    known = read(database, store, *patients, at=at)
    return round_list(known.values(), Now(at, ZONE, protocol))
