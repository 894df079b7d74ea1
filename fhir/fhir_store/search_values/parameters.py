"""The search parameters of each type: which are indexed, how, and which are not and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from fhir_store.definitions import SearchDefinition, search_definitions, served_types
from fhir_store.search_values.expressions import UnknownForm, paths
from fhir_store.search_values.kinds import KINDS, Indexing
from fhir_store.search_values.walkers import Branch, branches


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that a type can be searched by, because its values are indexed.

    ``targets`` are the resource types that a reference may name, empty for any and for other kinds.
    """

    name: str
    kind: str
    url: str
    expression: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotIndexed:
    """A parameter that a type cannot be searched by, and why."""

    type: str
    name: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """One branch of one parameter, with what makes its values into index values."""

    param: str
    branch: Branch
    index: Indexing


STORED_APART = {"_id", "_lastUpdated"}
"""What the store itself sets, so that what was submitted does not count; it has columns for them."""


def search_parameters(type_: str) -> Mapping[str, Parameter]:
    """Every parameter that resources of a type are indexed by, by name."""
    return _compiled(type_)[0]


def indexed(type_: str) -> tuple[Indexed, ...]:
    """How resources of a type are indexed."""
    return _compiled(type_)[1]


def not_indexed() -> list[NotIndexed]:
    """The official parameters of the served types that are not indexed."""
    return [
        NotIndexed(type_, name, definition.kind, reason)
        for type_ in served_types()
        for name, definition in search_definitions(type_).items()
        if (reason := _reason_against(type_, definition))
    ]


@cache
def _compiled(type_: str) -> tuple[Mapping[str, Parameter], tuple[Indexed, ...]]:
    usable = [one for one in search_definitions(type_).values() if not _reason_against(type_, one)]
    parameters = {
        one.name: Parameter(one.name, one.kind, one.url, one.expression, one.targets) for one in usable
    }
    return parameters, tuple(row for one in usable for row in _indexed(type_, one))


def _reason_against(type_: str, definition: SearchDefinition) -> str | None:
    if definition.name in STORED_APART:
        return "the store has a column for it"
    if definition.kind not in KINDS:
        return f"parameters of kind {definition.kind} are not indexed"
    try:
        return None if any(_indexed(type_, definition)) else "its values cannot be indexed"
    except UnknownForm:
        return "its expression cannot be read"


def _indexed(type_: str, definition: SearchDefinition) -> Iterator[Indexed]:
    for path in paths(definition.expression):
        for branch in branches(type_, path):
            leaf = branch.type.partition("/")[0]
            index = KINDS[definition.kind].indexing(definition.name, leaf, branch.element)
            if index is not None:
                yield Indexed(definition.name, branch, index)
