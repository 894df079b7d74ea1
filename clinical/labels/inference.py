"""The labels of one resource: stated, meant by its codes, or following from what it is, holds and refers to.

Labels only add up. What is stated never takes away what is inferred, and everything inside a resource (contained, the
entries of a Bundle) passes its labels up.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clinical.labels.custody import PLACES, belongs_to, is_hint, tells_of_custody
from clinical.labels.label import CONFIDENTIALITY, NORMAL, RESTRICTED, SETS, VERY_RESTRICTED, Label, bits
from clinical.labels.meaning import PROFILE, bits_of_code
from clinical.labels.readable import (
    ABOUT_NOBODY,
    FREE_TEXT,
    NAMES,
    NOT_FOR_MACHINES,
    UNCLASSIFIABLE,
    WRITTEN_BY_HAND,
)

Json = Mapping[str, Any]
Labels = frozenset[Label]
References = Mapping[str, Labels]

NO_REFERENCES: References = {}

AT_MOST_NORMAL = frozenset({"U", "L", "M", "N"})
"""Codes of HL7's Confidentiality from unrestricted to normal."""

LINKS = frozenset({"contentType", "url", "size", "hash", "creation"})
"""The members of an Attachment that only names a picture which is kept elsewhere."""

UNREADABLE = 1 << len(Label)
"""The bit of something that only a person can read. It becomes a label where it is about somebody."""

HINTING = UNREADABLE << 1
"""The bit of a code that tells of custody. Whether the whole does is looked at then."""


def labels_of(resource: Json, of_reference: References = NO_REFERENCES) -> Labels:
    """The labels of a resource, with every broader one. Empty: nobody labelled it (``for_disclosure``).

    Args:
        resource: as JSON; it need not have passed the gate.
        of_reference: the labels of what it may refer to, by literal reference (``Organization/hiv-clinic``):
            places, Medications, and whatever else the caller knows. Not people, who would pass on what they have.
    """
    found = _within(resource, of_reference)
    type_ = resource.get("resourceType")
    if _is_about_custody(resource, found, of_reference):
        found |= VERY_RESTRICTED
    found &= ~HINTING
    if found & UNREADABLE:
        found = found & ~UNREADABLE | (0 if type_ in ABOUT_NOBODY else RESTRICTED)
    # A label beside "normal" contradicts it, and a Bundle is as sensitive as what is in it.
    if not found and type_ != "Bundle" and _is_said_to_be_normal(resource):
        found = NORMAL
    return SETS[found]


def _within(resource: Json, of_reference: References) -> int:
    """Everything in one walk: codes, references, free text, and the same of resources inside."""
    found = 0
    nodes: list[Any] = [resource]
    while nodes:
        node = nodes.pop()
        for name, value in node.items():
            if isinstance(value, str):
                if name in SAYING:
                    found |= SAYING[name](node, value, of_reference)
            elif name not in NAMES and not _is_agreed(node, name):
                if name in HOLDING:
                    found |= HOLDING[name](value, of_reference)
                if isinstance(value, dict):
                    nodes.append(value)
                elif isinstance(value, list):
                    nodes += [one for one in value if isinstance(one, dict)]
    return found


def _is_about_custody(resource: Json, found: int, of_reference: References) -> bool:
    """Whether it tells of custody as a whole, or is a place that belongs to one that does."""
    # Every code and profile that could say so is restricted or a hint: mostly there is none to look at.
    if found & (RESTRICTED | HINTING) and tells_of_custody(resource):
        return True
    type_ = resource.get("resourceType")
    if not isinstance(type_, str) or type_ not in PLACES:
        return False
    return any(Label.V in of_reference.get(one, ()) for one in belongs_to(resource))


def _is_agreed(node: Json, name: str) -> bool:
    """What a Consent allows or forbids to tell is nothing that it tells."""
    return name == "securityLabel" and node.get("type") in ("permit", "deny")


def _code(node: Json, code: str, of_reference: References) -> int:
    system = node.get("system")
    told = system if isinstance(system, str) else ""
    return bits_of_code(told, code) | (HINTING if is_hint(told, code) else 0)


def _of_code(system: object, code: str) -> int:
    return bits_of_code(system if isinstance(system, str) else "", code)


def _reference(node: Json, reference: str, of_reference: References) -> int:
    """Not that a place is a prison: what was done there goes, and does not say where."""
    labels = of_reference.get(reference)
    return bits(labels) & ~(NORMAL | VERY_RESTRICTED) if labels else 0


def _text(node: Json, text: str, of_reference: References) -> int:
    """A text that stands for a missing code, or a note; not one beside a code, and not the question of an answer."""
    return 0 if "coding" in node or "linkId" in node else UNREADABLE


def _free_text(node: Json, text: str, of_reference: References) -> int:
    return UNREADABLE


def _type(resource: Json, type_: str, of_reference: References) -> int:
    """What the type, the profiles and the stated labels of a resource say, be it the whole or one inside."""
    found = UNREADABLE if type_ in UNCLASSIFIABLE else 0
    meta = resource.get("meta")
    if not isinstance(meta, dict):
        return found
    for profile in meta.get("profile", ()):
        if isinstance(profile, str):
            found |= bits_of_code(PROFILE, profile.partition("|")[0])
    for system, code in _stated(meta):
        # A label that nobody here understands was put there for a reason.
        if not _of_code(system, code) and not _is_normal(system, code):
            found |= RESTRICTED
    return found


def _for_people(value: object, of_reference: References) -> int:
    return UNREADABLE if value else 0


def _photos(value: object, of_reference: References) -> int:
    """A picture kept as a record of its own has labels of its own; that there is one tells nothing."""
    photos = value if isinstance(value, list) else [value]
    linked = (isinstance(one, dict) and one.keys() <= LINKS and _is_ours(one.get("url")) for one in photos)
    return 0 if all(linked) else UNREADABLE


def _is_ours(url: object) -> bool:
    return isinstance(url, str) and url.startswith("Binary/")


def _narrative(value: Any, of_reference: References) -> int:
    return UNREADABLE if isinstance(value, dict) and value.get("status") in WRITTEN_BY_HAND else 0


def _medication(value: Any, of_reference: References) -> int:
    """A medicine that is neither in the resource nor known may be any."""
    reference = value.get("reference") if isinstance(value, dict) else None
    known = isinstance(reference, str) and (reference.startswith("#") or reference in of_reference)
    return 0 if known else UNREADABLE


SAYING: Mapping[str, Callable[[Json, str, References], int]] = {
    **dict.fromkeys(FREE_TEXT, _free_text),
    "code": _code,
    "reference": _reference,
    "resourceType": _type,
    "text": _text,
}
"""What each member that is a text says, given what it stands in."""

HOLDING: Mapping[str, Callable[[Any, References], int]] = {
    **dict.fromkeys(NOT_FOR_MACHINES, _for_people),
    "photo": _photos,
    "text": _narrative,
    "medicationReference": _medication,
}
"""What each member that is an object or list says by itself, besides what is in it."""


def _is_said_to_be_normal(resource: Json) -> bool:
    meta = resource.get("meta")
    return isinstance(meta, dict) and any(_is_normal(system, code) for system, code in _stated(meta))


def _is_normal(system: object, code: str) -> bool:
    return system == CONFIDENTIALITY and code in AT_MOST_NORMAL


def _stated(meta: Json) -> Iterator[tuple[object, str]]:
    for coding in meta.get("security", ()):
        if isinstance(coding, dict):
            code = coding.get("code")
            yield coding.get("system"), code if isinstance(code, str) else ""
