"""Search over HTTP: by what, how pages link, and that nothing is silently ignored."""

import httpx
import pytest
from resources import METHADONE, a_dose, a_patient, a_stay, an_observation


@pytest.fixture
def records(fhir: httpx.Client) -> httpx.Client:
    """Two people, three doses, a stay and two observations."""
    for resource in (
        a_patient("p1", identifier=[{"system": "urn:n", "value": "100"}], birthDate="1980-05-17"),
        a_patient(
            "p2", identifier=[{"system": "urn:m", "value": "100"}, {"value": "bare"}], birthDate="1990"
        ),
        a_dose("d1", patient="p1", at="2026-03-01T06:10:00+01:00"),
        a_dose("d2", patient="p1", at="2026-03-02T06:10:00+01:00", status="not-done"),
        a_dose("d3", patient="p2", at="2026-03-02T23:30:00+01:00"),
        a_stay("s1", patient="p1"),
        an_observation("o1", patient="p1", effectiveDateTime="2026-03-01"),
        an_observation("o2", patient="p2", effectiveDateTime="2026-03"),
    ):
        assert fhir.put(f"/{resource['resourceType']}/{resource['id']}", json=resource).status_code == 201
    return fhir


def _ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json().get("entry", [])]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("Patient", ["p1", "p2"]),
        ("Patient?_id=p2", ["p2"]),
        ("Patient?_id=p2,p1,nobody", ["p1", "p2"]),
        ("Patient?identifier=100", ["p1", "p2"]),
        ("Patient?identifier=urn:n|100", ["p1"]),
        ("Patient?identifier=urn:n|", ["p1"]),
        ("Patient?identifier=|bare", ["p2"]),
        ("Patient?identifier=|100", []),
        ("Patient?identifier=urn:n|100&_id=p2", []),
        ("Patient?birthdate=1990", ["p2"]),
        ("Patient?birthdate=lt1985", ["p1"]),
        ("MedicationAdministration?patient=p1", ["d1", "d2"]),
        ("MedicationAdministration?patient=Patient/p2", ["d3"]),
        ("MedicationAdministration?patient=p1,p2&status=completed", ["d1", "d3"]),
        ("MedicationAdministration?status=not-done", ["d2"]),
        ("MedicationAdministration?code=N07BC02", ["d1", "d2", "d3"]),
        (f"MedicationAdministration?code={METHADONE['coding'][0]['system']}|N07BC02&status=not-done", ["d2"]),
        ("MedicationAdministration?effective-time=2026-03-02", ["d2", "d3"]),
        ("MedicationAdministration?effective-time=ge2026-03-02&patient=p1", ["d2"]),
        (
            "MedicationAdministration?effective-time=gt2026-03-01&effective-time=lt2026-03-02T12:00:00%2B01:00",
            ["d2"],
        ),
        ("MedicationAdministration?effective-time=2026", ["d1", "d2", "d3"]),
        ("MedicationAdministration?effective-time=sa2026-03-01", ["d2", "d3"]),
        ("MedicationAdministration?effective-time=eb2026-03-02", ["d1"]),
        ("MedicationAdministration?effective-time=ne2026-03-02", ["d1"]),
        ("Encounter?date=ge2026-06-01", ["s1"]),
        ("Encounter?date=le2026-06-01", ["s1"]),
        ("Encounter?date=eb2026-06-01", []),
        ("Observation?date=2026-03-01", ["o1"]),
        ("Observation?date=2026-03", ["o1", "o2"]),
        ("Observation?code=urn:x|cows&patient=p2", ["o2"]),
    ],
)
def test_a_search_finds_exactly(records: httpx.Client, search: str, found: list[str]) -> None:
    assert _ids(records.get(f"/{search}")) == found


def test_a_day_without_a_zone_is_a_day_in_the_facilitys_zone(records: httpx.Client) -> None:
    """23:30 in Podgorica is 22:30 UTC; a midnight that is local must not become one of UTC."""
    late = a_dose("late", at="2026-07-01T00:30:00+02:00")
    records.put("/MedicationAdministration/late", json=late)
    assert _ids(records.get("/MedicationAdministration?effective-time=2026-07-01")) == ["late"]
    assert _ids(records.get("/MedicationAdministration?effective-time=2026-06-30")) == []


@pytest.mark.parametrize(
    "search",
    [
        "Patient?favourite=blue",
        "Patient?identifier:exact=100",
        "Patient?_sort=favourite",
        "MedicationAdministration?patient.favourite=x",
        "Patient?identifier=",
        "Patient?identifier=a|b|c",
        "Patient?identifier=|",
        "Patient?birthdate=yesterday",
        "Patient?birthdate=2026-02-30",
        "Patient?birthdate=xx2026",
        "Patient?_count=many",
        "Patient?_cursor=-1",
        "MedicationAdministration?patient=a b",
    ],
)
def test_what_is_not_understood_is_an_error_and_never_ignored(records: httpx.Client, search: str) -> None:
    answer = records.get(f"/{search}")
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_client_may_ask_for_leniency(records: httpx.Client) -> None:
    answer = records.get("/Patient?favourite=blue&_id=p1", headers={"Prefer": "handling=lenient"})
    found, told = (entry["resource"] for entry in answer.json()["entry"])
    assert found["id"] == "p1"
    assert told["issue"][0]["severity"] == "warning", "what was left out is told"
    links = {link["relation"]: link["url"] for link in answer.json()["link"]}
    assert "favourite" not in links["self"], "the self link says what was really searched for"


def test_an_identifier_can_be_searched_where_no_log_keeps_it(records: httpx.Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert _ids(records.post("/Patient/_search", content="identifier=urn%3An%7C100", headers=form)) == ["p1"]


def _pages(client: httpx.Client, url: str) -> list[list[str]]:
    pages = []
    while True:
        answer = client.get(url)
        pages.append(_ids(answer))
        links = {link["relation"]: link["url"] for link in answer.json()["link"]}
        if "next" not in links:
            return pages
        url = links["next"]


def test_pages_link_to_the_next_until_the_last(fhir: httpx.Client) -> None:
    for n in range(7):
        fhir.put(f"/Patient/p{n}", json=a_patient(f"p{n}"))
    assert _pages(fhir, "/Patient?_count=3") == [["p0", "p1", "p2"], ["p3", "p4", "p5"], ["p6"]]


def test_pages_stay_right_while_others_write(fhir: httpx.Client) -> None:
    for n in range(6):
        fhir.put(f"/Patient/p{n}", json=a_patient(f"p{n}"))
    first = fhir.get("/Patient?_count=3")
    fhir.put("/Patient/p1", json=a_patient("p1", active=True))
    fhir.put("/Patient/p9", json=a_patient("p9"))
    rest = _pages(fhir, {link["relation"]: link["url"] for link in first.json()["link"]}["next"])
    seen = _ids(first) + [id_ for page in rest for id_ in page]
    assert seen == ["p0", "p1", "p2", "p3", "p4", "p5", "p9"]


def test_resources_in_a_page_are_what_is_stored_to_the_letter(fhir: httpx.Client) -> None:
    raw = b'{"resourceType":"Observation","status":"final","code":{"text":"\\u0110"},"valueQuantity":{"value":1.50}}'
    stored = fhir.post("/Observation", content=raw).text
    assert stored in fhir.get("/Observation").text


def test_nothing_found_is_an_empty_page(fhir: httpx.Client) -> None:
    answer = fhir.get("/Patient?_id=nobody").json()
    assert answer["type"] == "searchset"
    assert "entry" not in answer


def test_a_search_of_all_types_is_one_of_those_the_client_may_search(
    served: str, records: httpx.Client, token
) -> None:
    def ask(client: str, scope: str, query: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token(client, scope)}"}
        return httpx.get(f"{served}/fhir{query}", headers=headers)

    assert _ids(ask("a", "system/Patient.rs system/Encounter.r", "")) == ["p1", "p2"]
    assert ask("b", "system/Patient.rs system/Encounter.r", "?_type=Encounter").status_code == 403
    assert ask("c", "system/Patient.r", "").status_code == 403
    assert records.get("/Patient/p1/Nothing").status_code == 404
