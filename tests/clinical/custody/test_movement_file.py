"""Custody's file: every line is a movement or is kept with what is wrong with it; very many at once are held."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resources import text_of

from clinical.custody.commands import MOVEMENTS
from clinical.custody.mass_change import MassChange, leaving, mass_change_of, takes_away
from clinical.custody.movement_file import (
    LONGEST,
    MOST_BYTES,
    ColumnsMissing,
    FileRefused,
    Flaw,
    NotText,
    TooLarge,
    movement_file,
)
from clinical.custody.proposal import State, proposal_row, said, settled, task_of
from clinical.labels import Label, labels_of
from clinical.protocols import Parameter, Protocol, Status, protocol_of
from fhir_store.gate import check

ZONE = ZoneInfo("Europe/Podgorica")
HEAD = "number;movement;at;to;wing;cell\n"
AT = datetime(2026, 3, 2, 14, tzinfo=ZONE)


def read(text: str) -> Any:
    return movement_file(text.encode(), ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "number,movement,at\nN-100,transfer,2026-03-02 14:00\n",
        "\ufeffNumber; Movement ;AT\r\nN-100;TRANSFER;2026-03-02T14:00:00\r\n",
        "at\tother\tnumber\tmovement\n02.03.2026 14:00\tx\tN-100\ttransfer",
        'number;movement;at\n\n;;\n"N-100";"transfer";"2.3.2026. 14:00"\n',
    ],
)
def test_a_line_is_read_however_the_table_was_saved(text: str) -> None:
    found = read(text)
    assert [(one.number, one.movement, one.at) for one in found.rows] == [("N-100", "transfer", AT)]
    assert not found.bad


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (";transfer;2026-03-02 14:00;;;", Flaw.NO_NUMBER),
        ("N-100;sacked;2026-03-02 14:00;;;", Flaw.UNKNOWN_MOVEMENT),
        ("N-100;;2026-03-02 14:00;;;", Flaw.UNKNOWN_MOVEMENT),
        ("N-100;transfer;yesterday;;;", Flaw.NO_TIME),
        ("N-100;transfer;2026-03-02;;;", Flaw.NO_TIME),
        ("N-100;transfer;31.02.2026 14:00;;;", Flaw.NO_TIME),
        ("N-100;transfer;2026-03-02 25:00;;;", Flaw.NO_TIME),
        ("N-100;room;2026-03-02 14:00;;;", Flaw.NO_ROOM),
        (f"N-100;transfer;2026-03-02 14:00;{'x' * (LONGEST + 1)};;", Flaw.TOO_LONG),
        ("N-100;transfer;2026-03-02 14:00", Flaw.OTHER_COLUMNS),
        ("N-100;transfer;2026-03-02 14:00;;;;", Flaw.OTHER_COLUMNS),
        ('N-100;transfer;2026-03-02 14:00;"a;;', Flaw.OTHER_COLUMNS),
        ('N-100;transfer;2026-03-02 14:00;a;;"12', Flaw.OTHER_COLUMNS),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_read(line: str, flaw: Flaw) -> None:
    found = read(f"{HEAD}N-1;escape;2026-03-02 14:00;;;\n{line}\nN-2;escape;2026-03-02 14:00;;;\n")
    assert [(one.line, one.number) for one in found.rows] == [(2, "N-1"), (4, "N-2")]
    assert [(one.line, one.flaw, one.text) for one in found.bad] == [(3, flaw, line)]
    assert "N-1" not in repr(found)


def test_so_much_is_not_too_long() -> None:
    assert read(f"{HEAD}N-100;transfer;2026-03-02 14:00;{'x' * LONGEST};;").rows
    assert read(f"{HEAD}N-100;room;2026-03-02 14:00;;;12").rows[0].cell == "12"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", ColumnsMissing), (b"a;b;c\n1;2;3", ColumnsMissing), (b"number;movement\n", ColumnsMissing),
        ("number;movement;at\n\u017d".encode("cp1250"), NotText), (b"\xff\xfe", NotText), (b"x" * (MOST_BYTES + 1), TooLarge),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused_whole(data: bytes, why: type[FileRefused]) -> None:
    with pytest.raises(why):
        movement_file(data, ZONE)


LINES = st.lists(
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=40), max_size=8
)


@given(LINES)
def test_no_line_is_ever_lost(lines: list[str]) -> None:
    found = read(HEAD + "\n".join(lines))
    told = {one.line for one in found.rows} | {one.line for one in found.bad}
    assert told == {nth for nth, line in enumerate(lines, 2) if line.strip("; ")}


def test_the_same_movement_is_the_same_in_whichever_file_and_line() -> None:
    one, other = (
        read(f"{HEAD}N-1;escape;2026-03-02 14:00;;;"),
        read("number,movement,at\n\nN-1,escape,2.3.2026 14:00"),
    )
    assert one.rows[0].fingerprint == other.rows[0].fingerprint
    assert one.fingerprint != other.fingerprint
    later = read(f"{HEAD}N-1;escape;2026-03-02 14:01;;;").rows[0]
    assert later.fingerprint != one.rows[0].fingerprint


# --- held


@pytest.mark.parametrize(
    ("leave", "of", "held"),
    [
        (5, 10, False),
        (6, 10, True),
        (30, 300, False),
        (31, 300, True),
        (6, 60, False),
        (6, 59, True),
        (6, 0, True),
    ],
)
def test_more_than_a_tenth_and_more_than_five_at_once_are_held(leave: int, of: int, held: bool) -> None:
    assert MassChange().is_one(leave, of) is held


def test_the_protocol_says_from_when_on() -> None:
    said_so = {
        name: Parameter(value, "a test", Status.PROPOSED)
        for name, value in (
            ("custody.movement-file.held-above-percent", 50),
            ("custody.movement-file.held-above-people", 0),
        )
    }
    assert mass_change_of(Protocol(said_so)) == MassChange(50, 0)
    assert mass_change_of(Protocol()) == MassChange() == mass_change_of(protocol_of("demonstration"))


def test_counted_is_what_takes_somebody_away_from_the_window() -> None:
    staying = {
        "reception",
        "room",
        "court-planned",
        "court-return",
        "hospital-return",
        "police-return",
        "home-leave-return",
    }
    assert {code for code in MOVEMENTS if not takes_away(code)} == staying
    assert leaving(["transfer", "room", "transfer", "unreadable"]) == 2


# --- as a Task


def test_a_proposal_is_a_task_that_changes_nothing_and_tells_nothing_in_the_table() -> None:
    row = read(f"{HEAD}N-100;transfer;2026-03-02 14:00;DEMO South;A;12").rows[0]
    task = {**task_of(row, "north", "f", State.WAITING, AT, "p1"), "id": "t"}
    check(text_of(task).value)
    assert Label.R in labels_of(task)
    assert [said(task, one) for one in ("number", "to", "wing", "cell", "line", "text")] == [
        "N-100",
        "DEMO South",
        "A",
        "12",
        "2",
        "",
    ]
    kept = proposal_row(task, ZONE)
    assert kept == {
        "patient_id": "p1", "facility_id": "north", "movement": "transfer", "at": AT, "state": "waiting", "file": "f", "line": 2,
    }  # fmt: skip
    for state in State:
        assert (proposal_row(settled(task, state), ZONE) or {})["state"] == state


def test_a_line_that_cannot_be_read_is_kept_too() -> None:
    bad = read(f"{HEAD}N-100;sacked;2026-03-02 14:00;;;").bad[0]
    task = {**task_of(bad, "north", "f", State.WAITING, AT), "id": "t"}
    check(text_of(task).value)
    assert (said(task, "flaw"), said(task, "text")) == (
        "unknown-movement",
        "N-100;sacked;2026-03-02 14:00;;;",
    )
    assert (proposal_row(task, UTC) or {})["movement"] == "unreadable"  # type: ignore[arg-type]


def test_another_task_is_no_proposal() -> None:
    assert proposal_row({"resourceType": "Task", "id": "t", "status": "requested"}, ZONE) is None
