"""Verify a whole audit log against every head that is known, in one pass.

What the entries alone can show is whether each event matches its leaf and its subjects, and whether the indexes are
0, 1, 2 and so on. Whoever can write the log can make all of that fit; only heads that were taken off the box show
whether these are the entries that were signed. Memory: O(log n) and the heads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.access.audit import head as signed
from services.access.audit.errors import (
    BadSignature,
    EventDiffers,
    ForeignHead,
    InvalidTree,
    LeafDiffers,
    NotAnEvent,
    SubjectDiffers,
)
from services.access.audit.event import SealedEvent, check
from services.access.audit.head import SignedHead
from services.access.audit.index_order import IndexOrder
from services.access.audit.report import Finding, Kind, Report, Span
from services.access.audit.tree import Frontier

KINDS: dict[type[Exception], Kind] = {
    LeafDiffers: Kind.LEAF_DIFFERS,
    NotAnEvent: Kind.NOT_AN_EVENT,
    SubjectDiffers: Kind.SUBJECT_DIFFERS,
    ForeignHead: Kind.FOREIGN_HEAD,
    BadSignature: Kind.BAD_SIGNATURE,
}


@dataclass(frozen=True)
class Entry:
    """An entry as it is stored. ``event`` is None if it was erased whole."""

    index: int
    leaf: bytes
    event: SealedEvent | None


def verify_log(entries: Iterable[Entry], heads: Iterable[SignedHead], *keys: Ed25519PublicKey) -> Report:
    """What is wrong with a log: ``entries`` in their stored order, all ``heads`` from the box and from off the box.

    ``keys`` are all that the log was ever signed with.
    """
    known = list(dict.fromkeys(heads))
    refused = [finding for head in known if (finding := _refused(head, keys))]
    unused = {finding.head for finding in refused}
    trusted = [head for head in known if head not in unused]
    reading = _Reading(trusted)
    for entry in entries:
        reading.take(entry)
    return reading.report([*_disagreeing(trusted), *_backwards(trusted), *refused])


class _Reading:
    """The entries so far and the heads they have not reached yet."""

    def __init__(self, heads: Iterable[SignedHead]) -> None:
        # The smallest last, to be taken off first.
        self._ahead = sorted(heads, key=lambda head: head.size, reverse=True)
        self._frontier = Frontier()
        self._growing = True
        self._order = IndexOrder()
        self._first: dict[Kind, Finding] = {}
        self._other_histories: list[Finding] = []
        self._entries = self._differing = self._events_erased = self._subjects_erased = 0
        self._covered = self._confirmed = 0
        self._check_heads()

    def take(self, entry: Entry) -> None:
        self._entries += 1
        self._order.see(entry.index)
        self._check_event(entry)
        self._growing = self._growing and self._order.unbroken
        if self._growing:
            self._grow(entry)

    def report(self, of_heads: Iterable[Finding]) -> Report:
        size = self._order.highest + 1
        truncated = [_truncated(head, size) for head in reversed(self._ahead) if head.size > size]
        order = self._order.finding()
        findings = [
            *self._first.values(),
            *([order] if order else []),
            *truncated,
            *self._other_histories,
            *of_heads,
        ]
        return Report(
            findings=tuple(findings),
            entries=self._entries,
            differing=self._differing,
            events_erased=self._events_erased,
            subjects_erased=self._subjects_erased,
            covered=self._covered,
            heads_confirmed=self._confirmed,
            heads_unchecked=len(self._ahead) - len(truncated),
        )

    def _check_event(self, entry: Entry) -> None:
        if entry.event is None:
            self._events_erased += 1
            return
        self._subjects_erased += entry.event.openings.count(None)
        try:
            check(entry.event, entry.leaf)
        except EventDiffers as differs:
            self._differing += 1
            self._note(KINDS[type(differs)], entry, str(differs))

    def _grow(self, entry: Entry) -> None:
        try:
            self._frontier.append(entry.leaf)
        except InvalidTree:
            self._growing = False
            self._note(Kind.INVALID_LEAF, entry, "The leaf hash has not 32 bytes. Compare it with a backup.")
        else:
            self._check_heads()

    def _note(self, kind: Kind, entry: Entry, message: str) -> None:
        span = Span(entry.index, entry.index + 1)
        self._first.setdefault(kind, Finding(kind, f"Entry {entry.index}: {message}", span))

    def _check_heads(self) -> None:
        since, size = self._covered, self._frontier.size
        while self._ahead and self._ahead[-1].size == size:
            self._check_head(self._ahead.pop(), since)

    def _check_head(self, head: SignedHead, since: int) -> None:
        if head.root == self._frontier.root():
            self._covered = head.size
            self._confirmed += 1
        else:
            self._other_histories.append(_other_history(head, since))


def _refused(head: SignedHead, keys: Sequence[Ed25519PublicKey]) -> Finding | None:
    try:
        signed.verify(head, *keys)
    except (ForeignHead, BadSignature) as refused:
        return Finding(KINDS[type(refused)], str(refused), head=head)
    return None


def _truncated(head: SignedHead, size: int) -> Finding:
    message = (
        f"A head was signed over {head.size} entries, but they end before entry {size}. "
        "Look for the missing ones in a backup."
    )
    return Finding(Kind.TRUNCATED, message, Span(size, size + 1), head)


def _other_history(head: SignedHead, since: int) -> Finding:
    message = (
        f"The first {head.size} entries are not those that a head was signed over; the first {since} were confirmed. "
        "Compare those between with a backup."
    )
    return Finding(Kind.HISTORY_DIFFERS, message, Span(since, head.size) if since < head.size else None, head)


def _disagreeing(heads: Sequence[SignedHead]) -> list[Finding]:
    roots: dict[int, bytes] = {}
    message = (
        "Two heads of one size have different roots: the key signed two histories. Find out who used it."
    )
    return [
        Finding(Kind.HEADS_DISAGREE, message, head=head)
        for head in heads
        if roots.setdefault(head.size, head.root) != head.root
    ]


def _backwards(heads: Sequence[SignedHead]) -> list[Finding]:
    message = (
        "A head has fewer entries than an earlier one. Find out whether the log or the clock was set back."
    )
    in_time = sorted(heads, key=lambda head: (head.time, head.size))
    return [
        Finding(Kind.HEADS_BACKWARDS, message, head=later)
        for earlier, later in pairwise(in_time)
        if later.size < earlier.size
    ]
