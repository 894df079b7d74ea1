"""``$validate-code``: whether a code belongs. http://hl7.org/fhir/R4/valueset-operation-validate-code.html"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_store.errors import BadQuestion, NotHeld
from fhir_store.terminology.composing import expanded
from fhir_store.terminology.held import Terminology
from fhir_store.terminology.systems import Concept, System

WITHOUT_SYSTEM = "The code does not belong. Send its system too: other systems mean other things by it."


@dataclass(frozen=True, slots=True)
class Coding:
    """A code that is asked about."""

    code: str
    system: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """``message`` says what is wrong; ``display`` is the right name of the code. None: nothing to tell."""

    result: bool
    message: str | None = None
    display: str | None = None


def codings_asked(
    *,
    code: str | None = None,
    system: str | None = None,
    display: str | None = None,
    coding: Mapping[str, Any] | None = None,
    codeable_concept: Mapping[str, Any] | None = None,
) -> list[Coding]:
    """The codings of one question: a code, a Coding or a CodeableConcept. Raises BadQuestion."""
    if sum(one is not None for one in (code, coding, codeable_concept)) != 1:
        raise BadQuestion("Send one of code, coding and codeableConcept.")
    if code is None and (system, display) != (None, None):
        raise BadQuestion("system and display go with code only.")
    if code is not None:
        return [Coding(code, system, display)]
    sent = [coding] if coding is not None else (codeable_concept or {}).get("coding", [])
    found = [Coding(one["code"], one.get("system"), one.get("display")) for one in sent if "code" in one]
    if not found:
        raise BadQuestion("There is no code in what was sent.")
    return found


def validated(
    terminology: Terminology,
    against: Mapping[str, Any],
    codings: Sequence[Coding],
    *,
    abstract: bool = False,
) -> Validation:
    """Whether one of the codings belongs to a ValueSet, or to a CodeSystem, with its right name if it has one.

    A code that groups others belongs only where ``abstract`` ones are asked for. Raises NotHeld and what
    ``expanded`` raises.
    """
    find = _find_in(terminology, against)
    found = [_judged(coding, find(coding), abstract) for coding in codings]
    return next((one for one in found if one.result), found[0])


Find = Callable[[Coding], Concept | None]


def _find_in(terminology: Terminology, against: Mapping[str, Any]) -> Find:
    if against["resourceType"] == "CodeSystem":
        return _find_in_system(System(against))
    members = {(one.system, one.code): one for one in expanded(terminology, against)}

    def find(coding: Coding) -> Concept | None:
        if coding.system is None:
            return None
        return members.get((coding.system, coding.code)) or _in_other_case(
            coding, terminology.code_system(coding.system), members
        )

    return find


def _in_other_case(
    coding: Coding, system: System | None, members: Mapping[tuple[str | None, str], Concept]
) -> Concept | None:
    """Where the code system says that case means nothing."""
    if system is None or system.is_case_sensitive:
        return None
    wanted = coding.system, coding.code.casefold()
    return next((one for (url, code), one in members.items() if (url, code.casefold()) == wanted), None)


def _find_in_system(system: System) -> Find:
    def find(coding: Coding) -> Concept | None:
        if coding.system not in (None, system.url):
            return None
        members = {(system.url, code): concept for code, concept in system.concepts.items()}
        asked = Coding(coding.code, system.url)
        found = members.get((system.url, coding.code)) or _in_other_case(asked, system, members)
        if found is None and not system.is_whole:
            raise NotHeld("code system", system.url)
        return found

    return find


def _judged(coding: Coding, concept: Concept | None, abstract: bool) -> Validation:
    if concept is None:
        return Validation(False, WITHOUT_SYSTEM if coding.system is None else "The code does not belong.")
    if concept.abstract and not abstract:
        return Validation(False, "The code groups others and is no choice itself.", concept.display)
    if coding.display is not None and not _is_named(concept, coding.display):
        return Validation(
            False, "The code belongs, and the display is not one of its names.", concept.display
        )
    return Validation(True, None, concept.display)


def _is_named(concept: Concept, display: str) -> bool:
    """Whatever the case and the spaces. A concept of which no name is known may have any."""
    names = {one.value for one in concept.designations} | ({concept.display} if concept.display else set())
    return not names or _plain(display) in map(_plain, names)


def _plain(name: str) -> str:
    # Signs stay: A+ and A- are two blood groups.
    return " ".join(name.casefold().split())


def parameters_resource(validation: Validation) -> dict[str, Any]:
    """The answer as a Parameters resource, in plain JSON."""
    said = [
        {"name": "result", "valueBoolean": validation.result},
        {"name": "message", "valueString": validation.message},
        {"name": "display", "valueString": validation.display},
    ]
    return {"resourceType": "Parameters", "parameter": [one for one in said if None not in one.values()]}
