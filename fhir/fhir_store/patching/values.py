"""The value that an operation puts in: a ``value[x]``, a resource, or an object built from parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fhir_store.definitions import Element, children
from fhir_store.fhirpath import Definition, definition_of
from fhir_store.fhirpath.types import is_a, is_primitive
from fhir_store.patching.lists import insert, length
from fhir_store.patching.operations import Undoable, named_parts


@dataclass(frozen=True, slots=True)
class NewValue:
    """``beside`` are id and extensions of a primitive value, as ``_birthDate`` has them."""

    json_name: str
    """``valueString`` where the element is ``value[x]``."""
    value: Any
    beside: Any = None

    def members(self) -> dict[str, Any]:
        """As members of an object, where the element is no list."""
        both = {self.json_name: self.value, f"_{self.json_name}": self.beside}
        return {name: value for name, value in both.items() if value is not None}


@cache
def _types() -> Mapping[str, str]:
    """``valueString`` and so on, with the type that each says."""
    return dict(children("Parameters", "parameter")["value[x]"].json_names())


def new_value(part: Mapping[str, Any], parent: Definition, element: Element) -> NewValue:
    """What a part of the patch gives for an element of ``parent``. Raises Undoable."""
    given = {name.removeprefix("_") for name in part.keys() - {"name", "id", "extension"}}
    if len(given) != 1:
        raise Undoable("A value is one value[x], one resource, or parts.")
    (key,) = given
    if key == "part":
        return _built(part, parent, element)
    if key == "resource":
        if element.types != ("Resource",):
            raise Undoable("The element is no resource.")
        return NewValue(element.name, part[key])
    if key not in _types():
        raise Undoable("A value is one value[x], one resource, or parts.")
    return NewValue(_json_name(parent, element, _types()[key]), part.get(key), part.get(f"_{key}"))


def _json_name(parent: Definition, element: Element, type_: str) -> str:
    for name, of_type in element.json_names():
        code, _ = definition_of(parent, element, of_type)
        if type_ == code or (not element.is_choice and _is_like(type_, code)):
            return name
    raise Undoable("The value is of a type that the element cannot have.")


def _is_like(type_: str, code: str) -> bool:
    """Whether a value has the form that is expected: a string for a code, an Age for a Quantity."""
    return (
        (is_primitive(type_) and is_primitive(code)) or is_a(type_, "FHIR", code) or is_a(code, "FHIR", type_)
    )


def _built(part: Mapping[str, Any], parent: Definition, element: Element) -> NewValue:
    if element.is_choice:
        raise Undoable("An element that can have several types takes a value[x], which says the type.")
    (json_name, type_), *_ = element.json_names()
    code, definition = definition_of(parent, element, type_)
    if is_primitive(code) or code == "Resource":
        raise Undoable("The element has no parts to build it from.")
    found: dict[str, Any] = {}
    for name, one in named_parts(part):
        inner = children(*definition).get(name) or children(*definition).get(f"{name}[x]")
        if inner is None or name.endswith("[x]"):
            raise Undoable("A part of the value is named as no part of the element is.")
        _put(found, inner, new_value(one, definition, inner))
    return NewValue(json_name, found)


def _put(found: dict[str, Any], element: Element, value: NewValue) -> None:
    if element.is_list:
        insert(found, value.json_name, length(found, value.json_name), value.value, value.beside)
    elif any(name in found or f"_{name}" in found for name, _ in element.json_names()):
        raise Undoable("A part of the value stands twice, and its element is no list.")
    else:
        found.update(value.members())
