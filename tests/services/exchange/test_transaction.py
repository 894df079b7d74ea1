"""Transactions: every entry or none, references among the entries resolved."""

import httpx
import pytest
from resources import a_dose, a_patient, a_stay, post, put, transaction

URN = "urn:uuid:5e2a0f0e-0000-4000-8000-00000000000a"


def test_entries_refer_to_one_another_by_urn(fhir: httpx.Client) -> None:
    dose = a_dose(subject={"reference": URN})
    answer = fhir.post("/", json=transaction(post(dose), post(a_patient(), URN)))
    assert answer.status_code == 200, answer.text
    responses = [entry["response"] for entry in answer.json()["entry"]]
    assert [r["status"] for r in responses] == ["201 Created", "201 Created"]
    dose_url, patient_url = (r["location"].partition("/_history")[0] for r in responses)
    assert fhir.get(f"/{dose_url}").json()["subject"]["reference"] == patient_url


def test_updates_and_creates_go_together(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    answer = fhir.post(
        "/", json=transaction(put(a_patient("p1", active=True)), post(a_dose()), put(a_stay("s1")))
    )
    assert [e["response"]["status"] for e in answer.json()["entry"]] == [
        "200 OK",
        "201 Created",
        "201 Created",
    ]
    assert answer.json()["entry"][0]["response"]["etag"] == 'W/"2"'


def _stored(fhir: httpx.Client) -> int:
    return sum(
        len(fhir.get(f"/{t}").json().get("entry", [])) for t in ("Patient", "MedicationAdministration")
    )


BAD_DOSE = a_dose(status="perhaps")


@pytest.mark.parametrize(
    ("second", "status"),
    [
        (post(BAD_DOSE), 422),
        (post(a_dose(subject={"reference": "urn:uuid:nobody"})), 400),
        (
            {"resource": a_dose("d1"), "request": {"method": "DELETE", "url": "MedicationAdministration/d1"}},
            400,
        ),
        ({"resource": a_dose(), "request": {"method": "POST", "url": "Patient"}}, 400),
        ({"resource": a_dose("d1"), "request": {"method": "PUT", "url": "MedicationAdministration/d2"}}, 400),
        ({"resource": a_dose()}, 400),
        ({"request": {"method": "POST", "url": "Patient"}}, 400),
        (
            {
                **post(a_dose()),
                "request": {"method": "POST", "url": "MedicationAdministration", "ifNoneExist": "x=1"},
            },
            400,
        ),
        (put(a_patient("p1")), 400),
        ({**put(a_dose("d1")), "request": {**put(a_dose("d1"))["request"], "ifMatch": 'W/"3"'}}, 412),
    ],
)
def test_one_bad_entry_and_nothing_is_saved(fhir: httpx.Client, second: dict, status: int) -> None:
    answer = fhir.post("/", json=transaction(put(a_patient("p1")), second))
    assert answer.status_code == status, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert _stored(fhir) == 0


def test_the_outcome_says_which_entry_was_bad(fhir: httpx.Client) -> None:
    answer = fhir.post("/", json=transaction(put(a_patient("p1")), post(BAD_DOSE)))
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]


@pytest.mark.parametrize("kind", ["batch", "collection", "document", None])
def test_other_bundles_are_refused(fhir: httpx.Client, kind: str | None) -> None:
    bundle = {**transaction(post(a_patient())), "type": kind}
    answer = fhir.post("/", json={k: v for k, v in bundle.items() if v is not None})
    assert answer.status_code in {400, 422}
    assert _stored(fhir) == 0


def test_an_empty_transaction_does_nothing(fhir: httpx.Client) -> None:
    answer = fhir.post("/", json={"resourceType": "Bundle", "type": "transaction"})
    assert (answer.status_code, answer.json().get("entry", [])) == (200, [])


def test_every_entry_needs_the_scope_for_what_it_does(fhir: httpx.Client, token) -> None:
    only_doses = {"Authorization": f"Bearer {token('doses-only', 'system/MedicationAdministration.c')}"}
    assert fhir.post("/", json=transaction(post(a_dose())), headers=only_doses).status_code == 200
    refused = fhir.post("/", json=transaction(post(a_dose()), post(a_patient())), headers=only_doses)
    assert refused.status_code == 403
