"""The official FHIR R4 definitions, as the files in ``definitions/`` give them; which types are served; our profiles."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fhir_store.json_text import parse


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a type. ``types`` has several only where the name ends in ``[x]``."""

    name: str
    min: int
    max: int | None
    """None: as many as there are."""
    is_list: bool
    types: tuple[str, ...]
    """Type names; ``Quantity/SimpleQuantity`` is a Quantity as the profile SimpleQuantity narrows it."""
    targets: frozenset[str]
    """The resource types that a Reference may name; empty means any."""
    value_set: str | None
    """The value set that its codes must come from."""
    content: str | None
    """``Observation.referenceRange``: the element whose parts are the parts of this one."""
    invariants: tuple[str, ...]
    is_summary: bool
    """Whether ``_summary=true`` shows it."""
    is_modifier: bool
    """Whether it can change the meaning of what stands beside it."""

    @property
    def is_choice(self) -> bool:
        return self.name.endswith("[x]")

    def json_names(self) -> Iterator[tuple[str, str]]:
        """Each name it can have in JSON, with the type that it then has."""
        if not self.is_choice:
            yield self.name, self.types[0] if self.types else ""
            return
        for type_ in self.types:
            code = type_.partition("/")[0]
            yield self.name.removesuffix("[x]") + code[0].upper() + code[1:], type_


@dataclass(frozen=True, slots=True)
class Type:
    """A resource type or a data type. ``pattern`` is the regular expression of a primitive type."""

    name: str
    kind: str
    base: str | None
    pattern: str | None
    own: Mapping[str, Mapping[str, Any]]
    """The elements it does not inherit, by dotted path."""

    @property
    def is_primitive(self) -> bool:
        return self.kind == "primitive-type"


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a composite parameter. ``expression`` is FHIRPath from the element that the composite names."""

    kind: str
    expression: str


@dataclass(frozen=True, slots=True)
class SearchDefinition:
    """An official search parameter of one type. ``expression`` is FHIRPath, for that type only."""

    name: str
    kind: str
    url: str
    expression: str
    targets: tuple[str, ...]
    """The resource types a reference may name; empty means any."""
    components: tuple[Component, ...] = ()
    """The parts of a composite."""


def _folder(name: str) -> Path:
    """In an installed package the files lie beside this module, in a checkout beside its package."""
    installed = Path(__file__).with_name(name)
    return installed if installed.is_dir() else Path(__file__).parents[1] / name


@cache
def _file(name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads((_folder("definitions") / name).read_text(encoding="utf-8"))
    return content


@cache
def served_types() -> tuple[str, ...]:
    """The resource types that this store holds."""
    return tuple(_file("served_types.json")["types"])


@cache
def resource_types() -> frozenset[str]:
    """Every resource type of FHIR R4."""
    types = _file("elements.json")["types"]
    return frozenset(name for name, t in types.items() if t["kind"] == "resource" and not t.get("abstract"))


@cache
def type_named(name: str) -> Type:
    """The definition of a type. Raises KeyError."""
    found = _file("elements.json")["types"][name]
    return Type(name, found["kind"], found.get("base"), found.get("pattern"), found["elements"])


@cache
def children(type_: str, path: str = "") -> Mapping[str, Element]:
    """The elements directly under a path of a type (``contact`` of Patient), inherited ones first, by name."""
    definition = type_named(type_)
    prefix = f"{path}." if path else ""
    own = {
        name: _element(name, trimmed)
        for full, trimmed in definition.own.items()
        if full.startswith(prefix) and (name := full.removeprefix(prefix)) and "." not in name
    }
    base = element_at(type_, path).types[0] if path else definition.base
    return {**children(base), **own} if base else own


def element_at(type_: str, path: str) -> Element:
    """One element by its dotted path. Raises KeyError."""
    return _element(path.rpartition(".")[2], type_named(type_).own[path])


def invariants_of(type_: str, path: str = "") -> tuple[str, ...]:
    """The keys of the rules that hold for a type, or for an element under it."""
    return tuple(type_named(type_).own.get(path, {}).get("invariants", ()))


def _element(name: str, trimmed: Mapping[str, Any]) -> Element:
    most = trimmed.get("max", "1")
    return Element(
        name=name,
        min=trimmed.get("min", 0),
        max=None if most == "*" else int(most),
        is_list=most not in ("0", "1"),
        types=tuple(trimmed.get("types", ())),
        targets=frozenset(trimmed.get("targets", ())),
        value_set=trimmed.get("valueSet"),
        content=trimmed.get("content"),
        invariants=tuple(trimmed.get("invariants", ())),
        is_summary=trimmed.get("summary", False),
        is_modifier=trimmed.get("modifier", False),
    )


def value_set(url: str) -> Mapping[str, list[str]] | None:
    """Its codes by code system; None if the definitions do not enumerate them."""
    codes: Mapping[str, list[str]] | None = _file("value_sets.json")["valueSets"].get(url)
    return codes


@cache
def own_value_sets() -> Mapping[str, Mapping[str, list[str]]]:
    """The codes of the value sets that our own profiles name, by code system, by canonical address."""
    files = sorted((_folder("profiles") / "value-sets").glob("*.json"))
    found = [parse(file.read_text(encoding="utf-8")).value for file in files]
    return {one["url"]: {part["system"]: _codes(part) for part in one["compose"]["include"]} for one in found}


def _codes(included: Mapping[str, Any]) -> list[str]:
    return [concept["code"] for concept in included["concept"]]


def search_definitions(type_: str) -> Mapping[str, SearchDefinition]:
    """The official search parameters of a resource type by name, those of every resource included."""
    types = _file("search_parameters.json")["types"]
    trimmed = {**types["Resource"], **types.get(type_, {})}
    return {name: _search_definition(name, found) for name, found in trimmed.items()}


def _search_definition(name: str, trimmed: Mapping[str, Any]) -> SearchDefinition:
    targets = tuple(trimmed.get("targets", ()))
    components = tuple(Component(**one) for one in trimmed.get("components", ()))
    return SearchDefinition(name, trimmed["kind"], trimmed["url"], trimmed["expression"], targets, components)


@cache
def profiles() -> Mapping[str, Mapping[str, Any]]:
    """Our own profiles, as StructureDefinitions, by canonical address without version."""
    files = sorted(_folder("profiles").glob("*.json"))
    found = [parse(file.read_text(encoding="utf-8")).value for file in files]
    return {profile["url"]: profile for profile in found}


def compartment(name: str) -> Mapping[str, list[str]]:
    """Of a compartment (``Patient``): the reference parameters, by type, that put a resource into it."""
    rows: Mapping[str, list[str]] = _file("compartments.json")["compartments"][name]
    return rows
