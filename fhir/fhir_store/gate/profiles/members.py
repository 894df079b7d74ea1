"""From a profile's tree to rules over resources that the gate found right otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_store.definitions import Element, children, type_named
from fhir_store.gate.profiles.branches import Branch, CannotEnforce
from fhir_store.gate.profiles.slices import Belongs, belonging, is_closed
from fhir_store.gate.profiles.values import value_rules
from fhir_store.gate.rules import Found, Rule, issue, within

Json = Mapping[str, Any]

WITH_PARTS = ("BackboneElement", "Element")
UNLIMITED = "*"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One value of an element. None where an extension stands in its place."""

    label: str
    """``identifier[0]``"""
    json_name: str
    value: Any


def object_rules(branch: Branch, type_: str, path: str, contained: Sequence[Json]) -> list[Rule]:
    """The rules over an object of a type, or of the element at ``path`` that has parts. Raises CannotEnforce."""
    known = children(type_, path)
    rules: list[Rule] = []
    for name, one, slices in branch.elements():
        if name not in known:
            raise CannotEnforce(f"{one.id}: {type_} has no such element.")
        rules.append(_member_rule(one, known[name], _place(type_, path, name), contained))
        rules += [
            _member_rule(cut, known[name], _place(type_, path, name), contained, belonging(one, cut))
            for cut in slices
        ]
        if is_closed(one):
            rules.append(_closed_rule(known[name], [belonging(one, cut) for cut in slices]))
    return rules


def _place(type_: str, path: str, name: str) -> tuple[str, str]:
    return type_, f"{path}.{name}" if path else name


def _everything(_: Any) -> bool:
    return True


def _member_rule(
    branch: Branch,
    element: Element,
    place: tuple[str, str],
    contained: Sequence[Json],
    belongs: Belongs = _everything,
) -> Rule:
    """The rule of the values of one element, or of those that belong to one slice of it."""
    rules = {
        name: _rules_of_value(branch, element, of_type, place, contained)
        for name, of_type in _allowed(branch, element)
    }
    least, most = branch.says.get("min", 0), branch.says.get("max", UNLIMITED)
    least, most = int(least), None if most == UNLIMITED else int(most)
    stem = element.name.removesuffix("[x]")

    def check(holder: Any) -> Found:
        there = [one for one in occurrences(element, holder) if belongs(one.value)]
        found = within(stem, _miscounted(len(there), least, most))
        for one in there:
            found += within(one.label, _wrong(one, rules))
        return found or None

    return check


def _miscounted(there: int, least: int, most: int | None) -> list[Any]:
    if there < least:
        return issue("required", f"The profile that this resource claims wants at least {least} here.")
    if most is not None and there > most:
        return issue("structure", f"The profile that this resource claims allows at most {most} here.")
    return []


def _wrong(one: Occurrence, rules: Mapping[str, list[Rule]]) -> list[Any]:
    if one.json_name not in rules:
        return issue("structure", "The profile that this resource claims does not allow this type of value.")
    return [found for rule in rules[one.json_name] for found in rule(one.value) or ()]


def _closed_rule(element: Element, slices: Sequence[Belongs]) -> Rule:
    message = "The profile that this resource claims does not allow this one."

    def check(holder: Any) -> Found:
        stray = [
            one.label
            for one in occurrences(element, holder)
            if not any(belongs(one.value) for belongs in slices)
        ]
        return [found for label in stray for found in within(label, issue("structure", message))] or None

    return check


def _allowed(branch: Branch, element: Element) -> list[tuple[str, str]]:
    """The JSON names that the element may have, each with its type."""
    told = branch.says.get("type", ())
    for type_ in told:
        if extra := type_.keys() - {"code", "targetProfile"}:
            raise CannotEnforce(f"{branch.id}: there is no rule for type.{min(extra)}.")
        if "targetProfile" in type_ and type_["code"] != "Reference":
            raise CannotEnforce(f"{branch.id}: only what a Reference names is checked.")
    plain = [(name, of_type.partition("/")[0]) for name, of_type in element.json_names()]
    wanted = {type_["code"] for type_ in told} or {of_type for _, of_type in plain}
    if not wanted <= {of_type for _, of_type in plain}:
        raise CannotEnforce(f"{branch.id}: it cannot have such a type.")
    return [(name, of_type) for name, of_type in plain if of_type in wanted]


def _rules_of_value(
    branch: Branch, element: Element, of_type: str, place: tuple[str, str], contained: Sequence[Json]
) -> list[Rule]:
    rules = value_rules(branch, of_type, contained)
    if not branch.under:
        return rules
    if element.content or of_type == "Resource" or type_named(of_type).is_primitive:
        raise CannotEnforce(f"{branch.id}: there are no rules for what is under it.")
    inner = place if of_type in WITH_PARTS else (of_type, "")
    return rules + object_rules(branch, *inner, contained)


def occurrences(element: Element, holder: Json) -> Iterator[Occurrence]:
    """Every value that an element has in an object."""
    stem = element.name.removesuffix("[x]")
    for name, of_type in element.json_names():
        if name not in holder and f"_{name}" not in holder:
            continue
        if element.is_list:
            values = holder.get(name) or [None] * len(holder[f"_{name}"])
            yield from (Occurrence(f"{stem}[{at}]", name, one) for at, one in enumerate(values))
        else:
            label = f"{stem}.ofType({of_type.partition('/')[0]})" if element.is_choice else stem
            yield Occurrence(label, name, holder.get(name))
