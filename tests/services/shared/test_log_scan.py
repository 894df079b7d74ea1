"""What the scan of the whole run finds and what it passes over; and answers about the invented country, for it to look at."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from babel.messages.pofile import read_po
from fastapi import FastAPI
from fastapi.testclient import TestClient
from log_capture import Log
from log_scan import ANYBODY, PEOPLE, LogScan, scan_files, scanning
from resources import transaction

from services.demo.country.simulation import simulated
from services.demo.country.writing import RECORDS, write
from services.shared.actors import Public
from services.shared.errors import FhirIssue, NotFound
from services.shared.languages import TEMPLATE
from services.shared.logs import configure_logging
from services.shared.outcomes import operation_outcome

Json = dict[str, Any]

ONE = "DEMO-P-0001"
MOST_OF_A_TYPE = 3


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Json]]:
    """A small country's records by type."""
    folder = tmp_path_factory.mktemp("country")
    write(simulated(4, 4, 1, date(2026, 6, 30)), folder)
    return {
        file.stem: [json.loads(line) for line in file.read_text().splitlines()]
        for file in sorted((folder / RECORDS).glob("*.ndjson"))
    }


def test_everybody_of_the_country_is_found_by_name_number_birth_date_and_record(
    records: dict[str, list[Json]],
) -> None:
    assert len(records["Patient"]) > 50
    for patient in records["Patient"]:
        (name,) = patient["name"]
        said = [name["family"], *(one["value"] for one in patient.get("identifier", []))]
        if len(patient.get("birthDate", "")) == len("1980-01-01"):
            said.append(patient["birthDate"])
        for one in said:
            assert PEOPLE.search(f"Nobody called {one}."), one
            assert PEOPLE.search(f"<td>{name['given'][0]} {one}</td>"), one


def test_every_result_of_the_country_is_found(records: dict[str, list[Json]]) -> None:
    results = [one["valueQuantity"] for one in records["Observation"] if "valueQuantity" in one]
    assert results
    for one in results:
        assert PEOPLE.search(json.dumps(one))
        assert PEOPLE.search(f"{one['value']} {one['unit']}"), one


@pytest.mark.parametrize("said", ["+382 67 000 111", "+38267000111", "60 mg", "40 copies/mL", "demo-p-0001"])
def test_what_else_tells_of_somebody_is_found(said: str) -> None:
    assert PEOPLE.search(f'"{said}"')


def test_no_text_of_the_product_is_taken_for_somebody() -> None:
    """But that of a figure, which says from which result on it counts, and is no error."""
    with TEMPLATE.open("rb") as file:
        texts = [f"<b>{message.id}</b>" for message in read_po(file) if message.id]
    assert len(texts) > 500
    found = [text for text in texts if PEOPLE.search(text)]
    assert [text for text in found if "copies/mL" not in text and "DEMO: every person" not in text] == []


@pytest.mark.parametrize(
    "said",
    [
        "Stefani and a demography of 60 magnets; Anatomy, Ivanov",
        "demo-prison-north",
        '{"reader": "demo", "ms": 12.5, "timestamp": "2026-11-27T00:00:00.123456Z"}',
        "0000000a-0000-4000-8000-20090101beef",
    ],
)
def test_words_and_numbers_that_only_look_like_it_are_passed_over(said: str) -> None:
    assert ANYBODY.search(said) is None


def test_a_name_in_a_line_of_the_log_is_found() -> None:
    with scanning() as scan:
        configure_logging("INFO", Log().stream)
        structlog.get_logger().info("a request", page="the list")
        assert (scan.lines, scan.found) == (1, [])
        structlog.get_logger().info("a request", page="Vesna")
        structlog.get_logger().error(f"nothing known of {ONE}")
    configure_logging("INFO")
    assert scan.lines == 3
    assert ["Vesna" in scan.found[0], ONE in scan.found[1]] == [True, True]


def test_a_name_in_an_error_answer_of_any_shape_is_found(application: FastAPI) -> None:
    @application.get("/told/{name}")
    def told(public: Public, name: str) -> None:
        raise NotFound(f"There is no {name} here.")

    with scanning() as scan, TestClient(application) as client:
        client.get(f"/told/{ONE}", headers={"Accept": "text/html"})
        client.get(f"/told/{ONE}")
        operation_outcome(NotFound(issues=[FhirIssue("not-found", message=ONE)]).problem)
        assert len(scan.found) == scan.errors == 3
        client.get("/told/somebody")
        client.get("/")
        assert len(scan.found) == 3 < scan.errors


def test_a_name_in_the_log_of_postgresql_is_found(tmp_path: Path) -> None:
    scan, file = LogScan(), tmp_path / "home" / "postgres.log"
    file.parent.mkdir()
    file.write_text("ready\n")
    scan_files(scan, tmp_path)
    assert (scan.lines, scan.found) == (1, [])
    file.write_text(f"ready\nDETAIL: Key (value)=({ONE}) exists\n")
    scan_files(scan, tmp_path)
    assert len(scan.found) == 1


def test_whatever_goes_wrong_with_the_countrys_records_nobody_is_named(
    records: dict[str, list[Json]], fhir: httpx.Client
) -> None:
    """The scan of the run would find it at the end; this one says at which request."""
    with scanning() as scan:
        configure_logging("DEBUG", Log().stream)
        for one in (one for several in records.values() for one in several[:MOST_OF_A_TYPE]):
            for method, path, body, headers in _wrong_requests(one):
                before = scan.errors
                answer = fhir.request(method, path, content=body, headers=headers)
                assert scan.errors > before, (method, path, answer.status_code)
                assert scan.found == [], (method, path)
    configure_logging("INFO")
    assert scan.errors > 200
    assert scan.lines > 200


def _wrong_requests(one: Json) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Requests about a record, each wrong in a way of its own, that say all that they can."""
    kind, id_, text = one["resourceType"], one["id"], json.dumps(one, ensure_ascii=False)
    said = one.get("identifier", [{"value": id_}])[0]["value"]
    yield "POST", f"/{kind}", text[:-9], {}
    yield "POST", f"/{kind}", json.dumps({**one, said: said, "status": said, "birthDate": said}), {}
    yield "PUT", f"/{kind}/another", text, {}
    yield "PUT", f"/{kind}/{id_}", text, {"If-Match": 'W/"9"'}
    yield "POST", f"/{kind}", text, {"If-None-Exist": f"nonsense={said}"}
    yield "GET", f"/{kind}/{said}/{id_}", "", {}
    yield "GET", f"/{kind}?_id={id_}&nonsense={said}", "", {}
    yield "GET", f"/{kind}?_lastUpdated={said}", "", {}
    yield "POST", "/", json.dumps(transaction(_entry("PUT", f"{kind}/another", one))), {}
    yield "POST", "/", json.dumps({**transaction(_entry("GET", f"{kind}/{said}")), "type": "batch"}), {}


def _entry(method: str, url: str, resource: Json | None = None) -> Json:
    request = {"request": {"method": method, "url": url}}
    return request if resource is None else {"resource": resource, **request}
