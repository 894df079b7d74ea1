"""What tells that somebody is or was in custody as a whole: a stay, a prison, imprisonment as a problem.

Such a resource is labelled ``Label.V``. Beside these there are elements of resources that may leave
(``clinical.disclosure.custody``).
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from clinical.code_lists import CodeList, Line
from clinical.labels.label import CONFIDENTIALITY, Label
from clinical.labels.meaning import PROFILE, lines

Json = Mapping[str, Any]

FACILITY_KIND = "urn:throughcare:code-system:facility-kind"
PRISON_KINDS = frozenset({"prison", "pretrial-unit"})

HINTS = {
    "urn:throughcare:code-system:dose-reason": frozenset({"court", "released", "lockdown"}),
    "urn:throughcare:code-system:dispense-type": frozenset({"release-supply"}),
    "urn:throughcare:code-system:entry-reason": None,
    "urn:throughcare:code-system:exit-reason": None,
    FACILITY_KIND: PRISON_KINDS,
}
"""Codes that tell of custody beside something else; None: all of the system."""

WRITTEN_IN = frozenset({"meta", "contained", "entry"})
"""Members in which a code does not say what the resource around them is about."""

SAYING_WHAT_IT_IS = frozenset(
    {"category", "class", "clinicalStatus", "code", "medicationCodeableConcept", "scope", "vaccineCode", "verificationStatus"}
)  # fmt: skip
"""Members whose codes say what a resource is: if one of them is a hint, the resource is about custody."""

TYPE_SAYS = frozenset(
    {"Composition", "DocumentReference", "Encounter", "EpisodeOfCare", "HealthcareService", "Location", "Organization", "Specimen"}
)  # fmt: skip
"""Resources of which ``type`` does, too. Not MedicationDispense: a supply for the day of release is still a supply."""

BELONGS = ("partOf", "managingOrganization", "providedBy", "organization", "location")
"""Elements by which a place or a role says where it belongs."""

PLACES = frozenset({"HealthcareService", "Location", "Organization", "PractitionerRole"})
"""What belongs to a place: if that is a prison, so are these."""


def tells_of_custody(resource: Json) -> bool:
    """Whether a resource is about custody as a whole: a stay, an absence, a prison, imprisonment as a problem."""
    if any(_codes().has(PROFILE, one.partition("|")[0]) for one in _profiles(resource)):
        return True
    return any(_codes().has(*one) for one in _codings(resource)) or any(
        is_hint(*one)
        for name in resource
        if says_what_it_is(resource, name)
        for one in _codings(resource[name])
    )


def says_what_it_is(resource: Json, member: str) -> bool:
    """Whether codes in a member say what the resource is."""
    return member in SAYING_WHAT_IT_IS or (member == "type" and resource.get("resourceType") in TYPE_SAYS)


@lru_cache(maxsize=1 << 15)
def is_hint(system: str, code: str) -> bool:
    """Whether one code tells of custody, wherever it stands."""
    if _codes().has(system, code):
        return True
    if not system:
        return any(code in hinting for hinting in HINTS.values() if hinting is not None)
    hinting = HINTS.get(system, frozenset())
    return hinting is None or code in hinting


def belongs_to(place: Json) -> Iterator[str]:
    """The literal references to where a place or a role belongs."""
    for element in BELONGS:
        value = place.get(element)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and isinstance(one.get("reference"), str):
                yield one["reference"]


def _profiles(resource: Json) -> Iterator[str]:
    meta = resource.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) else None
    return (one for one in claimed if isinstance(one, str)) if isinstance(claimed, list) else iter(())


def _codings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _codings(one)
    elif isinstance(value, dict):
        if isinstance(code := value.get("code"), str):
            system = value.get("system", "")
            yield system if isinstance(system, str) else "", code
        for name, part in value.items():
            if name not in WRITTEN_IN:
                yield from _codings(part)


@cache
def _codes() -> CodeList:
    """The codes that are restricted, but for the label itself."""
    return CodeList(line for label, line in lines() if label is Label.R and _is_of_custody(line))


def _is_of_custody(line: Line) -> bool:
    return CONFIDENTIALITY not in line.systems
