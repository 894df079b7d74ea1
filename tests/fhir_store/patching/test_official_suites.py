"""The patch tests of HL7: JSON Patch as it is, FHIRPath Patch with its XML turned into JSON."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fhir_xml import resource_from

from fhir_store.errors import BadPatch
from fhir_store.json_text import parse
from fhir_store.patching import fhirpath_patched, json_patched
from fhir_store.patching.kept_text import written

JSON_CASES = 16
FHIRPATH_CASES = 33


@pytest.fixture(scope="module")
def suites(shared_folder: Path) -> Path:
    return shared_folder / "conformance" / "fhir-patch-r4"


def test_every_json_patch_case_ends_as_it_says(suites: Path) -> None:
    cases = json.loads((suites / "json-patch-tests.json").read_text())
    for case in cases:
        document, patch = parse(json.dumps(case["doc"])), json.dumps(case["patch"]).encode()
        if "error" in case:
            with pytest.raises(BadPatch):
                json_patched(document, patch)
        else:
            assert json.loads(json_patched(document, patch).text) == case["expected"], case["comment"]
    assert len(cases) >= JSON_CASES


def test_every_fhirpath_patch_case_ends_as_it_says(suites: Path) -> None:
    cases = ElementTree.parse(suites / "fhir-patch-tests.xml").getroot().findall("case")
    for case in cases:
        document = parse(written(inside(case, "input")))
        patch = inside(case, "diff")
        if case.find("error") is not None:
            with pytest.raises(BadPatch):
                fhirpath_patched(document, patch)
        else:
            assert fhirpath_patched(document, patch).value == inside(case, "output"), case.get("name")
    assert len(cases) >= FHIRPATH_CASES


def inside(case: ElementTree.Element, name: str) -> dict[str, Any]:
    holder = case.find(name)
    assert holder is not None
    return resource_from(holder[0])
