"""Resources of each type with something that tells of custody in one element: made from the definitions, so that none is forgotten."""

from collections.abc import Iterator
from typing import Any

from fhir_store.definitions import Element, children, value_set

Json = dict[str, Any]

GAOL = "Organization/gaol"
NAME = "DEMO Gaol"
SEEN = "seen"
"""The id of whatever may be named."""

COURT = {"system": "urn:throughcare:code-system:dose-reason", "code": "court"}
BESIDE = {"system": "urn:x", "code": "beside"}
CONTACT = {"system": "phone", "value": "555-1234"}
ADDRESS = {"line": ["1 Gaol road"], "city": "Gaolton"}

TELLING: dict[str, Any] = {
    "Address": ADDRESS,
    "CodeableConcept": {"coding": [COURT, BESIDE], "text": "before the judge"},
    "Coding": COURT,
    "ContactPoint": CONTACT,
    "HumanName": {"family": "Demo", "given": ["Ana"], "text": NAME, "prefix": [NAME]},
    "Identifier": {"type": {"coding": [{"code": "PRN"}]}, "system": "urn:n", "value": "4711"},
    "Reference": {"reference": GAOL},
    "canonical": f"http://x.example/{GAOL}",
    "markdown": f"in {NAME}",
    "string": f"in {NAME}",
    "uri": f"http://x.example/{GAOL}",
    "url": f"http://x.example/{GAOL}",
}
"""By data type, a value that tells."""

PLAIN: dict[str, Any] = {
    "Attachment": {"contentType": "text/plain"},
    "CodeableConcept": {"coding": [{"system": "urn:x", "code": "plain"}]},
    "Coding": {"system": "urn:x", "code": "plain"},
    "Identifier": {"system": "urn:x", "value": "1"},
    "Period": {"start": "2026-01-01"},
    "boolean": True,
    "decimal": 1,
    "integer": 1,
    "positiveInt": 1,
    "unsignedInt": 1,
    "canonical": "urn:x",
    "code": "plain",
    "date": "2026-01-01",
    "dateTime": "2026-01-01",
    "id": "x",
    "instant": "2026-01-01T00:00:00Z",
    "markdown": "plain",
    "string": "plain",
    "uri": "urn:x",
    "url": "urn:x",
}
"""By data type, a value that says nothing."""


HIDDEN = "hidden"
"""The id of what may not be named."""

ALSO: dict[str, Json] = {
    "AllergyIntolerance": {"verificationStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "code": "entered-in-error"}]}},
    "Appointment": {"status": "proposed", "participant": [{"status": "accepted", "actor": {"reference": f"Patient/{SEEN}"}}]},
    "Binary": {"contentType": "text/plain"},
    "Consent": {"policyRule": {"coding": [BESIDE]}},
    "Organization": {"name": "plain"},
}  # fmt: skip
"""What the rules of R4 ask for beside what the definitions do."""


def telling_resources(type_: str) -> Iterator[tuple[str, Json]]:
    """A resource for each element at the top or one below, by the element's name, with that element telling."""
    base = {**_required(type_, ""), **ALSO.get(type_, {})}
    for name, of_type, element in _members(type_, ""):
        if name in ("id", "meta", "implicitRules", "language", "text", "contained"):
            continue
        for place, value in _values(type_, name, of_type, element):
            others = {other: one for other, one in base.items() if not _is_same_choice(other, element)}
            listed = [value] if element.is_list else value
            yield place, {"resourceType": type_, "id": "o", **others, name: listed}


def _is_same_choice(name: str, element: Element) -> bool:
    return element.is_choice and name in {other for other, _ in element.json_names()}


def _values(type_: str, name: str, of_type: str, element: Element) -> Iterator[tuple[str, Any]]:
    if of_type in TELLING:
        yield name, _telling(of_type, element)
    elif of_type == "BackboneElement":
        required = _required(type_, name)
        for inner, inner_type, part in _members(type_, name):
            if inner_type in TELLING and inner != "id":
                telling = _telling(inner_type, part)
                others = {other: one for other, one in required.items() if not _is_same_choice(other, part)}
                yield f"{name}.{inner}", {**others, inner: [telling] if part.is_list else telling}


def _telling(of_type: str, element: Element) -> Any:
    if of_type == "Reference" and element.targets and "Organization" not in element.targets:
        return {"reference": f"{max(element.targets)}/{HIDDEN}"}
    return TELLING[of_type]


def _members(type_: str, path: str) -> Iterator[tuple[str, str, Element]]:
    for element in children(type_, path).values():
        if element.name not in ("extension", "modifierExtension") and element.max != 0:
            for name, of_type in element.json_names():
                yield name, of_type.partition("/")[0], element


def _required(type_: str, path: str) -> Json:
    found: Json = {}
    for element in children(type_, path).values():
        if element.min:
            name, of_type = next(iter(element.json_names()))
            value = _plain(type_, f"{path}.{name}" if path else name, of_type.partition("/")[0], element)
            found[name] = [value] if element.is_list else value
    return found


def _plain(type_: str, path: str, of_type: str, element: Element) -> Any:
    if of_type == "Reference":
        targets = sorted(element.targets)
        named = "Patient" if not targets or "Patient" in targets else targets[0]
        return {"reference": f"{named}/{SEEN}"}
    if of_type == "BackboneElement":
        return _required(type_, path) or {"id": "x"}
    if of_type == "code" and element.value_set:
        enumerated = value_set(element.value_set.partition("|")[0]) or value_set(element.value_set) or {}
        return next((code for codes in enumerated.values() for code in codes), PLAIN["code"])
    return PLAIN.get(of_type, {})
