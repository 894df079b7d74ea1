"""The tables that follow orders, doses, holds and what has to be known beside them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from oat import COMBINED, DAY, LAST, MONTHLY, SIX, SUBLINGUAL, ZONE, a_happened, an_order
from resources import ATC, a_dose, an_observation, text_of
from sqlalchemy import text

from clinical.oat.happened import Kind, Reason
from clinical.oat.happened_resource import in_error, resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import OrderStatus
from clinical.oat.order_resource import request_of
from clinical.oat.round.cautions import Caution, Found, is_pregnant
from clinical.oat.round.events import COLUMNS, happened_in
from fhir_store.store import Author, Store
from fhir_store.write import Deletion, Write, save
from services.shared.database import Database

Put = Callable[[dict[str, Any]], None]

BENZODIAZEPINE = {"coding": [{"system": ATC, "code": "N05BA01"}]}
PREGNANT = {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]}


@pytest.fixture
def put(database: Database, store: Store) -> Put:
    def save_one(resource: dict[str, Any]) -> None:
        write = Write(text_of(resource), id=resource["id"])
        database.run(lambda connection: save(connection, store, [write], Author("a")))

    return save_one


@pytest.fixture
def rows(database: Database) -> Callable[[str, str], list[tuple[Any, ...]]]:
    def asked(columns: str, table: str) -> list[tuple[Any, ...]]:
        with database.transaction() as connection:
            found = connection.execute(text(f"SELECT {columns} FROM clinical.{table} ORDER BY source_id"))
            return [tuple(row) for row in found]

    return asked


def test_an_order_is_a_row_with_its_days_and_its_version(put: Put, rows: Any) -> None:
    put(request_of(an_order(id="r", patient="p1")))
    put(request_of(an_order(id="r", patient="p1", end=DAY)))
    assert rows("patient_id, facility_id, product, status, ends, version", "oat_order") == [
        ("p1", "prison", "methadone-oral-solution", "active", DAY, 2)
    ]


def test_an_order_that_does_not_say_how_much_is_kept_for_somebody_to_look_at(put: Put, rows: Any) -> None:
    request = request_of(an_order(id="r", patient="p1"))
    del request["dosageInstruction"][0]["doseAndRate"]
    put(request)
    assert rows("patient_id, product, unreadable", "oat_order") == [
        ("p1", "methadone-oral-solution", "dosageInstruction.doseAndRate")
    ]


def test_an_order_of_another_medicine_is_none(put: Put, rows: Any) -> None:
    put({**request_of(an_order(id="r")), "medicationCodeableConcept": BENZODIAZEPINE})
    assert rows("1", "oat_order") == []


def test_what_was_deleted_is_no_order(put: Put, rows: Any, database: Database, store: Store) -> None:
    put(request_of(an_order(id="r")))
    database.run(lambda c: save(c, store, [Deletion("MedicationRequest", "r")], Author("a")))
    assert rows("1", "oat_order") == []


EVENTS = [
    a_happened(id="given", order="r", order_version="3", slot_day=DAY, part=2, single_handed=True, observed=True),
    a_happened(Kind.REFUSED, id="refused", mg=None, reason=Reason.REFUSED),
    a_happened(Kind.MOUTH_CHECK_FAILED, id="cheeked", given_by="nurse", witness="other"),
    a_happened(Kind.SPILLED, id="spilled", reason=Reason.SPILLED, mg=Decimal("2.5")),
    a_happened(Kind.VOMITED, id="vomited", product=None, mg=None, about="given"),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: one.id)
def test_what_happened_is_read_from_its_row_as_from_its_resource(put: Put, rows: Any, event: Any) -> None:
    put(resource_of(event))
    (row,) = rows(", ".join(COLUMNS), "oat_event")
    assert happened_in(row) == event


def test_what_is_taken_is_told_from_what_is_not(put: Put, rows: Any) -> None:
    for event in EVENTS:
        put(resource_of(event))
    assert rows("source_id", "oat_event WHERE taken") == [("cheeked",), ("given",)]


def test_an_error_stays_in_the_table_as_an_error(put: Put, rows: Any) -> None:
    put(resource_of(EVENTS[0]))
    put(in_error(resource_of(EVENTS[0])))
    assert rows("kind, taken", "oat_event") == [("entered-in-error", False)]


def test_a_foreign_depot_is_told_by_its_order(put: Put, rows: Any) -> None:
    put(a_dose("d", request={"reference": "MedicationRequest/r"}, medicationCodeableConcept={"coding": [{"system": ATC, "code": "N07BC01"}]}))  # fmt: skip
    (row,) = rows(", ".join(COLUMNS), "oat_event")
    assert happened_in(row).product == SUBLINGUAL
    assert happened_in(row, {"r": MONTHLY}).product == MONTHLY
    assert happened_in(row, {"r": COMBINED}).product == SUBLINGUAL, (
        "an order of another substance says nothing"
    )


def test_a_hold_is_a_row_until_it_is_lifted(put: Put, rows: Any) -> None:
    put(flag_of(Hold("h", "p1", HoldReason.QTC, DAY)))
    assert rows("patient_id, reason, starts, ends", "oat_hold") == [("p1", "qtc", DAY, None)]
    put(flag_of(Hold("h", "p1", HoldReason.QTC, DAY, LAST)))
    assert rows("ends", "oat_hold") == [(LAST,)]


def _medicine(type_: str, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": type_,
        "id": "m",
        "medicationCodeableConcept": BENZODIAZEPINE,
        "subject": {"reference": "Patient/p1"},
        **elements,
    }


CAUTIONS = [
    ({"resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/p1"}}, "allergy"),
    (_medicine("MedicationRequest", status="active", intent="order"), "sedative"),
    (_medicine("MedicationStatement", status="active"), "sedative"),
    (_medicine("MedicationRequest", status="stopped", intent="order"), None),
    (an_observation("o", patient="p1", code=PREGNANT), "pregnancy"),
    (an_observation("o", patient="p1", code=PREGNANT, status="entered-in-error"), None),
    (
        an_observation("o", patient="p1", code=PREGNANT, valueCodeableConcept={"coding": [{"system": "http://loinc.org", "code": "LA26683-5"}]}),
        "not-pregnant",
    ),
    (request_of(an_order(id="r", patient="p1")), None),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "kind"), CAUTIONS)
def test_what_has_to_be_known_is_a_row_without_words(
    put: Put, rows: Any, resource: dict[str, Any], kind: str | None
) -> None:
    put(resource)
    assert rows("patient_id, kind", "oat_caution") == ([("p1", kind)] if kind else [])


def test_an_order_of_the_treatment_is_no_sedative_beside_it(put: Put, rows: Any) -> None:
    put(request_of(an_order(id="r", status=OrderStatus.ACTIVE)))
    assert rows("1", "oat_caution") == []


def test_the_latest_that_was_found_says_whether_somebody_is_pregnant() -> None:
    def found(caution: Caution, days: int) -> Found:
        return Found(caution, SIX.replace(day=days), "Observation", str(days))

    assert not is_pregnant([])
    assert is_pregnant([found(Caution.NOT_PREGNANT, 1), found(Caution.PREGNANCY, 2)])
    assert not is_pregnant([found(Caution.PREGNANCY, 1), found(Caution.NOT_PREGNANT, 2)])
    assert is_pregnant([found(Caution.PREGNANCY, 2), found(Caution.NOT_PREGNANT, 2)])
    assert not is_pregnant([found(Caution.ALLERGY, 3)])


def test_the_zone_says_which_day_it_was(rows: Any, put: Put) -> None:
    put(resource_of(a_happened(id="night", at=SIX.replace(hour=23, minute=30))))
    assert rows("day::text", "oat_event") == [("2026-03-11",)]
    assert ZONE.key == "Europe/Podgorica"
