"""What a search needs to know besides its parameters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fhir_store.keyring import Keyring
from fhir_store.search.telling import Telling
from fhir_store.sql import Sql

Codes = Iterable[tuple[str, str]]


def _no_value_sets(reference: str) -> Codes | None:
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """``zone`` is that of dates written without one; ``keyring`` has the keys of the store; references that begin with one of ``bases`` are to this store.

    ``value_set_codes`` gives the (system, code) pairs of a value set by its canonical URL or ``ValueSet/id``, or None
    if it is not held. ``visible`` is a condition on the alias ``c`` of current_resource: what it hides takes no part
    in any search, as a match, an included resource, a count or a link of a chain. ``visible_of`` is the same, said
    shorter of what is known to be of some types. ``telling`` is how the asker is told of what is visible; None: as it
    is stored.
    """

    zone: ZoneInfo
    keyring: Keyring
    bases: frozenset[str] = frozenset()
    value_set_codes: Callable[[str], Codes | None] = _no_value_sets
    visible: Sql | None = None
    visible_of: Callable[[tuple[str, ...]], Sql | None] | None = None
    telling: Telling | None = None
