"""The parameters of an operation, from the address or from a posted Parameters resource.

http://hl7.org/fhir/R4/operations.html#request
"""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate import check_any
from services.exchange.interaction import Asked
from services.exchange.problems import BadRequest

Given = dict[str, Any]


def given(asked: Asked) -> Given:
    """Each parameter by its name: texts from the address, values or resources from the body. Raises BadRequest."""
    found: Given = {}
    for name, value in [*asked.parameters, *_posted(asked)]:
        if name in found:
            raise BadRequest("A parameter of the operation is there twice. Send it once.")
        found[name] = value
    return found


def _posted(asked: Asked) -> list[tuple[str, Any]]:
    if asked.interaction.method != "POST":
        return []
    parameters = asked.any_resource().value
    if parameters.get("resourceType") != "Parameters":
        raise BadRequest("Post a Parameters resource to this operation.")
    check_any(parameters)
    return [(one["name"], _value(one)) for one in parameters.get("parameter", ())]


def _value(parameter: Mapping[str, Any]) -> Any:
    """The value of whatever type, or the resource; primitives as the text that an address would have."""
    value = next((value for name, value in parameter.items() if name.startswith("value")), None)
    if value is None:
        return parameter.get("resource")
    return str(value).lower() if isinstance(value, bool) else value
