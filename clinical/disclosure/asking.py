"""What somebody outside may ask of the record: nothing whose answer could tell what ``leaving`` takes out.

A search reads a resource as it is stored. So a parameter may be used only if each element that it reads stays whatever is
taken out. Denied is what is not named here, and what is named is allowed of a type only if its definition reads nothing
but such elements (``stays``).
"""

from collections.abc import Iterable, Iterator
from functools import cache

from clinical.disclosure.leaving import REPLACED
from clinical.labels.custody import HINTS, is_hint, says_what_it_is
from fhir_store.search.written import alternatives, parts
from fhir_store.search_values import search_parameters
from fhir_store.search_values.expressions import Child, Path, paths
from fhir_store.search_values.parameters import compiled

OF_THE_STORE = frozenset({"_id", "_lastUpdated"})
"""What the store itself keeps of a resource, and tells of whatever it tells."""

CODES = frozenset({"category", "class", "clinical-status", "code", "scope", "type", "vaccine-code", "verification-status"})  # fmt: skip
"""They say what a resource is. One that a hint at custody says so is not there at all (``labels.custody``)."""

STATES = frozenset(
    {"active", "criticality", "deceased", "gender", "intent", "lifecycle-status", "priority", "status"}
)
"""Codes of R4 itself, and yes or no: nothing in them can name a place."""

TIMES = frozenset(
    {
        "abatement-date", "authored", "authored-on", "authoredon", "birthdate", "date", "death-date", "effective",
        "effective-time", "identified", "issued", "last-date", "modified", "occurrence", "onset-date", "period", "received",
        "recorded", "recorded-date", "sent", "start-date", "when", "whenhandedover", "whenprepared",
    }
)  # fmt: skip
"""When something was: never taken out."""

NAMES = frozenset({"family", "given"})
"""Names of people stay also where a prison is called alike. Not ``name``, which reads what was written beside them too."""

IDENTIFIER = "identifier"
"""By system and value, as far as the identifier is told: whoever answers has to look (a prison's number is not)."""

PEOPLE = frozenset({"patient", "subject"})
"""Whose record something is part of: what is shown is shown because they agreed, so it names them. To go on by, too."""

MAY_ASK = OF_THE_STORE | CODES | STATES | TIMES | NAMES | PEOPLE | {IDENTIFIER}

MODIFIERS = frozenset({"", "exact", "not", "Patient"})
"""Not ``missing``, which tells that something was taken out; nor what reads words, value sets or numbers of others."""

STAYING = frozenset({"Period", "Timing", "boolean", "code", "date", "dateTime", "instant"})
"""Data types of which nothing that is searched by is taken out."""

PATIENT = "Patient"

PRISON_NUMBERS = "prison-number"
"""How a system of numbers that a prison gives out ends (fhir/shapes.md)."""

NO_HINT = "A code that tells of custody cannot be asked for here."
NO_PRISON_NUMBER = "A prison's number of a person cannot be asked for here."
WHOSE = "Write an identifier as system|value: a value alone could be anybody's."
WHICH_PATIENT = "Write Patient/ID: only patients can be asked for here."


@cache
def askable(type_: str) -> frozenset[str]:
    """The parameters by which resources of a type may be searched."""
    return frozenset(
        name
        for name in MAY_ASK
        if name in OF_THE_STORE or (name in search_parameters(type_) and _may_be_read(type_, name))
    )


@cache
def sortable(type_: str) -> frozenset[str]:
    """Those that they may be sorted by: an order tells as much as a search."""
    return askable(type_) - PEOPLE - {IDENTIFIER}


def may_be_followed(name: str, targets: Iterable[str]) -> bool:
    """Whether a search may go on through a reference parameter to the types, or come from there."""
    return name in PEOPLE and (name == "patient" or set(targets) == {PATIENT})


@cache
def may_come_along(type_: str, name: str) -> bool:
    """Whether what a reference parameter names may be included: not by an element that is always put anew.

    Any other reference stays where both ends may be seen, and what may not be seen is not included.
    """
    firsts = [_children(path)[0] for path in paths(search_parameters(type_)[name].expression)]
    return not any((type_, one) in REPLACED for one in firsts)


def refusal_of(kind: str, name: str, modifier: str, value: str) -> str | None:
    """Why a value may not be asked for, by what is asked alone; None if it may.

    Args:
        kind: of the parameter, as FHIR calls it (token, reference ...).
        name: of the parameter.
        modifier: empty if there is none.
        value: as it is written, perhaps of several alternatives.
    """
    if name == IDENTIFIER:
        return next((why for one in alternatives(value) if (why := _of_identifier(one))), None)
    if name in PEOPLE:
        named = all(_names_patient(one, name, modifier) for one in alternatives(value))
        return None if named else WHICH_PATIENT
    if kind == "token" and name not in OF_THE_STORE and any(map(_is_hint, alternatives(value))):
        return NO_HINT
    return None


def _of_identifier(value: str) -> str | None:
    match parts(value):
        case [system, number] if system and number:
            last = system.replace(":", "/").rpartition("/")[2]
            return NO_PRISON_NUMBER if last == PRISON_NUMBERS else None
    return WHOSE


def _names_patient(value: str, name: str, modifier: str) -> bool:
    """A bare id under ``subject`` could be a place's."""
    reference = value.partition("/_history/")[0]
    type_, slash, _ = reference.rpartition("/")
    return type_.rpartition("/")[2] == PATIENT if slash else modifier == PATIENT or name == "patient"


def _is_hint(value: str) -> bool:
    match parts(value):
        case [code]:
            return is_hint("", code)
        case [system, ""]:
            return HINTS.get(system, frozenset()) is None
        case [system, code]:
            return is_hint(system, code)
    return False


def _may_be_read(type_: str, name: str) -> bool:
    if name in PEOPLE:
        return True
    of_it = paths(search_parameters(type_)[name].expression)
    leaves = [row.branch for row in compiled(type_).indexed if row.param == name]
    if name in NAMES:
        return all(_children(path) == ["name", name] for path in of_it)
    return all(len(_children(path)) == 1 for path in of_it) and all(
        stays(type_, one.member, one.type.partition("/")[0]) for one in leaves
    )


def stays(type_: str, member: str, data_type: str) -> bool:
    """Whether an element at the top of a resource is there, in what is told, as it is stored."""
    if data_type in STAYING or (data_type == "Identifier" and member == IDENTIFIER):
        return True
    return data_type in ("CodeableConcept", "Coding") and says_what_it_is({"resourceType": type_}, member)


def _children(path: Path) -> list[str]:
    return [step.name for step in path if isinstance(step, Child)]


def may_ask() -> Iterator[tuple[str, frozenset[str]]]:
    """The parameters in groups, each with why it may be used: for whoever reads about it."""
    yield "what the store keeps", OF_THE_STORE
    yield "what something is", CODES
    yield "state", STATES
    yield "when", TIMES
    yield "who", NAMES | PEOPLE | {IDENTIFIER}
