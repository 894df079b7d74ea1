"""Rules of CodeSystem and ValueSet."""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]
INCLUDE = "ValueSet.compose.include"
CONTAINS = "ValueSet.expansion.contains"


@invariant("csd-1", "CodeSystem", "each code stands once in a code system.")
def codes_are_unique(system: Json) -> bool:
    found = list(_codes(system))
    return len(set(found)) == len(found)


@invariant("vsd-1", INCLUDE, "a valueSet or a system is needed.")
def include_has_source(include: Json) -> bool:
    return has_any(include, "valueSet", "system")


@invariant("vsd-2", INCLUDE, "concepts and filters need the system that they are from.")
def include_has_system(include: Json) -> bool:
    return not has_any(include, "concept", "filter") or has(include, "system")


@invariant("vsd-3", INCLUDE, "concept and filter exclude each other.")
def include_in_one_way(include: Json) -> bool:
    return not (has(include, "concept") and has(include, "filter"))


@invariant("vsd-6", CONTAINS, "a code or a display is needed.")
def member_says_something(member: Json) -> bool:
    return has_any(member, "code", "display")


@invariant("vsd-9", CONTAINS, "a member that is not abstract has a code.")
def member_has_code(member: Json) -> bool:
    return has(member, "code") or member.get("abstract") is True


@invariant("vsd-10", CONTAINS, "a code needs the system that it is from.")
def member_has_system(member: Json) -> bool:
    return not has(member, "code") or has(member, "system")


def _codes(holder: Json) -> Iterator[str]:
    for concept in holder.get("concept", ()):
        if "code" in concept:
            yield concept["code"]
        yield from _codes(concept)
