"""A code system as values: its concepts by code, which stand above which, and their properties.

http://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

PROPERTIES = "http://hl7.org/fhir/concept-properties#"

# "subsumedBy" is what the HL7 v3 code systems call a parent.
PARENTS = ("parent", "subsumedBy")
INACTIVE = ("inactive", "retired")
"""Values of the property ``status`` that mean so. A deprecated concept is still active."""


@dataclass(frozen=True, slots=True)
class Designation:
    """Another way to say a concept, perhaps in another language."""

    value: str
    language: str | None = None
    use: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """One code of a code system. ``abstract``: it groups others and is no choice itself."""

    system: str | None
    code: str
    display: str | None = None
    version: str | None = None
    inactive: bool = False
    abstract: bool = False
    designations: tuple[Designation, ...] = ()


@dataclass(frozen=True)
class System:
    """A CodeSystem resource with what it implies."""

    resource: Mapping[str, Any]

    @property
    def url(self) -> str:
        return str(self.resource.get("url", ""))

    @property
    def is_whole(self) -> bool:
        """Whether every concept is in the resource."""
        return self.resource.get("content") == "complete"

    @property
    def is_case_sensitive(self) -> bool:
        return self.resource.get("caseSensitive") is not False

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """By code, in the order of the resource."""
        return {code: self._concept(found) for code, found in self._found.items()}

    @cached_property
    def parents(self) -> Mapping[str, frozenset[str]]:
        """Of each code, the codes directly above it: by nesting, and by the properties that say so."""
        above: dict[str, set[str]] = {code: set() for code in self._found}
        for code, parent in self._nesting(self.resource.get("concept", ()), None):
            above[code] |= {parent} if parent is not None else set()
        for code in self._found:
            above[code].update(p for name in PARENTS for p in self.values(code, name))
            for child in self.values(code, "child"):
                above.setdefault(child, set()).add(code)
        return {code: frozenset(parents) for code, parents in above.items()}

    @cached_property
    def children(self) -> Mapping[str, frozenset[str]]:
        """Of each code, the codes directly below it."""
        below: dict[str, set[str]] = {code: set() for code in self._found}
        for code, parents in self.parents.items():
            for parent in parents:
                below.setdefault(parent, set()).add(code)
        return {code: frozenset(children) for code, children in below.items()}

    @cached_property
    def property_names(self) -> frozenset[str]:
        """The properties that its concepts may have."""
        return frozenset(one["code"] for one in self.resource.get("property", ()))

    def values(self, code: str, name: str) -> list[str]:
        """What a concept has of a property, named by its code or as FHIR itself names it."""
        return [
            str(_value(one)) if type(_value(one)) is not bool else str(_value(one)).lower()
            for one in self._found[code].get("property", ())
            if one["code"] == name or self._official_names.get(one["code"]) == name
        ]

    @cached_property
    def _official_names(self) -> Mapping[str, str]:
        """A code system may call FHIR's own properties by other names."""
        return {
            one["code"]: one["uri"].removeprefix(PROPERTIES)
            for one in self.resource.get("property", ())
            if one.get("uri", "").startswith(PROPERTIES)
        }

    @cached_property
    def _found(self) -> Mapping[str, Mapping[str, Any]]:
        return {concept["code"]: concept for concept in _all(self.resource.get("concept", ()))}

    def _nesting(
        self, concepts: Iterable[Mapping[str, Any]], parent: str | None
    ) -> Iterator[tuple[str, str | None]]:
        for concept in concepts:
            yield concept["code"], parent
            yield from self._nesting(concept.get("concept", ()), concept["code"])

    def _concept(self, found: Mapping[str, Any]) -> Concept:
        code = found["code"]
        return Concept(
            system=self.url,
            code=code,
            display=found.get("display"),
            version=self.resource.get("version"),
            inactive="true" in self.values(code, "inactive")
            or any(status in INACTIVE for status in self.values(code, "status")),
            abstract="true" in self.values(code, "notSelectable"),
            designations=designations(found),
        )


def designations(found: Mapping[str, Any]) -> tuple[Designation, ...]:
    """Those of a concept, as a CodeSystem or a ValueSet gives it."""
    return tuple(
        Designation(one["value"], one.get("language"), one.get("use")) for one in found.get("designation", ())
    )


def closure(start: Iterable[str], step: Mapping[str, frozenset[str]]) -> set[str]:
    """Everything that can be reached, the start included."""
    reached, ahead = set[str](), set(start)
    while ahead:
        reached |= ahead
        ahead = {code for one in ahead for code in step.get(one, ())} - reached
    return reached


def _all(concepts: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for concept in concepts:
        yield concept
        yield from _all(concept.get("concept", ()))


def _value(one: Mapping[str, Any]) -> Any:
    value = next(value for name, value in one.items() if name.startswith("value"))
    return value.get("code") if isinstance(value, dict) else value
