"""From the official definitions to rules. Each type is made once, when first asked for."""

from collections.abc import Set as AbstractSet
from functools import cache
from threading import RLock
from typing import Any

from fhir_store.definitions import Element, children, element_at, invariants_of, resource_types, type_named
from fhir_store.gate.codes import bound_rule
from fhir_store.gate.containment import settled
from fhir_store.gate.invariants import invariants_for
from fhir_store.gate.objects import Invariant, Primitive, Shape, choice_rule, object_rule, required_rule
from fhir_store.gate.primitives import primitive_rule
from fhir_store.gate.profiles import claimed_issues
from fhir_store.gate.references import literal_rule
from fhir_store.gate.rules import Found, Rule, anything, both, issue, list_of, never, wrong_type
from fhir_store.gate.units import has_unit

ANY_TARGET: frozenset[str] = frozenset()

WHOSE = {"subject", "patient"}
"""Elements that say whose record it is: a reference to another type there is refused. Elsewhere it is kept as sent,
as the official examples themselves have a pharmacist dispense where only an Organization may."""

# Not an official invariant: a code that its own system cannot have.
UNIT = Invariant("ucum", "the code is no unit of the system that it names.", has_unit)
QUANTITIES = {"Quantity", "SimpleQuantity", "Age", "Count", "Distance", "Duration"}

_lock = RLock()
_objects: dict[tuple[str, str, AbstractSet[str]], Rule] = {}


@cache
def rule_of_resource(type_: str) -> Rule:
    """The rule of a resource type of FHIR R4, without what ``containment`` has to say."""
    # Shapes contain each other, so none may be used before all that it reaches are filled in.
    with _lock:
        rule = _object(type_, "", ANY_TARGET)
    return both(rule, claimed_issues)


@cache
def _rule_beside_primitives() -> Rule:
    with _lock:
        return _object("Element", "", ANY_TARGET)


def _contained(value: Any) -> Found:
    """A resource of any type that FHIR R4 knows."""
    if type(value) is not dict:
        return wrong_type(value, "A resource")
    type_ = value.get("resourceType")
    if type(type_) is not str or type_ not in resource_types():
        return issue("not-supported", "This resource has no resourceType that FHIR R4 knows.")
    return rule_of_resource(type_)(value)


def independent(value: Any) -> Found:
    """A resource of any type that no other contains: it stands alone, or a Bundle or Parameters carries it."""
    found = _contained(value)
    return settled(value, found) if type(value) is dict else found


def _object(type_: str, path: str, targets: AbstractSet[str]) -> Rule:
    """The rule of a type, or of the element at ``path`` that has parts. ``targets`` matter to Reference only."""
    key = (type_, path, targets)
    if key not in _objects:
        shape = Shape(f"{type_}.{path}" if path else type_)
        _objects[key] = object_rule(shape, _rule_beside_primitives)
        _fill(shape, type_, path, targets)
    return _objects[key]


def _fill(shape: Shape, type_: str, path: str, targets: AbstractSet[str]) -> None:
    for element in children(type_, path).values():
        _add(shape, type_, path, element)
    shape.invariants.extend(invariants_for(type_, path, invariants_of(type_, path)))
    if type_ in QUANTITIES:
        shape.invariants.append(UNIT)
    if type_ == "Reference":
        shape.rules["reference"] = literal_rule(targets)
    if type_named(type_).kind == "resource" and not path:
        shape.rules["resourceType"] = anything


def _add(shape: Shape, type_: str, path: str, element: Element) -> None:
    stem = element.name.removesuffix("[x]")
    names = []
    for name, of_type in element.json_names():
        rule = _rule(type_, f"{path}.{element.name}" if path else element.name, element, of_type)
        shape.rules[name] = list_of(rule, element.max) if element.is_list else rule
        names.append(name)
        if of_type and type_named(of_type.partition("/")[0]).is_primitive:
            shape.primitives[name] = Primitive(rule, element.is_list)
            names.append(f"_{name}")
        if element.is_choice:
            shape.labels[name] = f"{stem}.ofType({of_type.partition('/')[0]})"
    if element.min:
        shape.whole.append(required_rule(stem, names))
    if element.is_choice:
        shape.whole.append(choice_rule(stem, names))


def _rule(type_: str, path: str, element: Element, of_type: str) -> Rule:
    """The rule of one value of an element that has the type ``of_type``."""
    if element.max == 0:
        return never
    if element.name == "contained":
        return _contained
    if element.content:
        return _object(*_content(element.content), ANY_TARGET)
    if of_type in ("BackboneElement", "Element"):
        return _object(type_, path, ANY_TARGET)
    targets = element.targets if element.name in WHOSE else ANY_TARGET
    rule = bound_rule(of_type, _type_rule(of_type.rpartition("/")[2], targets), element.value_set)
    # Beside those of its type; an element that has parts keeps its own in its shape.
    return _with_invariants(rule, invariants_for(type_, path, element.invariants))


def _content(reference: str) -> tuple[str, str]:
    """``Observation.referenceRange`` as type and path. Raises KeyError if there is no such element."""
    type_, _, path = reference.partition(".")
    element_at(type_, path)
    return type_, path


def _with_invariants(rule: Rule, invariants: list[Invariant]) -> Rule:
    for one in invariants:
        rule = both(rule, _invariant_rule(one))
    return rule


def _invariant_rule(one: Invariant) -> Rule:
    def check(value: Any) -> Found:
        return None if one.holds(value) else issue("invariant", f"{one.key}: {one.message}")

    return check


def _type_rule(type_: str, targets: AbstractSet[str]) -> Rule:
    if type_ == "Resource":
        return independent
    if type_named(type_).is_primitive:
        return primitive_rule(type_)
    return _object(type_, "", targets if type_ == "Reference" else ANY_TARGET)
