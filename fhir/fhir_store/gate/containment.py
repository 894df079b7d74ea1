"""What holds for a whole resource: what it contains, and what refers to that. FHIR R4 ref-1 and dom-2 to dom-5."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fhir_store.errors import Issue
from fhir_store.gate.rules import Found, LocalReference

Json = Mapping[str, Any]


def settled(resource: Json, found: Found) -> Found:
    """What remains of the findings about a resource, itself not contained, with what its containment adds."""
    remaining = _unresolved(resource, found) if found else []
    if not remaining and "contained" in resource:
        remaining = list(_containment(resource))
    return remaining or None


def _unresolved(resource: Json, found: list[Issue]) -> list[Issue]:
    """The findings without the local references that are right. ``#`` alone is the resource at the root.

    What remains is plain: a target is the sender's word, and no issue repeats one.
    """
    contained = resource.get("contained")
    parts = contained if type(contained) is list else []
    targets = {"", *(part["id"] for part in parts if type(part) is dict and type(part.get("id")) is str)}
    return [
        Issue(one.code, one.expression, one.message)
        for one in found
        if not (isinstance(one, LocalReference) and one.target in targets)
    ]


def _containment(resource: Json) -> Iterator[Issue]:
    parts = resource["contained"]
    mentioned = [_local_names(part) for part in parts]
    everywhere = Counter(name for names in mentioned for name in names)
    everywhere.update(_local_names({**resource, "contained": []}))
    for place, (part, own) in enumerate(zip(parts, mentioned, strict=True)):
        name = f"#{part.get('id', '')}"
        # By its id from anywhere else, or it refers to the resource that contains it.
        is_referred_to = "#" in own or ("id" in part and everywhere[name] > (name in own))
        for message in _broken(part, is_referred_to):
            yield Issue("invariant", f"contained[{place}]", message)


def _broken(part: Json, is_referred_to: bool) -> Iterator[str]:
    meta = part.get("meta", {})
    if "contained" in part:
        yield "dom-2: a contained resource contains no other."
    if not is_referred_to:
        yield "dom-3: nothing in the resource refers to this one."
    if "versionId" in meta or "lastUpdated" in meta:
        yield "dom-4: a contained resource has no version."
    if "security" in meta:
        yield "dom-5: a contained resource has no security label; label the one around it."


def _local_names(value: Any) -> frozenset[str]:
    """Every text that can be the name of a contained resource, wherever it stands: in a Reference or a uri."""
    return frozenset(text for text in _strings(value) if text.startswith("#"))


def _strings(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    elif type(value) is dict:
        for member in value.values():
            yield from _strings(member)
    elif type(value) is list:
        for item in value:
            yield from _strings(item)
