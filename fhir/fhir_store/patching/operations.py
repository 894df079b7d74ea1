"""Read the operations of a FHIRPath Patch out of its Parameters. http://hl7.org/fhir/R4/fhirpatch.html"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fhir_store.errors import BadPatch
from fhir_store.json_text import NumberText
from fhir_store.patching.limits import MOST_OPERATIONS

_NEEDED = {
    "add": {"path", "name", "value"},
    "insert": {"path", "index", "value"},
    "delete": {"path"},
    "replace": {"path", "value"},
    "move": {"path", "source", "destination"},
}
_NUMBERS = ("index", "source", "destination")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class Undoable(Exception):
    """An operation that cannot be done, and why."""


@dataclass(frozen=True, slots=True)
class Operation:
    """``value`` is its part of the Parameters; what the type does not need is empty."""

    type: str
    path: str
    name: str
    value: Mapping[str, Any]
    numbers: Mapping[str, int]
    """index, source and destination, from 0."""


def where(place: int) -> str:
    """How an operation is named in an issue."""
    return f"Parameters.parameter[{place}]"


def parameters_of(patch: Mapping[str, Any]) -> list[Any]:
    """One for each operation, not yet read. Raises BadPatch."""
    found = patch.get("parameter", [])
    if patch.get("resourceType") != "Parameters" or not isinstance(found, list):
        raise BadPatch("", "A FHIRPath Patch is a Parameters resource.")
    if len(found) > MOST_OPERATIONS:
        raise BadPatch("", f"A patch may have {MOST_OPERATIONS} operations.")
    return found


def operation_of(parameter: Any) -> Operation:
    """Raises Undoable."""
    if not isinstance(parameter, dict) or parameter.get("name") != "operation":
        raise Undoable("Every parameter of a FHIRPath Patch is named operation.")
    parts = parts_by_name(parameter)
    type_ = _text(parts, "type")
    needed = _NEEDED.get(type_)
    if needed is None:
        raise Undoable("An operation has a type: add, insert, delete, replace or move.")
    if parts.keys() != {"type", *needed}:
        raise Undoable(f"The parts of {type_} are type, {', '.join(sorted(needed))}.")
    return Operation(
        type_,
        _text(parts, "path"),
        _text(parts, "name") if "name" in needed else "",
        parts.get("value", {}),
        {name: _number(parts, name) for name in _NUMBERS if name in needed},
    )


def parts_by_name(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """The parts, each of which has a name of its own. Raises Undoable."""
    found: dict[str, Any] = {}
    for name, part in named_parts(parameter):
        if name in found:
            raise Undoable("A part of the operation stands twice.")
        found[name] = part
    return found


def named_parts(parameter: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The parts with their names. Raises Undoable."""
    parts = parameter.get("part", [])
    right = isinstance(parts, list) and all(
        isinstance(p, dict) and isinstance(p.get("name"), str) for p in parts
    )
    if not right:
        raise Undoable("The parts are a list, and each has a name.")
    return [(part["name"], part) for part in parts]


def _simple(parts: Mapping[str, Any], name: str) -> Any:
    values = [value for key, value in parts.get(name, {}).items() if key.startswith("value")]
    return values[0] if len(values) == 1 else None


def _text(parts: Mapping[str, Any], name: str) -> str:
    value = _simple(parts, name)
    if not isinstance(value, str) or isinstance(value, NumberText):
        raise Undoable(f"The operation needs a part {name} with a string.")
    return value


def _number(parts: Mapping[str, Any], name: str) -> int:
    value = _simple(parts, name)
    if not isinstance(value, NumberText) or not _WHOLE_NUMBER.fullmatch(value):
        raise Undoable(f"The operation needs a part {name} with a whole number from 0 on.")
    return int(value)
