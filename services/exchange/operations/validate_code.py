"""$validate-code: does a code belong to a value set, or to a code system?

http://hl7.org/fhir/R4/valueset-operation-validate-code.html, codesystem-operation-validate-code.html
"""

from collections.abc import Mapping
from typing import Any

from fhir_store.errors import NotHeld
from fhir_store.json_text import parse
from fhir_store.terminology import codings_asked, parameters_resource, validated
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.operations.questions import Given, given
from services.exchange.problems import BadRequest

TAKES = {"code", "system", "display", "coding", "codeableConcept", "abstract"}


def validate_code(asked: Asked) -> Answer:
    """Say whether a code belongs to what is named by its url."""
    asked.require("read")
    wanted = given(asked)
    url = wanted.pop("url", None)
    if not isinstance(url, str):
        raise BadRequest("Name the value set or code system by its url.")
    return _judged(asked, _named(asked, url), wanted)


def validate_code_by_post(asked: Asked) -> Answer:
    """The same with the parameters in a Parameters resource."""
    return validate_code(asked)


def validate_code_in_stored(asked: Asked) -> Answer:
    """Say whether a code belongs to a value set or code system that is stored."""
    asked.require("read")
    stored = asked.record.terminology_resource(asked.type, id_here(asked))
    return _judged(asked, parse(stored.text).value, given(asked))


def _named(asked: Asked, url: str) -> Mapping[str, Any]:
    held = asked.record.terminology
    if asked.type == "ValueSet":
        return held.value_set(url)
    found = held.stored_code_system(url, None)
    if found is None:
        raise NotHeld("code system", url)
    return found


def _judged(asked: Asked, against: Mapping[str, Any], wanted: Given) -> Answer:
    if wanted.keys() - TAKES:
        raise BadRequest(f"$validate-code takes url, {', '.join(sorted(TAKES))}.", code="not-supported")
    codings = codings_asked(
        code=wanted.get("code"),
        system=wanted.get("system"),
        display=wanted.get("display"),
        coding=wanted.get("coding"),
        codeable_concept=wanted.get("codeableConcept"),
    )
    abstract = wanted.get("abstract") == "true"
    outcome = validated(asked.record.terminology, against, codings, abstract=abstract)
    return Answer(200, asked.record.composed(parameters_resource(outcome)), events=())


ONLY = ("CodeSystem", "ValueSet")
INTERACTIONS = (
    Interaction("$validate-code", "GET", "{type}/$validate-code", validate_code, types=ONLY),
    Interaction("$validate-code", "POST", "{type}/$validate-code", validate_code_by_post, types=ONLY),
    Interaction("$validate-code", "GET", "{type}/{id}/$validate-code", validate_code_in_stored, types=ONLY),
)
