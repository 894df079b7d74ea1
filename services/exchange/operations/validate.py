"""$validate: would this be stored? http://hl7.org/fhir/R4/resource-operation-validate.html"""

import json
from collections.abc import Mapping
from typing import Any

from fhir_store.errors import Issue
from fhir_store.gate import issues_of
from fhir_store.json_text import parse
from services.exchange.auditing import shown
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.problems import BadRequest
from services.exchange.response import informed

OPTIONS = {"mode", "profile"}
MODES = ("create", "update", "delete", "profile")


def validate(asked: Asked) -> Answer:
    """Check a resource as if it were to be stored, and store nothing; the answer is an OperationOutcome."""
    asked.require("create")
    given = asked.any_resource().value
    wrapped = given.get("resourceType") == "Parameters"
    listed = given.get("parameter") if wrapped else None
    parameters = listed if isinstance(listed, list) else []
    resource = _named(parameters, "resource", "resource") if wrapped else given
    _refuse_unknown(asked, parameters)
    if not isinstance(resource, Mapping):
        raise BadRequest("$validate needs the resource, alone or as the parameter `resource`.")
    found = issues_of(resource)
    if not found and resource.get("resourceType") != asked.type:
        found = [Issue("invalid", "", "The resource is not of the type in the address.")]
    return Answer(200, outcome(found), events=())


def validate_stored(asked: Asked) -> Answer:
    """Check a resource that is stored."""
    asked.require("read")
    stored = asked.record.read(asked.type, id_here(asked), asked.role_sees)
    return Answer(200, outcome(issues_of(parse(stored.text).value)), events=shown(asked, stored))


def _refuse_unknown(asked: Asked, parameters: list[Any]) -> None:
    mode = _named(parameters, "mode", "valueCode") or dict(asked.parameters).get("mode")
    if mode is not None and mode not in MODES:
        raise BadRequest("mode is create, update, delete or profile.")
    named = [one.get("name") for one in parameters if isinstance(one, Mapping)]
    if {name for name, _ in asked.parameters} - OPTIONS or any(
        name not in (*OPTIONS, "resource") for name in named
    ):
        raise BadRequest("$validate takes resource, mode and profile.", code="not-supported")


def _named(parameters: list[Any], name: str, member: str) -> Any:
    return next(
        (one.get(member) for one in parameters if isinstance(one, Mapping) and one.get("name") == name), None
    )


def outcome(found: list[Issue]) -> str:
    """The issues as an OperationOutcome; that there are none is said, too."""
    if not found:
        return informed("No issues: the resource can be stored.")
    listed = [
        {
            "severity": "error",
            "code": issue.code,
            "diagnostics": issue.message,
            **({"expression": [issue.expression]} if issue.expression else {}),
        }
        for issue in found
    ]
    return json.dumps({"resourceType": "OperationOutcome", "issue": listed})


INTERACTIONS = (
    Interaction("$validate", "POST", "{type}/$validate", validate),
    Interaction("$validate", "GET", "{type}/{id}/$validate", validate_stored),
)
