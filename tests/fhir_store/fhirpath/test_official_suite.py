"""The official FHIRPath tests: what is in our part of FHIRPath answers as they say, and the rest is refused."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fhir_xml import resource_from

from fhir_store.fhirpath import BadExpression, Node, UnsupportedExpression, evaluated, simple
from fhir_store.fhirpath.moments import Moment, moment_of
from fhir_store.json_text import parse

PASSING_AT_LEAST = 498
PATIENT = "patient-example.xml"


@pytest.fixture(scope="module")
def suite(shared_folder: Path) -> Path:
    return shared_folder / "conformance" / "fhirpath-r4"


def resource_named(suite: Path, name: str) -> Any:
    text = (suite / name).read_bytes()
    return parse(text).value if name.endswith(".json") else resource_from(ElementTree.fromstring(text))


def cases(suite: Path) -> Iterator[tuple[str, Any, list[ElementTree.Element], ElementTree.Element]]:
    resources: dict[str, Any] = {}
    for case in ElementTree.parse(suite / "tests-fhir-r4.xml").getroot().iter("test"):
        expression = case.find("expression")
        name = case.get("inputfile", PATIENT)
        if expression is None or not (suite / name).exists():
            continue
        if name not in resources:
            resources[name] = resource_named(suite, name)
        yield expression.text or "", resources[name], case.findall("output"), case


def meant(type_: str | None, text: str) -> Any:
    if type_ in ("integer", "decimal"):
        return Decimal(text)
    if type_ in ("date", "dateTime"):
        return moment_of(text.removeprefix("@"))
    return text == "true" if type_ == "boolean" else text


def answer(nodes: list[Node], case: ElementTree.Element) -> list[Any]:
    if case.get("predicate") == "true":
        return [bool(nodes)]
    return [simple(node) for node in nodes]


def test_what_is_supported_answers_as_the_suite_says_and_the_rest_is_refused(suite: Path) -> None:
    wrong, passing, refused = [], 0, 0
    for expression, resource, outputs, case in cases(suite):
        invalid = case.find("expression").get("invalid")  # type: ignore[union-attr]
        expected = [meant(output.get("type"), output.text or "") for output in outputs]
        try:
            found = answer(evaluated(expression, resource), case)
        except UnsupportedExpression:
            refused += 1
            continue
        except BadExpression as error:
            passing += 1
            if not invalid:
                wrong.append((expression, str(error)))
            continue
        passing += 1
        if invalid or not same(found, expected):
            wrong.append((expression, found))
    assert not wrong, json.dumps([(e, str(f)) for e, f in wrong], indent=1)
    assert passing >= PASSING_AT_LEAST, f"{passing} answered, {refused} refused"


def same(found: list[Any], expected: list[Any]) -> bool:
    return [f.fields if isinstance(f, Moment) else f for f in found] == [
        e.fields if isinstance(e, Moment) else e for e in expected
    ]
