"""What is done at the command line by whoever runs the server is in the audit log, in one transaction with it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from audit_events import log_closed, said
from resources import a_patient
from signing import ec_key, key_set
from sqlalchemy import text
from typer.testing import CliRunner

from services.access.audit.log.errors import AuditUnavailable
from services.cli import command_line
from services.shared.database import Database
from services.shared.installation import Urls

Run = Callable[..., str]


@pytest.fixture
def run(urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; what it raises is raised."""
    monkeypatch.setenv("DATABASE_URL", urls.server)
    monkeypatch.setenv("THROUGHCARE_HOME", str(tmp_path / "home"))

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(command_line(), list(arguments))
        if result.exception is not None:
            raise result.exception
        return str(result.stdout)

    return invoke


def test_systems_their_keys_and_tokens(run: Run, database: Database, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(key_set(ec_key()))
    run("client", "add", "centre", "--scope", "system/*.rs", "--jwks", str(keys))
    run("client", "add", "other", "--scope", "system/*.rs")
    token = run("client", "token", "other").strip()
    run("client", "add-keys", "other", "--jwks", str(keys))
    kid = json.loads(keys.read_text())["keys"][0]["kid"]
    run("client", "revoke-key", "other", kid)
    run("client", "revoke", "other")
    events = said(database)
    assert [(one["change"], one["subjects"]) for one in events] == [
        ("client-added", ["client/centre"]),
        ("client-added", ["client/other"]),
        ("client-token-issued", ["client/other"]),
        ("client-keys-added", ["client/other"]),
        ("client-key-revoked", ["client/other"]),
        ("client-revoked", ["client/other"]),
    ]
    assert {one["actor"]["kind"] for one in events} == {"operator"}
    assert token not in str(events)


def test_no_system_is_registered_that_cannot_be_logged(run: Run, database: Database, urls: Urls) -> None:
    with log_closed(urls.owner), pytest.raises(AuditUnavailable):
        run("client", "add", "centre", "--scope", "system/*.rs")
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM access.client")).scalar_one() == 0


def test_records_that_come_in_and_leave_as_files(
    run: Run, database: Database, urls: Urls, tmp_path: Path
) -> None:
    file = tmp_path / "patients.ndjson"
    file.write_text("\n".join(json.dumps(a_patient(f"p{nth}")) for nth in range(3)))
    run("import", str(file))
    run("export", str(tmp_path / "out"))
    came, left = said(database)
    assert (came["kind"], came["types"], came["results"], came["refused"]) == ("import", ["Patient"], 3, 0)
    assert (left["kind"], left["types"], left["results"]) == ("export", ["Patient"], 3)
    with log_closed(urls.owner), pytest.raises(AuditUnavailable):
        run("export", str(tmp_path / "unlogged"))
    assert list((tmp_path / "unlogged").iterdir()) == [], "nothing has left"
