"""Whoever is told only a part of what they find must not learn the rest by asking: what was found may be less than it is,
and not every question is answered.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from fhir_store.read import Stored
from fhir_store.sql import Sql

if TYPE_CHECKING:
    from fhir_store.search.context import Context

Types = tuple[str, ...]


class Telling(Protocol):
    """How somebody is told of what they find, and what they may ask. What is refused is refused by the question alone."""

    def left(self, found: Sequence[Stored]) -> Sequence[Stored | None]:
        """What is told of each; None: nothing, as if it were not there."""

    def criterion(
        self,
        types: Types,
        name: str,
        modifier: str,
        value: str,
        way: Callable[[str], Sql],
        context: "Context",
    ) -> Sql:
        """What a parameter asks of ``c`` of one of the types; ``way`` says what it asks of what is stored.

        Raises UnsupportedParameter, BadSearchValue.
        """

    def link(self, types: Types, name: str, targets: Sequence[str]) -> None:
        """Return if a search may go on from the types by a reference parameter, or back. Raises UnsupportedParameter."""

    def comes_along(self, type_: str, name: str) -> bool:
        """Whether what a reference parameter of a type names may be included, or includes what names it."""

    def order(self, types: Types, name: str) -> None:
        """Return if matches of the types may be sorted by a parameter. Raises UnsupportedParameter."""
