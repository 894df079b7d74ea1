"""The rule of an object: which members it may have, must have, and may have only one of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from fhir_store.errors import Issue
from fhir_store.gate.rules import MOST_SOUGHT, Found, Rule, count, issue, within, wrong_type

LONGEST_NAME = 64
"""Of an unknown member whose intended name is guessed; guessing takes time."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule over several members, asked only when each of them is right. ``holds`` says whether it is kept."""

    key: str
    message: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Primitive:
    """A member with a primitive type, whose id and extensions stand beside it under ``_name``."""

    rule: Rule
    """Of one value."""
    is_list: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What is allowed in an object. Its parts are filled in while shapes that contain each other are made."""

    title: str
    """``Patient.contact``: what messages call it."""
    rules: dict[str, Rule] = field(default_factory=dict)
    primitives: dict[str, Primitive] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """What a FHIRPath calls a member, where that is not its JSON name: ``value.ofType(Quantity)``."""
    whole: list[Rule] = field(default_factory=list)
    """Rules over all members together, whether or not each is right."""
    invariants: list[Invariant] = field(default_factory=list)


def object_rule(shape: Shape, side: Callable[[], Rule]) -> Rule:
    """The rule that a shape describes. ``side`` gives the rule of what stands beside a primitive, under ``_name``."""
    rule_of, whole, invariants = shape.rules.get, shape.whole, shape.invariants

    def check(value: Any) -> Found:
        if type(value) is not dict:
            return wrong_type(value, "An object")
        found: list[Issue] = []
        total = 0
        for name, member in value.items():
            rule = rule_of(name)
            issues = rule(member) if rule is not None else _unruled(shape, value, name, side)
            if issues is not None:
                labelled = _labelled(shape, value, name, issues)
                found += labelled
                total += count(labelled)
                if total >= MOST_SOUGHT:
                    return found
        for rule in whole:
            found += rule(value) or ()
        if len(value) < 2 and (not value or "id" in value):
            found += issue("structure", "ele-1: an element must have some content. Leave it out.")
        # A local reference that waits to be looked up is not wrong, and hides no broken rule.
        if not found or not count(found):
            found += _broken_invariants(invariants, value)
        return found or None

    return check


def required_rule(element: str, names: Sequence[str]) -> Rule:
    """One of the JSON names of an element must be there."""

    def check(value: Any) -> Found:
        for name in names:
            if name in value:
                return None
        return within(element, issue("required", "This element is required."))

    return check


def choice_rule(element: str, names: Iterable[str]) -> Rule:
    """Only one of the JSON names of an element may be there; ``_name`` beside it is the same one."""
    variants = frozenset(names)

    def check(value: Any) -> Found:
        present = variants.intersection(value)
        if len(present) > 1 and len({name.lstrip("_") for name in present}) > 1:
            return within(element, issue("structure", "Only one type of value is allowed here."))
        return None

    return check


def _labelled(shape: Shape, value: Mapping[str, Any], name: str, issues: list[Issue]) -> list[Issue]:
    """The issues of one member, unless it is a list with gaps that ``_name`` fills: that one tells them."""
    primitive = shape.primitives.get(name)
    if primitive and primitive.is_list and f"_{name}" in value:
        return []
    known = name[1:] if name.startswith("_") and name[1:] in shape.primitives else name
    return within(shape.labels.get(known, known), issues) if known in shape.rules else issues


def _broken_invariants(invariants: list[Invariant], value: Mapping[str, Any]) -> list[Issue]:
    return [Issue("invariant", "", f"{one.key}: {one.message}") for one in invariants if not one.holds(value)]


def _unruled(shape: Shape, value: Mapping[str, Any], name: str, side: Callable[[], Rule]) -> Found:
    """A member that has no rule of its own: what stands beside a primitive, or an unknown one."""
    primitive = shape.primitives.get(name[1:]) if name.startswith("_") else None
    if primitive is None:
        return issue("structure", _unknown(shape, list(value).index(name), name))
    if not primitive.is_list:
        return side()(value[name])
    return _beside_list(value.get(name[1:]), value[name], primitive.rule, side())


def _unknown(shape: Shape, place: int, name: str) -> str:
    """The name itself is not repeated: a confused sender may have put a patient's there."""
    guess = get_close_matches(name, shape.rules, n=1) if len(name) <= LONGEST_NAME else []
    meant = f" Perhaps {guess[0]} was meant." if guess else ""
    return f"Member {place + 1} of this object is no element of {shape.title} in FHIR R4.{meant}"


def _beside_list(values: Any, beside: Any, of_value: Rule, of_side: Rule) -> Found:
    """Two lists side by side, in which null fills the gaps. http://hl7.org/fhir/R4/json.html#primitive"""
    if type(beside) is not list or not beside or type(values) not in (list, type(None)):
        return issue("structure", "A list is expected here, with an item or null for each value.")
    if values is None:
        values = [None] * len(beside)
    if len(values) != len(beside):
        return issue("structure", "The list of values and the list beside it must be equally long.")
    found: list[Issue] = []
    for place, (one, other) in enumerate(zip(values, beside, strict=True)):
        found += within(f"[{place}]", _pair(one, other, of_value, of_side))
        if len(found) >= MOST_SOUGHT:
            break
    return found or None


def _pair(value: Any, beside: Any, of_value: Rule, of_side: Rule) -> list[Issue]:
    if value is None and beside is None:
        return issue("structure", "null is allowed here only where the other list has an item.")
    found = [] if value is None else of_value(value) or []
    return found + ([] if beside is None else of_side(beside) or [])
