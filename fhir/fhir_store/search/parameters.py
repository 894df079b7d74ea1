"""A search parameter as one or several resource types have it, and where its values lie in the index."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from fhir_store.identifying import is_blind
from fhir_store.search.context import Context
from fhir_store.search_values import param_id, search_parameters
from fhir_store.search_values.parameters import compiled
from fhir_store.sql import Sql


@dataclass(frozen=True)
class Sought:
    """A parameter that all of ``types`` have, of the same kind.

    ``targets`` are the types that a reference may name, empty for any; ``leaves`` the data types of its values.
    """

    types: tuple[str, ...]
    name: str
    kind: str
    targets: tuple[str, ...]
    components: tuple[str, ...]
    leaves: frozenset[str]

    def found(self, table: str, condition: Sql, variant: str = "") -> Sql:
        """That the resource ``c`` is among those that have such a row in the index."""
        return Sql(
            f"c.key IN (SELECT i.key FROM fhir_store.{table} i WHERE {self.param(variant)} AND {condition.text})",
            condition.args,
        )

    def holds(self, table: str, condition: Sql, variant: str = "") -> Sql:
        """The same asked of each resource by itself: for what is the other way round."""
        return Sql(
            f"EXISTS (SELECT FROM fhir_store.{table} i WHERE i.key = c.key AND {self.param(variant)}"
            f" AND {condition.text})",
            condition.args,
        )

    def apart(self, variant: str = "") -> "tuple[Sought | None, Sought | None]":
        """The parameter of the types whose values lie open in the index, and of those whose values lie blind."""
        return _apart(self, f"{self.name}:{variant}" if variant else self.name)

    @property
    def is_blind(self) -> bool:
        """Whether values of some of its types lie blind: they can be neither put in order nor looked into."""
        return self.apart()[1] is not None

    def param(self, variant: str = "", column: str = "i.param") -> str:
        """That a row is one of this parameter. Its number is in the text, so that the planner knows how common it is."""
        numbers = self.numbers(variant)
        return f"{column} = {numbers[0]}" if len(numbers) == 1 else f"{column} IN ({str(numbers)[1:-1]})"

    def numbers(self, variant: str = "") -> tuple[int, ...]:
        return numbers(self.types, f"{self.name}:{variant}" if variant else self.name)


Way = Callable[[Sought, str, Context], Sql]
"""How a parameter is searched by with a modifier: what the resource ``c`` satisfies for a value as written."""


@cache
def _apart(sought: Sought, param: str) -> tuple[Sought | None, Sought | None]:
    blind = tuple(type_ for type_ in sought.types if is_blind(type_, param))
    if not blind:
        return sought, None
    if len(blind) == len(sought.types):
        return None, sought
    return replace(sought, types=tuple(t for t in sought.types if t not in blind)), replace(
        sought, types=blind
    )


@cache
def numbers(types: tuple[str, ...], param: str) -> tuple[int, ...]:
    """The numbers of one parameter of several types."""
    return tuple(param_id(type_, param) for type_ in types)


@cache
def parameters(types: tuple[str, ...]) -> dict[str, Sought]:
    """The parameters that are common to all of the types, by name."""
    first, *others = types
    return {
        name: _sought(types, name)
        for name, parameter in search_parameters(first).items()
        if all(_kind(other, name) == parameter.kind for other in others)
    }


def _kind(type_: str, name: str) -> str | None:
    found = search_parameters(type_).get(name)
    return found.kind if found else None


def _sought(types: tuple[str, ...], name: str) -> Sought:
    found = [search_parameters(type_)[name] for type_ in types]
    targets = (
        ()
        if any(not one.targets for one in found)
        else tuple(sorted({t for one in found for t in one.targets}))
    )
    leaves = {
        row.branch.type.partition("/")[0]
        for type_ in types
        for row in compiled(type_).indexed
        if row.param == name
    }
    return Sought(types, name, found[0].kind, targets, found[0].components, frozenset(leaves))
