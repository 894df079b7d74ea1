"""What a record store needs to know besides its database connection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fhir_store.keyring import Keyring
from fhir_store.numbering import Numbering
from fhir_store.projections import Projection
from fhir_store.sql import Sql

if TYPE_CHECKING:
    from fhir_store.write import Approve, Log

Labels = Callable[[Mapping[str, Any], Mapping[str, int]], int]
"""The labels of a resource as bits, given those of what it refers to by literal reference (``Organization/1``)."""


def without_labels(resource: Mapping[str, Any], known: Mapping[str, int]) -> int:
    """Nothing is sensitive to a store that nobody told what is."""
    return 0


@dataclass(frozen=True)
class Store:
    """The settings of one record store; every function that writes takes it."""

    zone: ZoneInfo
    """The facility's time zone: a date without a zone is a day there."""
    keyring: Keyring = field(repr=False)
    projections: tuple[Projection, ...] = ()
    labels: Labels = without_labels
    """Pure: called for each version that is written, and by a rebuild for every one again."""
    passing_on: frozenset[str] = frozenset()
    """The types whose labels are told to ``labels`` of what refers to them: places and medicines, never people."""
    kept_among: frozenset[str] = frozenset()
    """The types that alone get the labels ``among_them`` (as bits) from what they refer to."""
    among_them: int = 0
    numbering: Numbering = field(default_factory=Numbering)


@dataclass(frozen=True)
class Author:
    """Who writes: the name kept with every version, and whether it may overwrite what others own.

    ``facility`` is the id of the Organization that it acts for: of what names no custodian itself, it keeps the record.
    ``seen`` is a condition on the alias ``c`` of current_resource: what it hides can neither be overwritten nor deleted,
    and is answered as what is not there. Who has one names no new ids, but in a ``source`` of its own.
    ``approve`` is told all that is about to be written; what it raises refuses it.
    ``log`` is told the same and gives what is written of it beside it, by the same statement.
    ``source`` is where its records come from, if they have ids of their own there; several clients may share one.
    ``keeps_times``: its records are moved here with their history, so that ``meta.lastUpdated`` says when they were
    written; of anybody else it is when they arrive.
    """

    name: str
    steward: bool = False
    source: str | None = None
    keeps_times: bool = False
    facility: str | None = None
    seen: Sql | None = None
    approve: "Approve | None" = None
    log: "Log | None" = None

    @property
    def owner(self) -> str:
        """What owns the ids that are first written: the source, else the author itself."""
        return self.source or self.name
