"""``throughcare person file``: whole or not at all, for its maker alone, never over something, and logged."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from audit_events import rows
from fhir.resources.R4B.bundle import Bundle
from people_pages import PASSWORD, Someone, cheap_hashing
from pwdlib.hashers.argon2 import Argon2Hasher
from resources import an_observation, text_of
from stores import store_on
from typer.testing import CliRunner
from ward import INSIDE, OTHER, OUTSIDE, WORK, fill, someone

from fhir_store.bulk import save_many
from fhir_store.store import Author
from fhir_store.write import Write
from services.access.pages.desk import Desk
from services.access.people import hashing
from services.cli import command_line
from services.commands.failure import CommandFailed
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls

ZONE = "Europe/Podgorica"
WORDS = "His sister brings food."
KINDS = "SELECT kind FROM access.audit_event WHERE kind <> 'sign-out' ORDER BY seq"


class Terminal:
    """The command on an installation with a ward."""

    def __init__(self, database: Database, home: Path, folder: Path) -> None:
        settings = Settings(home=home, facility_zone=ZONE)
        self.desk = Desk(database, settings, hashing=cheap_hashing)
        self.people: dict[str, Someone] = {}
        self.to = folder / "for the person"
        fill(self.desk, ZONE)
        note = an_observation("noted", patient=INSIDE, note=[{"text": WORDS}])
        write = Write(text_of(note), id="noted")
        database.run(
            lambda c: save_many(c, store_on(database, ZONE), [write], Author("ward", facility="north"))
        )

    def file(self, by: str, patient: str = INSIDE, *options: str, types: tuple[str, ...] = ()) -> Any:
        if by not in self.people:
            self.people[by] = someone(self.desk, by, f"{by} of the tests", **WORK[by])
        typed = (PASSWORD, self.people[by].recovery_codes.pop(), *types)
        asked = ["person", "file", patient, "--to", str(self.to), "--by", by, *options]
        return CliRunner().invoke(command_line(), asked, input="".join(f"{line}\n" for line in typed))


@pytest.fixture
def terminal(database: Database, urls: Urls, tmp_path: Path) -> Iterator[Terminal]:
    home = tmp_path / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THROUGHCARE_HOME", str(home))
        patch.setenv("DATABASE_URL", urls.server)
        patch.setenv("FACILITY_ZONE", ZONE)
        patch.setattr(
            hashing, "HASHER", Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1), raising=False
        )
        yield Terminal(database, home, tmp_path)


def test_the_file_is_whole_for_its_maker_alone_and_logged(terminal: Terminal, urls: Urls) -> None:
    ran = terminal.file("doctor", types=("y",))
    assert ran.exit_code == 0, ran.output
    assert WORDS in ran.stdout
    assert sorted(one.name for one in terminal.to.iterdir()) == ["record.json", "record.pdf"]
    assert {stat.S_IMODE(one.stat().st_mode) for one in terminal.to.iterdir()} == {0o600}
    assert stat.S_IMODE(terminal.to.stat().st_mode) == 0o700
    found = json.loads((terminal.to / "record.json").read_text())
    Bundle.model_validate(found)
    ids = {one["resource"]["id"] for one in found["entry"]}
    assert {"inside-hiv", "inside-stay", "noted"} <= ids
    assert not any(one.startswith((OTHER, OUTSIDE)) for one in ids)
    assert (terminal.to / "record.pdf").read_bytes().startswith(b"%PDF")
    assert [kind for (kind,) in rows(urls.owner, KINDS)][-1] == "export"
    assert not list(terminal.to.parent.glob(".for the person*"))


def test_what_is_not_read_over_is_not_written(terminal: Terminal, urls: Urls) -> None:
    ran = terminal.file("doctor", types=("n",))
    assert isinstance(ran.exception, CommandFailed)
    assert not terminal.to.exists()
    assert not list(terminal.to.parent.glob(".for the person*"))
    assert ("export",) not in rows(urls.owner, KINDS)


def test_nothing_is_written_over_something(terminal: Terminal) -> None:
    terminal.to.mkdir()
    (terminal.to / "mine").write_text("kept")
    ran = terminal.file("doctor", INSIDE, "--read-over")
    assert isinstance(ran.exception, CommandFailed)
    assert [one.name for one in terminal.to.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("by", "patient"), [("nurse", INSIDE), ("doctor", OUTSIDE), ("doctor", "nobody"), ("admin", INSIDE)]
)
def test_who_may_not_give_it_gets_nothing_and_is_logged(
    terminal: Terminal, urls: Urls, by: str, patient: str
) -> None:
    ran = terminal.file(by, patient, "--read-over")
    assert isinstance(ran.exception, CommandFailed)
    assert "in your care" in str(ran.exception)
    assert not terminal.to.exists()
    assert rows(urls.owner, KINDS)[-1] == ("refusal",)


def test_without_a_log_there_is_no_file(terminal: Terminal, urls: Urls) -> None:
    shut = "REVOKE INSERT ON access.audit_opening, access.audit_event FROM throughcare_server"
    again = """
    GRANT INSERT ON access.audit_opening TO throughcare_server;
    GRANT INSERT (seq, kind, actor, facility, at, body) ON access.audit_event TO throughcare_server;
    """
    rows(urls.owner, shut)
    try:
        ran = terminal.file("doctor", INSIDE, "--read-over")
    finally:
        for one in again.strip().split(";")[:-1]:
            rows(urls.owner, one)
    assert ran.exit_code != 0
    assert not terminal.to.exists()
