"""What a record store needs to know besides its database connection."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from fhir_store.numbering import Numbering
from fhir_store.projections import Projection


@dataclass(frozen=True)
class Store:
    """The settings of one record store; every function that writes takes it."""

    zone: ZoneInfo
    """The facility's time zone: a date without a zone is a day there."""
    projections: tuple[Projection, ...] = ()
    numbering: Numbering = field(default_factory=Numbering)

    def projections_of(self, type_: str) -> list[Projection]:
        """Those that resources of a type appear in."""
        return [one for one in self.projections if type_ in one.source_types]


@dataclass(frozen=True)
class Author:
    """Who writes: the name kept with every version, and whether it may overwrite what others own.

    ``source`` is where its records come from, if they have ids of their own there; several clients may share one.
    ``keeps_times``: its records are moved here with their history, so that ``meta.lastUpdated`` says when they were
    written; of anybody else it is when they arrive.
    """

    name: str
    steward: bool = False
    source: str | None = None
    keeps_times: bool = False

    @property
    def owner(self) -> str:
        """What owns the ids that are first written: the source, else the author itself."""
        return self.source or self.name
