"""Whatever somebody does who owns the database, a head that left the box before shows it, and names the first bad entry."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest
from audit_events import KEY, NURSE, a_read, plain, recorded

from fhir_store.write import raw_cursor
from services.access.audit.event import seal
from services.access.audit.head import SignedHead
from services.access.audit.log import whole_log
from services.access.audit.log.erasure import forget_subject
from services.access.audit.log.heads import begin_new_log_id, sign_now
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.whole_log import Verified, verify_kept_log
from services.access.audit.report import Kind, Span
from services.access.audit.tree import Frontier
from services.shared.database import Database
from services.shared.installation import Urls

SIZE = 12


class Log:
    """A log of twelve entries, and heads of it that left the box at 4, 8 and 12."""

    def __init__(self, database: Database, urls: Urls, home: Path) -> None:
        self.database, self.urls, self.home = database, urls, home
        self.heads: list[SignedHead] = []
        for _ in range(3):
            self.grow(4)
            self.heads.append(sign_now(database, home))

    def grow(self, count: int) -> None:
        recorded(self.database, *(a_read(f"Patient/p{number}", minutes=number) for number in range(count)))
        deadline, done = time.monotonic() + 30, 0
        while done < count:
            done += sequence_all(self.database)
            assert time.monotonic() < deadline

    def as_owner(self, *statements: str) -> None:
        with psycopg.connect(plain(self.urls.owner)) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]

    def verified(self, heads: Sequence[SignedHead] | None = None) -> Verified:
        with self.database.snapshot() as connection:
            return verify_kept_log(connection, self.heads if heads is None else heads, KEY)


@pytest.fixture
def log(database: Database, urls: Urls, tmp_path: Path) -> Log:
    return Log(database, urls, tmp_path)


def _kinds(verified: Verified) -> set[Kind]:
    for finding in verified.report.findings:
        assert "Patient" not in finding.message
        assert "drita" not in finding.message
    return {finding.kind for finding in verified.report.findings}


def test_a_log_nobody_touched_is_intact(log: Log) -> None:
    verified = log.verified()
    assert verified.report.intact
    assert (verified.report.entries, verified.report.covered, verified.report.uncovered) == (SIZE, SIZE, 0)
    assert (verified.report.heads_confirmed, verified.given, verified.unsequenced) == (3, 3, 0)
    log.grow(2)
    recorded(log.database, a_read())
    verified = log.verified()
    assert verified.report.intact
    assert (verified.report.entries, verified.report.uncovered, verified.unsequenced) == (SIZE + 2, 2, 1)


EVENT_5 = "(SELECT event FROM access.audit_leaf WHERE index = 5)"
BOTH = "index IN (5, 6)"


def _forged(entry: int) -> list[str]:
    """What rewrites an entry with its leaf, as if it had always been another one."""
    event = a_read("Patient/somebody-else")
    sealed = seal(event.members, event.subjects)
    of = f"(SELECT event FROM access.audit_leaf WHERE index = {entry})"
    return [
        f"UPDATE access.audit_event SET body = '\\x{sealed.body.hex()}', at = '2026-03-01T12:00Z' WHERE seq = {of}",
        f"DELETE FROM access.audit_opening WHERE event = {of}",
        f"UPDATE access.audit_leaf SET hash = '\\x{sealed.leaf().hex()}' WHERE index = {entry}",
    ]


TAMPERING: list[tuple[str, list[str], set[Kind], Span]] = [
    (
        "a bit of an event is flipped",
        [f"UPDATE access.audit_event SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE seq = {EVENT_5}"],
        {Kind.LEAF_DIFFERS},
        Span(5, 6),
    ),
    (
        "a bit of a leaf is flipped",
        ["UPDATE access.audit_leaf SET hash = set_byte(hash, 3, get_byte(hash, 3) # 1) WHERE index = 5"],
        {Kind.LEAF_DIFFERS, Kind.HISTORY_DIFFERS},
        Span(5, 6),
    ),
    (
        "an event is deleted",
        [f"DELETE FROM access.audit_event WHERE seq = {EVENT_5}"],
        {Kind.EVENT_MISSING},
        Span(5, 6),
    ),
    (
        "an entry is deleted with its leaf",
        [f"DELETE FROM access.audit_event WHERE seq = {EVENT_5}", "DELETE FROM access.audit_leaf WHERE index = 5"],
        {Kind.GAP},
        Span(5, 6),
    ),
    (
        "an entry is deleted and the others close up",
        [
            f"DELETE FROM access.audit_opening WHERE event = {EVENT_5}",
            f"DELETE FROM access.audit_event WHERE seq = {EVENT_5}",
            "DELETE FROM access.audit_leaf WHERE index = 5",
            "UPDATE access.audit_leaf SET index = -index WHERE index > 5",
            "UPDATE access.audit_leaf SET index = -index - 1 WHERE index < 0",
        ],
        {Kind.HISTORY_DIFFERS, Kind.TRUNCATED},
        Span(4, 8),
    ),
    (
        "two entries change places",
        [
            f"UPDATE access.audit_leaf SET index = index + 100 WHERE {BOTH}",
            "UPDATE access.audit_leaf SET index = CASE index WHEN 105 THEN 6 ELSE 5 END WHERE index > 100",
        ],
        {Kind.HISTORY_DIFFERS},
        Span(4, 8),
    ),
    (
        "two events change places under their leaves",
        [
            "UPDATE access.audit_leaf SET event = -event WHERE index IN (5, 6)",
            """UPDATE access.audit_leaf a SET event = -b.event FROM access.audit_leaf b
            WHERE a.index IN (5, 6) AND b.index IN (5, 6) AND a.index <> b.index""",
        ],
        {Kind.LEAF_DIFFERS},
        Span(5, 6),
    ),
    ("an event is rewritten with its leaf", _forged(5), {Kind.HISTORY_DIFFERS}, Span(4, 8)),
    (
        "the end is cut off",
        [
            "DELETE FROM access.audit_opening WHERE event IN (SELECT event FROM access.audit_leaf WHERE index >= 9)",
            "DELETE FROM access.audit_event WHERE seq IN (SELECT event FROM access.audit_leaf WHERE index >= 9)",
            "DELETE FROM access.audit_leaf WHERE index >= 9",
        ],
        {Kind.TRUNCATED},
        Span(9, 10),
    ),
    (
        "a subject is another one",
        [f"UPDATE access.audit_opening SET subject = 'Patient/other' WHERE event = {EVENT_5} AND place = 0"],
        {Kind.SUBJECT_DIFFERS, Kind.INDEX_DIFFERS},
        Span(5, 6),
    ),
    (
        "a subject is hidden from the index",
        [f"UPDATE access.audit_opening SET subject_key = '\\x00' WHERE event = {EVENT_5} AND place = 0"],
        {Kind.INDEX_DIFFERS},
        Span(5, 6),
    ),
    (
        "an event is listed under another actor",
        [f"UPDATE access.audit_event SET actor = 'account/other' WHERE seq = {EVENT_5}"],
        {Kind.COLUMNS_DIFFER},
        Span(5, 6),
    ),
    (
        "an event is listed under another facility",
        [f"UPDATE access.audit_event SET facility = NULL WHERE seq = {EVENT_5}"],
        {Kind.COLUMNS_DIFFER},
        Span(5, 6),
    ),
    (
        "an event is listed at another time",
        [f"UPDATE access.audit_event SET at = at + interval '1 microsecond' WHERE seq = {EVENT_5}"],
        {Kind.COLUMNS_DIFFER},
        Span(5, 6),
    ),
    (
        "an event is listed at no time",
        [f"UPDATE access.audit_event SET at = 'infinity' WHERE seq = {EVENT_5}"],
        {Kind.COLUMNS_DIFFER},
        Span(5, 6),
    ),
    (
        "an event is listed as another kind",
        [f"UPDATE access.audit_event SET kind = 'write' WHERE seq = {EVENT_5}"],
        {Kind.COLUMNS_DIFFER},
        Span(5, 6),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "kinds", "where"), [one[1:] for one in TAMPERING], ids=[one[0] for one in TAMPERING]
)
def test_tampering_is_found_and_the_first_bad_entry_named(
    log: Log, statements: list[str], kinds: set[Kind], where: Span
) -> None:
    log.as_owner(*statements)
    verified = log.verified()
    assert not verified.report.intact
    assert kinds <= _kinds(verified)
    assert verified.report.first_bad == where


def _rolled_back(log: Log) -> None:
    """Everything as a dump of the first half had it, put back by the owner."""
    log.as_owner(
        "DELETE FROM access.audit_opening WHERE event NOT IN (SELECT event FROM access.audit_leaf WHERE index < 6)",
        "DELETE FROM access.audit_event WHERE seq NOT IN (SELECT event FROM access.audit_leaf WHERE index < 6)",
        "DELETE FROM access.audit_leaf WHERE index >= 6",
        "DELETE FROM access.audit_head WHERE number > (SELECT min(number) FROM access.audit_head)",
    )
    with log.database.cursor() as cursor:
        leaves = [row[0] for row in cursor.execute("SELECT hash FROM access.audit_leaf ORDER BY index")]
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    subtrees = ",".join(f'"\\\\x{one.hex()}"' for one in frontier.subtrees)
    log.as_owner(f"UPDATE access.audit_tree SET size = 6, subtrees = '{{{subtrees}}}'")


def test_a_log_rolled_back_to_an_older_one_is_found(log: Log) -> None:
    _rolled_back(log)
    assert log.verified([]).report.intact, "on the box nothing shows it"
    verified = log.verified()
    assert Kind.TRUNCATED in _kinds(verified)
    assert verified.report.first_bad == Span(6, 7)


def test_a_log_rolled_back_that_has_grown_again_is_found(log: Log) -> None:
    _rolled_back(log)
    log.grow(8)
    assert log.verified([]).report.intact, "on the box nothing shows it"
    verified = log.verified()
    assert _kinds(verified) == {Kind.HISTORY_DIFFERS}
    assert verified.report.first_bad == Span(4, 8)


def test_only_a_head_off_the_box_shows_what_was_written_anew_with_the_heads(log: Log) -> None:
    log.as_owner(*_forged(5), "DELETE FROM access.audit_head")
    assert Kind.HISTORY_DIFFERS not in _kinds(log.verified([]))
    assert Kind.HISTORY_DIFFERS in _kinds(log.verified())


def test_heads_of_keys_that_were_taken_out_are_not_taken_for_good(log: Log) -> None:
    log.as_owner("DELETE FROM access.audit_key")
    assert _kinds(log.verified()) == {Kind.FOREIGN_HEAD}
    log.as_owner("INSERT INTO access.audit_key (log_id, public_key) VALUES ('', 'short')")
    assert _kinds(log.verified()) == {Kind.FOREIGN_HEAD}


def test_a_head_in_the_database_that_was_changed_is_found(log: Log) -> None:
    log.as_owner(
        "UPDATE access.audit_head SET line = 'TCHEAD1.nonsense' WHERE number = (SELECT max(number) FROM access.audit_head)"
    )
    assert _kinds(log.verified([])) == {Kind.HEAD_UNREADABLE}


def test_heads_of_both_keys_are_verified_after_a_change(log: Log) -> None:
    begin_new_log_id(log.database, log.home, NURSE, KEY)
    log.grow(3)
    verified = log.verified([*log.heads, sign_now(log.database, log.home)])
    assert verified.report.intact
    assert verified.report.heads_confirmed == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access.audit_tree SET subtrees[1] = set_byte(subtrees[1], 0, get_byte(subtrees[1], 0) # 1)",
        "UPDATE access.audit_tree SET size = 8",
        "DELETE FROM access.audit_tree",
    ],
)
def test_a_tree_that_was_changed_is_found_before_anything_is_signed_with_it(log: Log, statement: str) -> None:
    log.as_owner(statement)
    try:
        assert Kind.TREE_DIFFERS in _kinds(log.verified())
    finally:
        log.as_owner("INSERT INTO access.audit_tree VALUES (true, 0, '{}', 0, '0', 0) ON CONFLICT DO NOTHING")


def test_an_event_that_was_passed_over_is_found(log: Log) -> None:
    recorded(log.database, a_read())
    log.as_owner(
        "UPDATE access.audit_event SET xid = '3' WHERE seq = (SELECT max(seq) FROM access.audit_event)"
    )
    sequence_all(log.database)
    verified = log.verified()
    assert _kinds(verified) == {Kind.NOT_SEQUENCED}
    assert verified.unsequenced == 1


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("UPDATE access.audit_event SET body = 'nonsense' WHERE seq = {}", Kind.NOT_RECORDED_WHOLE),
        ("UPDATE access.audit_opening SET salt = '\\x00' WHERE event = {}", Kind.NOT_RECORDED_WHOLE),
        ("UPDATE access.audit_event SET actor = 'account/other' WHERE seq = {}", Kind.COLUMNS_DIFFER),
        ("UPDATE access.audit_opening SET subject_key = '\\x00' WHERE event = {}", Kind.INDEX_DIFFERS),
        ("DELETE FROM access.audit_opening WHERE event = {}", Kind.ERASURES_DIFFER),
    ],
)
def test_what_is_not_in_the_tree_yet_is_looked_at_too(log: Log, change: str, kind: Kind) -> None:
    recorded(log.database, a_read())
    log.as_owner(change.format("(SELECT max(seq) FROM access.audit_event)"))
    assert kind in _kinds(log.verified())


# --- erasure


def _forget(log: Log, subject: str) -> int:
    with log.database.transaction() as connection:
        return forget_subject(raw_cursor(connection), subject, NURSE, "court-order", KEY)


def test_a_log_from_which_people_were_erased_is_intact(log: Log) -> None:
    root_before = sign_now(log.database, log.home).root
    assert _forget(log, "Patient/p1") == 3
    assert sign_now(log.database, log.home).root == root_before
    recorded(log.database, a_read("Patient/p2"))
    assert _forget(log, "Patient/p2") == 4, "one of them is not in the tree yet"
    verified = log.verified()
    assert verified.report.intact
    assert (verified.erased, verified.registered) == (7, 7)


@pytest.mark.parametrize(
    "statements",
    [
        [f"DELETE FROM access.audit_opening WHERE event = {EVENT_5}"],
        ["UPDATE access.audit_erasure SET openings = openings + 1"],
        ["DELETE FROM access.audit_erasure"],
        [
            f"DELETE FROM access.audit_opening WHERE event = {EVENT_5}",
            "UPDATE access.audit_erasure SET openings = openings + 2",
        ],
        ["INSERT INTO access.audit_erasure (erased_by, reason, openings) VALUES ('account/x', 'y', 0)"],
    ],
    ids=["unregistered", "register raised", "register emptied", "erased and registered by hand", "one more"],
)
def test_what_was_erased_outside_of_the_narrow_way_is_found(log: Log, statements: list[str]) -> None:
    assert _forget(log, "Patient/p0") == 3
    log.as_owner(*statements)
    assert _kinds(log.verified()) == {Kind.ERASURES_DIFFER}


def test_memory_stays_bounded_and_progress_is_told(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_log, "AT_ONCE", 5)
    told: list[tuple[int, int]] = []
    progress: Callable[[int, int], None] = lambda done, total: told.append((done, total))
    with log.database.snapshot() as connection:
        verified = verify_kept_log(connection, [], KEY, progress)
    assert verified.report.entries == SIZE
    assert told == [(0, 12), (5, 12), (10, 12)]
