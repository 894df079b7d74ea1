"""References to resources. http://hl7.org/fhir/R4/search.html#reference"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element
from fhir_store.gate.references import type_named_in


class ReferenceValue(NamedTuple):
    """What is not said is empty.

    A resource here has ``target_type`` and ``target_id``. Any other literal (an absolute URL, a urn:, a
    conditional reference) is kept whole in ``url``, with the type if it tells one. A logical reference has the
    identifier.
    """

    param: str
    target_type: str = ""
    target_id: str = ""
    url: str = ""
    identifier_system: str = ""
    identifier_value: str = ""


Json = Mapping[str, Any]
Indexing = Callable[[Any, ZoneInfo], Iterable[ReferenceValue]]

_HERE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/.+)?")


def indexing(parameter: str, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    if type_ == "Reference":
        return _reference(parameter)
    return _address(parameter) if type_ in ("canonical", "uri") else None


def _address(parameter: str) -> Indexing:
    return lambda address, _: (ReferenceValue(parameter, url=address),)


def _reference(parameter: str) -> Indexing:
    def index(reference: Json, _: ZoneInfo) -> Iterable[ReferenceValue]:
        literal = reference.get("reference", "")
        identifier = reference.get("identifier", {})
        # Without an identifier, which is the usual case, a resource here is all there is to tell.
        if (here := _HERE.fullmatch(literal)) and not identifier:
            return (ReferenceValue(parameter, here[1], here[2]),)
        return _other(parameter, reference, literal, identifier)

    return index


def _other(parameter: str, reference: Json, literal: str, identifier: Json) -> Iterable[ReferenceValue]:
    here = _HERE.fullmatch(literal)
    # A contained resource is found with the one that contains it, not by reference.
    url = "" if here or literal.startswith("#") else literal
    if not here and not url and "value" not in identifier:
        return ()
    return (
        ReferenceValue(
            parameter,
            target_type=here[1] if here else type_named_in(literal) or reference.get("type", ""),
            target_id=here[2] if here else "",
            url=url,
            identifier_system=identifier.get("system", ""),
            identifier_value=identifier.get("value", ""),
        ),
    )
