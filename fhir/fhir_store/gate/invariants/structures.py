"""Rules of StructureDefinition."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any, has_choice
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]
ON = "StructureDefinition"
SNAPSHOT = "StructureDefinition.snapshot"
DIFFERENTIAL = "StructureDefinition.differential"

OF_FHIR = "http://hl7.org/fhir/StructureDefinition"
_SYSTEM_TYPE = r"http://hl7\.org/fhirpath/System\.[A-Z][A-Za-z]+"
_TYPE_IN_DIFFERENTIAL = re.compile(rf"[a-zA-Z0-9]+|{_SYSTEM_TYPE}")
_TYPE_IN_SNAPSHOT = re.compile(rf"[a-zA-Z0-9.]+|{_SYSTEM_TYPE}")


@invariant("sdf-1", ON, "each path of a snapshot stands once, unless this is a constraint.")
def paths_are_unique(structure: Json) -> bool:
    paths = [element.get("path") for element in _snapshot(structure)]
    return structure.get("derivation") == "constraint" or len(set(paths)) == len(paths)


@invariant("sdf-2", "StructureDefinition.mapping", "a mapping has a name or a uri.")
def mapping_is_told(mapping: Json) -> bool:
    return has_any(mapping, "name", "uri")


@invariant("sdf-3", SNAPSHOT, "each element of a snapshot has definition, min and max.")
def elements_are_defined(snapshot: Json) -> bool:
    wanted = ("definition", "min", "max")
    return all(has(element, name) for element in _elements(snapshot) for name in wanted)


@invariant("sdf-5", ON, "an extension has a context.")
def extension_has_context(structure: Json) -> bool:
    own = structure.get("type") != "Extension" or structure.get("derivation") == "specialization"
    return own or has(structure, "context")


@invariant("sdf-6", ON, "a snapshot or a differential is needed.")
def structure_says_something(structure: Json) -> bool:
    return has_any(structure, "snapshot", "differential")


@invariant("sdf-8", SNAPSHOT, "each path of a snapshot begins with the first one.")
def snapshot_has_one_root(snapshot: Json) -> bool:
    # That the first is the type itself is sdf-11.
    return _under(_root(snapshot), _elements(snapshot)[1:])


@invariant("sdf-8b", SNAPSHOT, "each element of a snapshot has its base.")
def elements_have_base(snapshot: Json) -> bool:
    return all(has(element, "base") for element in _elements(snapshot))


@invariant("sdf-9", ON, "the first element has no label, code or requirements.")
def root_is_plain(structure: Json) -> bool:
    return not any(has_any(root, "label", "code", "requirements") for root in _roots(structure))


@invariant("sdf-10", "StructureDefinition.snapshot.element", "a binding has a valueSet or a description.")
def binding_is_told(element: Json) -> bool:
    return not has(element, "binding") or has_any(element["binding"], "valueSet", "description")


@invariant("sdf-11", ON, "the first path of a snapshot is the type.")
def snapshot_is_of_type(structure: Json) -> bool:
    logical = structure.get("kind") == "logical"
    return logical or "snapshot" not in structure or _root(structure["snapshot"]) == structure.get("type")


@invariant("sdf-14", ON, "each element has an id.")
def elements_have_ids(structure: Json) -> bool:
    return all("id" in element for element in _all(structure))


@invariant("sdf-15", ON, "the first element of a snapshot has no type, unless this is a logical model.")
def snapshot_root_has_no_type(structure: Json) -> bool:
    return structure.get("kind") == "logical" or not any(
        has(element, "type") for element in _snapshot(structure)[:1]
    )


@invariant("sdf-15a", ON, "the root in a differential has no type, unless this is a logical model.")
def differential_root_has_no_type(structure: Json) -> bool:
    return structure.get("kind") == "logical" or not any(
        _is_root(element) and has(element, "type") for element in _differential(structure)[:1]
    )


@invariant("sdf-16", ON, "each id of a snapshot stands once.")
def snapshot_ids_are_unique(structure: Json) -> bool:
    return _ids_are_unique(_snapshot(structure))


@invariant("sdf-17", ON, "each id of a differential stands once.")
def differential_ids_are_unique(structure: Json) -> bool:
    return _ids_are_unique(_differential(structure))


@invariant("sdf-18", ON, "contextInvariant is for extensions.")
def context_invariant_of_extension(structure: Json) -> bool:
    return not has(structure, "contextInvariant") or structure.get("type") == "Extension"


@invariant("sdf-19", ON, "FHIR's own structures are made of FHIR's own types.")
def own_types_only(structure: Json) -> bool:
    return not _is_of_fhir(structure) or (
        all(_TYPE_IN_DIFFERENTIAL.fullmatch(code) for code in _types(_differential(structure)))
        and all(_TYPE_IN_SNAPSHOT.fullmatch(code) for code in _types(_snapshot(structure)))
    )


@invariant("sdf-20", DIFFERENTIAL, "the root has no slicing.")
def root_is_not_sliced(differential: Json) -> bool:
    return not any(_is_root(element) and has(element, "slicing") for element in _elements(differential))


@invariant("sdf-21", ON, "only a specialization has default values.")
def defaults_of_specialization(structure: Json) -> bool:
    return structure.get("derivation") == "specialization" or not _has_default(_differential(structure))


@invariant("sdf-22", ON, "FHIR's own structures have no default values.")
def own_structures_have_no_default(structure: Json) -> bool:
    return not _is_of_fhir(structure) or not _has_default(_all(structure))


@invariant("sdf-23", ON, "the root has no sliceName.")
def root_is_no_slice(structure: Json) -> bool:
    return not any(has(root, "sliceName") for root in _roots(structure))


def _elements(view: Json) -> Sequence[Json]:
    found: Sequence[Json] = view.get("element", ())
    return found


def _snapshot(structure: Json) -> Sequence[Json]:
    return _elements(structure.get("snapshot", {}))


def _differential(structure: Json) -> Sequence[Json]:
    return _elements(structure.get("differential", {}))


def _all(structure: Json) -> list[Json]:
    return [*_snapshot(structure), *_differential(structure)]


def _roots(structure: Json) -> Iterator[Json]:
    return filter(_is_root, _all(structure))


def _is_root(element: Json) -> bool:
    return "." not in element.get("path", ".")


def _root(view: Json) -> str | None:
    path: str | None = _elements(view)[0].get("path")
    return path


def _under(root: str | None, elements: Sequence[Json]) -> bool:
    return all(element.get("path", "").startswith(f"{root}.") for element in elements)


def _ids_are_unique(elements: Sequence[Json]) -> bool:
    ids = [element["id"] for element in elements if "id" in element]
    return len(set(ids)) == len(ids)


def _is_of_fhir(structure: Json) -> bool:
    url: str = structure.get("url", "")
    return url.startswith(OF_FHIR)


def _types(elements: Sequence[Json]) -> Iterator[str]:
    return (type_["code"] for element in elements for type_ in element.get("type", ()) if "code" in type_)


def _has_default(elements: Sequence[Json]) -> bool:
    return any(has_choice(element, "defaultValue") for element in elements)
