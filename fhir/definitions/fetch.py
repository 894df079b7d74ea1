"""Fetch the official FHIR R4 definitions and write the trimmed JSON files beside this script.

Run by a developer, rarely: ``python fhir/definitions/fetch.py``. Needs npm. The result is committed; the same
package gives the same bytes. README.md says what is in each file.
"""

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

PACKAGE = "hl7.fhir.r4.examples"
VERSION = "4.0.1"
ORIGIN = {"source": f"npm {PACKAGE}@{VERSION}", "fhirVersion": VERSION, "licence": "CC0-1.0"}

FOLDER = Path(__file__).parent
CORE = "http://hl7.org/fhir/StructureDefinition/"
WANTED = ("StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter", "CompartmentDefinition")

# A profile that base elements point at, so that it is a type of its own to us.
PROFILED_TYPES = {"SimpleQuantity"}
KINDS = {"resource", "complex-type", "primitive-type"}

# On every element or resource, so checked by the gate without being named on each.
EVERYWHERE = {"ele-1", "dom-2", "dom-3", "dom-4", "dom-5"}

REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
# Its parts name each other's definition: ``code`` that of the target. Expressions and description agree.
EXCHANGED = {"http://hl7.org/fhir/SearchParameter/DocumentReference-relationship"}

FHIRPATH_STRING = "http://hl7.org/fhirpath/System."

Json = Mapping[str, Any]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        definitions = list(definitions_in(packed(Path(folder))))
    for name, text in files(definitions).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode()):,} bytes")


def packed(folder: Path) -> Path:
    """The package as npm delivers it."""
    subprocess.run(["npm", "pack", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True, capture_output=True)
    return next(folder.glob("*.tgz"))


def definitions_in(package: Path) -> Iterator[Json]:
    """Every definition in the package."""
    with tarfile.open(package) as archive:
        for member in archive:
            if member.name.split("/")[-1].startswith(WANTED) and (file := archive.extractfile(member)):
                yield json.load(file)


def files(definitions: Iterable[Json]) -> dict[str, str]:
    """The name and text of each file, from the definitions in any order."""
    by_type: dict[str, dict[str, Json]] = {type_: {} for type_ in WANTED}
    for definition in definitions:
        by_type[definition["resourceType"]][definition["url"]] = definition
    types = trimmed_types(by_type["StructureDefinition"])
    resources = {
        name for name, type_ in types.items() if type_["kind"] == "resource" and not type_.get("abstract")
    }
    bound = {
        element["valueSet"]
        for type_ in types.values()
        for element in type_["elements"].values()
        if "valueSet" in element
    }
    return {
        "elements.json": written("types", types, depth=3),
        "value_sets.json": written(
            "valueSets", value_sets(bound, by_type["ValueSet"], by_type["CodeSystem"]), depth=2
        ),
        "search_parameters.json": written(
            "types", search_parameters(by_type["SearchParameter"], resources), depth=2
        ),
        "compartments.json": written("compartments", compartments(by_type["CompartmentDefinition"]), depth=2),
    }


def written(name: str, content: Json, depth: int) -> str:
    """JSON with one line per entry down to ``depth``, so that a new version shows as a readable diff."""
    head = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in ORIGIN.items())
    return f"{{\n{head}{json.dumps(name)}: {_lines(content, depth, 0)}\n}}\n"


def _lines(content: Any, depth: int, indent: int) -> str:
    if depth == 0 or not isinstance(content, dict) or not content:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    pad = " " * (indent + 1)
    rows = [
        f"{pad}{json.dumps(key)}: {_lines(value, depth - 1, indent + 1)}" for key, value in content.items()
    ]
    return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"


# --- elements.json


def trimmed_types(structures: Mapping[str, Json]) -> dict[str, Json]:
    """Every R4 type by name: kind, base, pattern of a primitive, and the elements it does not inherit."""
    core = {s["name"]: s for url, s in structures.items() if url == CORE + s["name"] and _is_type(s)}
    return {name: _type(core[name]) for name in sorted(core)}


def _is_type(structure: Json) -> bool:
    derived = structure.get("derivation") == "constraint"
    return structure["kind"] in KINDS and (not derived or structure["name"] in PROFILED_TYPES)


def _type(structure: Json) -> dict[str, Any]:
    type_: dict[str, Any] = {"kind": structure["kind"]}
    if "baseDefinition" in structure:
        type_["base"] = structure["baseDefinition"].removeprefix(CORE)
    if structure.get("abstract"):
        type_["abstract"] = True
    elements = structure["snapshot"]["element"]
    if structure["kind"] == "primitive-type" and (pattern := _pattern(elements)):
        type_["pattern"] = pattern
    type_["elements"] = {_relative(e["path"]): _element(e) for e in elements if _is_own(e, structure)}
    return type_


def _relative(path: str) -> str:
    return path.partition(".")[2]


def _is_own(element: Json, structure: Json) -> bool:
    """Whether the element says something that the base type does not."""
    if "." not in element["path"]:
        return bool(_invariants(element))
    if structure["kind"] == "primitive-type":
        return False
    return bool(element["base"]["path"] == element["path"] or element["max"] == "0" != element["base"]["max"])


def _element(element: Json) -> dict[str, Any]:
    """Cardinality is left out where it is the usual one: optional, at most one."""
    invariants = {"invariants": found} if (found := _invariants(element)) else {}
    if "." not in element["path"]:
        return invariants
    trimmed: dict[str, Any] = {}
    if element["min"]:
        trimmed["min"] = element["min"]
    if element["max"] != "1":
        trimmed["max"] = element["max"]
    if types := [_type_name(type_) for type_ in element.get("type", [])]:
        # R4 says that an id is a string and tells its real form in prose only.
        trimmed["types"] = ["id"] if element["path"] == "Resource.id" else types
    if targets := _targets(element):
        trimmed["targets"] = targets
    if value_set := _value_set(element):
        trimmed["valueSet"] = value_set
    if "contentReference" in element:
        trimmed["content"] = element["contentReference"].removeprefix("#")
    return trimmed | _flags(element) | invariants


def _flags(element: Json) -> dict[str, bool]:
    """Whether it belongs to a summary, and whether it can change the meaning of what stands beside it."""
    named = {"summary": element.get("isSummary"), "modifier": element.get("isModifier")}
    return {name: True for name, flag in named.items() if flag}


def _type_name(type_: Json) -> str:
    """``Quantity``; ``Quantity/SimpleQuantity`` where a profiled type narrows it; ``string`` for an id or a url."""
    if type_["code"].startswith(FHIRPATH_STRING):
        return next(str(x.get("valueUrl", x.get("valueUri"))) for x in type_["extension"])
    profiles = [profile.removeprefix(CORE) for profile in type_.get("profile", [])]
    return "/".join([type_["code"], *(name for name in profiles if name in PROFILED_TYPES)])


def _targets(element: Json) -> list[str]:
    """The resource types that a Reference may name, empty if any."""
    profiles = [
        p for t in element.get("type", []) if t["code"] == "Reference" for p in t.get("targetProfile", [])
    ]
    names = sorted({profile.removeprefix(CORE) for profile in profiles})
    return [] if "Resource" in names else names


def _value_set(element: Json) -> str | None:
    """The value set that codes must come from: of a required binding, or the maximum of a weaker one."""
    binding = element.get("binding", {})
    if binding.get("strength") == "required":
        return str(binding["valueSet"].partition("|")[0])
    maximum = [x["valueCanonical"] for x in binding.get("extension", []) if x["url"] == MAX_VALUE_SET]
    return maximum[0] if maximum else None


def _invariants(element: Json) -> list[str]:
    errors = {c["key"] for c in element.get("constraint", []) if c["severity"] == "error"}
    # Of every extension, and said once, with the type itself.
    of_extensions = {"ext-1"} if "." in element["path"] else set()
    return sorted(errors - EVERYWHERE - of_extensions)


def _pattern(elements: Iterable[Json]) -> str | None:
    value = next((e for e in elements if e["path"].endswith(".value")), {})
    extensions = [x for t in value.get("type", []) for x in t.get("extension", [])]
    return next((x["valueString"] for x in extensions if x["url"] == REGEX), None)


# --- value_sets.json


def value_sets(bound: Iterable[str], sets: Mapping[str, Json], systems: Mapping[str, Json]) -> dict[str, Any]:
    """The codes of each bound value set by code system, for those that the definitions enumerate."""
    enumerated = {url: _codes_of(url, sets, systems) for url in sorted(bound)}
    return {url: codes for url, codes in enumerated.items() if codes is not None}


def _codes_of(url: str, sets: Mapping[str, Json], systems: Mapping[str, Json]) -> dict[str, list[str]] | None:
    if url not in sets or sets[url]["compose"].get("exclude"):
        return None
    codes: dict[str, list[str]] = {}
    for include in sets[url]["compose"]["include"]:
        included = _included(include, systems)
        if included is None:
            return None
        codes.setdefault(include["system"], []).extend(included)
    return {system: sorted(set(found)) for system, found in sorted(codes.items())}


def _included(include: Json, systems: Mapping[str, Json]) -> list[str] | None:
    if "filter" in include or "valueSet" in include:
        return None
    if "concept" in include:
        return [concept["code"] for concept in include["concept"]]
    system = systems.get(include["system"], {})
    return list(_all_codes(system["concept"])) if system.get("content") == "complete" else None


def _all_codes(concepts: Iterable[Json]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _all_codes(concept.get("concept", []))


# --- search_parameters.json


def search_parameters(parameters: Mapping[str, Json], resources: set[str]) -> dict[str, Any]:
    """Per resource type (and ``Resource``): its parameters by name, each with the part that is about that type."""
    found: dict[str, dict[str, Any]] = {}
    for parameter in filter(_is_base_parameter, parameters.values()):
        for base in set(parameter["base"]) & (resources | {"Resource"}):
            named = found.setdefault(base, {})
            assert parameter["code"] not in named, "two parameters of one name"
            named[parameter["code"]] = {
                **_parameter(parameter, base, resources),
                **_components(parameter, parameters),
            }
    return {base: dict(sorted(found[base].items())) for base in sorted(found)}


def _is_base_parameter(parameter: Json) -> bool:
    """No example, not over extensions, and not one that only a text index or a named query can answer."""
    expression = parameter.get("expression", "")
    is_example = parameter["url"].startswith("http://hl7.org/fhir/SearchParameter/example")
    return bool(expression) and "xtension(" not in expression and not is_example


def _parameter(parameter: Json, base: str, resources: set[str]) -> dict[str, Any]:
    parts = [part.strip() for part in parameter["expression"].split("|")]
    trimmed = {
        "kind": parameter["type"],
        "url": parameter["url"],
        "expression": " | ".join(
            part for part in parts if part.lstrip("(").split(".")[0] == base or len(parts) == 1
        ),
    }
    targets = set(parameter.get("target", []))
    if targets and targets != resources:
        trimmed["targets"] = sorted(targets)
    return trimmed


def _components(parameter: Json, parameters: Mapping[str, Json]) -> dict[str, Any]:
    """Of a composite: the kind of each part, and its expression from the element that the composite names."""
    named = [part["definition"] for part in parameter.get("component", [])]
    if parameter["url"] in EXCHANGED:
        named.reverse()
    parts = [
        {"kind": parameters[url]["type"], "expression": part["expression"]}
        for url, part in zip(named, parameter.get("component", []), strict=True)
    ]
    return {"components": parts} if parts else {}


# --- compartments.json


def compartments(definitions: Mapping[str, Json]) -> dict[str, Any]:
    """Per compartment type: which reference parameters of which type put a resource into it."""
    official = [
        d for url, d in sorted(definitions.items()) if url.startswith("http://hl7.org/fhir/Compartment")
    ]
    return {
        d["code"]: {r["code"]: sorted(r["param"]) for r in sorted(d["resource"], key=_code) if r.get("param")}
        for d in official
        if d["id"] != "example"
    }


def _code(row: Json) -> str:
    return str(row["code"])


if __name__ == "__main__":
    main()
