"""``throughcare audit`` as the person at the keyboard uses it."""

import json
from pathlib import Path

import psycopg
import pytest
from audit_events import a_read, rows
from command_line import Home, Ran

from services.access.audit import head as signed
from services.access.audit.log.record import keys_of, record
from services.access.audit.log.signing_key import NAME
from services.shared.database import Database
from services.shared.installation import Urls


class Console:
    """``throughcare audit`` on the test's database, with a home of its own."""

    def __init__(self, home: Home) -> None:
        self._of = home
        self.home = home.folder

    def run(self, *arguments: str) -> Ran:
        return self._of.run("audit", *arguments)

    def says(self, *arguments: str) -> str:
        return self._of.says("audit", *arguments)


@pytest.fixture
def console(home: Home) -> Console:
    return Console(home)


@pytest.fixture
def record_reads(database: Database, console: Console):
    def make(count: int) -> None:
        key = keys_of(console.home).subject
        with database.cursor() as cursor:
            for _ in range(count):
                record(cursor, [a_read()], key)

    return make


def test_a_head_is_printed_and_written_and_the_log_verified_against_it(
    console: Console, record_reads, tmp_path: Path, urls: Urls
) -> None:
    record_reads(3)
    off_the_box = tmp_path / "off the box"
    line = console.says("head", "--to", str(off_the_box)).strip()
    head = signed.parse(line)
    assert head.size <= 3
    text, drawn = sorted(off_the_box.iterdir(), key=lambda path: path.suffix, reverse=True)
    assert (text.suffix, drawn.suffix) == (".txt", ".svg")
    assert line in text.read_text()
    said = console.says("verify", "--head", str(text))
    assert "The audit log is intact." in said
    assert "No head from off the box" not in said
    assert "No head from off the box" in console.says("verify")
    kept = "SELECT intact, entries, heads_given FROM access.audit_verification ORDER BY number"
    assert rows(urls.owner, kept) == [(True, head.size, 1), (True, head.size, 0)]

    with psycopg.connect(urls.owner.replace("+psycopg", "")) as owner:
        owner.execute("DELETE FROM access.audit_leaf")
        owner.execute("DELETE FROM access.audit_event")
    ran = console.run("verify", "--head", str(text), "--json")
    assert ran.returncode == 1
    assert rows(urls.owner, kept)[-1] == (False, 0, 1)
    report = json.loads(ran.stdout)
    assert report["intact"] is False
    assert {"kind": "truncated", "span": {"start": 0, "end": 1}}.items() <= report["findings"][0].items()
    ran = console.run("verify", "--head", str(text))
    assert "NOT intact. The first bad entry is entry 0." in ran.stdout


def test_a_lost_key_is_one_line_that_says_what_to_do(console: Console, record_reads) -> None:
    record_reads(1)
    console.says("head")
    (console.home / NAME).unlink()
    ran = console.run("head")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Traceback" not in ran.stderr
    assert "audit new-key" in ran.stderr
    assert "audit head" in console.says("new-key")
    console.says("head")
    assert "The audit log is intact." in console.says("verify")


@pytest.mark.parametrize(
    ("written", "says"),
    [(b"", "holds no head"), (b"TCHEAD1.x", "no head of an audit log"), (b"\xff\xfe", "no text file"), (None, "No such file")],
)  # fmt: skip
def test_a_file_that_is_no_head_is_refused(
    console: Console, tmp_path: Path, written: bytes | None, says: str
) -> None:
    file = tmp_path / "head.txt"
    if written is not None:
        file.write_bytes(written)
    ran = console.run("verify", "--head", str(file))
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert says in ran.stderr
