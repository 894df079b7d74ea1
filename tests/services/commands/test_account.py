"""The command line of accounts: whoever acts signs in, and secrets are printed once, to nowhere else."""

import base64
import json
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from audit_events import said
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text
from typer.testing import CliRunner

from services.access.audit.log.record import keys_of
from services.access.people import hashing
from services.access.people.accounts import active_account
from services.access.people.activation import Activation, Offer
from services.access.people.errors import AlreadyInUse, GrantRefused, NotAllowed, SeedRefused
from services.access.people.grants import person_with
from services.access.people.hashing import Hashing
from services.access.people.holdings import Holding
from services.access.people.journal import Journal
from services.access.people.keys import credential_keys
from services.access.people.oath_tokens import CodeUse, use_code
from services.access.people.one_time_codes import Generator, code_at, step
from services.access.people.throttling import Source
from services.cli import command_line
from services.commands.failure import CommandFailed
from services.shared.database import Database
from services.shared.installation import Urls

ROOT = Path(__file__).parents[3]
PASSWORD = "a long walk by the river"
HEX = "3132333435363738393031323334353637383930"
NORTH = "Location/north"


class Terminal:
    """The command line on one installation, and the recovery codes that people keep on paper."""

    def __init__(self, database: Database, home: Path) -> None:
        self.database = database
        self.keys = credential_keys(home)
        self.journal = Journal(keys_of(home))
        self.paper: dict[str, list[str]] = {}
        self.logged = ""

    def run(self, *arguments: str, types: tuple[str, ...] = ()) -> str:
        """What the command prints on standard output; what it raises is raised."""
        result = CliRunner().invoke(
            command_line(), ["account", *arguments], input="".join(f"{line}\n" for line in types)
        )
        self.logged += result.stderr
        if result.exception is not None:
            raise result.exception
        assert not [line for line in types if line in result.stdout]
        return str(result.stdout)

    def run_as(self, by: str, *arguments: str, types: tuple[str, ...] = ()) -> str:
        return self.run(*arguments, "--by", by, types=(PASSWORD, self.paper[by].pop(), *types))

    def activate(self, login: str, code: str) -> None:
        """Use an account for the first time, as its holder does."""
        source, at = Source("the desk"), datetime.now(UTC)
        activation = Activation(self.database, Hashing(Argon2Hasher(1, 8, 1)), self.keys, None, self.journal)
        offer = activation.begin(source, login, code, at)
        assert isinstance(offer, Offer), offer
        done = activation.with_code(source, offer.ticket, PASSWORD, _shown(offer.secret), at)
        self.paper[login] = list(done.recovery_codes)

    def make(self, login: str) -> None:
        """An account made by the administrator and used for the first time by its holder."""
        printed = self.run_as("chief", "add", login, "--name", login.title())
        self.activate(login, _code_in(printed))

    def holds(self, login: str) -> frozenset[Holding]:
        with self.database.transaction() as connection:
            account = active_account(connection, login)
            return person_with(connection, account.id, datetime.now(UTC)).holds_now


def _code_in(printed: str) -> str:
    return str(re.search(r"\b\w{4}(-\w{4}){5}\b", printed)[0])  # type: ignore[index]


def _id_in(printed: str) -> str:
    return str(re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", printed)[0])  # type: ignore[index]


def _shown(secret: str) -> str:
    generator = Generator("totp", base64.b32decode(secret))
    return code_at(generator, step(generator, datetime.now(UTC)))


@pytest.fixture
def terminal(database: Database, urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """An installation without accounts."""
    monkeypatch.setenv("DATABASE_URL", urls.server)
    monkeypatch.setenv("THROUGHCARE_HOME", str(tmp_path))
    # A real hash takes half a second here, and each command computes some.
    monkeypatch.setattr(hashing, "MEMORY_KIB", 64)
    return Terminal(database, tmp_path)


@pytest.fixture
def begun(terminal: Terminal) -> Terminal:
    """An installation with its first administrator and its first auditor."""
    lines = terminal.run("bootstrap", "--administrator", "chief", "--auditor", "watch").splitlines()
    for login, line in zip(("chief", "watch"), lines[:2], strict=True):
        terminal.activate(login, _code_in(line))
    return terminal


def test_the_first_two_accounts_are_made_once(begun: Terminal) -> None:
    assert begun.holds("chief") == {Holding("administrator", None)}
    assert begun.holds("watch") == {Holding("auditor", None)}
    with pytest.raises(AlreadyInUse):
        begun.run("bootstrap", "--administrator", "other", "--auditor", "another")


def test_from_the_first_administrator_to_the_first_nurse(begun: Terminal) -> None:
    begun.make("lead")
    begun.make("nurse")
    asked = begun.run_as("chief", "grant", "lead", "medical_lead", "--at", NORTH, types=("not needed yet",))
    assert begun.holds("lead") == frozenset()
    seen = begun.run_as("lead", "here").strip()
    with pytest.raises(GrantRefused):
        begun.run_as("chief", "confirm-grant", _id_in(asked), types=(seen,))
    begun.run_as("watch", "confirm-grant", _id_in(asked), types=(seen,))
    assert begun.holds("lead") == {Holding("medical_lead", NORTH)}
    with pytest.raises(GrantRefused):
        begun.run_as(
            "chief", "grant", "nurse", "nurse", "--at", NORTH, types=(begun.run_as("nurse", "here").strip(),)
        )
    seen = begun.run_as("nurse", "here").strip()
    begun.run_as("lead", "grant", "nurse", "nurse", "--at", NORTH, types=(seen,))
    assert begun.holds("nurse") == {Holding("nurse", NORTH)}
    waiting = begun.run_as("chief", "reset", "nurse")
    code = _code_in(begun.run_as("lead", "confirm-reset", _id_in(waiting)))
    begun.activate("nurse", code)
    (given,) = (one for one in json.loads(begun.run("grants", "--json"))["grants"] if one["role"] == "nurse")
    begun.run_as("lead", "revoke", given["id"])
    assert begun.holds("nurse") == frozenset()
    listed = begun.run("grants")
    assert [listed.count(word) for word in ("in effect", "revoked")] == [3, 1]
    begun.run_as("chief", "close", "nurse")
    assert "nurse  Nurse  closed" in begun.run("list")
    changes = said(begun.database, "access-change")
    assert [one["change"] for one in changes] == [
        *["account-made", "role-granted"] * 2,
        *["account-activated"] * 2,
        *["account-made", "account-activated"] * 2,
        *["role-granted", "role-confirmed", "role-granted"],
        *["reset-asked", "reset-done", "account-activated", "role-revoked", "account-closed"],
    ]
    assert {one["actor"]["kind"] for one in changes[:4]} == {"operator"}
    assert {one["actor"]["kind"] for one in changes[4:]} == {"account"}
    granted = next(one for one in changes if one.get("granted") == "nurse")
    assert (granted["where"], len(granted["subjects"]), granted["until"][-1]) == (NORTH, 1, "Z")
    assert PASSWORD not in str(said(begun.database))


def test_a_mandate_is_granted_with_its_number_and_its_end(begun: Terminal) -> None:
    begun.make("ines")
    place = ("--at", "Organization/north")
    with pytest.raises(GrantRefused, match="30 days at most"):
        begun.run_as("chief", "grant", "ines", "inspector", *place, "--days", "31", "--mandate", "CPT 114/3")
    with pytest.raises(GrantRefused, match="Only an inspector"):
        begun.run_as("chief", "grant", "ines", "evaluator", *place, "--days", "5", "--mandate", "CPT 114/3")
    asked = begun.run_as(
        "chief", "grant", "ines", "inspector", *place, "--days", "30", "--mandate", "CPT 114/3"
    )
    begun.run_as("watch", "confirm-grant", _id_in(asked), types=(begun.run_as("ines", "here").strip(),))
    with begun.database.transaction() as connection:
        account = active_account(connection, "ines")
        (mandate,) = person_with(connection, account.id, datetime.now(UTC)).mandates
    assert (mandate.number, mandate.facility) == ("CPT 114/3", "Organization/north")
    assert [one["mandate"] for one in said(begun.database, "access-change") if "mandate" in one] == [
        "CPT 114/3"
    ] * 2


def test_without_the_right_password_and_code_nothing_is_done(begun: Terminal) -> None:
    with pytest.raises(CommandFailed, match="not accepted"):
        begun.run("add", "mira", "--name", "Mira", "--by", "chief", types=("not the password at all",))
    with pytest.raises(CommandFailed, match="not accepted"):
        begun.run("add", "mira", "--name", "Mira", "--by", "chief", types=(PASSWORD, "000000"))
    with pytest.raises(CommandFailed, match="not accepted"):
        begun.run("add", "mira", "--name", "Mira", "--by", "nobody", types=(PASSWORD,))
    with pytest.raises(NotAllowed):
        begun.run_as("watch", "add", "mira", "--name", "Mira")
    assert "mira" not in begun.run("list")
    tried = [
        (one["method"], one.get("why"), len(one["subjects"])) for one in said(begun.database, "sign-in")
    ][2:]
    assert tried == [
        ("password", "unknown login or wrong password", 1),
        ("password and one-time code", "wrong code", 1),
        ("password", "unknown login or wrong password", 0),
        ("password and recovery code", None, 0),
    ]
    assert [one["how"] for one in said(begun.database, "sign-out")] == ["with its command"]


def test_too_many_tries_are_told_how_long_to_wait(begun: Terminal) -> None:
    for _ in range(6):
        with pytest.raises(CommandFailed, match="not accepted"):
            begun.run("close", "watch", "--by", "chief", types=("not the password at all",))
    with pytest.raises(CommandFailed, match=r"Wait \d seconds"):
        begun.run("close", "watch", "--by", "chief", types=(PASSWORD,))


def test_the_session_of_a_command_ends_with_it(begun: Terminal) -> None:
    begun.run_as("chief", "add", "mira", "--name", "Mira")
    with begun.database.transaction() as connection:
        # What is left are those of the two activations, which were no commands.
        assert connection.execute(text("SELECT count(*) FROM access.session")).scalar() == 2
    assert begun.run("sessions").count("no device") == 2
    assert begun.run_as("chief", "end-sessions", "watch").strip() == "1 ended."
    with pytest.raises(NotAllowed):
        begun.run_as("watch", "end-sessions", "chief")


def test_devices(begun: Terminal) -> None:
    token = begun.run_as("chief", "add-device", "Round 1", "--at", NORTH).strip()
    (device,) = json.loads(begun.run("devices", "--json"))["devices"]
    assert (device["name"], device["facility"]) == ("Round 1", NORTH)
    assert token not in begun.run("devices")
    with pytest.raises(NotAllowed):
        begun.run_as("watch", "revoke-device", device["id"])
    assert "0 sessions" in begun.run_as("chief", "revoke-device", device["id"])
    assert "revoked" in begun.run("devices")


def test_hardware_tokens_from_the_delivery_to_the_hand(begun: Terminal, tmp_path: Path) -> None:
    delivery = tmp_path / "delivery.csv"
    delivery.write_text(f"serial,kind,seed\nF1,hotp,{HEX}\nF2,hotp,{HEX}\n")
    assert "2 tokens" in begun.run_as("chief", "import-tokens", str(delivery))
    with pytest.raises(SeedRefused):
        begun.run_as("chief", "import-tokens", str(delivery))
    begun.run_as("chief", "assign-token", "F1", "watch")
    generator = Generator("hotp", bytes.fromhex(HEX))
    begun.run_as("chief", "resync-token", "F1", types=(code_at(generator, 60), code_at(generator, 61)))
    with begun.database.transaction() as connection:
        watch = active_account(connection, "watch").id
        outcome = use_code(connection, begun.keys, watch, code_at(generator, 62), datetime.now(UTC))
    assert outcome is CodeUse.ACCEPTED
    with pytest.raises(NotAllowed):
        begun.run_as("watch", "assign-token", "F2", "chief")


def test_no_secret_is_written_where_errors_go(begun: Terminal) -> None:
    paper = [code for codes in begun.paper.values() for code in codes]
    printed = begun.run_as("chief", "add", "mira", "--name", "Mira")
    assert not [secret for secret in (PASSWORD, _code_in(printed), *paper) if secret in begun.logged]


class Screen:
    """A real terminal with a command on it."""

    def __init__(self, *arguments: str, home: Path, database: str) -> None:
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "account", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True,
            env={**os.environ, "DATABASE_URL": database, "THROUGHCARE_HOME": str(home)},
        )  # fmt: skip
        os.close(theirs)
        self.shows = ""

    def answer(self, prompt: str, line: str | Callable[[str], str]) -> None:
        self._wait_for(prompt)
        typed = line if isinstance(line, str) else line(self.shows)
        os.write(self.ours, f"{typed}\n".encode())

    def _wait_for(self, prompt: str) -> None:
        # The blank after the colon is written once the terminal shows no more what is typed.
        while not re.search(f"{prompt}[^\n]*: $", self.shows):
            assert select.select([self.ours], [], [], 60)[0], self.shows
            self.shows += os.read(self.ours, 4096).decode()

    def end(self) -> str:
        try:
            while more := os.read(self.ours, 4096):
                self.shows += more.decode()
        except OSError:  # the other end is closed
            pass
        os.close(self.ours)
        assert self.process.wait(60) == 0, self.shows
        return self.shows


def test_activating_at_a_real_terminal(begun: Terminal, urls: Urls, tmp_path: Path) -> None:
    code = _code_in(begun.run_as("chief", "add", "mira", "--name", "Mira"))
    screen = Screen("activate", "mira", home=tmp_path, database=urls.server)
    screen.answer("Activation code", code)
    screen.answer("New password", PASSWORD)
    screen.answer("Repeat", PASSWORD)
    screen.answer(
        "shows now", lambda shows: _shown(str(re.search(r"^  ([A-Z2-7]{32})\r?$", shows, re.MULTILINE)[1]))
    )  # type: ignore[index]
    shows = screen.end()
    assert PASSWORD not in shows
    assert code not in shows
    begun.paper["mira"] = re.findall(r"\w{4}(?:-\w{4}){5}", shows)
    assert len(begun.paper["mira"]) == 10
    assert re.fullmatch(r"\d{8}", begun.run_as("mira", "here").strip())
    assert UUID(_id_in(begun.run("sessions", "--json")))
