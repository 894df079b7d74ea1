"""Our profiles: more rules, for the resources that name them in ``meta.profile`` and for no others.

They are compiled from the StructureDefinitions in ``profiles/`` when first claimed: cardinality, fixed values and
patterns, required bindings, types of choices, targets of references, slices told apart by values. A profile that
says more does not compile, so that nothing is promised which is not checked.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fhir_store.definitions import profiles
from fhir_store.gate.profiles.branches import CannotEnforce, differential
from fhir_store.gate.profiles.members import object_rules
from fhir_store.gate.profiles.values import CORE
from fhir_store.gate.rules import Found, Rule, issue

__all__ = ["CannotEnforce", "claimed_issues", "compiled", "profile_rule"]

Json = Mapping[str, Any]


def claimed_issues(resource: Json) -> Found:
    """What breaks the profiles that a resource claims; it follows FHIR itself already."""
    return [
        found
        for url in _claimed(resource)
        if url in profiles()
        for found in profile_rule(url)(resource) or ()
    ] or None


def _claimed(resource: Json) -> Iterator[str]:
    """Canonical addresses without their versions: one version of each profile is held."""
    for profile in resource.get("meta", {}).get("profile", ()):
        if profile is not None:
            yield profile.partition("|")[0]


@cache
def profile_rule(url: str) -> Rule:
    """The rule of a profile that is held. Raises KeyError if it is not, CannotEnforce if it says too much."""
    return compiled(profiles()[url])


def compiled(structure: Json) -> Rule:
    """The rule that a StructureDefinition of a resource is. Raises CannotEnforce."""
    type_, base = structure["type"], structure["baseDefinition"]
    if structure["kind"] != "resource" or structure["derivation"] != "constraint" or base != CORE + type_:
        raise CannotEnforce(f"{structure['id']}: only a profile directly on a resource type has rules.")
    root = differential(structure)
    if root.says.keys() & {"min", "max"}:
        raise CannotEnforce(f"{structure['id']}: how many resources there are is not its business.")
    rules = object_rules(root, type_, "", structure.get("contained", ()))

    def check(resource: Any) -> Found:
        if resource["resourceType"] != type_:
            return issue("value", f"A profile that this resource claims is for {type_}.")
        return [found for rule in rules for found in rule(resource) or ()] or None

    return check
