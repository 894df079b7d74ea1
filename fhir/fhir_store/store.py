"""What a record store needs to know besides its database connection."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fhir_store.projections import Projection


@dataclass(frozen=True)
class Store:
    """The settings of one record store; every function that writes takes it first."""

    zone: ZoneInfo
    """The facility's time zone: a date without a zone is a day there."""
    projections: tuple[Projection, ...] = ()


@dataclass(frozen=True)
class Author:
    """Who writes: the name kept with every version, and whether it may overwrite other clients' resources."""

    name: str
    steward: bool = False
