"""What is told of one resource by itself: the same cuts as in what is sent, under the same label whether anything was cut."""

import json
from typing import Any

import pytest
from resources import a_dose, a_patient, a_stay, an_observation, an_organization

from clinical.consent import EVERYTHING
from clinical.disclosure import WHOLE, Agreement, House, house_of, leaving_alone
from clinical.labels import Label
from fhir_store.gate import issues_of
from fhir_store.json_text import parse

Json = dict[str, Any]

KIND = "urn:throughcare:code-system:facility-kind"
REDACTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}
NO_REDISCLOSURE = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NORDSCLCD"}
SECURITY = [REDACTED, NO_REDISCLOSURE]

JAIL = an_organization("jail", name="Prison North", alias=["KPD"], type=[{"coding": [{"system": KIND, "code": "prison"}]}])  # fmt: skip
OLD_JAIL = {**JAIL, "name": "Penal Colony"}
CELL = {"resourceType": "Location", "id": "cell", "name": "Pharmacy", "managingOrganization": {"reference": "Organization/jail"},
        "telecom": [{"system": "phone", "value": "555"}]}  # fmt: skip
DIRECTORY = [
    JAIL,
    CELL,
    an_organization("centre", name="Centre Hill"),
    {"resourceType": "PractitionerRole", "id": "r1", "organization": {"reference": "Organization/jail"}, "practitioner": {"reference": "Practitioner/inside"}},
    {"resourceType": "PractitionerRole", "id": "r2", "organization": {"reference": "Organization/jail"}, "practitioner": {"reference": "Practitioner/both"}},
    {"resourceType": "PractitionerRole", "id": "r3", "organization": {"reference": "Organization/centre"}, "practitioner": {"reference": "Practitioner/both"}},
]  # fmt: skip
PERSON = "Patient/p1"


def house(*outside: str, **how: Any) -> House:
    known = house_of(DIRECTORY, [OLD_JAIL])
    return House(**{"prisons": known.prisons, "names": known.names, "contacts": known.contacts, "outside": frozenset({PERSON, *outside}), **how})  # fmt: skip


def told(
    resource: Json, *outside: str, agreed: frozenset[Label] = EVERYTHING, known: House | None = None
) -> Any:
    text = leaving_alone(parse(json.dumps(resource)), Agreement(agreed), known or house(*outside))
    if text is None:
        return None
    assert issues_of(parse(text).value) == []
    return json.loads(text)


def marked(resource: Json) -> Json:
    meta = resource.get("meta", {})
    return {**resource, "meta": {**meta, "security": [*meta.get("security", []), *SECURITY]}}


def test_the_house_knows_prisons_their_names_past_and_present_and_who_works_nowhere_else() -> None:
    known = house_of(DIRECTORY, [OLD_JAIL])
    assert known.prisons == {
        "Organization/jail", "Location/cell", "PractitionerRole/r1", "PractitionerRole/r2", "Practitioner/inside",
    }  # fmt: skip
    assert known.names == {"Prison North", "Penal Colony"}, (
        "a short name and that of a room are found in other words"
    )
    assert {"system": "phone", "value": "555"} in known.contacts


def test_what_has_nothing_to_cut_is_told_as_it_is_stored_under_the_label_of_all() -> None:
    text = '{"resourceType":"Observation", "id":"o","status":"final","code":{"text":"w"}, "meta":{"versionId":"1"},"valueQuantity":{"value":1.50}}'
    told_text = leaving_alone(parse(text), WHOLE, house())
    assert told_text is not None
    assert '"valueQuantity":{"value":1.50}' in told_text
    assert '"versionId":"1"' in told_text
    assert told(an_observation("o")) == marked(an_observation("o"))


@pytest.mark.parametrize("indent", [None, 2])
def test_no_white_space_tells_where_something_was(indent: int | None) -> None:
    """Cut out of a list of two, and of a list of one, in a text that is set out or not."""
    stays = {"system": "urn:n", "value": '1 " 2'}
    goes = {"type": {"coding": [{"code": "PRN"}]}, "value": "4711"}
    texts = {
        leaving_alone(parse(json.dumps(a_patient("p1", identifier=listed), indent=indent)), WHOLE, house())
        for listed in ([stays], [goes, stays], [stays, goes])
    }
    assert len(texts) == 1
    assert " " not in texts.pop().replace('1 \\" 2', "")


def test_nor_does_the_place_or_order_of_what_is_said_about_it() -> None:
    """Which is another where somebody had written a tag that is taken out."""
    version = {"versionId": "1", "lastUpdated": "2026-01-01T00:00:00Z"}
    custody = {"tag": [{"system": "urn:throughcare:code-system:exit-reason", "code": "escape"}]}
    plain = {name: value for name, value in an_observation("o").items() if name != "meta"}
    texts = {
        leaving_alone(parse(json.dumps(one)), WHOLE, house())
        for one in (
            {"resourceType": "Observation", "id": "o", "meta": version, **plain},
            {**plain, "meta": {**custody, **version}},
            {**plain, "meta": {"lastUpdated": version["lastUpdated"], "versionId": "1"}},
        )
    }
    assert len(texts) == 1


def test_stated_labels_stay_and_none_is_there_twice() -> None:
    stated = an_observation("o", meta={"security": [{"system": "urn:x", "code": "y"}, REDACTED]})
    assert told(stated)["meta"]["security"] == [{"system": "urn:x", "code": "y"}, REDACTED, NO_REDISCLOSURE]


def test_only_what_may_be_named_is_named() -> None:
    naming = an_observation("o", performer=[{"reference": "Practitioner/both"}, {"reference": "Organization/jail"}])  # fmt: skip
    assert told(naming) == marked(an_observation("o"))
    assert told(naming, "Practitioner/both", "Organization/jail") == marked(
        an_observation("o", performer=[{"reference": "Practitioner/both"}])
    )
    assert told(an_observation("o", performer=[{"reference": "Practitioner/inside"}]), "Practitioner/inside") == marked(an_observation("o"))  # fmt: skip


def test_what_may_be_named_is_named_though_it_may_not_be_read() -> None:
    known = house(PERSON, hidden=frozenset({PERSON}))
    assert told(an_observation("o"), known=known) == marked(an_observation("o"))


@pytest.mark.parametrize(
    "hidden",
    [
        {"managingOrganization": {"reference": "Organization/jail"}},
        {"identifier": [{"type": {"coding": [{"code": "PRN"}]}, "system": "urn:n", "value": "4711"}]},
        {"identifier": [{"system": "urn:n", "value": "4711", "assigner": {"reference": "Organization/jail"}}]},
        {"telecom": [{"system": "phone", "value": "555"}]},
        {"address": [{"text": "c/o PRISON NORTH"}]},
        {"address": [{"text": "formerly Penal Colony"}]},
        {"contact": [{"relationship": [{"text": "friend"}], "organization": {"reference": "Organization/jail"}}]},
        {"link": [{"type": "seealso", "other": {"reference": "Patient/other"}}]},
        {"text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}},
        {"extension": [{"url": "urn:throughcare:extension:legal-status", "valueCode": "sentenced"}]},
        {"extension": [{"url": "urn:x", "valueUri": "https://here/fhir/Encounter/stay-7"}]},
    ],
)  # fmt: skip
def test_what_tells_of_the_prison_is_not_told(hidden: Json) -> None:
    known = house("Organization/jail", hidden=frozenset({"Encounter/stay-7"}))
    person = a_patient("p1", birthDate="1980-05-17")
    assert told({**person, **hidden}, known=known) == marked(person)


@pytest.mark.parametrize("names", [{"family": "Prison North"}, {"given": ["Ana", "Prison North"]}])
def test_a_person_may_be_called_like_a_prison(names: Json) -> None:
    assert told(a_patient("p1", name=[names])) == marked(a_patient("p1", name=[names]))
    assert told(a_patient("p1", name=[{"family": "A", "text": "Prison North"}])) == marked(
        a_patient("p1", name=[{"family": "A"}])
    )


def test_why_a_dose_was_missed_and_what_was_for_the_day_of_release_are_not_told() -> None:
    def ours(name: str, code: str) -> Json:
        return {"coding": [{"system": f"urn:throughcare:code-system:{name}", "code": code}]}

    missed = a_dose("d", status="not-done", statusReason=[ours("dose-reason", "court")])
    assert told(missed) == marked(a_dose("d", status="not-done"))
    refused = a_dose("d", status="not-done", statusReason=[ours("dose-reason", "refused")])
    assert told(refused) == marked(refused)
    supply = {"resourceType": "MedicationDispense", "id": "s", "status": "completed", "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AR27"}]}}  # fmt: skip
    assert told({**supply, "type": ours("dispense-type", "release-supply")}) == marked(supply)


def test_who_helped_with_a_consent_inside_is_not_told() -> None:
    given = {
        "url": "urn:throughcare:extension:consent-given",
        "extension": [{"url": "form", "valueCode": "mark"}],
    }
    by = {**given, "extension": [*given["extension"], {"url": "witness", "valueCode": "officer"}]}
    assert told(an_observation("o", extension=[by])) == marked(an_observation("o"))
    assert told(an_observation("o", extension=[given])) == marked(an_observation("o", extension=[given]))


@pytest.mark.parametrize("resource", [a_stay("s"), JAIL, an_observation("o", meta={"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}]})])  # fmt: skip
def test_what_is_about_custody_is_not_there(resource: Json) -> None:
    assert told(resource, "Organization/prison") is None


def test_its_id_stays_whatever_it_is_like() -> None:
    known = House(names=frozenset({"gaol"}), outside=frozenset({PERSON}))
    assert told(an_observation("gaol-7"), known=known) == marked(an_observation("gaol-7"))


def test_it_goes_by_what_was_agreed() -> None:
    assert told(a_dose("d"), agreed=frozenset({Label.ETH})) == marked(a_dose("d"))
    assert told(a_dose("d"), agreed=frozenset({Label.HIV, Label.R})) is None
    clinic = House(places={"Organization/c": frozenset({Label.HIV})}, outside=frozenset({PERSON, "Organization/c"}))  # fmt: skip
    naming = an_observation("o", performer=[{"reference": "Organization/c"}])
    assert told(naming, agreed=frozenset({Label.R}), known=clinic) == marked(an_observation("o"))


def test_a_document_is_nobodys_by_name() -> None:
    document = {
        "resourceType": "Composition", "id": "c", "status": "final", "date": "2026-03-01", "title": "Stay",
        "type": {"coding": [{"system": "http://loinc.org", "code": "18761-7"}]}, "subject": {"reference": PERSON},
    }  # fmt: skip
    for author in ("Organization/jail", "Practitioner/both"):
        found = told({**document, "author": [{"reference": author}]}, "Practitioner/both")
        assert found == marked(
            {**document, "title": "Health record", "author": [{"display": "Health service"}]}
        )


@pytest.mark.parametrize(
    ("whole", "left"),
    [
        (
            {"resourceType": "Appointment", "id": "a", "status": "proposed", "participant": [{"status": "accepted", "actor": {"reference": PERSON}}, {"status": "accepted", "actor": {"reference": "Location/cell"}}]},
            {"resourceType": "Appointment", "id": "a", "status": "proposed", "participant": [{"status": "accepted", "actor": {"reference": PERSON}}]},
        ),
        (
            {"resourceType": "Condition", "id": "c", "subject": {"reference": PERSON}, "stage": [{"type": {"text": "x"}, "assessment": [{"reference": "Observation/hidden"}]}]},
            {"resourceType": "Condition", "id": "c", "subject": {"reference": PERSON}},
        ),
        (
            {"resourceType": "Provenance", "id": "v", "target": [{"reference": PERSON}], "recorded": "2026-03-01T00:00:00Z", "agent": [{"who": {"reference": "Organization/jail"}}]},
            None,
        ),
    ],
)  # fmt: skip
def test_what_cannot_stand_without_the_prison_goes_and_the_rest_stands(
    whole: Json, left: Json | None
) -> None:
    assert told(whole) == (None if left is None else marked(left))


@pytest.mark.parametrize(
    ("given", "beside", "left"),
    [
        (["Ana", "Mia"], [None, {"extension": [{"url": "urn:x", "valueString": "y"}]}], [None, {"extension": [{"url": "urn:x", "valueString": "y"}]}]),
        (["Ana", "Mia"], [{"extension": [{"url": "urn:x", "valueString": "Prison North"}]}, {"extension": [{"url": "urn:x", "valueString": "y"}]}], [None, {"extension": [{"url": "urn:x", "valueString": "y"}]}]),
        (["Ana", "Mia"], [None, {"extension": [{"url": "urn:x", "valueString": "Prison North"}]}], None),
    ],
)  # fmt: skip
def test_extensions_of_values_in_a_list_keep_their_places(given: Any, beside: Any, left: Any) -> None:
    name = {"family": "A", "given": given}
    expected = {**name, **({"_given": left} if left else {})}
    assert told(a_patient("p1", name=[{**name, "_given": beside}])) == marked(
        a_patient("p1", name=[expected])
    )
