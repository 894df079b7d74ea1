"""What verifying an audit log found."""

from dataclasses import dataclass
from enum import StrEnum

from services.access.audit.head import SignedHead


class Kind(StrEnum):
    """What is wrong."""

    LEAF_DIFFERS = "leaf-differs"
    """An event's bytes do not hash to its leaf: one of the two was changed."""
    NOT_AN_EVENT = "not-an-event"
    """An entry hashes to its leaf, but is no sealed event."""
    SUBJECT_DIFFERS = "subject-differs"
    """A subject kept beside an event is not the one that was sealed."""
    INVALID_LEAF = "invalid-leaf"
    """A leaf hash has not 32 bytes."""
    INVALID_INDEX = "invalid-index"
    """An index is below 0."""
    GAP = "gap"
    """Entries are missing before others."""
    DUPLICATE = "duplicate"
    """An index is there twice."""
    REORDERED = "reordered"
    """An entry comes after later ones."""
    TRUNCATED = "truncated"
    """A head was signed over more entries than there are."""
    HISTORY_DIFFERS = "history-differs"
    """A head was signed over other entries: some were rewritten with their leaves, reordered, taken out or put in,
    or the log was rolled back or forked and grew on from there."""
    HEADS_DISAGREE = "heads-disagree"
    """Two heads of one size have different roots: the key signed two histories."""
    HEADS_BACKWARDS = "heads-backwards"
    """A later head has fewer entries than an earlier one: the log was rolled back, or the clock set back."""
    FOREIGN_HEAD = "foreign-head"
    """A head is of another log. It is not used."""
    BAD_SIGNATURE = "bad-signature"
    """A head was not signed with the key of this log. It is not used."""
    HEAD_UNREADABLE = "head-unreadable"
    """A head that was kept beside the log cannot be read any more."""
    EVENT_MISSING = "event-missing"
    """The tree has a leaf whose event is gone."""
    COLUMNS_DIFFER = "columns-differ"
    """An event is listed under another actor, facility, kind or time than it says."""
    INDEX_DIFFERS = "index-differs"
    """A subject of an event would not be found where it is looked for."""
    NOT_SEQUENCED = "not-sequenced"
    """An event was passed over by the sequencer, which must never happen."""
    NOT_RECORDED_WHOLE = "not-recorded-whole"
    """An event that is not in the tree yet is no sealed event, or its subjects are not those sealed."""
    ERASURES_DIFFER = "erasures-differ"
    """More or fewer subjects are gone than the register of erasures says, or than the log says."""
    TREE_DIFFERS = "tree-differs"
    """What is kept of the tree, to sign the next heads from, is not that of the leaves."""


@dataclass(frozen=True)
class Span:
    """Indexes from ``start`` up to, and without, ``end``."""

    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, the entries it can be about, and the head that shows it.

    A span of one entry names it. A longer one is as near as the heads allow: the first bad entry lies in it.
    """

    kind: Kind
    message: str
    span: Span | None = None
    head: SignedHead | None = None


@dataclass(frozen=True)
class Report:
    """The outcome. Of what is wrong with entries it holds the first of each kind, of heads each one."""

    findings: tuple[Finding, ...]
    entries: int
    """How many entries were read."""
    differing: int
    """How many of them do not match their leaf or their subjects."""
    events_erased: int
    """How many have no event any more. To be compared with what was ordered to be erased."""
    subjects_erased: int
    """How many subjects have no opening any more, in the events that are there."""
    covered: int
    """The size of the largest head that the entries agree with."""
    heads_confirmed: int
    heads_unchecked: int
    """How many valid heads nothing can be said about, because the entries break off before their size."""

    @property
    def uncovered(self) -> int:
        """How many entries no head vouches for yet."""
        return max(self.entries - self.covered, 0)

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong. What no head covers is only known to agree with itself."""
        return not self.findings

    @property
    def first_bad(self) -> Span | None:
        """Where the first bad entry is, as exactly as it is known: the span that ends first, of two the narrower.

        An entry named alone may stand in a longer span. Whether one before it was rewritten with its leaf as well
        can then not be told.
        """
        spans = [finding.span for finding in self.findings if finding.span]
        return min(spans, key=lambda span: (span.end, -span.start), default=None)
