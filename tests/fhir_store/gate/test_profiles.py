"""Profiles: they bind the resources that claim them, and promise nothing that is not checked."""

import json
from typing import Any

import pytest
from resources import a_dose, a_patient, a_stay

from clinical.custody.stay import CUSTODY, ENCOUNTER_CLASS
from fhir_store.definitions import profiles
from fhir_store.errors import Issue, Refused
from fhir_store.gate import check, issues_of
from fhir_store.gate.profiles import CannotEnforce, compiled, profile_rule
from fhir_store.json_text import parse

Json = dict[str, Any]

STAY = "urn:throughcare:profile:custody-stay"


def claiming(profile: str, resource: Json) -> Json:
    return {**resource, "meta": {"profile": [profile]}}


def without(resource: Json, name: str) -> Json:
    return {key: value for key, value in resource.items() if key != name}


def found(resource: Json) -> list[tuple[str, str]]:
    return [(one.code, one.expression) for one in issues_of(parse(json.dumps(resource)).value)]


def test_every_profile_that_is_held_compiles_and_is_itself_valid() -> None:
    assert STAY in profiles()
    for url, structure in profiles().items():
        assert profile_rule(url)
        check(structure)


@pytest.mark.parametrize(
    ("stay", "expected"),
    [
        (a_stay(), []),
        (a_stay(subject={"reference": "urn:uuid:7e1c4a2e-5f0b-4f0e-9a49-3a0d5cf0a111"}), []),
        (a_stay(subject={"identifier": {"value": "1"}, "type": "Patient"}), []),
        (a_stay(period={"_start": {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}}), []),
        (without(a_stay(), "subject"), [("required", "Encounter.subject")]),
        (a_stay(subject={"reference": "Group/g"}), [("value", "Encounter.subject.reference")]),
        (
            a_stay(subject={"identifier": {"value": "1"}, "type": "Group"}),
            [("value", "Encounter.subject.type")],
        ),
        (without(a_stay(), "period"), [("required", "Encounter.period")]),
        (a_stay(period={"end": "2026-01-05"}), [("required", "Encounter.period.start")]),
        (without(a_stay(), "serviceProvider"), [("required", "Encounter.serviceProvider")]),
        (a_stay(**{"class": {"system": ENCOUNTER_CLASS, "code": "visit"}}), [("value", "Encounter.class")]),
        (a_stay(**{"class": {"system": "urn:x", "code": CUSTODY}}), [("value", "Encounter.class")]),
        (a_stay(status="here"), [("code-invalid", "Encounter.status")]),
    ],
)
def test_a_custody_stay_has_what_its_profile_asks(stay: Json, expected: list[tuple[str, str]]) -> None:
    assert found(claiming(STAY, stay)) == expected
    assert found(claiming(f"{STAY}|1.0.0", stay)) == expected


def test_a_profile_binds_only_what_claims_it() -> None:
    visit = without(a_stay(**{"class": {"code": "AMB"}}), "subject")
    assert found(visit) == []
    assert found(claiming("http://example.org/StructureDefinition/visit", visit)) == []
    assert found(claiming(f"{STAY}-of-another-kind", visit)) == []


def test_a_profile_binds_to_a_list_of_codes_of_our_own() -> None:
    reasons = "urn:throughcare:code-system:dose-reason"
    missed = without(a_dose(status="not-done"), "dosage")
    for system, code, expected in (
        (reasons, "absent", []),
        (reasons, "rain", [("code-invalid", "MedicationAdministration.statusReason[0]")]),
        ("urn:x", "absent", [("code-invalid", "MedicationAdministration.statusReason[0]")]),
    ):
        told = {**missed, "statusReason": [{"coding": [{"system": system, "code": code}]}]}
        assert found(claiming("urn:throughcare:profile:oat-dose", told)) == expected
        assert found(told) == []


def test_a_profile_is_for_one_type() -> None:
    assert found(claiming(STAY, a_dose())) == [("value", "MedicationAdministration")]


def test_a_profile_binds_what_is_contained_and_what_a_bundle_carries() -> None:
    stay = {**claiming(STAY, without(a_stay("s"), "subject"))}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": stay}]}
    part_of = a_stay(contained=[stay], partOf={"reference": "#s"})
    assert found(bundle) == [("required", "Bundle.entry[0].resource.subject")]
    assert found(part_of) == [("required", "Encounter.contained[0].subject")]


def test_a_reference_to_a_contained_resource_hides_nothing_from_a_profile() -> None:
    stay = without(a_stay(contained=[a_patient("p")], subject={"reference": "#p"}), "serviceProvider")
    assert found(claiming(STAY, stay)) == [("required", "Encounter.serviceProvider")]


# --- what a differential can say


def a_profile(*elements: Json, type_: str = "Patient", **members: Any) -> Json:
    return {
        "id": "x",
        "kind": "resource",
        "type": type_,
        "derivation": "constraint",
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{type_}",
        "differential": {"element": [{"path": path_of(one["id"]), **one} for one in elements]},
        **members,
    }


def path_of(id_: str) -> str:
    return ".".join(name.partition(":")[0] for name in id_.split("."))


def broken(profile: Json, resource: Json) -> list[Issue]:
    return compiled(parse(json.dumps(profile)).value)(parse(json.dumps(resource)).value) or []


def expressions(profile: Json, resource: Json) -> list[str]:
    return [one.expression for one in broken(profile, resource)]


SYSTEM_SLICING = {"rules": "open", "discriminator": [{"type": "value", "path": "system"}]}
SLICED = (
    {"id": "Patient.identifier", "slicing": SYSTEM_SLICING},
    {"id": "Patient.identifier:prison", "sliceName": "prison", "min": 1, "max": "1"},
    {"id": "Patient.identifier:prison.system", "fixedUri": "urn:prison"},
    {"id": "Patient.identifier:prison.value", "min": 1},
)
CLOSED = ({"id": "Patient.identifier", "slicing": {**SYSTEM_SLICING, "rules": "closed"}}, *SLICED[1:])
TITLES = {
    "resourceType": "ValueSet",
    "id": "titles",
    "compose": {"include": [{"system": "urn:t", "concept": [{"code": "a"}, {"code": "b"}]}]},
}
GENDERS = {"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"}
FROM_TITLES = {"strength": "required", "valueSet": "#titles"}


@pytest.mark.parametrize(
    ("profile", "right", "wrong", "where"),
    [
        (
            a_profile({"id": "Patient.name", "max": "1"}),
            a_patient(name=[{"text": "a"}]),
            a_patient(name=[{"text": "a"}, {"text": "b"}]),
            "name",
        ),
        (
            a_profile({"id": "Patient.photo", "max": "0"}),
            a_patient(),
            a_patient(photo=[{"url": "urn:x"}]),
            "photo",
        ),
        (
            a_profile({"id": "Patient.name.given", "min": 1}),
            a_patient(name=[{"_given": [{"extension": [{"url": "urn:x", "valueCode": "a"}]}]}]),
            a_patient(name=[{"given": ["a"]}, {"text": "b"}]),
            "name[1].given",
        ),
        (
            a_profile({"id": "Patient.contact.gender", "fixedCode": "male"}),
            a_patient(contact=[{"name": {"text": "a"}, "gender": "male"}]),
            a_patient(contact=[{"name": {"text": "a"}, "gender": "female"}]),
            "contact[0].gender",
        ),
        (
            a_profile({"id": "Patient.name", "patternHumanName": {"use": "official", "given": ["a"]}}),
            a_patient(name=[{"use": "official", "given": ["b", "a"], "family": "c"}]),
            a_patient(name=[{"use": "official", "given": ["b"]}]),
            "name[0]",
        ),
        (
            a_profile({"id": "Patient.maritalStatus", "fixedCodeableConcept": {"text": "a"}}),
            a_patient(maritalStatus={"text": "a"}),
            a_patient(maritalStatus={"text": "a", "id": "b"}),
            "maritalStatus",
        ),
        (
            a_profile({"id": "Patient.deceased[x]", "type": [{"code": "dateTime"}]}),
            a_patient(deceasedDateTime="2026"),
            a_patient(deceasedBoolean=True),
            "deceased.ofType(boolean)",
        ),
        (
            a_profile({"id": "Patient.multipleBirth[x]", "patternInteger": 2}),
            a_patient(multipleBirthInteger=2),
            a_patient(multipleBirthInteger=3),
            "multipleBirth.ofType(integer)",
        ),
        (
            a_profile({"id": "Patient.maritalStatus", "binding": FROM_TITLES}, contained=[TITLES]),
            a_patient(maritalStatus={"coding": [{"system": "urn:t", "code": "b"}]}),
            a_patient(maritalStatus={"coding": [{"system": "urn:t", "code": "c"}]}),
            "maritalStatus",
        ),
        (
            a_profile({"id": "Patient.language", "binding": GENDERS}),
            a_patient(language="male"),
            a_patient(language="sq"),
            "language",
        ),
        (
            a_profile(*SLICED),
            a_patient(identifier=[{"system": "urn:x"}, {"system": "urn:prison", "value": "1"}]),
            a_patient(identifier=[{"system": "urn:x", "value": "1"}]),
            "identifier",
        ),
        (
            a_profile(*SLICED),
            a_patient(identifier=[{"system": "urn:prison", "value": "1"}]),
            a_patient(identifier=[{"system": "urn:x"}, {"system": "urn:prison"}]),
            "identifier[1].value",
        ),
        (
            a_profile(*CLOSED),
            a_patient(identifier=[{"system": "urn:prison", "value": "1"}]),
            a_patient(identifier=[{"system": "urn:prison", "value": "1"}, {"system": "urn:x"}]),
            "identifier[1]",
        ),
    ],
)
def test_what_a_profile_asks_is_checked(profile: Json, right: Json, wrong: Json, where: str) -> None:
    assert broken(profile, right) == []
    assert expressions(profile, wrong) == [where]


@pytest.mark.parametrize(
    "elements",
    [
        [{"id": "Patient.name", "constraint": [{"key": "a-1", "severity": "error", "human": "a"}]}],
        [{"id": "Patient.name", "maxLength": 5}],
        [{"id": "Patient.multipleBirth[x]", "minValueInteger": 1}],
        [{"id": "Patient.nickname", "min": 1}],
        [{"id": "Patient.birthDate.extension", "min": 1}],
        [{"id": "Patient.deceased[x]", "type": [{"code": "Period"}]}],
        [{"id": "Patient.extension", "type": [{"code": "Extension", "profile": ["urn:x"]}]}],
        [{"id": "Patient.generalPractitioner", "type": [{"code": "Reference", "targetProfile": ["urn:x"]}]}],
        [{"id": "Patient.maritalStatus", "binding": {"strength": "required", "valueSet": "urn:not-here"}}],
        [{"id": "Patient.maritalStatus", "binding": FROM_TITLES}],
        [{"id": "Patient.name", "binding": GENDERS}],
        [{"id": "Patient", "min": 1}],
        [{"id": "Patient.identifier:prison", "min": 1}],
        [
            {"id": "Patient.identifier", "slicing": {**SYSTEM_SLICING, "ordered": True}},
            *SLICED[1:],
        ],
        [
            {
                "id": "Patient.identifier",
                "slicing": {"rules": "open", "discriminator": [{"type": "exists", "path": "system"}]},
            },
            *SLICED[1:],
        ],
        [*SLICED[:2]],
        [{"id": "Patient.name.other", "path": "Patient.name"}],
    ],
)
def test_a_profile_that_asks_what_is_not_checked_does_not_compile(elements: list[Json]) -> None:
    with pytest.raises(CannotEnforce):
        compiled(parse(json.dumps(a_profile(*elements))).value)


def test_advice_in_a_profile_refuses_nothing() -> None:
    advice = {"id": "Patient.name", "short": "a", "mustSupport": True}
    preferred = {"id": "Patient.maritalStatus", "binding": {"strength": "preferred", "valueSet": "urn:x"}}
    assert broken(a_profile(advice, preferred), a_patient(maritalStatus={"text": "a"})) == []


def test_a_refusal_by_a_profile_repeats_nothing_that_was_sent() -> None:
    stay = claiming(
        STAY, a_stay(**{"class": {"code": "AgronHoxha"}}, subject={"reference": "Group/AgronHoxha"})
    )
    with pytest.raises(Refused) as caught:
        check(parse(json.dumps(stay)).value)
    assert "agron" not in f"{caught.value.issues}".lower()
