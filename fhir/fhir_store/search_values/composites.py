"""Composite parameters: a code and what stands beside it in one element, such as a component of an Observation.

Every official composite of the types served here names the code first, and so do its values.
http://hl7.org/fhir/R4/search.html#combining
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Component, SearchDefinition
from fhir_store.search_values.expressions import paths, paths_from_element
from fhir_store.search_values.kinds import KINDS, Indexing
from fhir_store.search_values.values import CompositeValue
from fhir_store.search_values.walkers import Branch, branches

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What one component finds from an element on."""

    ways: tuple[tuple[Branch, Indexing], ...]

    def values(self, element: Json, zone: ZoneInfo) -> list[Any]:
        """Its values in one element, without those of modifiers."""
        return [
            value
            for branch, index in self.ways
            if branch.member in element
            for node in branch.nodes(element[branch.member])
            for value in index(node, zone)
            if value.param == ""
        ]


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite parameter at one element; that is the resource itself if ``element`` has no member."""

    param: str
    element: Branch
    code: Part
    beside: Part

    def values(self, resource: Json, zone: ZoneInfo) -> Iterable[CompositeValue]:
        """Each code with each value beside it in the same element."""
        for element in self._elements(resource):
            # Most elements have nothing of that type beside the code.
            if found := self.beside.values(element, zone):
                for code in self.code.values(element, zone):
                    for beside in found:
                        yield CompositeValue(self.param, code, beside)

    def _elements(self, resource: Json) -> Iterable[Json]:
        if not self.element.member:
            return (resource,)
        return self.element.nodes(resource[self.element.member]) if self.element.member in resource else ()


def composites(type_: str, definition: SearchDefinition) -> list[Composite]:
    """One composite parameter, for each element that it names. Raises UnknownForm."""
    code, beside = definition.components
    assert code.kind == "token", "a composite begins with a code"
    return [
        Composite(definition.name, element, _part(element, code), _part(element, beside))
        for path in paths(definition.expression)
        for element in branches(type_, path)
    ]


def _part(element: Branch, component: Component) -> Part:
    definition = SearchDefinition("", component.kind, "", component.expression, ())
    ways = []
    for path in paths_from_element(component.expression):
        for branch in branches(element.type, path, element.path):
            index = KINDS[component.kind](definition, branch.type.partition("/")[0], branch.element)
            if index is not None:
                ways.append((branch, index))
    return Part(tuple(ways))
