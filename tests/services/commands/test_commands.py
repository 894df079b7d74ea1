"""The command line as a person and a script use it, each command on a real database.

Two tests are about an installation as it is on a laptop: a process for each command, and PostgreSQL in its home.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from command_line import Home
from resources import a_dose, a_patient
from signing import ec_key, key_set

from services.cli import COMMANDS
from services.commands.manual import manual
from services.shared.embedded_postgres import RunningServer

ROOT = Path(__file__).parents[3]


def test_import_export_and_import_again_give_the_same_resources(
    embedded_home: Home, home: Home, tmp_path: Path
) -> None:
    source = tmp_path / "in.ndjson"
    source.write_text("\n".join(json.dumps(r) for r in (a_patient("p1"), a_dose("d1"))) + "\n")
    assert embedded_home.json("import", str(source))["created"] == {
        "Patient": 1,
        "MedicationAdministration": 1,
    }
    exported = tmp_path / "out"
    assert embedded_home.json("export", str(exported))["resources"] == {
        "MedicationAdministration": 1,
        "Patient": 1,
    }
    assert {file.name for file in exported.iterdir()} == {
        "MedicationAdministration.ndjson",
        "Patient.ndjson",
        "manifest.json",
    }
    assert oct((exported / "Patient.ndjson").stat().st_mode)[-3:] == "600"
    assert home.json("import", str(exported))["created"] == {"Patient": 1, "MedicationAdministration": 1}
    again = tmp_path / "again"
    home.says("export", str(again))
    for name in ("Patient.ndjson", "MedicationAdministration.ndjson"):
        before, after = (json.loads((folder / name).read_text()) for folder in (exported, again))
        assert {**before, "meta": None} == {**after, "meta": None}


def test_import_says_what_was_rejected_and_ends_with_2(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_text('{"resourceType":"Patient","id":"p1"}\n{"resourceType":"Patient","id":"p2","x":1}\n')
    ran = home.run("import", str(source), "--json")
    assert ran.returncode == 2
    report = json.loads(ran.stdout)
    assert (report["created"], report["rejected"]) == ({"Patient": 1}, 1)
    assert json.loads(Path(report["reject_file"]).read_text())["line"] == 2


def test_a_strict_import_takes_all_or_nothing(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    good, bad = '{"resourceType":"Patient","id":"p1"}\n', '{"resourceType":"Patient","id":"p2","x":1}\n'
    source.write_text(good + bad)
    ran = home.run("import", str(source), "--strict", "--json")
    assert (ran.returncode, json.loads(ran.stdout)["created"]) == (2, {})
    source.write_text(good)
    assert home.json("import", str(source), "--strict")["created"] == {"Patient": 1}


def test_a_source_is_a_uri(home: Home, tmp_path: Path) -> None:
    (tmp_path / "in.ndjson").write_text("")
    ran = home.run("import", str(tmp_path / "in.ndjson"), "--source", "hospital")
    assert (ran.returncode, "--source is a URI" in ran.stderr) == (1, True)


def test_a_client_is_added_given_a_token_listed_and_shut_out(home: Home) -> None:
    home.says("client", "add", "centre", "--scope", "system/*.rs")
    token = home.says("client", "token", "centre")
    assert len(token.split()) == 1, "the token alone"
    assert [c["name"] for c in home.json("client", "list")["clients"]] == ["centre"]
    home.says("client", "revoke", "centre")
    assert home.run("client", "token", "centre").returncode == 1


def test_a_client_is_added_with_a_role_at_a_facility(home: Home) -> None:
    home.says("client", "add", "ward", "--scope", "system/*.rs", "--role", "nurse", "--facility", "prison")
    (client,) = home.json("client", "list")["clients"]
    assert (client["role"], client["facility"]) == ("nurse", "prison")
    for wrong in (
        ["--role", "nurse"],
        ["--role", "king", "--facility", "x"],
        ["--facility", "Organization/x"],
    ):
        ran = home.run("client", "add", "other", "--scope", "system/*.rs", *wrong)
        assert (ran.returncode, "--facility" in ran.stderr) == (1, True)


def test_a_client_is_added_with_keys_and_one_is_revoked(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(key_set(ec_key("first"), ec_key("second")))
    assert "its client id is centre" in home.says(
        "client", "add", "centre", "--scope", "system/*.rs", "--jwks", str(file)
    )
    home.says("client", "revoke-key", "centre", "first")
    listed = home.json("client", "keys", "centre")["keys"]
    assert [(key["kid"], key["revoked_at"] is None) for key in listed] == [("first", False), ("second", True)]
    assert home.run("client", "revoke-key", "centre", "first").returncode == 1
    home.says("client", "add-keys", "centre", "--jwks-url", "https://centre.example/jwks.json")
    assert "--jwks FILE or --jwks-url" in home.run("client", "add-keys", "centre").stderr


@pytest.fixture
def reaching_the_disk(postgres: RunningServer) -> Iterator[None]:
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as connection:
        for setting in ("on", "off"):
            connection.execute(f"ALTER SYSTEM SET fsync = {setting}")
            connection.execute("SELECT pg_reload_conf()")
            if setting == "on":
                yield


@pytest.mark.usefixtures("reaching_the_disk")
def test_rebuild_and_doctor_find_a_healthy_store(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_text(json.dumps(a_dose("d1", patient="nobody-here")) + "\n")
    home.says("import", str(source))
    assert "Rebuilt from 1 resources" in home.says("rebuild")
    report = home.json("doctor")
    assert report["ok"] is True
    found = {finding["check"]: finding["says"] for finding in report["findings"]}
    assert "1 Patient" in found["references"]
    assert home.json("doctor", "--absent")["absent"] == [
        {"type": "Patient", "id": "nobody-here", "referring": 1}
    ]


def test_doctor_warns_of_commits_that_do_not_reach_the_disk(home: Home) -> None:
    ran = home.run("doctor", "--json")
    assert ran.returncode == 1
    report = json.loads(ran.stdout)
    assert [one["says"] for one in report["findings"] if not one["ok"]] == [
        "turn fsync, full_page_writes and synchronous_commit on"
    ]


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["import", "nowhere.ndjson"], {}, "Nothing to load"),
        (["client", "token", "nobody"], {}, "No such client"),
        (["client", "add", "x", "--scope", "everything"], {}, "Write scopes as"),
        (["doctor"], {"PORT": "high"}, "PORT cannot be used"),
        (["doctor"], {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/x"}, ""),
        (
            ["migrate"],
            {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/x"},
            "The database does not answer",
        ),
        (["import", "."], {"THROUGHCARE_HOME": "/proc/nothing", "DATABASE_URL": ""}, ""),
    ],
)
def test_what_a_person_can_mend_is_one_line_without_a_traceback(
    home: Home, arguments: list[str], environment: dict[str, str], says: str
) -> None:
    ran = home.run(*arguments, **environment)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr + ran.stdout
    assert says in ran.stderr
    assert len((ran.stderr or ran.stdout).strip().splitlines()) <= 3


def test_a_port_in_use_is_said_before_anything_is_started(home: Home, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        ran = home.of_processes.run("serve", PORT=str(free_port))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"throughcare: Port {free_port} is in use")
    assert len(ran.stderr.splitlines()) == 1
    assert not home.folder.exists()


def test_the_demo_refuses_a_database_with_real_records(
    other_home: Home, tmp_path: Path, free_port: int
) -> None:
    source = tmp_path / "in.ndjson"
    source.write_text(json.dumps(a_patient("p1")) + "\n")
    other_home.says("import", str(source))
    # A demo that does not refuse serves until it is stopped.
    ran = other_home.of_processes.run("demo", "--people", "0", PORT=str(free_port))
    assert ran.returncode == 1
    assert "real records" in ran.stderr
    assert other_home.of_processes.run("demo", "--start-over", PORT=str(free_port)).returncode == 1
    assert other_home.json("import", str(source))["unchanged"] == {"Patient": 1}, "nothing was thrown away"


def test_the_demo_serves_its_dashboard_and_prints_how_to_sign_in(embedded_home: Home, free_port: int) -> None:
    environment = {**os.environ, "THROUGHCARE_HOME": str(embedded_home.folder), "PORT": str(free_port)}
    command = [sys.executable, "-u", "-m", "services.cli", "demo", "--people", "40"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        printed = ""
        while "Stop with" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        token = printed.split("Bearer ")[1].split('"')[0]
        with httpx.Client(base_url=f"http://localhost:{free_port}", timeout=20) as client:
            _until_ready(client)
            assert client.get("/ministry").status_code == 200
            assert "Medical room A" in client.get("/custody").text, "calls of today"
            patients = client.get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"})
            assert len(patients.json()["entry"]) > 40, "the people of the invented country"
    finally:
        process.terminate()
        assert process.wait(30) is not None
        process.stdout.close()


def _until_ready(client: httpx.Client) -> None:
    for _ in range(100):
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("the demo did not become ready")


def test_the_kept_cascade_takes_in_what_changed_in_the_record_store(home: Home, tmp_path: Path) -> None:
    for name, resource in (
        ("p1", a_patient("p1")),
        ("d1", a_dose("d1")),
        ("d2", a_dose("d2", at="2026-03-02T06:10:00+01:00")),
    ):
        (tmp_path / f"{name}.ndjson").write_text(json.dumps(resource) + "\n")
    home.says("import", str(tmp_path / "p1.ndjson"), str(tmp_path / "d1.ndjson"))
    assert home.json("cascade", "refresh")["how"] == "whole"
    assert home.json("cascade", "refresh")["how"] == "unchanged"
    home.says("import", str(tmp_path / "d2.ndjson"))
    taken_in = home.json("cascade", "refresh")
    assert (taken_in["how"], taken_in["changes"]) == ("part", 1)


EACH_ALONE = """
import importlib, sys
from services.cli import COMMANDS
OURS = {"services", "clinical", "cascade", "fhir_store"}
for name in COMMANDS:
    for module in [one for one in sys.modules if one.partition(".")[0] in OURS]:
        del sys.modules[module]
    importlib.import_module("services.cli").command_line([name])
    print(name)
"""


def test_every_command_can_be_imported_without_the_others() -> None:
    """In a process of its own a command is imported first; here others were before it."""
    ran = subprocess.run(
        [sys.executable, "-c", EACH_ALONE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.split()) == (0, list(COMMANDS)), ran.stderr


def test_the_manual_of_the_commands_is_current() -> None:
    page = ROOT / "docs" / "commands.md"
    assert page.read_text() == manual(), "run: make docs"
