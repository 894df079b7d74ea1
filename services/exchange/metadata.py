"""capabilities: GET [base]/metadata, made from what is registered. http://hl7.org/fhir/R4/http.html#capabilities"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from fhir_store.gate import served_types
from fhir_store.search import SupportedParameter, supported
from services.exchange.interaction import Answer, Asked, Interaction

STARTED = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

OPERATION_DEFINITIONS = "http://hl7.org/fhir/OperationDefinition/"
BATCH = ("batch", "transaction")


def capabilities(asked: Asked) -> Answer:
    """What this server can do."""
    exchange = asked.exchange
    statement = capability_statement(exchange.catalogue.interactions, exchange.base, exchange.token_url)
    return Answer(200, json.dumps(statement), events=())


def capability_statement(interactions: Iterable[Interaction], base: str, token_url: str) -> dict[str, Any]:
    """The CapabilityStatement of a server that offers these interactions on every served type."""
    offered = tuple(interactions)
    system = [
        one.code
        for one in offered
        if "{type}" not in one.path and one.code in ("history-system", "search-system")
    ]
    batch = BATCH if any(one.code == "batch-or-transaction" for one in offered) else ()
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": STARTED,
        "kind": "instance",
        "software": {"name": "Throughcare", "version": version("throughcare")},
        "implementation": {"description": "Throughcare record store", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(token_url),
                "resource": [_resource(type_, offered) for type_ in served_types()],
                "interaction": [{"code": code} for code in dict.fromkeys([*batch, *system])],
                **_operations(offered, None),
            }
        ],
    }


def _security(token_url: str) -> dict[str, Any]:
    """Where tokens are got, for clients that do not read smart-configuration."""
    service = {
        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
        "code": "SMART-on-FHIR",
    }
    return {
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{"url": "token", "valueUri": token_url}],
            }
        ],
        "service": [{"coding": [service]}],
        "description": "Bearer tokens: Authorization: Bearer TOKEN. Systems get them by SMART Backend Services.",
    }


def _resource(type_: str, offered: Iterable[Interaction]) -> dict[str, Any]:
    codes = {one.code for one in offered}
    found = supported(type_)
    return {
        "type": type_,
        "interaction": [{"code": code} for code in TYPE_LEVEL if code in codes],
        "versioning": "versioned-update",
        "readHistory": "vread" in codes,
        "updateCreate": "update" in codes,
        "conditionalCreate": "create" in codes,
        "conditionalRead": "full-support",
        "conditionalUpdate": "conditional-update" in codes,
        "conditionalDelete": "single" if "conditional-delete" in codes else "not-supported",
        "referencePolicy": ["literal", "logical", "local"],
        # FHIR knows no empty list.
        **({"searchInclude": list(found.includes)} if found.includes else {}),
        **({"searchRevInclude": list(found.revincludes)} if found.revincludes else {}),
        "searchParam": [_parameter(one) for one in found.parameters],
        **_operations(offered, type_),
    }


# In the order of http://hl7.org/fhir/R4/valueset-type-restful-interaction.html.
TYPE_LEVEL = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)


def _parameter(parameter: SupportedParameter) -> dict[str, str]:
    definition = {"definition": parameter.url} if parameter.url else {}
    return {"name": parameter.name, **definition, "type": parameter.kind}


def _operations(offered: Iterable[Interaction], type_: str | None) -> dict[str, Any]:
    """The operations at this level: on a type (``{type}`` or its own name stands in the path), or on the system."""
    named = {one.code for one in offered if one.code.startswith("$") and _is_on(one, type_)}
    listed = [{"name": name[1:], "definition": _definition(name, type_)} for name in sorted(named)]
    return {"operation": listed} if listed else {}


def _is_on(interaction: Interaction, type_: str | None) -> bool:
    first = interaction.path.partition("/")[0]
    if type_ is None:
        return first.startswith("$")
    return first == "{type}" if interaction.types is None else type_ in interaction.types


def _definition(name: str, type_: str | None) -> str:
    of = {"$validate": "Resource", "$everything": "Patient"}.get(name, type_ or "Resource")
    return f"{OPERATION_DEFINITIONS}{of}-{name[1:]}"


INTERACTIONS = (Interaction("capabilities", "GET", "metadata", capabilities, public=True),)
