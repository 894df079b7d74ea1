"""A read that is logged before it is answered, beside a read and one raw durable INSERT of the same bytes.

python tests/bench/audit_figures.py
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from figures import CLIENTS, SECONDS, Figure, medians, show
from reading import PATIENT, record_of_patient
from setting import Setting, setting

from fhir_store.keyring import Keyring
from fhir_store.read import read
from services.access.audit.kinds import Actor, AuditEvent, Circumstances, Subjects
from services.access.audit.kinds import read as read_event
from services.access.audit.log.audit_log import AuditLog
from services.access.audit.log.record import ready
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.whole_log import verify_kept_log
from services.shared.database import Database
from services.shared.record_keys import open_keyring

RAW = "CREATE TABLE IF NOT EXISTS public.raw_event (number bigserial PRIMARY KEY, body bytea NOT NULL)"
GRANT = "GRANT ALL ON public.raw_event, public.raw_event_number_seq TO throughcare_server"
INSERT = "INSERT INTO public.raw_event (body) VALUES (%s)"
REFERENCE = f"Patient/{PATIENT}"
BAR = "at least 60%"


def audit_figures(setting: Setting) -> Iterator[Figure]:
    """Reads a second of so many threads; then what the order and the proof of the log cost."""
    record_of_patient(setting)
    with psycopg.connect(setting.conninfo) as owner:
        owner.execute(RAW)
        owner.execute(GRANT)
    database = Database(setting.urls.server, pool_size=max(CLIENTS) + 4)
    audit = AuditLog(database, setting.home)
    try:
        with audit.running():
            for threads in CLIENTS:
                yield _reads(database, open_keyring(setting.home, database), audit, threads)
        yield from _behind(database, audit)
    finally:
        database.close()


def an_event() -> AuditEvent:
    at = Circumstances(
        Actor("account", "4f1c7a52-7b0e-4c62-9f0b-1f3f4f7a2f11", "nurse"),
        datetime.now(UTC),
        purpose="TREAT",
        facility="prison-north",
        request="8d0e5b6e5a0c4f0d9a5d0a4f6f1c2b3a",
        address="10.0.3.17",
    )
    return read_event(at, "read", "Patient", Subjects([REFERENCE], [REFERENCE]))


def _reads(database: Database, keyring: Keyring, audit: AuditLog, threads: int) -> Figure:
    body = ready(an_event(), bytes(32)).sealed.body

    def with_audit() -> None:
        with database.cursor() as cursor:
            read(cursor, keyring, "Patient", PATIENT)
            audit.record_read(cursor, [an_event()])

    def with_raw_insert() -> None:
        with database.cursor() as cursor:
            read(cursor, keyring, "Patient", PATIENT)
            cursor.execute(INSERT, (body,))

    ours, raw = medians(lambda: _rate(with_audit, threads), lambda: _rate(with_raw_insert, threads))
    return Figure(
        f"read and its audit, {threads} threads",
        f"{ours:,.0f}/s",
        f"read and one durable INSERT {raw:,.0f}/s",
        f"{ours / raw:.0%}",
        BAR,
    )


def _rate(act: Callable[[], None], threads: int) -> float:
    until = time.perf_counter() + SECONDS

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() < until:
            act()
            done += 1
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(work, range(threads))) / (time.perf_counter() - began)


def _behind(database: Database, audit: AuditLog) -> Iterator[Figure]:
    with _timed() as took:
        count = sequence_all(database)
    yield Figure("sequencing", f"{count / took():,.0f} events/s", f"{count:,} left", "")
    with _timed() as took, database.snapshot() as connection:
        verified = verify_kept_log(connection, [], audit.keys.subject)
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
