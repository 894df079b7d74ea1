"""How sensitive a record is and who keeps it: the same on every way in, and as a rebuild finds it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from resources import a_dose, a_patient, a_stay, an_observation, an_organization, text_of
from sqlalchemy import text

from clinical.labels import Label, number_of
from clinical.labels.label import bits
from fhir_store.bulk import save_many
from fhir_store.rebuild import rebuild
from fhir_store.store import Author, Store
from fhir_store.write import Deletion, Write, raw_cursor, save, save_new
from services.shared.database import Database

HIV, DRUGS, RESTRICTED = bits([Label.HIV]), bits([Label.OPIOIDUD]), bits([Label.R])
CUSTODY = bits([Label.R, Label.V])
OURS = "urn:throughcare:code-system:"
CLINIC = an_organization(
    "clinic", type=[{"coding": [{"system": f"{OURS}facility-kind", "code": "hiv-clinic"}]}]
)
WARD = {
    "resourceType": "Location",
    "id": "ward",
    "managingOrganization": {"reference": "Organization/clinic"},
}
TABLET = {
    "resourceType": "Medication",
    "id": "tablet",
    "code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AR13"}]},
}
HERE = Author("a", facility="prison")

Save = Callable[[Database, Store, Sequence[dict[str, Any]]], None]


def _one_by_one(database: Database, store: Store, resources: Sequence[dict[str, Any]]) -> None:
    for one in resources:
        database.run(lambda c, one=one: save(c, store, [Write(text_of(one), id=one["id"])], HERE))


def _together(database: Database, store: Store, resources: Sequence[dict[str, Any]]) -> None:
    database.run(lambda c: save(c, store, [Write(text_of(one), id=one["id"]) for one in resources], HERE))


def _by_copy(database: Database, store: Store, resources: Sequence[dict[str, Any]]) -> None:
    database.run(
        lambda c: save_many(c, store, [Write(text_of(one), id=one["id"]) for one in resources], HERE)
    )


def _appointment(id_: str, place: str) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": id_,
        "status": "booked",
        "participant": [
            {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
            {"actor": {"reference": place}, "status": "accepted"},
        ],
    }


def _prescription(id_: str, medication: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": id_,
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medicationReference": {"reference": medication},
    }


RECORDS = [
    CLINIC,
    WARD,
    TABLET,
    a_patient("p1", managingOrganization={"reference": "Organization/clinic"}),
    an_observation("plain"),
    a_dose("methadone"),
    a_stay("stay"),
    _appointment("at-the-clinic", "Location/ward"),
    _appointment("at-an-old-clinic", "Location/ward/_history/1"),
    _appointment("anywhere", "Location/somewhere"),
    _prescription("tld", "Medication/tablet"),
    _prescription("unknown", "Medication/other"),
]

EXPECTED = {
    "clinic": (HIV, "clinic"),
    "ward": (HIV, "clinic"),
    "tablet": (HIV, "prison"),
    "p1": (HIV, "clinic"),
    "plain": (0, "prison"),
    "methadone": (DRUGS, "prison"),
    "stay": (CUSTODY, "prison"),
    "at-the-clinic": (HIV, "prison"),
    "at-an-old-clinic": (HIV, "prison"),
    "anywhere": (0, "prison"),
    "tld": (HIV, "prison"),
    "unknown": (RESTRICTED, "prison"),
}


def kept(database: Database) -> dict[str, tuple[int, str | None]]:
    """Of what is current."""
    with database.transaction() as connection:
        rows = connection.execute(text("SELECT id, labels, facility FROM fhir_store.current_resource")).all()
    return {row.id: (row.labels, row.facility) for row in rows}


def every_version(database: Database) -> list[tuple[Any, ...]]:
    """What every version and every resource says of itself."""
    versions = "SELECT id, version, labels, facility FROM fhir_store.resource_version ORDER BY key, version"
    current = (
        "SELECT id, version, labels, facility, about_since FROM fhir_store.current_resource ORDER BY key"
    )
    with database.transaction() as connection:
        found = [row for statement in (versions, current) for row in connection.execute(text(statement))]
    return [tuple(row) for row in found]


@pytest.mark.parametrize("way", [_one_by_one, _together, _by_copy])
@pytest.mark.parametrize("order", [1, -1])
def test_whichever_way_it_comes_in(database: Database, store: Store, way: Save, order: int) -> None:
    way(database, store, RECORDS[::order])
    found = kept(database)
    if order == -1 and way is _one_by_one:
        # What refers to a medicine that is not here yet may be any; a rebuild knows better.
        assert found.pop("tld") == (HIV | RESTRICTED, "prison")
        assert found == {name: one for name, one in EXPECTED.items() if name != "tld"}
    else:
        assert found == EXPECTED
    database.run(lambda c: rebuild(c, store, lambda done, total: None))
    assert kept(database) == EXPECTED


def test_a_rebuild_finds_for_every_version_what_was_kept(database: Database, store: Store) -> None:
    _together(database, store, RECORDS)
    _one_by_one(
        database,
        store,
        [
            an_observation("plain", patient="p2"),
            an_observation("plain", patient="p2", status="amended"),
            a_dose("methadone", medicationCodeableConcept={"coding": [{"system": "urn:x", "code": "x"}]}),
        ],
    )
    database.run(lambda c: save(c, store, [Deletion("Encounter", "stay")], Author("a")))
    database.run(
        lambda c: save(c, store, [Write(text_of(a_stay("stay", patient="p2")), id="stay")], Author("a"))
    )
    database.run(lambda c: save(c, store, [Deletion("Observation", "plain")], Author("a")))
    before = every_version(database)
    assert ("plain", 4, 0, "prison", 4) in before
    assert ("stay", 3, CUSTODY, "prison", 3) in before
    database.run(lambda c: rebuild(c, store, lambda done, total: None))
    assert every_version(database) == before


def test_a_rebuild_restores_labels_that_were_taken_away(database: Database, store: Store) -> None:
    _together(database, store, RECORDS)
    before = every_version(database)
    with database.transaction() as connection:
        connection.execute(text("UPDATE fhir_store.current_resource SET labels = 0"))
        connection.execute(text("UPDATE fhir_store.resource_version SET labels = 0"))
    database.run(lambda c: rebuild(c, store, lambda done, total: None))
    assert every_version(database) == before


def test_the_fast_way_of_a_create_labels_too(database: Database, store: Store) -> None:
    _together(database, store, RECORDS[:3])
    with database.cursor() as cursor:
        saved = save_new(cursor, store, text_of(_appointment("", "Location/ward") | {"id": "x"}), HERE)
    assert kept(database)[saved.id] == (HIV, "prison")


def test_a_place_that_becomes_an_hiv_clinic_tells_on_whoever_went_there(
    database: Database, store: Store
) -> None:
    plain = {**CLINIC, "type": []}
    del plain["type"]
    _one_by_one(
        database,
        store,
        [plain, WARD, _appointment("visit", "Location/ward"), _appointment("visit", "Location/x")],
    )
    assert {labels for labels, _ in kept(database).values()} == {0}
    _one_by_one(database, store, [CLINIC])
    found = kept(database)
    assert found["ward"][0] == HIV
    # It was corrected before: no version that is current says so. The earlier one does.
    assert found["visit"][0] == 0
    database.run(lambda c: rebuild(c, store, lambda done, total: None))
    assert ("visit", 1, HIV, "prison") in every_version(database)


def test_a_visit_there_is_labelled_at_once_with_all_its_versions(database: Database, store: Store) -> None:
    plain = {name: value for name, value in CLINIC.items() if name != "type"}
    visit = _appointment("visit", "Location/ward")
    _one_by_one(database, store, [plain, WARD, visit, {**visit, "status": "arrived"}, CLINIC])
    assert [one[2] for one in every_version(database) if one[0] == "visit"] == [HIV, HIV, HIV]


PRISON = an_organization("jail", type=[{"coding": [{"system": f"{OURS}facility-kind", "code": "prison"}]}])
CELL = {"resourceType": "Location", "id": "cell", "managingOrganization": {"reference": "Organization/jail"}}
BED = {"resourceType": "Location", "id": "bed", "partOf": {"reference": "Location/cell"}}
ROLE = {"resourceType": "PractitionerRole", "id": "role", "organization": {"reference": "Organization/jail"}}
SEEN_THERE = an_observation("seen", performer=[{"reference": "Organization/jail"}])
INSIDE = [BED, ROLE, SEEN_THERE, CELL, PRISON]


@pytest.mark.parametrize("way", [_one_by_one, _together, _by_copy])
@pytest.mark.parametrize("order", [1, -1])
def test_a_prison_tells_on_what_belongs_to_it_and_not_on_what_was_done_there(
    database: Database, store: Store, way: Save, order: int
) -> None:
    way(database, store, INSIDE[::order])
    very = bits([Label.V])
    expected = {"bed": very, "role": very, "seen": 0, "cell": very, "jail": very}
    assert {name: labels for name, (labels, _) in kept(database).items()} == expected
    before = every_version(database)
    database.run(lambda c: rebuild(c, store, lambda done, total: None))
    assert every_version(database) == before


def test_who_kept_a_record_keeps_it_until_another_facility_writes(database: Database, store: Store) -> None:
    write = [Write(text_of(an_observation("o")), id="o")]
    for author, expected in (
        (Author("a", facility="prison"), "prison"),
        (Author("a"), "prison"),
        (Author("a", facility="centre"), "centre"),
    ):
        database.run(lambda c, author=author: save(c, store, write, author))
        assert kept(database)["o"][1] == expected


def test_what_names_a_custodian_is_kept_by_it(database: Database, store: Store) -> None:
    _together(database, store, [a_stay("s", prison="north")])
    assert kept(database)["s"] == (CUSTODY, "north")


def test_a_store_that_knows_no_labels_asks_for_none(database: Database, store: Store) -> None:
    plain = Store(zone=store.zone, keyring=store.keyring)
    database.run(lambda c: save(c, plain, [Write(text_of(a_dose("d")), id="d")], Author("a")))
    assert kept(database)["d"] == (0, None)


def test_the_number_is_that_of_the_labels() -> None:
    assert number_of(a_dose("d"), {}) == DRUGS


def test_the_server_may_change_labels_and_not_what_was_written(database: Database, store: Store) -> None:
    _together(database, store, [a_dose("d")])
    with database.transaction() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("UPDATE fhir_store.resource_version SET body = NULL"))
    with database.transaction() as connection:
        assert (
            raw_cursor(connection).execute("UPDATE fhir_store.resource_version SET labels = 1").rowcount == 1
        )
