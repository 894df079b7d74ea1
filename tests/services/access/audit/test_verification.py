"""Each way to tamper with the log is found, and the first bad entry is named as exactly as the heads allow."""

import gc
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.access.audit.event import Opening, SealedEvent, erase, seal
from services.access.audit.head import SignedHead, sign
from services.access.audit.report import Finding, Kind, Report, Span
from services.access.audit.tree import EMPTY_ROOT, leaf_hash, root
from services.access.audit.verification import Entry, verify_log

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
THIEF = Ed25519PrivateKey.from_private_bytes(bytes(32))
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
AMINA, BESA = "Patient/amina", "Patient/besa"
SIZE = 20


def _entry(index: int, action: str = "read") -> Entry:
    salts = [index.to_bytes(32), (index + 10**6).to_bytes(32)]
    event = seal({"action": action, "number": index}, [AMINA, BESA], salts)
    return Entry(index, event.leaf(), event)


LOG = [_entry(index) for index in range(SIZE)]


def _head(
    log: Sequence[Entry], size: int, hours: int | None = None, key: Ed25519PrivateKey = KEY
) -> SignedHead:
    time = MIDNIGHT + timedelta(hours=size if hours is None else hours)
    return sign(key, size, root(entry.leaf for entry in log[:size]), time)


HEADS = [_head(LOG, size) for size in (0, 5, 12, 20)]


def _verified(entries: Sequence[Entry], heads: Sequence[SignedHead] = HEADS) -> Report:
    report = verify_log(iter(entries), heads, KEY.public_key())
    for finding in report.findings:
        assert "amina" not in finding.message
        assert "besa" not in finding.message
        assert "." in finding.message
    return report


def _kinds(report: Report) -> list[Kind]:
    return [finding.kind for finding in report.findings]


def _found(report: Report, kind: Kind) -> Finding:
    (first, *_) = [finding for finding in report.findings if finding.kind is kind]
    return first


def _event(entry: Entry) -> SealedEvent:
    assert entry.event is not None
    return entry.event


def _with(entry: Entry, **change: Any) -> list[Entry]:
    return [*LOG[: entry.index], replace(entry, **change), *LOG[entry.index + 1 :]]


def _numbered(entries: Sequence[Entry]) -> list[Entry]:
    """The entries as if they had always stood where they now are."""
    return [replace(entry, index=index) for index, entry in enumerate(entries)]


def test_a_log_nobody_touched_is_intact() -> None:
    report = _verified(LOG)
    assert report == Report((), SIZE, 0, 0, 0, covered=20, heads_confirmed=4, heads_unchecked=0)
    assert report.intact
    assert report.first_bad is None
    assert report.uncovered == 0


def test_what_no_head_covers_yet_is_counted() -> None:
    assert _verified(LOG, HEADS[:3]).uncovered == 8
    assert _verified(LOG, []).uncovered == SIZE
    assert _verified(LOG, []).intact
    assert _verified([], []).uncovered == 0


@given(st.integers(0, 2 * SIZE), st.sets(st.integers(0, 2 * SIZE)))
def test_any_heads_of_an_untouched_log_are_confirmed(size: int, sizes: set[int]) -> None:
    log = [_entry(index) for index in range(size)]
    heads = [_head(log, at) for at in sizes if at <= size]
    report = _verified(log, [*heads, *heads])
    assert report.intact
    assert report.heads_confirmed == len(heads)
    assert report.uncovered == size - max((head.size for head in heads), default=0)


def test_erasure_is_no_tampering_and_is_counted() -> None:
    log = list(LOG)
    log[3] = replace(LOG[3], event=erase(_event(LOG[3]), AMINA))
    log[4] = replace(LOG[4], event=erase(erase(_event(LOG[4]), AMINA), BESA))
    log[7] = replace(LOG[7], event=None)
    report = _verified(log)
    assert report.intact
    assert (report.events_erased, report.subjects_erased) == (1, 3)


@given(st.integers(0, SIZE - 1), st.data())
def test_a_flipped_bit_of_an_event_is_named(index: int, data: st.DataObject) -> None:
    event = _event(LOG[index])
    body = bytearray(event.body)
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    report = _verified(_with(LOG[index], event=replace(event, body=bytes(body))))
    assert _kinds(report) == [Kind.LEAF_DIFFERS]
    assert report.first_bad == Span(index, index + 1)
    assert report.differing == 1


@given(st.integers(0, SIZE - 1), st.integers(0, 255))
def test_a_flipped_bit_of_a_leaf_is_named(index: int, bit: int) -> None:
    leaf = (int.from_bytes(LOG[index].leaf) ^ (1 << bit)).to_bytes(32)
    report = _verified(_with(LOG[index], leaf=leaf))
    assert set(_kinds(report)) == {Kind.LEAF_DIFFERS, Kind.HISTORY_DIFFERS}
    assert report.first_bad == Span(index, index + 1)


def test_of_many_flips_the_first_is_named_and_all_are_counted() -> None:
    log = [replace(entry, event=_event(LOG[0])) if entry.index in (9, 6, 15) else entry for entry in LOG]
    report = _verified(log)
    assert report.first_bad == Span(6, 7)
    assert _found(report, Kind.LEAF_DIFFERS).message.startswith("Entry 6: ")
    assert (len(report.findings), report.differing) == (1, 3)


def test_a_subject_that_was_changed_is_named() -> None:
    event = _event(LOG[8])
    other = replace(event, openings=(event.openings[0], Opening(bytes(32), "Patient/drita")))
    report = _verified(_with(LOG[8], event=other))
    assert _kinds(report) == [Kind.SUBJECT_DIFFERS]
    assert report.first_bad == Span(8, 9)
    assert "drita" not in report.findings[0].message


def test_bytes_that_were_put_in_with_their_leaf_are_no_event() -> None:
    report = _verified(_with(LOG[8], event=SealedEvent(b"[" * 100_000, ()), leaf=leaf_hash(b"[" * 100_000)))
    assert _kinds(report) == [Kind.NOT_AN_EVENT, Kind.HISTORY_DIFFERS, Kind.HISTORY_DIFFERS]
    assert report.first_bad == Span(8, 9)


@given(st.integers(0, SIZE - 1))
def test_an_event_rewritten_with_its_leaf_lies_between_two_heads(index: int) -> None:
    report = _verified(_with(LOG[index], **vars(_entry(index, "write"))))
    since, until = next((a.size, b.size) for a, b in pairwise(HEADS) if b.size > index)
    assert set(_kinds(report)) == {Kind.HISTORY_DIFFERS}
    assert report.first_bad == Span(since, until)
    assert report.covered == since
    assert report.uncovered == SIZE - since


@given(st.integers(0, SIZE - 2))
def test_a_deleted_entry_is_named(index: int) -> None:
    report = _verified([*LOG[:index], *LOG[index + 1 :]])
    assert _kinds(report) == [Kind.GAP]
    assert report.first_bad == Span(index, index + 1)
    assert report.covered == max(head.size for head in HEADS if head.size <= index)
    assert report.heads_unchecked == sum(head.size > index for head in HEADS)


@given(st.integers(0, SIZE - 2))
def test_an_entry_deleted_with_all_others_moved_up_lies_between_two_heads(index: int) -> None:
    report = _verified(_numbered([*LOG[:index], *LOG[index + 1 :]]))
    assert Kind.TRUNCATED in _kinds(report)
    smallest = next((head.size for head in HEADS if index < head.size < SIZE), None)
    since = max(head.size for head in HEADS if head.size <= index)
    assert report.first_bad == (Span(since, smallest) if smallest else Span(SIZE - 1, SIZE))


@given(st.integers(0, SIZE - 1), st.integers(0, SIZE))
def test_a_doubled_entry_is_named(index: int, after: int) -> None:
    place = max(index + 1, after)
    report = _verified([*LOG[:place], LOG[index], *LOG[place:]])
    assert _kinds(report) == [Kind.DUPLICATE]
    assert report.first_bad == Span(index, index + 1)


@given(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
def test_a_moved_entry_is_named(one: int, other: int) -> None:
    first, second = sorted({one, other} if one != other else {0, 1})
    log = list(LOG)
    log[first], log[second] = log[second], log[first]
    report = _verified(log)
    assert _kinds(report) == [Kind.REORDERED]
    assert report.first_bad == Span(first, first + 1)


def test_entries_that_changed_places_with_their_indexes_lie_between_two_heads() -> None:
    log = list(LOG)
    log[6], log[9] = log[9], log[6]
    report = _verified(_numbered(log))
    assert [(finding.kind, finding.head) for finding in report.findings] == [
        (Kind.HISTORY_DIFFERS, HEADS[2]),
        (Kind.HISTORY_DIFFERS, HEADS[3]),
    ]
    assert report.first_bad == Span(5, 12)
    assert report.covered == 5


@given(st.integers(0, SIZE - 1))
def test_a_truncated_log_is_seen_by_every_head_it_lost(size: int) -> None:
    report = _verified(LOG[:size])
    lost = [head for head in HEADS if head.size > size]
    assert [(finding.kind, finding.head) for finding in report.findings] == [
        (Kind.TRUNCATED, head) for head in lost
    ]
    assert report.first_bad == Span(size, size + 1)
    assert report.heads_unchecked == 0


def test_a_log_taken_back_that_grew_on_is_seen_by_the_head_from_before() -> None:
    grown = [*LOG[:8], *[_entry(index, "write") for index in range(8, 25)]]
    on_the_box = [*HEADS[:2], _head(grown, 25)]
    assert _verified(grown, on_the_box).intact, "the box alone cannot show it"
    report = _verified(grown, [*on_the_box, HEADS[2]])
    assert _kinds(report) == [Kind.HISTORY_DIFFERS]
    assert report.findings[0].head == HEADS[2]
    assert report.first_bad == Span(5, 12)


def test_two_heads_of_one_size_show_that_the_key_signed_two_histories() -> None:
    fork = [*LOG[:8], *[_entry(index, "write") for index in range(8, SIZE)]]
    report = _verified(LOG, [*HEADS, _head(fork, 20)])
    assert set(_kinds(report)) == {Kind.HISTORY_DIFFERS, Kind.HEADS_DISAGREE}
    assert report.first_bad == Span(12, 20)
    assert report.covered == 20
    assert Kind.HEADS_DISAGREE in _kinds(_verified(LOG[:2], [HEADS[3], _head(fork, 20)]))


def test_a_later_head_of_fewer_entries_is_seen() -> None:
    backwards = _head(LOG, 7, hours=100)
    report = _verified(LOG, [backwards, *HEADS])
    assert [(finding.kind, finding.head) for finding in report.findings] == [
        (Kind.HEADS_BACKWARDS, backwards)
    ]
    assert _verified(LOG, [*HEADS, _head(LOG, 20, hours=100), _head(LOG, 19, hours=20)]).intact


@pytest.mark.parametrize(
    ("forged", "kind"),
    [
        (replace(HEADS[3], root=bytes(32)), Kind.BAD_SIGNATURE),
        (replace(HEADS[3], size=500), Kind.BAD_SIGNATURE),
        (replace(_head(LOG, 500, key=THIEF), log_id=HEADS[3].log_id), Kind.BAD_SIGNATURE),
        (_head(LOG, 500, key=THIEF), Kind.FOREIGN_HEAD),
    ],
    ids=["root", "size", "key", "log"],
)
def test_a_forged_head_is_named_and_accuses_no_entry(forged: SignedHead, kind: Kind) -> None:
    report = _verified(LOG, [*HEADS, forged])
    assert [(finding.kind, finding.head) for finding in report.findings] == [(kind, forged)]
    assert report.first_bad is None
    assert report.covered == 20


def test_a_forged_head_covers_nothing() -> None:
    forged = replace(HEADS[3], signature=bytes(64))
    assert _verified(LOG, [forged]).covered == 0


def test_a_head_over_no_entries_has_the_empty_root() -> None:
    wrong = sign(KEY, 0, bytes(32), MIDNIGHT)
    report = _verified(LOG, [wrong])
    assert [(finding.kind, finding.span) for finding in report.findings] == [(Kind.HISTORY_DIFFERS, None)]
    assert _verified([], [sign(KEY, 0, EMPTY_ROOT, MIDNIGHT)]).intact


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(64)])
def test_a_leaf_that_is_no_hash_is_named(leaf: bytes) -> None:
    report = _verified(_with(LOG[8], event=None, leaf=leaf))
    assert _kinds(report) == [Kind.INVALID_LEAF]
    assert report.first_bad == Span(8, 9)
    assert (report.covered, report.heads_unchecked) == (5, 2)


def test_an_index_below_0_is_named() -> None:
    report = _verified(_with(LOG[8], index=-8))
    assert _kinds(report) == [Kind.INVALID_INDEX]
    assert report.first_bad == Span(8, 9)


def test_events_after_a_break_are_still_looked_at() -> None:
    log = [*LOG[:3], *LOG[4:9], replace(LOG[9], event=_event(LOG[0])), *LOG[10:15]]
    report = _verified(log)
    assert set(_kinds(report)) == {Kind.GAP, Kind.LEAF_DIFFERS, Kind.TRUNCATED}
    assert report.first_bad == Span(3, 4)
    assert _found(report, Kind.TRUNCATED).span == Span(15, 16)


def test_entries_are_read_once_and_let_go() -> None:
    seen: list[weakref.ref[Entry]] = []

    def entries() -> Iterator[Entry]:
        for index in range(300):
            entry = _entry(index)
            seen.append(weakref.ref(entry))
            yield entry
            del entry
            if index % 100 == 99:
                gc.collect()
                assert sum(one() is not None for one in seen) <= 1

    assert verify_log(entries(), [], KEY.public_key()).entries == 300
