"""The forms of FHIRPath that search parameters are written in."""

import pytest

from fhir_store.definitions import resource_types, search_definitions
from fhir_store.search_values.expressions import (
    Child,
    IsTrue,
    Item,
    OfType,
    RefersTo,
    UnknownForm,
    Where,
    paths,
)
from fhir_store.search_values.walkers import branches


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Patient.name.given", [(Child("name"), Child("given"))]),
        ("Patient.a | Patient.b", [(Child("a"),), (Child("b"),)]),
        ("Patient.subject.where(resolve() is Patient)", [(Child("subject"), RefersTo("Patient"))]),
        ("Patient.telecom.where(system='phone')", [(Child("telecom"), Where("system", "phone"))]),
        (
            "A.b.where(type='depends-on').resource",
            [(Child("b"), Where("type", "depends-on"), Child("resource"))],
        ),
        ("(Observation.value as Quantity)", [(Child("value"), OfType("Quantity"))]),
        (
            "(Observation.value as CodeableConcept).text",
            [(Child("value"), OfType("CodeableConcept"), Child("text"))],
        ),
        ("Condition.onset.as(Age)", [(Child("onset"), OfType("Age"))]),
        ("A.value.ofType(Period)", [(Child("value"), OfType("Period"))]),
        ("ConceptMap.source as uri", [(Child("source"), OfType("uri"))]),
        ("Bundle.entry[0].resource", [(Child("entry"), Item(0), Child("resource"))]),
        ("Patient.deceased.exists() and Patient.deceased != false", [(Child("deceased"), IsTrue())]),
    ],
)
def test_each_form_is_read(expression: str, expected: object) -> None:
    assert paths(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "Patient.name.first()",
        "Patient.extension('http://x')",
        "Patient.name.where(use != 'old')",
        "Patient.deceased.exists() and Patient.active != false",
        "Patient.name + 1",
    ],
)
def test_another_form_is_an_error(expression: str) -> None:
    with pytest.raises(UnknownForm):
        paths(expression)


def test_every_official_expression_leads_somewhere() -> None:
    """Each parameter of each R4 type of a kind that is a path: none is lost by a form or a name not known."""
    lost = []
    for type_ in resource_types():
        for name, definition in search_definitions(type_).items():
            if definition.kind != "composite":
                for path in paths(definition.expression):
                    try:
                        branches(type_, path)
                    except UnknownForm:
                        lost.append((type_, name))
    assert lost == []


@pytest.mark.parametrize(
    "path", [(Child("nothing"),), (Child("birthDate"), Child("x")), (Child("name"), RefersTo("Patient"))]
)
def test_a_path_that_leads_nowhere_is_an_error(path: tuple[object, ...]) -> None:
    with pytest.raises(UnknownForm):
        branches("Patient", path)  # type: ignore[arg-type]
