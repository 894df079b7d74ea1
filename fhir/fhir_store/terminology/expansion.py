"""``ValueSet/$expand``: what may be asked, and the answer as a resource.

http://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fhir_store.errors import BadQuestion
from fhir_store.terminology.composing import expanded
from fhir_store.terminology.held import Terminology
from fhir_store.terminology.systems import Concept, Designation

KEPT = ("id", "url", "version", "name", "title", "status", "experimental", "date", "publisher", "copyright")
"""What the answer says of the value set besides its codes. None of it has numbers."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """How to expand. ``count`` None: all. ``said`` are the parameters as they are repeated in the answer."""

    text_filter: str | None = None
    offset: int = 0
    count: int | None = None
    include_designations: bool = False
    active_only: bool = False
    display_language: str | None = None
    said: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


def expansion_asked(parameters: Iterable[tuple[str, str]]) -> Expansion:
    """From the parameters of a request besides those that name the value set. Raises BadQuestion."""
    asked: dict[str, Any] = {}
    said: list[Mapping[str, Any]] = []
    for name, value in parameters:
        if name not in READ:
            raise BadQuestion(
                f"A parameter of $expand is not supported. Supported: {', '.join(sorted(READ))}."
            )
        ours, type_, read = READ[name]
        if ours in asked:
            raise BadQuestion(f"{name} is said twice.")
        asked[ours] = read(name, value)
        said.append({"name": name, f"value{type_}": asked[ours]})
    # Codes are listed side by side whether or not it is asked for.
    asked.pop("exclude_nested", None)
    return Expansion(**asked, said=tuple(said))


def _whole_number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadQuestion(f"{name} is a whole number.")
    return int(value)


def _truth(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise BadQuestion(f"{name} is true or false.")
    return value == "true"


def _text(name: str, value: str) -> str:
    if not value.strip():
        raise BadQuestion(f"{name} has no value.")
    return value


READ: Mapping[str, tuple[str, str, Callable[[str, str], Any]]] = {
    "filter": ("text_filter", "String", _text),
    "offset": ("offset", "Integer", _whole_number),
    "count": ("count", "Integer", _whole_number),
    "includeDesignations": ("include_designations", "Boolean", _truth),
    "activeOnly": ("active_only", "Boolean", _truth),
    "excludeNested": ("exclude_nested", "Boolean", _truth),
    "displayLanguage": ("display_language", "Code", _text),
}
"""Each parameter: our name for it, its type in the answer, and how it is read."""


def expansion_resource(
    terminology: Terminology,
    value_set: Mapping[str, Any],
    asked: Expansion,
    *,
    identifier: str,
    timestamp: str,
) -> dict[str, Any]:
    """The ValueSet with its codes, in plain JSON. ``identifier`` is a uri, ``timestamp`` a FHIR dateTime.

    Raises NotHeld, TooCostly, CircularValueSet, BadDefinition.
    """
    concepts = expanded(terminology, value_set, text_filter=asked.text_filter, active_only=asked.active_only)
    end = None if asked.count is None else asked.offset + asked.count
    page = concepts[asked.offset : end]
    expansion: dict[str, Any] = {
        "identifier": identifier,
        "timestamp": timestamp,
        "total": len(concepts),
        "offset": asked.offset,
    }
    # FHIR has no empty lists.
    if said := [*asked.said, *_versions(concepts)]:
        expansion["parameter"] = said
    if page:
        expansion["contains"] = [_contains(concept, asked) for concept in page]
    kept = {name: value_set[name] for name in KEPT if name in value_set}
    return {"resourceType": "ValueSet", **kept, "expansion": expansion}


def _versions(concepts: Sequence[Concept]) -> list[Mapping[str, Any]]:
    """The code systems that were used, at which version."""
    used = dict.fromkeys(f"{one.system}|{one.version}" for one in concepts if one.system and one.version)
    return [{"name": "version", "valueUri": canonical} for canonical in used]


def _contains(concept: Concept, asked: Expansion) -> dict[str, Any]:
    shown = {
        "system": concept.system,
        "abstract": concept.abstract or None,
        "inactive": concept.inactive or None,
        "code": concept.code,
        "display": display_in(concept, asked.display_language),
    }
    found: dict[str, Any] = {name: value for name, value in shown.items() if value is not None}
    if asked.include_designations and concept.designations:
        found["designation"] = [_designation(one) for one in concept.designations]
    return found


def _designation(one: Designation) -> dict[str, Any]:
    shown = {"language": one.language, "use": one.use, "value": one.value}
    return {name: value for name, value in shown.items() if value is not None}


def display_in(concept: Concept, language: str | None) -> str | None:
    """Its name in a language (``sr-Latn``; ``sr`` takes any Serbian); its display if it has none in it."""
    if language is None:
        return concept.display
    wanted = language.lower()
    named = [(one.language.lower(), one.value) for one in concept.designations if one.language]
    exact = [value for tag, value in named if tag == wanted]
    wider = [value for tag, value in named if tag.startswith(f"{wanted}-")]
    return next(iter([*exact, *wider]), concept.display)
