"""Every resource of a small synthetic country has the labels that its kind has, and no other."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from clinical.labels import Label, labels_of, places_of
from services.demo.country.resources import resources
from services.demo.country.simulation import simulated

Json = dict[str, Any]
Labels = frozenset[Label]
OPIOIDS = frozenset({Label.ETH, Label.OPIOIDUD})
HIV = frozenset({Label.HIV})
RESTRICTED = frozenset({Label.R})
OF_PRISONS = frozenset({Label.V})
NONE: Labels = frozenset()


@pytest.fixture(scope="module")
def country() -> list[Json]:
    made = simulated(40, 18, 1, date(2026, 6, 30))
    assert made.other is not None
    return [*resources(made), *resources(made.other)]


def _codes(resource: Json, element: str) -> set[str]:
    concepts = resource.get(element, {})
    concepts = concepts if isinstance(concepts, list) else [concepts]
    return {coding["code"] for concept in concepts for coding in concept.get("coding", ())}


def _by_medicine(resource: Json) -> Labels:
    (atc,) = _codes(resource, "medicationCodeableConcept")
    return {"J05AR": HIV, "N07BC": OPIOIDS}[atc[:5]]


def _of_place(resource: Json) -> Labels:
    kinds = {"hiv-clinic": HIV, "oat-centre": OPIOIDS, "prison": OF_PRISONS, "pretrial-unit": OF_PRISONS}
    return kinds.get(next(iter(_codes(resource, "type"))), NONE)


def _of_service(resource: Json) -> Labels:
    at_oat_centre = OPIOIDS if "demo-oat" in resource["providedBy"]["reference"] else NONE
    at_hiv_clinic = HIV if "hiv-clinic" in resource["providedBy"]["reference"] else NONE
    own = OPIOIDS if next(iter(_codes(resource, "type"))).startswith("oat-") else HIV
    in_prison = OF_PRISONS if re.search("prison|pretrial", resource["providedBy"]["reference"]) else NONE
    return own | at_oat_centre | at_hiv_clinic | in_prison


def _of_observation(resource: Json) -> Labels:
    """Every Observation of the country is an HIV test, an assay, an offer or a viral load."""
    at_oat_centre = OPIOIDS if "Organization/demo-oat" in str(resource.get("performer")) else NONE
    in_words = RESTRICTED if "valueString" in resource else NONE
    return HIV | at_oat_centre | in_words


EXPECTED = {
    "Condition": lambda one: {"B24": HIV, "F11.2": OPIOIDS}[min(_codes(one, "code"))],
    "Encounter": lambda _: RESTRICTED | OF_PRISONS,
    "EpisodeOfCare": lambda one: HIV if "hiv" in _codes(one, "type") else OPIOIDS,
    "Flag": lambda _: OPIOIDS,
    "HealthcareService": _of_service,
    "MeasureReport": lambda _: NONE,
    "MedicationAdministration": _by_medicine,
    "MedicationDispense": _by_medicine,
    "MedicationRequest": _by_medicine,
    "MedicationStatement": _by_medicine,
    "Observation": _of_observation,
    "Organization": _of_place,
    "Patient": lambda _: NONE,
}


def test_every_resource_has_the_labels_of_its_kind(country: list[Json]) -> None:
    places = places_of(country)
    wrong = [one["id"] for one in country if labels_of(one, places) != EXPECTED[one["resourceType"]](one)]
    assert wrong == []
    assert {one["resourceType"] for one in country} == set(EXPECTED)


def test_all_labels_of_the_country_occur(country: list[Json]) -> None:
    places = places_of(country)
    counted = Counter(label for one in country for label in labels_of(one, places))
    assert set(counted) == {Label.HIV, Label.ETH, Label.OPIOIDUD, Label.R, Label.V}
    assert min(counted.values()) > 100
