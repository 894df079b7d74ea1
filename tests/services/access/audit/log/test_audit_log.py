"""The running program takes events, sequences and signs them, and says so where its own log is read."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from audit_events import a_read, rows
from fastapi import FastAPI
from serving import serving
from structlog.testing import capture_logs

from fhir_store.write import raw_cursor
from services.access.audit import head as signed
from services.access.audit.log import audit_log
from services.access.audit.log.audit_log import AuditLog
from services.access.audit.log.errors import AuditUnavailable
from services.access.audit.log.heads import sign_now
from services.access.audit.log.signing_key import NAME
from services.shared.database import Database
from services.shared.installation import Urls

SIZE = "SELECT size::int FROM access.audit_tree"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "EVERY_S", 0.05)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "that did not come about"
        time.sleep(0.02)


def _read(database: Database, audit: AuditLog) -> None:
    with database.cursor() as cursor:
        audit.record_read(cursor, [a_read()])


def test_the_application_logs_sequences_and_signs(
    application: FastAPI, database: Database, urls: Urls
) -> None:
    audit = application.state.audit
    with capture_logs() as said, serving(application):
        _read(database, audit)
        with database.transaction() as connection:
            audit.record_write(raw_cursor(connection), [a_read()])
        _until(lambda: rows(urls.server, SIZE) == [(2,)])
        _until(lambda: any(line["event"] == "audit head" for line in said))
    (head,) = [signed.parse(line["head"]) for line in said if line["event"] == "audit head"]
    assert head.size >= 1
    with pytest.raises(AuditUnavailable):
        _read(database, audit)


def test_a_lost_key_is_said_once_and_everything_else_goes_on(
    database: Database, urls: Urls, tmp_path: Path
) -> None:
    audit = AuditLog(database, tmp_path)
    sign_now(database, tmp_path)
    (tmp_path / NAME).unlink()
    rows(urls.owner, "UPDATE access.audit_head SET signed_at = now() - interval '2 days'")
    with capture_logs() as said, audit.running():
        _read(database, audit)
        _until(lambda: any(line["event"] == "audit log" for line in said))
        _read(database, audit)
        _until(lambda: rows(urls.server, SIZE) == [(2,)])
        time.sleep(0.3)
    (line,) = [line for line in said if line["event"] == "audit log"]
    assert "lost" in line["problem"]
    assert not (tmp_path / NAME).exists()


def test_a_database_that_was_away_is_sequenced_afterwards(
    database: Database, urls: Urls, tmp_path: Path
) -> None:
    audit = AuditLog(database, tmp_path)
    rows(urls.owner, "REVOKE SELECT ON access.audit_tree FROM throughcare_server")
    with capture_logs() as said, audit.running():
        try:
            _until(lambda: any(line["event"] == "the audit log is not sequenced" for line in said))
        finally:
            rows(urls.owner, "GRANT SELECT ON access.audit_tree TO throughcare_server")
        _read(database, audit)
        _until(lambda: rows(urls.server, SIZE) == [(1,)])
