"""Sources: where resources come from. Each fills the same flat tables by the same views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from duckdb import DuckDBPyConnection


class Source(Protocol):
    """Something that holds FHIR resources of one server."""

    def load(self, connection: DuckDBPyConnection) -> Mapping[str | None, int]:
        """Make the flat table of every view in the connection.

        Returns:
            How many resources of each type were read; under None, what was not a resource.
        """
        ...


@dataclass(frozen=True)
class Changed:
    """The state of one resource after a change; ``text`` is None when it is gone."""

    resource_type: str
    id: str
    text: str | None


class ChangingSource(Source, Protocol):
    """A source that can tell what changed since it was read. All that one object answers is of one moment."""

    def identity(self) -> str:
        """What tells this source from every other: a place in the changes of one says nothing of another."""
        ...

    def position(self) -> str:
        """The place in the source's order of changes up to which ``load`` has everything."""
        ...

    def changes(self, after: str) -> Iterable[Changed]:
        """What changed after a place, oldest first. Something that ``load`` had already may come again."""
        ...
