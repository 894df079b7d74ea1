"""The definitions that everything is compiled from: complete, of a stated source, and made again the same."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import fhir_store
from fhir_store.definitions import (
    children,
    compartment,
    resource_types,
    search_definitions,
    served_types,
    type_named,
    value_set,
)
from fhir_store.gate.codes import BY_FORM, NOT_CHECKED

DEFINITIONS = Path(__file__).parents[2] / "fhir" / "definitions"
FETCHED = ("compartments.json", "elements.json", "search_parameters.json", "value_sets.json")


@pytest.fixture(scope="module")
def fetch() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fetch", DEFINITIONS / "fetch.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", FETCHED)
def test_each_file_states_source_version_and_licence(name: str) -> None:
    content = json.loads((DEFINITIONS / name).read_text(encoding="utf-8"))
    assert content["source"] == "npm hl7.fhir.r4.examples@4.0.1"
    assert content["fhirVersion"] == "4.0.1"
    assert content["licence"] == "CC0-1.0"
    assert "4.0.1" in (DEFINITIONS / "README.md").read_text(encoding="utf-8")


def test_the_files_stay_small_enough_to_be_read_at_every_start() -> None:
    assert sum((DEFINITIONS / name).stat().st_size for name in FETCHED) < 1_500_000


def test_every_served_type_is_defined() -> None:
    assert {"Patient", "Encounter", "MedicationAdministration", "Bundle", "Binary"} <= set(served_types())
    assert len(set(served_types())) == len(served_types()) == 51
    for type_ in served_types():
        assert type_ in resource_types()
        assert {"id", "meta"} <= children(type_).keys()
        of_a_domain_resource = {"text", "contained", "extension"} <= children(type_).keys()
        assert of_a_domain_resource == (type_ not in ("Binary", "Bundle"))
        assert {"_id", "_lastUpdated", "_source"} <= search_definitions(type_).keys()
        assert ("identifier" in search_definitions(type_)) == ("identifier" in children(type_))


def test_r4_has_its_148_resource_types() -> None:
    # 148 types in the R4 resource list, of which 2 (Resource, DomainResource) are abstract.
    assert len(resource_types()) == 148 - 2
    assert "MedicationUsage" not in resource_types(), "that is R5"


def test_elements_are_as_the_specification_prints_them() -> None:
    patient = children("Patient")
    assert (patient["link"].is_list, patient["link"].max) == (True, None)
    assert dict(patient["deceased[x]"].json_names()) == {
        "deceasedBoolean": "boolean",
        "deceasedDateTime": "dateTime",
    }
    assert children("Patient", "link")["other"].min == 1
    assert children("Patient", "link")["other"].targets == {"Patient", "RelatedPerson"}
    assert children("MedicationAdministration", "dosage")["dose"].types == ("Quantity/SimpleQuantity",)
    assert children("Observation", "component")["referenceRange"].content == "Observation.referenceRange"
    assert type_named("SimpleQuantity").base == "Quantity"
    assert "modifierExtension" in children("Patient", "contact"), "inherited from BackboneElement"


def test_the_parts_of_a_composite_are_those_of_its_element() -> None:
    parts = search_definitions("Observation")["component-code-value-quantity"].components
    assert [(part.kind, part.expression) for part in parts] == [
        ("token", "code"),
        ("quantity", "value.as(Quantity)"),
    ]
    relationship = search_definitions("DocumentReference")["relationship"].components
    assert [(part.kind, part.expression) for part in relationship] == [
        ("token", "code"),
        ("reference", "target"),
    ], "where the official definition names each part's definition for the other"


def test_what_a_summary_shows_and_what_changes_the_meaning_is_marked() -> None:
    patient = children("Patient")
    assert patient["name"].is_summary
    assert not patient["photo"].is_summary
    assert {name for name, e in patient.items() if e.is_modifier} == {
        "implicitRules",
        "modifierExtension",
        "active",
        "deceased[x]",
        "link",
    }


def test_every_required_value_set_is_enumerated_or_has_a_form() -> None:
    bound = {
        element["valueSet"]
        for type_ in json.loads((DEFINITIONS / "elements.json").read_text())["types"].values()
        for element in type_["elements"].values()
        if "valueSet" in element
    }
    assert {url for url in bound if value_set(url) is None} - BY_FORM.keys() == NOT_CHECKED


def test_codes_of_a_value_set_know_their_system() -> None:
    genders = value_set("http://hl7.org/fhir/ValueSet/administrative-gender")
    assert genders == {"http://hl7.org/fhir/administrative-gender": ["female", "male", "other", "unknown"]}


def test_the_patient_compartment_is_the_official_one() -> None:
    assert compartment("Patient")["MedicationAdministration"] == ["patient", "performer", "subject"]
    assert "Organization" not in compartment("Patient")


def test_definitions_from_an_outside_copy_give_the_same_files(
    fetch: ModuleType, official: list[Mapping[str, Any]]
) -> None:
    made = fetch.files(reversed(official))
    for name in ("compartments.json", "search_parameters.json", "value_sets.json"):
        assert made[name] == (DEFINITIONS / name).read_text(encoding="utf-8"), name
    ours, theirs = (
        json.loads((DEFINITIONS / "elements.json").read_text()),
        json.loads(made["elements.json"]),
    )
    # The outside copy has base definitions only, and SimpleQuantity is a profile.
    del ours["types"]["SimpleQuantity"]
    assert ours == theirs


def test_an_installed_package_finds_its_definitions(tmp_path: Path) -> None:
    """As the wheel lays them out: the folder beside the module of the same name."""
    assert fhir_store.__file__
    shutil.copytree(Path(fhir_store.__file__).parent, tmp_path / "fhir_store")
    shutil.copytree(DEFINITIONS, tmp_path / "fhir_store" / "definitions")
    shutil.copytree(DEFINITIONS.parent / "profiles", tmp_path / "fhir_store" / "profiles")
    code = "import fhir_store.definitions as d; print(d.__file__, len(d.resource_types()), len(d.profiles()) > 0)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / "fhir_store" / "definitions.py"), "146", "True"]
