"""Patient/$everything: one patient's record, page by page, and nobody else's."""

import httpx
import pytest
from answers import ids_in, issue_of, link, resources_in
from resources import a_dose, a_patient, a_stay, an_observation, an_organization

PRACTITIONER = {"resourceType": "Practitioner", "id": "n1"}


@pytest.fixture
def records(fhir: httpx.Client) -> httpx.Client:
    """Two patients in one prison; p1 names p2 as the same person."""
    for resource in (
        an_organization("prison"),
        PRACTITIONER,
        a_patient("p2"),
        a_patient("p1", link=[{"other": {"reference": "Patient/p2"}, "type": "seealso"}]),
        a_stay("s1", patient="p1"),
        a_stay("s2", patient="p2"),
        a_dose("d1", patient="p1", performer=[{"actor": {"reference": "Practitioner/n1"}}]),
        a_dose("d2", patient="p2"),
        an_observation("o1", patient="p1", effectiveDateTime="2025-06-01"),
        an_observation("o3", patient="p1"),
    ):
        assert fhir.put(f"/{resource['resourceType']}/{resource['id']}", json=resource).status_code == 201
    return fhir


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"p1", "s1", "d1", "o1", "o3", "prison", "n1"}),
        ("_type=Patient,Observation", {"p1", "o1", "o3"}),
        ("_type=Organization", {"prison"}),
        ("start=2026-01-01&_type=Observation,MedicationAdministration", {"d1", "o3"}),
        ("end=2025-12-31&_type=Observation,MedicationAdministration,Encounter", {"o1", "o3"}),
        ("start=2026-03-01&end=2026-03-01&_type=MedicationAdministration,Encounter", {"d1", "s1"}),
        ("_since=2999-01-01", set()),
        ("_since=2001-01-01&_type=Patient", {"p1"}),
    ],
)
def test_everything_is_one_patients_record(records: httpx.Client, query: str, expected: set[str]) -> None:
    found = ids_in(records.get(f"/Patient/p1/$everything?{query}"))
    assert sorted(found) == sorted(expected)


def test_pages_of_everything_stay_right_while_others_write(records: httpx.Client) -> None:
    answer = records.get("/Patient/p1/$everything?_count=2")
    seen = ids_in(answer)
    while (url := link(answer, "next")) is not None:
        records.put("/Patient/p1", json=a_patient("p1", active=True))
        answer = records.get(url)
        seen += ids_in(answer)
    assert sorted(seen) == sorted(["p1", "s1", "d1", "o1", "o3", "prison", "n1"])


def test_what_was_deleted_is_not_in_it(records: httpx.Client) -> None:
    records.delete("/Observation/o1")
    assert "o1" not in ids_in(records.get("/Patient/p1/$everything"))
    records.delete("/Patient/p1")
    issue_of(records.get("/Patient/p1/$everything"), 410)


def test_the_resources_in_it_are_what_is_stored(records: httpx.Client) -> None:
    answer = records.get("/Patient/p1/$everything")
    assert all(
        records.get(f"/{one['resourceType']}/{one['id']}").text in answer.text for one in resources_in(answer)
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/Patient/nobody/$everything", 404),
        ("/Encounter/s1/$everything", 404),
        ("/Patient/p1/$everything?favourite=blue", 400),
        ("/Patient/p1/$everything?start=yesterday", 400),
        ("/Patient/p1/$everything?end=2026-02-30", 400),
        ("/Patient/p1/$everything?_type=Basket", 400),
        ("/Patient/p1/$everything?_type=", 400),
        ("/Patient/p1/$everything?_count=-1", 400),
        ("/Patient/p1/$everything?start=2026&start=2027", 400),
    ],
)
def test_what_cannot_be_given_is_refused(records: httpx.Client, path: str, status: int) -> None:
    issue_of(records.get(path), status)


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_can_be_asked_for(records: httpx.Client, moment: str) -> None:
    for name in ("start", "end", "_since"):
        assert records.get(f"/Patient/p1/$everything?{name}={moment}").status_code == 200


def test_tasks_of_the_patient_belong_to_it_and_those_of_others_do_not(fhir: httpx.Client) -> None:
    task = {"resourceType": "Task", "status": "requested", "intent": "order"}
    other = {**task, "id": "theirs", "for": {"reference": "Patient/p2"}}
    mine = {
        **task,
        "id": "mine",
        "for": {"reference": "Patient/p1"},
        "partOf": [{"reference": "Task/theirs"}],
    }
    for one in (a_patient("p1"), a_patient("p2"), other, mine):
        fhir.put(f"/{one['resourceType']}/{one['id']}", json=one).raise_for_status()
    assert ids_in(fhir.get("/Patient/p1/$everything")) == ["p1", "mine"]
