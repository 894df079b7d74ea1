"""What a profile asks of one value: fixed, like a pattern, from a value set, or a reference to some types only."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from fhir_store.definitions import own_value_sets, resource_types, value_set
from fhir_store.gate.codes import CODED, binding_rule
from fhir_store.gate.profiles.branches import Branch, CannotEnforce
from fhir_store.gate.references import literal_rule
from fhir_store.gate.rules import Found, Rule, count, issue, within

Json = Mapping[str, Any]

CORE = "http://hl7.org/fhir/StructureDefinition/"


def value_rules(branch: Branch, type_: str, contained: Sequence[Json]) -> list[Rule]:
    """The rules of one value of an element that has the type ``type_``. Raises CannotEnforce."""
    rules = []
    if branch.value:
        rules.append(_equality_rule(*branch.value))
    if branch.says.get("binding", {}).get("strength") == "required":
        rules.append(_binding_rule(branch, type_, contained))
    rules += [
        _target_rule(_types_of(branch, told["targetProfile"]))
        for told in branch.says.get("type", ())
        if told["code"] == type_ == "Reference" and "targetProfile" in told
    ]
    return rules


def equals(kind: str, wanted: Any, value: Any) -> bool:
    """Whether a value is the fixed one, or has all that a pattern has."""
    return bool(wanted == value) if kind == "fixed" else _is_like(wanted, value)


def _is_like(pattern: Any, value: Any) -> bool:
    if type(pattern) is dict:
        return type(value) is dict and all(
            name in value and _is_like(part, value[name]) for name, part in pattern.items()
        )
    if type(pattern) is list:
        return type(value) is list and all(any(_is_like(part, one) for one in value) for part in pattern)
    return bool(pattern == value)


def _equality_rule(kind: str, wanted: Any) -> Rule:
    message = "The profile that this resource claims allows one value here only."

    def check(value: Any) -> Found:
        return None if equals(kind, wanted, value) else issue("value", message)

    return check


def _binding_rule(branch: Branch, type_: str, contained: Sequence[Json]) -> Rule:
    url = branch.says["binding"].get("valueSet", "").partition("|")[0]
    systems = (
        _inline_codes(url, contained) if url.startswith("#") else value_set(url) or own_value_sets().get(url)
    )
    if systems is None or type_ not in CODED:
        raise CannotEnforce(f"{branch.id}: the codes of its binding are not known here.")
    rule = binding_rule(type_, systems)
    # An extension may stand where a code would.
    return lambda value: None if value is None else rule(value)


def _inline_codes(url: str, contained: Sequence[Json]) -> Mapping[str, list[str]] | None:
    """The codes of a value set that the profile itself contains, if each is written there."""
    found = next((one for one in contained if one.get("id") == url[1:]), {})
    included = found.get("compose", {}).get("include", ())
    if not included or "exclude" in found["compose"] or not all(map(_is_written, included)):
        return None
    return {one["system"]: [concept["code"] for concept in one["concept"]] for one in included}


def _is_written(include: Json) -> bool:
    return include.keys() <= {"system", "version", "concept"} and {"system", "concept"} <= include.keys()


def _types_of(branch: Branch, profiles: Sequence[str]) -> frozenset[str]:
    types = frozenset(profile.removeprefix(CORE) for profile in profiles)
    if not types <= resource_types():
        raise CannotEnforce(
            f"{branch.id}: what a reference names is not looked up, so only its type is checked."
        )
    return types


def _target_rule(targets: AbstractSet[str]) -> Rule:
    literal = literal_rule(targets)
    told = f"The profile that this resource claims wants {' or '.join(sorted(targets))} here."

    def check(value: Any) -> Found:
        if value.get("type", next(iter(targets))) not in targets:
            return within("type", issue("value", told))
        # A local reference waits elsewhere already to be looked up.
        found = literal(value["reference"]) if "reference" in value else None
        return within("reference", found) if found and count(found) else None

    return check
