"""A disclosure without consent as FHIR R4: a Communication of our profile, and back.

A Communication is what R4 has for "this was sent to that one, then, for that reason". docs/decisions/0011 says why it is
neither a Consent, a Provenance nor an AuditEvent.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fhir.resources.R4B.communication import Communication

from clinical.disclosure.without_consent import Basis, Disclosure, NotYet, Told, WhyNotTold

Json = Mapping[str, Any]

PROFILE = "urn:throughcare:profile:disclosure-without-consent"
CATEGORY = {"system": "urn:throughcare:code-system:disclosure", "code": "without-consent"}
BASIS = "urn:throughcare:code-system:disclosure-basis"
TOLD = "urn:throughcare:extension:patient-told"


CONTAINED_RECIPIENT = "#recipient"
"""The reference to a recipient who has no record here, and stands in the Communication itself."""


def communication_of(disclosure: Disclosure, recipient_name: str = "") -> Json:
    """The resource, without an id. ``recipient_name``: of ``CONTAINED_RECIPIENT``."""
    assert disclosure.told is not None, "refused before"
    contained = {"resourceType": "Organization", "id": CONTAINED_RECIPIENT[1:], "name": recipient_name}
    built = Communication(
        meta={"profile": [PROFILE]},
        contained=[contained] if disclosure.recipient == CONTAINED_RECIPIENT else None,
        extension=[_extension(disclosure.told)],
        status="completed",
        category=[{"coding": [CATEGORY]}],
        subject={"reference": disclosure.patient},
        sent=disclosure.at.isoformat(),
        recipient=[{"reference": disclosure.recipient}],
        sender={"reference": disclosure.decided_by},
        reasonCode=[{"coding": [{"system": BASIS, "code": str(disclosure.basis)}], "text": disclosure.law}],
        payload=[{"contentReference": {"reference": one}} for one in disclosure.sent],
    )
    found: Json = built.model_dump(mode="json", exclude_none=True)
    return found


def disclosure_of(communication: Json) -> Disclosure:
    """The disclosure that a Communication of our profile says; it has passed the gate."""
    (reason,) = communication["reasonCode"]
    return Disclosure(
        patient=communication["subject"]["reference"],
        basis=Basis(reason["coding"][0]["code"]),
        law=reason["text"],
        recipient=communication["recipient"][0]["reference"],
        sent=tuple(one["contentReference"]["reference"] for one in communication["payload"]),
        decided_by=communication["sender"]["reference"],
        at=datetime.fromisoformat(communication["sent"]),
        told=_read(next(one for one in communication["extension"] if one["url"] == TOLD)),
    )


def now_told(communication: Json, at: datetime) -> Json:
    """The same Communication, once the person was told."""
    others = [one for one in communication["extension"] if one["url"] != TOLD]
    return {**communication, "extension": [*others, _extension(Told(at))]}


def is_disclosure(communication: Json) -> bool:
    """Whether a Communication is a disclosure without consent."""
    codings = [coding for one in communication.get("category", ()) for coding in one.get("coding", ())]
    return PROFILE in communication.get("meta", {}).get("profile", ()) and CATEGORY in codings


def _extension(told: Told | NotYet) -> Json:
    return {"url": TOLD, **_told(told)}


def _told(told: Told | NotYet) -> Json:
    if isinstance(told, Told):
        return {"valueDateTime": told.at.isoformat()}
    return {
        "extension": [
            {"url": "why-not", "valueCode": str(told.why)},
            {"url": "tell-by", "valueDate": told.tell_by.isoformat()},
        ]
    }


def _read(extension: Json) -> Told | NotYet:
    if "valueDateTime" in extension:
        return Told(datetime.fromisoformat(extension["valueDateTime"]))
    parts = {one["url"]: one for one in extension["extension"]}
    return NotYet(
        WhyNotTold(parts["why-not"]["valueCode"]), date.fromisoformat(parts["tell-by"]["valueDate"])
    )
