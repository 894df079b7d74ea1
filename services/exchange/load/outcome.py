"""What became of the resources of a batch, and of a whole load."""

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Self

from pydantic import TypeAdapter

from fhir_store.errors import Issue
from fhir_store.write import Saved
from services.exchange.load.batches import Batch


@dataclass(frozen=True, slots=True)
class Reject:
    """A resource that was not taken: its place (line of the file, or entry of the Bundle, from 1) and why."""

    place: int
    issues: tuple[Issue, ...]


@dataclass
class Outcome:
    """What became of a batch. ``file`` is the file's name, ``size`` how many of its bytes the batch is."""

    file: str = ""
    size: int = 0
    is_document: bool = False
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    unserved: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    resolved: int = 0

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """For a batch of which nothing is known yet."""
        return cls(batch.file, batch.size, batch.document is not None)

    def note(self, saved: Saved) -> None:
        """Count one saved resource."""
        counters = {"create": self.created, "update": self.updated, "unchanged": self.unchanged}
        counters[saved.interaction][saved.type] += 1

    def with_saved(self, saved: Iterable[Saved]) -> "Outcome":
        """Another one that counts these, too."""
        other = deepcopy(self)
        for one in saved:
            other.note(one)
        return other


OUTCOME = TypeAdapter(Outcome)
"""To JSON and back, for the notes of how far a load is."""


@dataclass
class LoadReport:
    """What became of the resources that were found."""

    files: int = 0
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    unserved: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    resolved: int = 0
    """Resources of which a conditional reference (``Type?identifier=...``) found its one answer."""
    open_references: int = 0
    """Resources with a conditional reference that no single resource answers; kept as they were sent."""
    resumed: bool = False
    """Whether a load that had been cut off was continued."""

    def add(self, outcome: Outcome) -> None:
        """Count a batch."""
        self.created += outcome.created
        self.updated += outcome.updated
        self.unchanged += outcome.unchanged
        self.unserved += outcome.unserved
        self.rejected += len(outcome.rejects)
        self.resolved += outcome.resolved

    @property
    def saved(self) -> int:
        """How many resources of the files are here now."""
        return self.created.total() + self.updated.total() + self.unchanged.total()
