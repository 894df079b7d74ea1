"""The search parameters of each type: which are indexed, how, and which are not and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from fhir_store.definitions import SearchDefinition, search_definitions, served_types
from fhir_store.search_values.composites import Composite, composites
from fhir_store.search_values.expressions import paths
from fhir_store.search_values.kinds import KINDS, Indexing
from fhir_store.search_values.walkers import Branch, branches


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that a type can be searched by, because its values are indexed.

    ``targets`` are the resource types that a reference may name, empty for any and for other kinds. ``components``
    are the kinds of the two parts of a composite, the code first.
    """

    name: str
    kind: str
    url: str
    expression: str
    targets: tuple[str, ...]
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotIndexed:
    """A parameter that has no index values, and why. ``type`` is Resource for those of every type."""

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


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that a type is indexed by."""

    parameters: Mapping[str, Parameter]
    indexed: tuple[Indexed, ...]
    composites: tuple[Composite, ...]


COLUMN = "the store sets it and has a column for it, so that what was submitted does not count"
NO_FULL_TEXT = "a text search over all words needs an index of words, which this store does not have"
OF_NO_VALUE = "it is about other resources or parameters, not about a value of the resource"
OF_AN_EXTENSION = "it is about an extension, which the definition of the type does not have"

OF_EVERY_TYPE = (
    NotIndexed("Resource", "_id", "token", COLUMN),
    NotIndexed("Resource", "_lastUpdated", "date", COLUMN),
    NotIndexed("Resource", "_type", "token", COLUMN),
    NotIndexed("Resource", "_text", "string", NO_FULL_TEXT),
    NotIndexed("Resource", "_content", "string", NO_FULL_TEXT),
    NotIndexed("Resource", "_query", "token", OF_NO_VALUE),
    NotIndexed("Resource", "_filter", "special", OF_NO_VALUE),
    NotIndexed("Resource", "_list", "string", OF_NO_VALUE),
    NotIndexed("Resource", "_has", "string", OF_NO_VALUE),
)
OF_ONE_TYPE = (
    NotIndexed("Device", "din", "token", OF_AN_EXTENSION),
    NotIndexed("DiagnosticReport", "assessed-condition", "reference", OF_AN_EXTENSION),
    NotIndexed("Observation", "amino-acid-change", "string", OF_AN_EXTENSION),
    NotIndexed("Observation", "dna-variant", "string", OF_AN_EXTENSION),
    NotIndexed("Observation", "gene-amino-acid-change", "string", OF_AN_EXTENSION),
    NotIndexed("Observation", "gene-dnavariant", "string", OF_AN_EXTENSION),
    NotIndexed("Observation", "gene-identifier", "token", OF_AN_EXTENSION),
    NotIndexed("Patient", "age", "number", "it changes by the day; birthdate does not"),
    NotIndexed("Patient", "birthOrderBoolean", "token", OF_AN_EXTENSION),
    NotIndexed("Patient", "mothersMaidenName", "string", OF_AN_EXTENSION),
    NotIndexed("QuestionnaireResponse", "item-subject", "reference", OF_AN_EXTENSION),
)


def search_parameters(type_: str) -> Mapping[str, Parameter]:
    """Every parameter that resources of a type are indexed by, by name."""
    return compiled(type_).parameters


def not_indexed() -> list[NotIndexed]:
    """The official parameters of the served types that have no index values."""
    return [*OF_EVERY_TYPE, *(one for one in OF_ONE_TYPE if one.type in served_types())]


@cache
def compiled(type_: str) -> Compiled:
    """How resources of a type are indexed. Raises UnknownForm."""
    left_out = {one.name for one in (*OF_EVERY_TYPE, *OF_ONE_TYPE) if one.type in ("Resource", type_)}
    usable = [one for name, one in search_definitions(type_).items() if name not in left_out]
    return Compiled(
        {one.name: _parameter(one) for one in usable},
        tuple(row for one in usable if not one.components for row in _indexed(type_, one)),
        tuple(row for one in usable if one.components for row in composites(type_, one)),
    )


def _parameter(one: SearchDefinition) -> Parameter:
    kinds = tuple(component.kind for component in one.components)
    return Parameter(one.name, one.kind, one.url, one.expression, one.targets, kinds)


def _indexed(type_: str, definition: SearchDefinition) -> Iterator[Indexed]:
    for path in paths(definition.expression):
        for branch in branches(type_, path):
            leaf = branch.type.partition("/")[0]
            index = KINDS[definition.kind](definition, leaf, branch.element)
            if index is not None:
                yield Indexed(definition.name, branch, index)
