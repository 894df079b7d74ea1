"""transaction: every entry or none. http://hl7.org/fhir/R4/http.html#trules"""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from answers import ids_in, issue_of, resources_in, statuses
from resources import a_dose, a_patient, a_stay, post, put, transaction

URN = "urn:uuid:5e2a0f0e-0000-4000-8000-00000000000a"
NUMBER = [{"system": "urn:prison", "value": "4711"}]
BY_NUMBER = "Patient?identifier=urn:prison|4711"
OF_URN = {"subject": {"reference": URN}}


def entry(method: str, url: str, resource: dict[str, Any] | None = None, **conditions: str) -> dict[str, Any]:
    body = {} if resource is None else {"resource": resource}
    return {**body, "request": {"method": method, "url": url, **conditions}}


def json_patch(url: str, patch: str, **conditions: str) -> dict[str, Any]:
    data = b64encode(patch.encode()).decode()
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}
    return entry("PATCH", url, binary, **conditions)


def path_patch(url: str, path: str, name: str, **value: Any) -> dict[str, Any]:
    parts = [
        {"name": "type", "valueCode": "add"},
        {"name": "path", "valueString": path},
        {"name": "name", "valueString": name},
        {"name": "value", **value},
    ]
    return entry(
        "PATCH", url, {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
    )


def doses_of(fhir: httpx.Client, patient: str) -> list[str]:
    return ids_in(fhir.get(f"/MedicationAdministration?subject=Patient/{patient}"))


def stored(fhir: httpx.Client) -> int:
    return sum(
        len(ids_in(fhir.get(f"/{type_}"))) for type_ in ("Patient", "MedicationAdministration", "Encounter")
    )


# --- references among the entries


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        (URN, URN),
        ("urn:oid:1.2.3", "urn:oid:1.2.3"),
        ("http://elsewhere.example/fhir/Patient/77", "http://elsewhere.example/fhir/Patient/77"),
        ("http://elsewhere.example/fhir/Patient/77", "Patient/77"),
    ],
)
def test_entries_refer_to_one_another_by_full_url(fhir: httpx.Client, full_url: str, reference: str) -> None:
    dose = a_dose(subject={"reference": reference})
    answer = fhir.post("/", json=transaction(post(dose), post(a_patient(), full_url)))
    assert statuses(answer) == ["201 Created", "201 Created"]
    dose_url, patient_url = (
        one["response"]["location"].partition("/_history")[0] for one in answer.json()["entry"]
    )
    assert fhir.get(f"/{dose_url}").json()["subject"]["reference"] == patient_url


def test_references_stand_anywhere_and_text_that_looks_like_one_stays(fhir: httpx.Client) -> None:
    dose = a_dose(
        "d1",
        **OF_URN,
        note=[{"text": URN, "authorReference": {"reference": URN}}],
        extension=[{"url": "urn:x", "valueReference": {"reference": URN}}, {"url": "urn:y", "valueUri": URN}],
    )
    fhir.post("/", json=transaction(put(dose), {**put(a_patient("p1")), "fullUrl": URN}))
    kept = fhir.get("/MedicationAdministration/d1").json()
    assert kept["note"] == [{"text": URN, "authorReference": {"reference": "Patient/p1"}}]
    assert kept["extension"][0]["valueReference"]["reference"] == "Patient/p1"
    assert kept["extension"][1]["valueUri"] == URN


def test_references_to_what_a_condition_found(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    create = {**post(a_patient(identifier=NUMBER), URN)}
    create["request"]["ifNoneExist"] = BY_NUMBER.partition("?")[2]
    answer = fhir.post("/", json=transaction(create, put(a_dose("d1", **OF_URN))))
    assert statuses(answer) == ["200 OK", "201 Created"]
    assert answer.json()["entry"][0]["response"]["location"] == "Patient/p1/_history/1"
    assert doses_of(fhir, "p1") == ["d1"]


def test_references_to_what_a_conditional_update_wrote(fhir: httpx.Client) -> None:
    bundle = transaction(
        {**entry("PUT", BY_NUMBER, a_patient(identifier=NUMBER)), "fullUrl": URN}, put(a_dose("d1", **OF_URN))
    )
    assert statuses(fhir.post("/", json=bundle)) == ["201 Created", "201 Created"]
    assert statuses(fhir.post("/", json=bundle)) == ["200 OK", "200 OK"]
    (patient,) = ids_in(fhir.get("/Patient"))
    assert doses_of(fhir, patient) == ["d1"]


def test_a_patch_may_refer_to_an_entry(fhir: httpx.Client) -> None:
    fhir.put("/MedicationAdministration/d1", json=a_dose("d1"))
    patch = f'[{{"op":"replace","path":"/subject/reference","value":"{URN}"}}]'
    answer = fhir.post(
        "/",
        json=transaction(
            json_patch("MedicationAdministration/d1", patch), {**put(a_patient("p9")), "fullUrl": URN}
        ),
    )
    assert statuses(answer) == ["200 OK", "201 Created"]
    assert doses_of(fhir, "p9") == ["d1"]
    lost = transaction(json_patch("MedicationAdministration/d1", patch))
    assert issue_of(fhir.post("/", json=lost), 400)["expression"] == ["Bundle.entry[0]"]


@pytest.mark.parametrize("new", [True, False])
def test_a_conditional_reference_finds_what_is_there_or_just_written(fhir: httpx.Client, new: bool) -> None:
    patient = a_patient("p1", identifier=NUMBER)
    if not new:
        fhir.put("/Patient/p1", json=patient)
    dose = put(a_dose("d1", subject={"reference": BY_NUMBER}))
    answer = fhir.post("/", json=transaction(dose, *([put(patient)] if new else [])))
    assert statuses(answer)[0] == "201 Created"
    assert fhir.get("/MedicationAdministration/d1").json()["subject"]["reference"] == "Patient/p1"


def test_conditional_references_form_chains(fhir: httpx.Client) -> None:
    stay = a_stay("s1", subject={"reference": BY_NUMBER}, identifier=[{"value": "stay"}])
    dose = a_dose("d1", subject={"reference": BY_NUMBER}, context={"reference": "Encounter?identifier=stay"})
    fhir.post("/", json=transaction(put(dose), put(stay), put(a_patient("p1", identifier=NUMBER))))
    assert fhir.get("/MedicationAdministration/d1").json()["context"]["reference"] == "Encounter/s1"


@pytest.mark.parametrize(("there", "status"), [([], 400), (["p1", "p2"], 412)])
def test_a_conditional_reference_to_not_exactly_one_is_refused(
    fhir: httpx.Client, there: list[str], status: int
) -> None:
    for id_ in there:
        fhir.put(f"/Patient/{id_}", json=a_patient(id_, identifier=NUMBER))
    dose = put(a_dose("d1", subject={"reference": BY_NUMBER}))
    refused = fhir.post("/", json=transaction(put(a_stay("s1")), dose))
    assert issue_of(refused, status)["expression"] == ["Bundle.entry[1]"]
    assert stored(fhir) == len(there)


# --- what an entry may ask


def test_an_entry_of_every_kind_is_answered_in_its_place(fhir: httpx.Client) -> None:
    for resource in (a_patient("p1"), a_patient("p2"), a_patient("p3", identifier=NUMBER), a_patient("p4")):
        fhir.put(f"/Patient/{resource['id']}", json=resource)
    answer = fhir.post(
        "/",
        json=transaction(
            entry("GET", "Patient?_id=p1,p2,p5"),
            entry("GET", "Patient/p5"),
            entry("HEAD", "Patient/p5"),
            entry("GET", "Patient/p1/_history/1"),
            entry("GET", "Patient/p1", ifNoneMatch='W/"2"'),
            json_patch("Patient/p4", '[{"op":"add","path":"/gender","value":"male"}]'),
            path_patch(BY_NUMBER, "Patient", "active", valueBoolean=True),
            put(a_patient("p1", active=True)),
            post(a_dose()),
            put(a_patient("p5")),
            entry("DELETE", "Patient/p2"),
            entry("DELETE", "Patient/nobody"),
            entry("DELETE", "Patient?identifier=nobody"),
        ),
    )
    assert [one[:3] for one in statuses(answer)] == [
        *("200", "200", "200", "200", "304", "200", "200"),
        *("200", "201", "201", "204", "204", "204"),
    ]
    entries = answer.json()["entry"]
    assert [one["resource"]["id"] for one in entries[0]["resource"]["entry"]] == ["p1", "p5"], (
        "reads come last"
    )
    assert entries[1]["resource"]["id"] == "p5"
    assert entries[3]["resource"]["meta"]["versionId"] == "1"
    assert fhir.get("/Patient/p4").json()["gender"] == "male"
    assert fhir.get("/Patient/p3").json()["active"] is True
    assert entries[7]["response"]["etag"] == 'W/"2"'
    assert entries[7]["response"]["location"] == "Patient/p1/_history/2"
    assert entries[7]["response"]["lastModified"] == fhir.get("/Patient/p1").json()["meta"]["lastUpdated"]


def test_deletions_come_first(fhir: httpx.Client) -> None:
    """So a conditional create beside the deletion of what it would find creates."""
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    create = entry("POST", "Patient", a_patient(identifier=NUMBER), ifNoneExist="identifier=urn:prison|4711")
    answer = fhir.post("/", json=transaction(create, entry("DELETE", "Patient/p1")))
    assert statuses(answer) == ["201 Created", "204 No Content"]
    assert len(ids_in(fhir.get("/Patient"))) == 1


@pytest.mark.parametrize(
    ("prefer", "resource", "outcome"),
    [("minimal", False, False), ("representation", True, False), ("OperationOutcome", False, True)],
)
def test_the_client_says_what_comes_back(
    fhir: httpx.Client, prefer: str, resource: bool, outcome: bool
) -> None:
    headers = {"Prefer": f"return={prefer}"}
    (one,) = fhir.post("/", json=transaction(put(a_patient("p1"))), headers=headers).json()["entry"]
    assert ("resource" in one, "outcome" in one["response"]) == (resource, outcome)


BAD_DOSE = a_dose(status="perhaps")


@pytest.mark.parametrize(
    ("second", "status"),
    [
        (post(BAD_DOSE), 422),
        (post(a_dose(subject={"reference": "urn:uuid:nobody"})), 400),
        (entry("POST", "Patient", a_dose()), 400),
        (entry("PUT", "MedicationAdministration/d2", a_dose("d1")), 400),
        (entry("PUT", "MedicationAdministration/d2", a_dose()), 400),
        ({"resource": a_dose()}, 400),
        (entry("POST", "Patient"), 400),
        (entry("PUT", "Patient/p2"), 400),
        (entry("PATCH", "Patient/p2"), 400),
        (entry("BREW", "Patient/p2"), 400),
        (entry("GET", "Patient/nobody"), 404),
        (entry("GET", "Patient?favourite=blue"), 400),
        (entry("GET", "Basket/1"), 404),
        (entry("GET", "http://elsewhere.example/fhir/Patient/1"), 404),
        (entry("POST", "Patient/p2", a_patient("p2")), 405),
        (entry("POST", "Patient/$validate", a_patient()), 400),
        (entry("POST", "Patient?name=x", a_patient()), 400),
        (entry("POST", "MedicationAdministration", a_dose(), ifNoneExist="favourite=blue"), 400),
        (entry("POST", "MedicationAdministration", a_dose(), ifNoneExist=""), 400),
        (entry("DELETE", "MedicationAdministration"), 400),
        (entry("DELETE", "Patient?_count=1"), 400),
        (entry("PUT", "MedicationAdministration/d1", a_dose("d1"), ifMatch='W/"3"'), 412),
        (entry("PUT", "MedicationAdministration/d1", a_dose("d1"), ifMatch="3"), 400),
        (entry("PUT", "MedicationAdministration/d1", a_dose("d1"), ifNoneMatch='W/"1"'), 400),
        (json_patch("Patient/nobody", "[]"), 404),
        (json_patch("Patient?identifier=nobody", "[]"), 404),
        (json_patch("MedicationAdministration/d0", '[{"op":"remove","path":"/photo"}]'), 422),
        (json_patch("MedicationAdministration/d0", '[{"op":"remove","path":"/status"}]'), 422),
        (json_patch("MedicationAdministration/d0", "[]", ifMatch='W/"3"'), 412),
        (entry("DELETE", "MedicationAdministration/d0", ifMatch='W/"3"'), 412),
    ],
)
def test_one_bad_entry_is_named_and_nothing_is_saved(fhir: httpx.Client, second: dict, status: int) -> None:
    fhir.put("/MedicationAdministration/d0", json=a_dose("d0"))
    refused = fhir.post("/", json=transaction(put(a_patient("p1")), second))
    assert issue_of(refused, status)["expression"][0].startswith("Bundle.entry[1]")
    assert stored(fhir) == 1
    assert fhir.get("/MedicationAdministration/d0").headers["etag"] == 'W/"1"'


def test_an_element_that_is_wrong_is_named_within_its_entry(fhir: httpx.Client) -> None:
    refused = fhir.post("/", json=transaction(put(a_patient("p1")), post(BAD_DOSE)))
    assert issue_of(refused, 422)["expression"] == ["Bundle.entry[1].resource.status"]


@pytest.mark.parametrize(
    "second",
    [
        put(a_patient("p1")),
        entry("DELETE", "Patient/p1"),
        json_patch("Patient/p1", '[{"op":"add","path":"/gender","value":"male"}]'),
        entry("PUT", BY_NUMBER, a_patient(identifier=NUMBER)),
        entry("DELETE", BY_NUMBER),
        path_patch(BY_NUMBER, "Patient", "gender", valueCode="male"),
    ],
)
def test_a_resource_is_written_once_in_a_transaction(fhir: httpx.Client, second: dict) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    refused = fhir.post("/", json=transaction(put(a_patient("p1", active=True)), second))
    assert issue_of(refused, 400)["code"] == "duplicate"
    assert fhir.get("/Patient/p1").headers["etag"] == 'W/"1"'


def test_two_entries_with_one_condition_are_refused(fhir: httpx.Client) -> None:
    create = entry("POST", "Patient", a_patient(identifier=NUMBER), ifNoneExist="identifier=urn:prison|4711")
    issue_of(fhir.post("/", json=transaction(create, create)), 400)
    assert stored(fhir) == 0


def test_an_empty_transaction_does_nothing(fhir: httpx.Client) -> None:
    answer = fhir.post("/", json={"resourceType": "Bundle", "type": "transaction"})
    assert (answer.status_code, answer.json()) == (
        200,
        {"resourceType": "Bundle", "type": "transaction-response"},
    )


def test_every_entry_needs_the_scope_for_what_it_does(fhir: httpx.Client, connect) -> None:
    doses = connect(scope="system/MedicationAdministration.c")
    assert doses.post("/", json=transaction(post(a_dose()))).status_code == 200
    for other in (post(a_patient()), entry("GET", "Patient"), entry("DELETE", "Patient/p1")):
        refused = doses.post("/", json=transaction(post(a_dose()), other))
        assert issue_of(refused, 403)["expression"] == ["Bundle.entry[1]"]
    by_condition = transaction(post(a_dose(subject={"reference": BY_NUMBER})))
    issue_of(doses.post("/", json=by_condition), 403)
    assert len(ids_in(fhir.get("/MedicationAdministration"))) == 1


def test_another_clients_resource_is_not_overwritten(fhir: httpx.Client, connect) -> None:
    fhir.put("/Patient/1", json=a_patient("1"))
    refused = connect().post("/", json=transaction(put(a_dose("d1")), put(a_patient("1", active=True))))
    assert issue_of(refused, 409)["expression"] == ["Bundle.entry[1]"]
    assert stored(fhir) == 1


def test_16_transactions_with_one_conditional_create_give_one_patient(fhir: httpx.Client) -> None:
    create = post(a_patient(identifier=NUMBER), URN)
    create["request"]["ifNoneExist"] = "identifier=urn:prison|4711"
    bundle = transaction(post(a_dose(**OF_URN)), create)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: fhir.post("/", json=bundle), range(16)))
    assert {one.status_code for one in answers} == {200}
    (patient,) = ids_in(fhir.get("/Patient"))
    assert len(doses_of(fhir, patient)) == 16


def test_two_transactions_that_lock_in_opposite_order_both_end(fhir: httpx.Client) -> None:
    patients = [put(a_patient(f"p{n}", identifier=[{"value": str(n)}])) for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        bundles = [transaction(*(patients if n % 2 else reversed(patients))) for n in range(16)]
        assert {one.status_code for one in pool.map(lambda bundle: fhir.post("/", json=bundle), bundles)} == {
            200
        }
    assert {one["meta"]["versionId"] for one in resources_in(fhir.get("/Patient"))} == {"16"}
