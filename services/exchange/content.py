"""What kind of content is asked for, and the answer in that kind: ``Accept``, ``_format``, ``_pretty``.

http://hl7.org/fhir/R4/http.html#mime-type
"""

from collections.abc import Mapping
from dataclasses import replace

from fhir_store.json_text import pretty
from services.exchange.interaction import (
    CHARSETS,
    FHIR_JSON,
    FHIR_VERSION,
    JSON_TYPES,
    Answer,
    Parameters,
    media_type,
    preferences,
)
from services.exchange.problems import BadRequest, NotAcceptable
from services.exchange.response import RETURNS

ACCEPTED = {"application/fhir+json", "application/json", "application/*", "*/*"}
FORMATTING = {"_format", "_pretty"}


def refuse_unacceptable(parameters: Parameters, headers: Mapping[str, str]) -> None:
    """Return if the client takes FHIR JSON in UTF-8. Raises NotAcceptable; ``_format`` outranks ``Accept``."""
    wanted = [value for name, value in parameters if name == "_format"]
    if wanted:
        # A plus sign in a query is a space once it is read.
        if media_type(wanted[0].replace(" ", "+")) not in JSON_TYPES:
            raise NotAcceptable
    elif not any(_is_accepted(part) for part in headers.get("accept", "*/*").split(",")):
        raise NotAcceptable
    if not any(_is_charset(part) for part in headers.get("accept-charset", "*").split(",")):
        raise NotAcceptable


def _is_accepted(part: str) -> bool:
    kind, *options = (piece.strip().lower() for piece in part.split(";"))
    versions = [option.partition("=")[2] for option in options if option.startswith("fhirversion=")]
    return kind in ACCEPTED and "q=0" not in options and all(one == FHIR_VERSION for one in versions)


def refuse_unclear(parameters: Parameters, headers: Mapping[str, str]) -> None:
    """Return if it is clear how to answer; afterwards it would be too late to refuse. Raises BadRequest."""
    if any(name == "_pretty" and value not in ("true", "false") for name, value in parameters):
        raise BadRequest("_pretty is true or false.")
    if preferences(headers.get("prefer", "")).get("return", "minimal") not in RETURNS:
        raise BadRequest("Prefer: return= is minimal, representation or OperationOutcome.")


def _is_charset(part: str) -> bool:
    return media_type(part) in CHARSETS | {"*"}


def without_formatting(parameters: Parameters) -> Parameters:
    """The parameters that say what is asked, without those that say how it shall look."""
    return [one for one in parameters if one[0] not in FORMATTING]


def in_form(answer: Answer, parameters: Parameters) -> Answer:
    """The answer with line breaks, if they were asked for."""
    if ("_pretty", "true") in parameters and answer.text and answer.media_type == FHIR_JSON:
        return replace(answer, text=pretty(answer.text))
    return answer
