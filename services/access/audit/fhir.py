"""An event of the log as a FHIR R4 AuditEvent, in the shapes of IHE Basic Audit Log Patterns 1.1. Pure.

https://profiles.ihe.net/ITI/BALP/ - a shape is claimed (``meta.profile``) only where the event has what it asks for:
one patient, one resource. What was searched for is in the log as keyed hashes, so these stand in the query.
"""

from base64 import b64encode
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from services.access.audit.event import SealedEvent, read
from services.access.audit.kinds import (
    CHANGES,
    CONSENT,
    CREDENTIALS_CHANGED,
    PATIENT,
    RESOURCE,
    ROLES_CHANGED,
    SECURITY_CHANGED,
    TARGET,
)

Coding = dict[str, str]
Element = dict[str, Any]

DCM = "http://dicom.nema.org/resources/ontology/DCM"
HL7 = "http://terminology.hl7.org/CodeSystem"
BALP = "https://profiles.ihe.net/ITI/BALP"
PROFILE = f"{BALP}/StructureDefinition/IHE.BasicAudit."
INTERACTION = "http://hl7.org/fhir/restful-interaction"

SOURCE_ROLE, DESTINATION_ROLE, APPLICATION = "110153", "110152", "110150"
MACHINE_NAME, IP_ADDRESS = "1", "2"


def _coding(system: str, code: str) -> Coding:
    return {"system": system, "code": code}


REST = _coding(f"{HL7}/audit-event-type", "rest")
SECURITY_ALERT = _coding(DCM, "110113")
DISCLOSE = _coding(f"{HL7}/iso-21089-lifecycle", "disclose")
RECIPIENT, AUTHOR = "IRCP", "AUT"
PERSON, SYSTEM_OBJECT = (_coding(f"{HL7}/audit-entity-type", code) for code in ("1", "2"))
AS_PATIENT, AS_RESOURCE, AS_QUERY = (_coding(f"{HL7}/object-role", code) for code in ("1", "4", "24"))
AS_REPORT, AS_USER, AS_SECURITY_RESOURCE = (_coding(f"{HL7}/object-role", code) for code in ("3", "11", "13"))


@dataclass(frozen=True)
class Shape:
    """How a kind of event is said. ``client`` and ``server`` are what the two sides are to the data."""

    type: Coding
    subtype: tuple[Coding, ...]
    action: str
    client: Coding
    server: Coding
    user: str = RECIPIENT
    """What a person is to the data: a code of v3-ParticipationType."""
    profile: str = ""


FROM_CLIENT = (_coding(DCM, SOURCE_ROLE), _coding(DCM, DESTINATION_ROLE))
TO_CLIENT = (_coding(DCM, DESTINATION_ROLE), _coding(DCM, SOURCE_ROLE))
AT_CUSTODIAN = (_coding(DCM, APPLICATION), _coding(f"{HL7}/provenance-participant-type", "custodian"))
AT_AUTHORIZER = (_coding(DCM, APPLICATION), _coding(f"{HL7}/extra-security-role-type", "authserver"))


def _rest(code: str) -> tuple[Coding, ...]:
    return (_coding(INTERACTION, code),)


WRITES: Mapping[str, Shape] = {
    "create": Shape(REST, _rest("create"), "C", *FROM_CLIENT, AUTHOR, "Create"),
    "update": Shape(REST, _rest("update"), "U", *FROM_CLIENT, AUTHOR, "Update"),
    "patch": Shape(REST, _rest("patch"), "U", *FROM_CLIENT, AUTHOR, "Update"),
    "delete": Shape(REST, _rest("delete"), "D", *AT_CUSTODIAN, AUTHOR, "Delete"),
}
READS: Mapping[str, Shape] = {
    "read": Shape(REST, _rest("read"), "R", *TO_CLIENT, profile="Read"),
    "vread": Shape(REST, _rest("vread"), "R", *TO_CLIENT, profile="Read"),
}
# An operation or a history shows records as a read does.
OTHER_READ = Shape(REST, (*_rest("read"), *_rest("operation")), "R", *TO_CLIENT, profile="Read")
OTHERS: Mapping[str, Shape] = {
    "search": Shape(REST, _rest("search-type"), "E", *FROM_CLIENT, profile="Query"),
    "export": Shape(_coding(DCM, "110106"), (), "R", *TO_CLIENT),
    "disclosure": Shape(
        _coding(DCM, "110106"), (DISCLOSE,), "R", *TO_CLIENT, profile="PrivacyDisclosure.Source"
    ),
    "consent": Shape(
        SECURITY_ALERT,
        (_coding(f"{BALP}/CodeSystem/AuthZsubType", "AuthZ-Consent"),),
        "E",
        *AT_AUTHORIZER,
        profile="AuthZconsent",
    ),
    "refusal": Shape(
        SECURITY_ALERT, (_coding(f"{BALP}/CodeSystem/AuthZsubType", "AuthZ-Role"),), "E", *AT_AUTHORIZER
    ),
    "break-glass": Shape(SECURITY_ALERT, (_coding(DCM, "110127"),), "E", *AT_AUTHORIZER),
    "sign-in": Shape(_coding(DCM, "110114"), (_coding(DCM, "110122"),), "E", *AT_AUTHORIZER),
    "unlock": Shape(_coding(DCM, "110114"), (_coding(DCM, "110122"),), "E", *AT_AUTHORIZER),
    "sign-out": Shape(_coding(DCM, "110114"), (_coding(DCM, "110123"),), "E", *AT_AUTHORIZER),
    "view": Shape(_coding(f"{HL7}/iso-21089-lifecycle", "access"), (), "R", *TO_CLIENT),
    "import": Shape(_coding(DCM, "110107"), (), "C", *FROM_CLIENT, AUTHOR),
    "audit-read": Shape(_coding(DCM, "110101"), (), "R", *TO_CLIENT),
    "audit-review": Shape(_coding(DCM, "110101"), (), "U", *AT_AUTHORIZER, AUTHOR),
    "erasure": Shape(
        SECURITY_ALERT, (_coding(f"{HL7}/iso-21089-lifecycle", "destroy"),), "D", *AT_AUTHORIZER
    ),
    "new-key": Shape(SECURITY_ALERT, (_coding(DCM, "110129"),), "E", *AT_AUTHORIZER),
}

# DICOM PS3.16, CID 403: the security roles of a user, the attributes of a user, the configuration of security.
CHANGED: Mapping[str, Shape] = {
    what: Shape(SECURITY_ALERT, (_coding(DCM, code),), "U", *AT_AUTHORIZER, AUTHOR)
    for what, code in (
        (ROLES_CHANGED, "110136"),
        (CREDENTIALS_CHANGED, "110137"),
        (SECURITY_CHANGED, "110129"),
    )
}


def audit_event(event: SealedEvent, *, site: str) -> Element:
    """The AuditEvent of a logged event, as the server named ``site`` recorded it. Raises NotAnEvent.

    A subject that was erased stands there by its digest, which leads to nobody.
    """
    said = read(event.body)
    members = said.members
    shape = _shape(members)
    subjects = [
        (role, opening.subject if opening else None, digest)
        for role, opening, digest in zip(members["about"], event.openings, said.digests, strict=True)
    ]
    entities = _entities(members, subjects)
    profile = _profile(members, shape)
    made = {
        "resourceType": "AuditEvent",
        **({"meta": {"profile": [PROFILE + profile]}} if profile else {}),
        "type": shape.type,
        **({"subtype": list(shape.subtype)} if shape.subtype else {}),
        "action": shape.action,
        "recorded": members["at"],
        "outcome": members["outcome"],
        **_words(members),
        **_purpose(members),
        "agent": _agents(members, shape, site),
        "source": {
            "site": site,
            "observer": _device(site),
            "type": [_coding(f"{HL7}/security-source-type", "4")],
        },
        **({"entity": entities} if entities else {}),
    }
    # The codes above are everyone's; what is handed out is the caller's.
    return deepcopy(made)


def _words(members: Mapping[str, Any]) -> Element:
    """What no code of the standard says: why something failed, else which change it was or what was looked at."""
    said = next((members[name] for name in ("why", "change", "how", "page") if name in members), None)
    return {} if said is None else {"outcomeDesc": said}


def _shape(members: Mapping[str, Any]) -> Shape:
    kind = members["kind"]
    if kind == "write":
        return WRITES[members["interaction"]]
    if kind == "read":
        return READS.get(members["interaction"], OTHER_READ)
    if kind == "access-change":
        return CHANGED[CHANGES[members["change"]]]
    return OTHERS[kind]


def _profile(members: Mapping[str, Any], shape: Shape) -> str:
    """The shape that the event has all of; none if it has another number of patients or resources."""
    about = members["about"]
    patients, resources, consents = (about.count(role) for role in (PATIENT, RESOURCE, CONSENT))
    kind = members["kind"]
    if patients > 1 or not shape.profile or (members["outcome"] != "0" and kind != "consent"):
        return ""
    if kind == "disclosure":
        return shape.profile if patients and resources else ""
    if kind == "consent":
        return shape.profile if patients and consents and not resources else ""
    if kind != "search" and resources != 1:
        return ""
    return f"Patient{shape.profile}" if patients else shape.profile


def _purpose(members: Mapping[str, Any]) -> Element:
    """Why, where the event itself has a reason: the code of a list of ours beside the standard's."""
    if "reason" not in members or members["kind"] != "break-glass":
        return {}
    emergency = {"coding": [_coding(f"{HL7}/v3-ActReason", "BTG")]}
    return {"purposeOfEvent": [emergency, {"coding": [{"code": members["reason"]}]}]}


def _agents(members: Mapping[str, Any], shape: Shape, site: str) -> list[Element]:
    actor = members["actor"]
    is_system = actor["kind"] == "client"
    server = _agent(shape.server, _device(site), network={"address": site, "type": MACHINE_NAME})
    if members["kind"] == "disclosure":
        recipient = _organization(members["recipient"])
        network = {"address": members["recipient"], "type": MACHINE_NAME}
        return [
            server,
            _agent(shape.client, recipient, network=network),
            _user(members, shape, is_system=is_system),
        ]
    client = _agent(
        shape.client,
        _device(actor["name"] if is_system else site),
        network=_client_network(members, site),
        requestor=is_system,
    )
    agents = [client, server]
    if not is_system or members["kind"] == "consent":
        agents.append(_user(members, shape, is_system=is_system))
    if members["kind"] == "consent":
        provider = _coding(f"{HL7}/v3-RoleClass", "PROV")
        agents.append(_agent(provider, _organization(members["recipient"])))
    return agents


def _user(members: Mapping[str, Any], shape: Shape, *, is_system: bool) -> Element:
    actor = members["actor"]
    who: Element = {"type": "Device" if is_system else "Practitioner"}
    # Who could not be told has no name, and an empty one is none.
    who |= {"identifier": {"value": actor["name"]}} if actor["name"] else {"display": actor["kind"]}
    user = _agent(_coding(f"{HL7}/v3-ParticipationType", shape.user), who, requestor=True)
    if "role" in actor:
        user["role"] = [{"coding": [{"code": actor["role"]}]}]
    if "facility" in members:
        user["location"] = {"type": "Location", "identifier": {"value": members["facility"]}}
    if "purpose" in members:
        user["purposeOfUse"] = [{"coding": [_coding(f"{HL7}/v3-ActReason", members["purpose"])]}]
    return user


def _agent(
    type_: Coding, who: Element, *, network: Element | None = None, requestor: bool = False
) -> Element:
    agent: Element = {"type": {"coding": [type_]}, "who": who, "requestor": requestor}
    return agent if network is None else {**agent, "network": network}


def _client_network(members: Mapping[str, Any], site: str) -> Element:
    if "address" in members:
        return {"address": members["address"], "type": IP_ADDRESS}
    # Whatever came over no network was done on the server itself.
    return {"address": site, "type": MACHINE_NAME}


def _device(name: str) -> Element:
    return {"type": "Device", "identifier": {"value": name}}


def _organization(name: str) -> Element:
    return {"type": "Organization", "identifier": {"value": name}}


def _entities(members: Mapping[str, Any], subjects: list[tuple[str, str | None, str]]) -> list[Element]:
    entities = [_entity(role, subject, digest) for role, subject, digest in subjects]
    if members["kind"] == "search":
        entities.append({"type": SYSTEM_OBJECT, "role": AS_QUERY, "query": _query(members)})
    if "page" in members:
        page = {"identifier": {"value": members["page"]}}
        entities.append({"what": page, "type": SYSTEM_OBJECT, "role": AS_REPORT})
    # The shape of a consent's decision has no place for the request.
    if "request" in members and members["kind"] != "consent":
        request = _coding(f"{BALP}/CodeSystem/BasicAuditEntityType", "XrequestId")
        entities.append({"type": request, "what": {"identifier": {"value": members["request"]}}})
    return entities


def _entity(role: str, subject: str | None, digest: str) -> Element:
    if role == TARGET:
        return _target(subject, digest)
    what = {"reference": subject} if subject else {"identifier": {"value": digest}}
    if role == PATIENT:
        return {"what": what, "type": PERSON, "role": AS_PATIENT}
    if role == CONSENT:
        return {"what": what, "type": _coding("http://hl7.org/fhir/resource-types", "Consent")}
    return {"what": what, "type": SYSTEM_OBJECT, "role": AS_RESOURCE}


def _target(subject: str | None, digest: str) -> Element:
    """An account or a client is somebody; anything else is a thing."""
    is_user = subject is not None and subject.startswith(("account/", "client/"))
    return {
        "what": {"identifier": {"value": subject or digest}},
        "type": PERSON if is_user else SYSTEM_OBJECT,
        "role": AS_USER if is_user else AS_SECURITY_RESOURCE,
    }


def _query(members: Mapping[str, Any]) -> str:
    asked = urlencode([(one["name"], one["value"]) for one in members["criteria"]])
    return b64encode(f"{members['type']}?{asked}".encode()).decode()
