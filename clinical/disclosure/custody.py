"""What tells that somebody is or was in custody. It stays in the house, whatever was agreed.

Some of it is a resource that is about nothing else (a stay); some is an element of one that may go (the reason why a
dose was not given, the prison's number of the person, the prison as performer).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from clinical.code_lists import CodeList, Line
from clinical.labels.label import CONFIDENTIALITY, Label
from clinical.labels.meaning import PROFILE, lines

Json = Mapping[str, Any]

FACILITY_KIND = "urn:throughcare:code-system:facility-kind"
PRISON_KINDS = frozenset({"prison", "pretrial-unit"})

HINTS = {
    "urn:throughcare:code-system:dose-reason": frozenset({"court", "released", "lockdown"}),
    "urn:throughcare:code-system:entry-reason": None,
    "urn:throughcare:code-system:exit-reason": None,
    FACILITY_KIND: PRISON_KINDS,
}
"""Codes that tell of custody beside something else; None: all of the system."""

TELLING_EXTENSIONS = frozenset({"urn:throughcare:extension:legal-status"})

PRISON_NUMBER = "PRN"
"""The type of an identifier that a prison gave out (v2-0203, as fhir/shapes.md writes it)."""

WRITTEN_IN = frozenset({"meta", "contained", "entry"})
"""Members in which a code does not say what the resource around them is about."""


def tells_of_custody(resource: Json) -> bool:
    """Whether a resource is about custody as a whole: a stay, an absence, a prison, imprisonment as a problem."""
    profiles = resource.get("meta", {}).get("profile", ())
    if any(_codes().has(PROFILE, (one or "").partition("|")[0]) for one in profiles):
        return True
    return any(_is_about_it(*one) for one in _codings(resource)) or _is_prison(resource)


def is_hint(system: str, code: str) -> bool:
    """Whether one code tells of custody, wherever it stands."""
    if _is_about_it(system, code):
        return True
    if not system:
        return any(code in hinting for hinting in HINTS.values() if hinting is not None)
    hinting = HINTS.get(system, frozenset())
    return hinting is None or code in hinting


def is_prison_number(identifier: Json) -> bool:
    """Whether an Identifier says that a prison gave it out."""
    return any(one.get("code") == PRISON_NUMBER for one in identifier.get("type", {}).get("coding", ()))


def _is_prison(resource: Json) -> bool:
    return any(
        system == FACILITY_KIND and code in PRISON_KINDS for system, code in _codings(resource.get("type"))
    )


def _is_about_it(system: str, code: str) -> bool:
    return _codes().has(system, code)


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
