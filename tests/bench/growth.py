"""``make bench-full``: the same read, search and POST as the store grows, and a load of a million resources.

The store is filled by multiplying the rows of one person's record inside PostgreSQL: the rows are those that a save
makes, and five million of them take minutes instead of an hour. Writes ``docs/performance.md``'s curve to stdout.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import cascade_memory
import load
from figures import SECONDS, Figure, medians, show
from filling import fill_to
from loading import loading
from posting import BODY
from reading import GET, SEARCH, record_of_patient
from setting import Setting, empty_handler, setting

SIZES = (10_000, 1_000_000, 5_000_000)
MILLION = 1_000_000 // 250


def main() -> None:
    figures: list[Figure] = []
    with setting() as ours, empty_handler() as empty_port:
        record_of_patient(ours)
        for size in SIZES:
            fill_to(ours, size)
            figures += _at(ours, empty_port, size)
    show("The same requests as the store grows, 8 clients", figures)
    with setting() as ours:
        show("A million resources", loading(ours, people=MILLION))
    show("The cascade over five million resources", list(cascade_memory.memory()))


def _at(setting: Setting, empty_port: int, size: int) -> list[Figure]:
    asked = {
        "GET by id": load.request_bytes("GET", GET, token=setting.token),
        "search, 30 rows by patient and date": load.request_bytes("GET", SEARCH, token=setting.token),
        "POST one dose": load.request_bytes(
            "POST", "/fhir/MedicationAdministration", token=setting.token, body=BODY
        ),
    }
    return [_figure(setting, empty_port, f"{title} at {size:,}", request) for title, request in asked.items()]


def _figure(setting: Setting, empty_port: int, title: str, request: bytes) -> Figure:
    expect = 201 if request.startswith(b"POST") else 200
    empty = load.request_bytes("GET", "/")
    ours, emptied = medians(
        lambda: load.rate(setting.port, request, clients=8, seconds=SECONDS, expect=expect),
        lambda: load.rate(empty_port, empty, clients=8, seconds=SECONDS, expect=200),
    )
    return Figure(title, f"{ours:,.0f}/s", f"empty handler {emptied:,.0f}/s", f"{ours / emptied:.0%}")


if __name__ == "__main__":
    main()
