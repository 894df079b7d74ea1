"""An invented country, all of whose people agreed to give a centre everything: no answer to that centre names a prison."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from audit_events import rows
from consenting import stand_for_all
from outside import LONG_AGO, Json
from resources import text_of

from clinical.consent import EVERYTHING, Answer, Consent, Decider, Purpose, resource_of
from clinical.labels import labels_of, places_of
from clinical.labels.custody import HINTS, PRISON_KINDS
from clinical.labels.label import Label
from fhir_store.bulk import portions, save_many
from fhir_store.gate import served
from fhir_store.store import Author, Store
from fhir_store.write import Write
from services.demo.country.places import FACILITIES, HILL, NORTH, PRETRIAL_UNITS, PRISONS
from services.demo.country.resources import resources
from services.demo.country.simulation import simulated
from services.shared.database import Database
from services.shared.installation import Urls

TOLD_BY_CODE = {code for codes in HINTS.values() for code in codes or ()} | {"custody", "reception-screen", "absence-court"}  # fmt: skip
NAMES = {one.name for one in FACILITIES if one.kind in PRISON_KINDS}
TELLING = re.compile(
    "|".join([*map(re.escape, [*NAMES, *PRISONS, *PRETRIAL_UNITS]), r"DEMO-P-\d", "prison-number", *(f'"{code}"' for code in TOLD_BY_CODE)])
)  # fmt: skip


def _country() -> list[Json]:
    made = simulated(3, 9, 7, date(2026, 6, 30))
    listed = (json.loads(json.dumps(one)) for one in resources(made) if served(one["resourceType"]))
    newest = {(one["resourceType"], one["id"]): one for one in listed}
    return list(newest.values())


def _agreement(patient: str) -> Json:
    said = Consent(
        f"Patient/{patient}", Purpose.HAND_OVER, Answer.GRANTED, LONG_AGO, decided_by=((Decider.PATIENT, f"Patient/{patient}"),),
        recipients=frozenset({f"Organization/{HILL}"}), labels=EVERYTHING,
    )  # fmt: skip
    return {**resource_of(said), "id": f"agreed-{patient}"}


def _treated(patient: str) -> Json:
    """Everybody, so that everything is asked for."""
    return {
        "resourceType": "EpisodeOfCare", "id": f"at-hill-{patient}", "status": "active", "patient": {"reference": f"Patient/{patient}"},
        "period": {"start": "2026-01-01"}, "managingOrganization": {"reference": f"Organization/{HILL}"},
    }  # fmt: skip


@pytest.fixture
def country(database: Database, store: Store, urls: Urls) -> list[Json]:
    made = _country()
    patients = [one["id"] for one in made if one["resourceType"] == "Patient"]
    listed = [*made, *map(_treated, patients), *map(_agreement, patients)]
    for portion in portions([Write(text_of(one), id=one["id"]) for one in listed], 500):
        database.run(lambda c, portion=portion: save_many(c, store, portion, Author("demo", facility=NORTH)))
    stand_for_all(urls.owner)
    return listed


def _pages(client: httpx.Client, path: str) -> Iterator[Json]:
    following: str | None = path
    while following:
        answer = client.get(following).raise_for_status().json()
        yield from (one["resource"] for one in answer.get("entry", ()))
        following = next((one["url"] for one in answer["link"] if one["relation"] == "next"), None)


def test_no_answer_names_a_prison_a_number_of_one_or_what_happened_in_it(
    country: list[Json], urls: Urls, connect: Callable[..., httpx.Client], fhir: httpx.Client
) -> None:
    centre = connect("hill", role="treatment_centre_system", facility=HILL)
    own = {name for (name,) in rows(urls.owner, f"SELECT type || '/' || id FROM fhir_store.current_resource WHERE facility = '{HILL}'")}  # fmt: skip
    told: dict[str, Json] = {}
    for path in ("/?_count=1000", "/_history?_count=1000"):
        for one in _pages(centre, path):
            name = f"{one['resourceType']}/{one['id']}"
            told[name] = one
            if name not in own:
                assert TELLING.findall(json.dumps(one)) == [], name
    patient = next(name for name in told if name.startswith("Patient/"))
    everything = list(_pages(centre, f"/{patient}/$everything?_count=1000"))
    assert [one for one in everything if f"{one['resourceType']}/{one['id']}" not in own and TELLING.search(json.dumps(one))] == []  # fmt: skip
    _all_but_custody_is_told(country, told)
    stored = "".join(json.dumps(one) for one in _pages(fhir, "/?_count=1000"))
    for word in ("DEMO Prison", f"Organization/{NORTH}", "DEMO-P-", '"lockdown"', '"custody"'):
        assert word in stored, "it is there for who is not outside"


def _all_but_custody_is_told(country: list[Json], told: dict[str, Json]) -> None:
    places = places_of(country)
    expected = {
        f"{one['resourceType']}/{one['id']}"
        for one in country
        if Label.V not in labels_of(one, places) and one["resourceType"] != "MeasureReport"
    }
    assert set(told) == expected
    assert sum(name.startswith("MedicationAdministration/") for name in told) > 100
    missed: list[Any] = [one for one in told.values() if one.get("status") == "not-done"]
    assert missed
