"""All that is derived can be derived again, and comes out identical."""

from movements import a_call, a_fitness, a_room, people_and_stays
from oat import DAY, an_order
from resources import a_dose, a_patient, a_stay, an_observation, text_of
from sqlalchemy import text

from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import OrderStatus
from clinical.oat.order_resource import request_of
from fhir_store.rebuild import rebuild
from fhir_store.store import Author, Store
from fhir_store.write import Write, save
from services.shared.database import Database

DERIVED = (
    "fhir_store.index_token",
    "fhir_store.index_reference",
    "fhir_store.index_date",
    "fhir_store.compartment",
    "clinical.stay",
    "clinical.treatment_relationship",
    "clinical.custody_call",
    "clinical.call_room",
    "clinical.fitness_for_transfer",
    "clinical.absence",
    "clinical.place",
    "clinical.duty",
    "clinical.dosing_hand_over",
    "clinical.oat_programme",
    "clinical.record_seal",
    "clinical.same_person",
    "clinical.oat_order",
    "clinical.oat_event",
    "clinical.oat_hold",
    "clinical.oat_caution",
    "fhir_store.current_resource",
)


def _derived(database: Database) -> dict[str, list[str]]:
    with database.transaction() as connection:
        return {
            table: list(connection.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars())
            for table in DERIVED
        }


def _fill(database: Database, store: Store) -> None:
    resources = [
        a_patient("p1", identifier=[{"system": "urn:n", "value": "1"}], birthDate="1980-02"),
        a_stay("s1"),
        a_dose("d1"),
        an_observation("o1", effectivePeriod={"start": "2026-01-01"}),
        a_call("c1", "p1"),
        a_room("r1", "Medical room A"),
        a_fitness("f1", "p1", "yes"),
        *people_and_stays(),
        # What ended without saying when ended when that was written.
        request_of(an_order(id="r1", patient="p1", status=OrderStatus.STOPPED)),
        {**flag_of(Hold("h1", "p1", HoldReason.CLINICAL, DAY)), "status": "inactive"},
        {"resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"}},
    ]
    for version in (1, 2):
        for resource in resources:
            body = text_of({**resource, "language": f"e{'n' if version == 1 else 'l'}"})
            write = Write(body, id=resource["id"])
            database.run(lambda c, write=write: save(c, store, [write], Author("a")))


def test_a_rebuild_gives_the_identical_index_and_projections(database: Database, store: Store) -> None:
    _fill(database, store)
    before = _derived(database)
    assert all(before.values()), "every derived table must have rows, else this proves nothing"
    assert database.run(lambda c: rebuild(c, store, lambda done, total: None)) == 10 + 7
    assert _derived(database) == before


def test_a_rebuild_restores_what_was_damaged(database: Database, store: Store) -> None:
    _fill(database, store)
    before = _derived(database)
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM fhir_store.index_token"))
        connection.execute(text("UPDATE clinical.stay SET patient_id = 'someone else'"))
    database.run(lambda c: rebuild(c, store, lambda done, total: None))
    assert _derived(database) == before


def test_a_rebuild_tells_how_far_it_is(database: Database, store: Store) -> None:
    _fill(database, store)
    told: list[tuple[int, int]] = []
    database.run(lambda c: rebuild(c, store, lambda done, total: told.append((done, total))))
    assert told == [(17, 17)]
