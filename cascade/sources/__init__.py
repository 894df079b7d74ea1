"""Sources: where resources come from. Each fills the same flat tables by the same views."""

from collections.abc import Mapping
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
