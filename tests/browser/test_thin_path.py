"""The main job from end to end: records in over FHIR and by import, a counted figure out on a page in Chromium."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from demo_installation import demo_installation
from fastapi import FastAPI
from resources import a_dose, a_patient, a_stay, an_organization, post, put, transaction
from serving import serving

from cascade.plan import last_whole_quarter
from fhir_store.store import Author
from services.access.clients import add_client, issue_token
from services.exchange.load import load, source_files
from services.exchange.load.rejects import RejectFile
from services.shared.embedded_postgres import EmbeddedPostgres

ZONE = ZoneInfo("Europe/Podgorica")
PRISON = {"system": "urn:throughcare:code-system:facility-kind", "code": "prison"}


def _quarters_end() -> datetime:
    """Noon of the last day of the last quarter that is over."""
    return datetime.combine(last_whole_quarter(datetime.now(ZONE).date()), time(12), ZONE)


def _token(application: FastAPI) -> str:
    with application.state.database.transaction() as connection:
        add_client(connection, "centre", "system/*.cruds")
        return issue_token(connection, "centre")


def _type_in(address: str, token: str, at: datetime) -> None:
    """Two people in one prison: three doses given to one, one refused by the other."""
    refused = a_dose(
        patient="p2", at=at.isoformat(), status="not-done", context={"reference": "Encounter/s2"}
    )
    doses = [
        a_dose(patient="p1", at=(at - timedelta(days=n)).isoformat(), context={"reference": "Encounter/s1"})
        for n in (0, 1, 100)
    ]
    records = [
        put(an_organization("north", name="DEMO Prison North", type=[{"coding": [PRISON]}])),
        *(put(a_patient(f"p{n}")) for n in (1, 2)),
        *(put(a_stay(f"s{n}", patient=f"p{n}", prison="north")) for n in (1, 2)),
        *(post(dose) for dose in doses),
    ]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    with httpx.Client(base_url=f"{address}/fhir", headers=headers) as client:
        assert client.post("/", json=transaction(*records)).status_code == 200
        assert client.post("/MedicationAdministration", json=refused).status_code == 201


def _import_synthea(application: FastAPI, folder: Path, rejects: Path) -> int:
    state = application.state
    with RejectFile(rejects) as reject_file:
        reports = list(
            load(source_files([folder]), state.database, state.exchange.store, Author("synthea"), reject_file)
        )
    assert reject_file.count == 0
    return reports[-1][1].created.total()


def test_a_dose_that_was_typed_in_is_counted_on_the_page(
    postgres: EmbeddedPostgres,
    worker_id: str,
    tmp_path: Path,
    shared_folder: Path,
    new_tab: Callable[..., Any],
) -> None:
    name = f"thin_path_{worker_id}"
    with (
        demo_installation(postgres, name, tmp_path, examples=False) as application,
        serving(application, application.state.settings.port) as address,
    ):
        assert (
            _import_synthea(application, shared_folder / "conformance/synthea-bundles", tmp_path / "r")
            > 1_000
        )
        at = _quarters_end()
        _type_in(address, _token(application), at)
        application.state.cube.wait(60)
        application.state.cube.start()
        application.state.cube.wait(60)
        tab = new_tab()
        tab.open(f"{address}/ministry")
        finding = tab.page.locator("main").inner_text()
        assert f"On {at.day} {at:%B %Y}, 1 person in prison was on OAT." in finding
        assert "DEMO Prison North" in finding
        assert tab.page.locator("figure .main-svg").count() > 0, "the figure is drawn"
        assert tab.complaints == []
