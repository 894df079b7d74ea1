"""Change a document at the places where FHIRPath finds its nodes."""

from collections.abc import Mapping
from typing import Any

from fhir_store.fhirpath import Node, Place, beside
from fhir_store.fhirpath.types import is_primitive
from fhir_store.patching import lists
from fhir_store.patching.operations import Undoable


def at(document: Any, place: Place) -> Any:
    """What stands there."""
    for key in place:
        document = document[key]
    return document


def object_with_parts(document: dict[str, Any], node: Node) -> dict[str, Any]:
    """The object whose members are the parts of a node: of a primitive value the one beside it, made if need be."""
    place = node.place or ()
    if is_primitive(node.type):
        place = beside(place)
        if node.beside is None:
            _make_beside(document, place)
    found = at(document, place)
    if not isinstance(found, dict):
        raise Undoable("The element has another form than its definition says.")
    return found


def _make_beside(document: dict[str, Any], place: Place) -> None:
    last = place[-1]
    if isinstance(last, str):
        at(document, place[:-1])[last] = {}
        return
    lists.padded(at(document, place[:-2]), str(place[-2]), last + 1)[last] = {}


def replace_member(owner: dict[str, Any], name: str, new: Mapping[str, Any]) -> None:
    """Put members where the element of that name was, with what stood beside it."""
    before = list(owner.items())
    owner.clear()
    for key, value in before:
        owner.update(new if key in (name, f"_{name}") else {key: value})


def remove_empty(document: dict[str, Any], place: Place) -> None:
    """Remove the object at a place if nothing is left in it, and so on upwards. The resource itself stays."""
    while place and not at(document, place):
        last = place[-1]
        if isinstance(last, str):
            place = place[:-1]
            del at(document, place)[last]
        else:
            _remove_item(document, place)
            place = place[:-2]


def _remove_item(document: dict[str, Any], place: Place) -> None:
    *to_owner, name, last = place
    owner = at(document, tuple(to_owner))
    if str(name).startswith("_"):
        # The value that it stood beside keeps its position.
        owner[name][last] = None
    else:
        lists.take(owner, str(name), int(last))
    lists.drop_empty(owner, str(name).removeprefix("_"))
