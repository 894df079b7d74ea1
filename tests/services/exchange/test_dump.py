"""Who has the database, its files or a dump of it, and no key, finds nobody in it by name, number, telephone or address."""

import base64
import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest

from fhir_store.folding import folded
from fhir_store.store import Author, Store
from services.demo.country.simulation import simulated
from services.demo.country.writing import LATER, RECORDS, write
from services.exchange.load import load, source_files
from services.exchange.load.rejects import RejectFile
from services.shared.database import Database
from services.shared.embedded_postgres import RunningServer
from services.shared.installation import Urls

Json = dict[str, Any]

PEOPLE, MONTHS, END = 10, 6, date(2026, 6, 30)

TABLES = """
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


FAMILY, GIVEN, TELEPHONE, STREET, CITY = "Đorđijević", "Zvjezdana", "+382 67 000", "Nevidljivih", "Nevidgrad"
"""Begin what everybody here is called and where everybody lives, and nothing else in the country."""


def _who(patient: Json) -> Json:
    """Somebody with a name, a telephone and an address, in the place of a DEMO."""
    mark = patient["id"][-4:].upper()
    return {
        **patient,
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{GIVEN} {FAMILY}</div>',
        },
        "name": [{"family": f"{FAMILY} Q{mark}", "given": [f"{GIVEN}{mark}"]}],
        "telecom": [{"system": "phone", "value": f"{TELEPHONE} {patient['id']}"}],
        "address": [{"line": [f"{STREET} {mark}"], "city": f"{CITY}{mark}"}],
    }


def _files(folder: Path) -> list[Json]:
    """The country's files with such people in them; the people."""
    write(simulated(PEOPLE, MONTHS, 1, END), folder)
    shutil.rmtree(folder / RECORDS / LATER, ignore_errors=True)
    people = []
    for file in folder.rglob("Patient.ndjson"):
        written = [_who(json.loads(line)) for line in file.read_text().splitlines()]
        file.write_text("".join(json.dumps(one) + "\n" for one in written))
        people += written
    return people


def _numbers(people: list[Json]) -> set[bytes]:
    return {one["value"].encode() for patient in people for one in patient.get("identifier", [])}


def _forms(said: str) -> Iterator[bytes]:
    """A text as it might stand somewhere; of base64 the part that does not depend on what is around it."""
    for text in {said, folded(said), said.lower(), json.dumps(said)[1:-1]}:
        encoded = text.encode()
        yield from (encoded, encoded.hex().encode(), encoded.hex().upper().encode())
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + encoded)
            yield whole[4 if before else 0 : len(whole) // 4 * 4 - 4]


PLACE = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"

WORD = re.compile(rb"[A-Za-z0-9-]{4,}")


def _dump(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, bytes]]:
    for (table,) in connection.execute(TABLES).fetchall():
        with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
            yield table, b"".join(bytes(part) for part in copy)


def _other_resources(patient: Json) -> list[Json]:
    """What else may tell who somebody is."""
    (name,) = patient["name"]
    display = f"{name['given'][0]} {name['family']}"
    subject = {"reference": f"Patient/{patient['id']}", "display": display}
    number = {"system": "urn:x", "value": patient["telecom"][0]["value"]}
    observation = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    return [
        {**observation, "subject": subject, "note": [{"text": f"Told by {display}"}]},
        {**observation, "subject": {"identifier": number, "display": display}},
        {"resourceType": "RelatedPerson", "patient": subject, "name": [name], "telecom": patient["telecom"]},
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}]},
    ]


@pytest.fixture
def people(database: Database, store: Store, fhir: httpx.Client, tmp_path: Path) -> tuple[list[Json], float]:
    """The people of a country that is loaded, and when the loading began."""
    folder, began = tmp_path / "country", time.time()
    folder.mkdir()
    people = _files(folder)
    with RejectFile(tmp_path / "rejects.ndjson") as rejects:
        for _ in load(source_files([folder / RECORDS]), database, store, Author("country"), rejects):
            pass
    assert rejects.count == 0
    for n, one in enumerate(_other_resources(people[0])):
        fhir.post(
            f"/{one['resourceType']}", json=one, headers={"Idempotency-Key": f"dump-{n}"}
        ).raise_for_status()
    fhir.post(
        "/Patient",
        json=people[0],
        headers={"If-None-Exist": f"phone={quote(people[0]['telecom'][0]['value'])}"},
    ).raise_for_status()
    fhir.get("/Patient", params={"name": people[0]["name"][0]["family"]}).raise_for_status()
    return people, began


def test_nobody_is_found_in_the_database_without_the_keys(
    people: tuple[list[Json], float], fhir: httpx.Client, urls: Urls, postgres: RunningServer
) -> None:
    known, began = people
    numbers = _numbers(known)
    some = sorted(numbers)[:3]
    said = [FAMILY, GIVEN, TELEPHONE, STREET, CITY, *(number.decode() for number in some)]
    needles = {form: text for text in said for form in _forms(text)}
    assert len(numbers) > 20

    def found_in(content: bytes) -> list[str]:
        words = numbers.intersection(WORD.findall(content))
        return [*(needles[form] for form in needles if form in content), *(str(word) for word in words)]

    database = urls.owner.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(postgres.superuser_conninfo(), dbname=database, autocommit=True) as connection:
        tables: Mapping[str, bytes] = dict(_dump(connection))
        connection.execute("CHECKPOINT")
        files = list(_written_since(connection, began))
    assert len(tables["fhir_store.resource_version"]) > 100_000
    assert {table: found_in(rows) for table, rows in tables.items() if found_in(rows)} == {}
    assert len(files) > 10
    assert {file.name: found_in(file.read_bytes()) for file in files if found_in(file.read_bytes())} == {}
    # They are there, for who has the keys.
    bundle = fhir.get("/Patient", params={"name": known[0]["name"][0]["family"]}).json()
    assert known[0]["telecom"] in [one["resource"]["telecom"] for one in bundle["entry"]]


def _written_since(connection: psycopg.Connection[Any], began: float) -> Iterator[Path]:
    """The files of this database and of PostgreSQL's log of changes that were written since a moment."""
    row = connection.execute(PLACE).fetchone()
    assert row is not None
    for part in (Path(row[0]) / "base" / str(row[1]), Path(row[0]) / "pg_wal"):
        yield from (one for one in part.rglob("*") if one.is_file() and one.stat().st_mtime >= began)
