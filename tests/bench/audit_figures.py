"""A request that is logged before it is answered, beside one and a raw durable INSERT of as many bytes.

python tests/bench/audit_figures.py
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import load
import psycopg
from figures import CLIENTS, SECONDS, Figure, medians, show
from raw_audit import GRANT, RAW
from reading import DAYS, GET, SEARCH, record_of_patient
from setting import Setting, setting, with_another_log

from services.access.audit.log.record import keys_of
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.whole_log import verify_kept_log
from services.shared.database import Database

BAR = "at least 60%"


def audit_figures(setting: Setting) -> Iterator[Figure]:
    """Requests a second of so many clients; then what the order and the proof of the log cost."""
    record_of_patient(setting)
    with psycopg.connect(setting.conninfo) as owner:
        owner.execute(RAW)
        owner.execute(GRANT)
    with with_another_log(setting, "raw_audit") as raw_port:
        for title, path in (("GET by id", GET), (f"search, {DAYS} rows", SEARCH)):
            for clients in CLIENTS:
                yield _requests(setting, raw_port, title, path, clients)
    yield from _behind(setting)


def _requests(setting: Setting, raw_port: int, title: str, path: str, clients: int) -> Figure:
    request = load.request_bytes("GET", path, token=setting.token)
    ours, raw = medians(
        lambda: load.rate(setting.port, request, clients=clients, seconds=SECONDS, expect=200),
        lambda: load.rate(raw_port, request, clients=clients, seconds=SECONDS, expect=200),
    )
    return Figure(
        f"{title} and its audit, {clients} clients",
        f"{ours:,.0f}/s",
        f"with one durable INSERT {raw:,.0f}/s",
        f"{ours / raw:.0%}",
        BAR,
    )


def _behind(setting: Setting) -> Iterator[Figure]:
    database = Database(setting.urls.server)
    key = keys_of(setting.home).subject
    with _timed() as took:
        count = sequence_all(database)
    yield Figure("sequencing", f"{count / took():,.0f} events/s", f"{count:,} left", "")
    with _timed() as took, database.snapshot() as connection:
        verified = verify_kept_log(connection, [], key)
    assert verified.report.intact
    entries = verified.report.entries
    yield Figure("verification", f"{entries / took():,.0f} entries/s", f"{entries:,} entries", "")


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    began = time.perf_counter()
    yield lambda: time.perf_counter() - began


if __name__ == "__main__":
    with setting() as ours:
        show("The audit log", list(audit_figures(ours)))
