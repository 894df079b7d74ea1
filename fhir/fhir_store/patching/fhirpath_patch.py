"""FHIRPath Patch. http://hl7.org/fhir/R4/fhirpatch.html"""

from collections.abc import Callable, Mapping
from typing import Any

from fhir_store.definitions import Element
from fhir_store.errors import BadPatch
from fhir_store.fhirpath import BadExpression, Definition, Node, Steps, element_of, evaluated
from fhir_store.json_text import ResourceText, parse
from fhir_store.patching import lists
from fhir_store.patching.kept_text import TooDeep, kept, written
from fhir_store.patching.operations import Operation, Undoable, operation_of, parameters_of, where
from fhir_store.patching.places import at, object_with_parts, remove_empty, replace_member
from fhir_store.patching.values import NewValue, new_value


def fhirpath_patched(resource: ResourceText, parameters: Mapping[str, Any]) -> ResourceText:
    """The resource after all operations, in order.

    ``parameters`` is the patch, a parsed Parameters resource. Raises BadPatch, naming the operation that cannot be
    done (``Parameters.parameter[2]``).
    """
    document = kept(resource.text)
    steps = Steps()
    for place, parameter in enumerate(parameters_of(parameters)):
        try:
            operation = operation_of(parameter)
            _CHANGES[operation.type](document, operation, _found(document, operation, steps))
        except (Undoable, BadExpression) as error:
            raise BadPatch(where(place), str(error)) from None
        except TooDeep:
            raise _too_deep(where(place)) from None
    try:
        return parse(written(document))
    except TooDeep:
        raise _too_deep("") from None


def _too_deep(expression: str) -> BadPatch:
    return BadPatch(expression, "Objects and lists would nest deeper than a resource may.")


def _found(document: dict[str, Any], operation: Operation, steps: Steps) -> list[Node]:
    found = evaluated(operation.path, document, steps)
    if any(node.place is None for node in found):
        raise Undoable("The path finds something else than elements of the resource.")
    return found


def _single(found: list[Node]) -> Node:
    if len(found) != 1:
        raise Undoable(f"The path finds {'several elements' if found else 'nothing'}, and one is needed.")
    return found[0]


def _part(found: list[Node]) -> tuple[Node, str | int]:
    """A single element that is not the whole, and its last name or position."""
    node = _single(found)
    if not node.place:
        raise Undoable("The path finds the whole resource, and a part of it is needed.")
    return node, node.place[-1]


def _fresh(operation: Operation, parent: Definition, element: Element) -> NewValue:
    """The value, which later operations may change: so it is not the patch's own."""
    found = new_value(operation.value, parent, element)
    return NewValue(found.json_name, kept(written(found.value)), kept(written(found.beside)))


def _add(document: dict[str, Any], operation: Operation, found: list[Node]) -> None:
    node = _single(found)
    element = element_of(node, operation.name)
    assert node.defined
    value = _fresh(operation, node.defined, element)
    owner = object_with_parts(document, node)
    if element.is_list:
        end = lists.length(owner, value.json_name)
        lists.insert(owner, value.json_name, end, value.value, value.beside)
    elif any(name in owner or f"_{name}" in owner for name, _ in element.json_names()):
        raise Undoable("The element is there already and no list. Replace it.")
    else:
        owner.update(value.members())


def _insert(document: dict[str, Any], operation: Operation, found: list[Node]) -> None:
    owner, name, count = _whole_list(document, found)
    index = _within(operation.numbers["index"], count)
    value = _value_like(operation, found[0])
    lists.insert(owner, name, index, value.value, value.beside)


def _delete(document: dict[str, Any], _: Operation, found: list[Node]) -> None:
    if found:
        node, last = _part(found)
        assert node.place
        if isinstance(last, int):
            owner_place = node.place[:-2]
            owner, name = at(document, owner_place), str(node.place[-2])
            lists.take(owner, name, last)
            lists.drop_empty(owner, name)
        else:
            owner_place = node.place[:-1]
            owner = at(document, owner_place)
            owner.pop(last, None)
            owner.pop(f"_{last}", None)
        remove_empty(document, owner_place)


def _replace(document: dict[str, Any], operation: Operation, found: list[Node]) -> None:
    node, last = _part(found)
    assert node.place
    value = _value_like(operation, node)
    if isinstance(last, int):
        owner, name = at(document, node.place[:-2]), str(node.place[-2])
        lists.take(owner, name, last)
        lists.insert(owner, name, last, value.value, value.beside)
        lists.drop_empty(owner, name)
    else:
        replace_member(at(document, node.place[:-1]), last, value.members())


def _move(document: dict[str, Any], operation: Operation, found: list[Node]) -> None:
    owner, name, count = _whole_list(document, found)
    source = _within(operation.numbers["source"], count - 1)
    destination = _within(operation.numbers["destination"], count - 1)
    lists.insert(owner, name, destination, *lists.take(owner, name, source))


def _value_like(operation: Operation, node: Node) -> NewValue:
    """The value for the place where an element is already."""
    assert node.element
    assert node.parent
    return _fresh(operation, node.parent, node.element)


def _within(index: int, last: int) -> int:
    if index > last:
        raise Undoable("The list has no such position.")
    return index


def _whole_list(document: dict[str, Any], found: list[Node]) -> tuple[dict[str, Any], str, int]:
    """The object that has the list that was found, the name of the list, and how many items it has."""
    places = [node.place for node in found if node.place]
    if not places or not isinstance(places[0][-1], int):
        raise Undoable("The path finds no list.")
    *to_owner, name, _ = places[0]
    owner = at(document, tuple(to_owner))
    count = lists.length(owner, str(name))
    if places != [(*to_owner, name, n) for n in range(count)]:
        raise Undoable("The path finds something else than one whole list.")
    return owner, str(name), count


_CHANGES: Mapping[str, Callable[[dict[str, Any], Operation, list[Node]], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}
