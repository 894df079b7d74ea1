"""GET by id and a search of thirty rows, beside a handler that answers at once."""

import load
from figures import SECONDS, Figure, medians
from resources import a_dose, a_patient, post, transaction
from setting import Setting

PATIENT = "bench"
GET = f"/fhir/Patient/{PATIENT}"
SEARCH = f"/fhir/MedicationAdministration?patient={PATIENT}&effective-time=ge2026-01-01"
DAYS = 30


def reading(setting: Setting, empty_port: int) -> list[Figure]:
    """Requests a second of 8 clients."""
    record_of_patient(setting)
    return [
        _figure(setting, empty_port, "GET by id", GET, "at least 30%"),
        _figure(setting, empty_port, "search, 30 rows by patient and date", SEARCH, "at least 15%"),
    ]


def record_of_patient(setting: Setting) -> None:
    """One patient with thirty doses."""
    with setting.client() as client:
        client.put(f"/Patient/{PATIENT}", json=a_patient(PATIENT)).raise_for_status()
        doses = [
            post(a_dose(patient=PATIENT, at=f"2026-01-{day + 1:02d}T06:00:00+01:00")) for day in range(DAYS)
        ]
        client.post("/", json=transaction(*doses)).raise_for_status()


def _figure(setting: Setting, empty_port: int, title: str, path: str, bar: str) -> Figure:
    request = load.request_bytes("GET", path, token=setting.token)
    empty = load.request_bytes("GET", "/")
    ours, emptied = medians(
        lambda: load.rate(setting.port, request, clients=8, seconds=SECONDS, expect=200),
        lambda: load.rate(empty_port, empty, clients=8, seconds=SECONDS, expect=200),
    )
    return Figure(
        f"{title}, 8 clients",
        f"{ours:,.0f}/s",
        f"empty handler {emptied:,.0f}/s",
        f"{ours / emptied:.0%}",
        bar,
    )
