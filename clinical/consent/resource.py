"""A Consent as FHIR R4, and back.

The reader takes any Consent, also of other makers, and where one does not say something clearly it reads the stricter:
no date is a refusal for good, no recipient names nobody, a purpose or helper that is not known does not count.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fhir.resources.R4B.consent import Consent as ConsentResource

from clinical.consent.consent import ANY_CENTRE, Answer, Consent, Form, Given, Helper
from clinical.consent.law import Decider
from clinical.consent.purpose import Purpose
from clinical.labels import EVERYTHING, Label
from fhir_store.search_values import date_bounds

Json = Mapping[str, Any]

PROFILE = "urn:throughcare:profile:consent"
PURPOSE = "urn:throughcare:code-system:consent-purpose"
RECIPIENT = "urn:throughcare:recipient"
GIVEN = "urn:throughcare:extension:consent-given"
CAPABLE = "urn:throughcare:extension:consent-capacity"
ASSENTED = "urn:throughcare:extension:consent-assent"

SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
CATEGORY = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"

PRIVACY = frozenset({Purpose.HAND_OVER, Purpose.PROGRAMME_DATA})

REASON = {Purpose.HAND_OVER: "COC", Purpose.PROGRAMME_DATA: "PUBHLTH"}
"""HL7's purpose of use: coordination of care, public health; of all else it is treatment."""

HL7_CATEGORY = {
    Purpose.HAND_OVER: {"system": ACT_CODE, "code": "IDSCL"},
    Purpose.PROGRAMME_DATA: {"system": CATEGORY, "code": "rsdid"},
}
"""HL7's kind of consent: disclosure, de-identified access; of all else there is none that fits but the next."""

HEALTH_CARE_DIRECTIVE = {"system": CATEGORY, "code": "hcd"}

STATUS = {
    Answer.GRANTED: "active",
    Answer.REFUSED: "rejected",
    Answer.WITHDRAWN: "inactive",
    Answer.LACKS_CAPACITY: "proposed",
}
ANSWER = {**{status: answer for answer, status in STATUS.items()}, "draft": Answer.LACKS_CAPACITY}

DECIDES = {
    "Patient": Decider.PATIENT,
    "RelatedPerson": Decider.GUARDIAN,
    "Organization": Decider.COURT,
}
"""Whose decision it is, by the type of Consent.performer."""

CONTAINED = {
    Decider.GUARDIAN: ("RelatedPerson", "guardian"),
    Decider.COURT: ("Organization", "court"),
}
"""Who decides and has no record of their own here stands in the Consent itself, under this id."""

LAST = datetime.max.replace(tzinfo=UTC)


def resource_of(consent: Consent, names: Mapping[Decider, str] | None = None) -> Json:
    """The resource, without an id. The profile asks for what ``check`` does not know of.

    ``names``: of a guardian or court that is referred to as ``contained_decider`` says.
    """
    built = ConsentResource(
        meta={"profile": [PROFILE]},
        contained=[_contained(decider, name, consent) for decider, name in (names or {}).items()] or None,
        extension=list(_extensions(consent)),
        status="entered-in-error" if consent.wrong else STATUS[consent.answer],
        scope={
            "coding": [
                {
                    "system": SCOPE,
                    "code": "patient-privacy" if consent.purpose in PRIVACY else "treatment",
                }
            ]
        },
        category=[
            {"coding": [{"system": PURPOSE, "code": str(consent.purpose)}]},
            {"coding": [HL7_CATEGORY.get(consent.purpose, HEALTH_CARE_DIRECTIVE)]},
        ],
        patient={"reference": consent.patient},
        dateTime=consent.at.isoformat(),
        performer=[_performer(by) for _, by in consent.decided_by] or None,
        policyRule={"coding": [{"system": ACT_CODE, "code": "OPTIN" if _permits(consent) else "OPTOUT"}]},
        provision=_provision(consent),
    )
    found: Json = built.model_dump(mode="json", exclude_none=True)
    return found


def contained_decider(decider: Decider) -> str:
    """The reference to a guardian or court that stands in the Consent itself."""
    return f"#{CONTAINED[decider][1]}"


def _contained(decider: Decider, name: str, consent: Consent) -> Json:
    type_, id_ = CONTAINED[decider]
    if decider is Decider.COURT:
        return {"resourceType": type_, "id": id_, "name": name}
    return {
        "resourceType": type_,
        "id": id_,
        "patient": {"reference": consent.patient},
        "name": [{"text": name}],
    }


def _performer(reference: str) -> Json:
    """What is contained says its type too, since its reference does not."""
    types = [type_ for type_, id_ in CONTAINED.values() if reference == f"#{id_}"]
    return {"reference": reference, **({"type": types[0]} if types else {})}


def _permits(consent: Consent) -> bool:
    return consent.answer is Answer.GRANTED


def _provision(consent: Consent) -> dict[str, Any]:
    period = {
        name: at.isoformat()
        for name, at in (("start", consent.start), ("end", consent.end))
        if at is not None
    }
    provision = {
        "type": "permit" if _permits(consent) else "deny",
        "period": period,
        "actor": [_actor(one) for one in sorted(consent.recipients)],
        "securityLabel": [{"system": one.system, "code": str(one)} for one in Label if one in consent.labels],
        "purpose": [{"system": ACT_REASON, "code": REASON.get(consent.purpose, "TREAT")}],
    }
    return {name: value for name, value in provision.items() if value}


def _actor(recipient: str) -> Json:
    named = (
        {"type": "Organization", "identifier": {"system": RECIPIENT, "value": ANY_CENTRE}}
        if recipient == ANY_CENTRE
        else {"reference": recipient}
    )
    return {"role": {"coding": [{"system": PARTICIPATION, "code": "IRCP"}]}, "reference": named}


def _extensions(consent: Consent) -> Iterator[Json]:
    given = consent.given
    said = [
        {"url": "form", "valueCode": str(given.form)},
        {"url": "read-aloud", "valueBoolean": given.read_aloud},
    ]
    said += [
        {"url": name, "valueCode": str(helper)}
        for name, helper in (("interpreter", given.interpreter), ("witness", given.witness))
        if helper is not None
    ]
    yield {"url": GIVEN, "extension": said}
    yield {"url": CAPABLE, "valueBoolean": consent.capable}
    if consent.assented is not None:
        yield {"url": ASSENTED, "valueBoolean": consent.assented}


# --- back


def consents_of(resource: Json, zone: ZoneInfo) -> Iterator[Consent]:
    """The answers that a Consent resource is: one for each purpose of ours that it names.

    One that names none is nobody's permission, and is left out unless it refuses or withdraws: then it refuses a
    hand-over.

    Args:
        resource: as JSON; it has passed the gate.
        zone: the facility's, for days without a time.
    """
    purposes = [Purpose(code) for code in _purposes(resource)]
    if not purposes and _answer(resource) is not Answer.GRANTED:
        purposes = [Purpose.HAND_OVER]
    for purpose in purposes:
        yield _read(resource, purpose, zone)


def _purposes(resource: Json) -> Iterator[str]:
    for category in resource.get("category", ()):
        for coding in category.get("coding", ()):
            if coding.get("system") == PURPOSE and coding.get("code") in list(Purpose):
                yield coding["code"]


def _answer(resource: Json) -> Answer:
    """A permission that somebody denies, or that is anything but active, is none."""
    answer = ANSWER.get(resource.get("status", ""), Answer.REFUSED)
    permits = resource.get("provision", {}).get("type") == "permit"
    return Answer.REFUSED if answer is Answer.GRANTED and not permits else answer


def _read(resource: Json, purpose: Purpose, zone: ZoneInfo) -> Consent:
    provision = resource.get("provision", {})
    at, surely_by = _stretch(resource.get("dateTime"), zone)
    period = provision.get("period", {})
    said = _said(resource)
    is_hand_over = purpose is Purpose.HAND_OVER
    return Consent(
        patient=resource.get("patient", {}).get("reference", ""),
        purpose=purpose,
        answer=_answer(resource),
        at=at,
        surely_by=surely_by,
        decided_by=tuple(_decided_by(resource)),
        capable=said.get(CAPABLE) is not False,
        assented=said.get(ASSENTED),
        given=_given(resource),
        recipients=frozenset(_recipients(provision)) if is_hand_over else frozenset(),
        labels=_labels(provision) if is_hand_over else frozenset(),
        start=_start(period.get("start"), zone),
        end=_end(period.get("end"), zone),
        wrong=resource.get("status") == "entered-in-error",
    )


def _stretch(written: str | None, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """When it was said, and by when surely if only a day or more is known. Nobody knows when: at the end of time."""
    if written is None:
        return LAST, None
    first, behind = date_bounds(written, zone)
    return first, None if "T" in written else behind


def _start(written: str | None, zone: ZoneInfo) -> datetime | None:
    return None if written is None else date_bounds(written, zone)[0]


def _end(written: str | None, zone: ZoneInfo) -> datetime | None:
    """A day is in it to its end; an instant is not in it any more."""
    if written is None:
        return None
    first, behind = date_bounds(written, zone)
    return first if "T" in written else behind


def _said(resource: Json) -> Mapping[str, Any]:
    return {one["url"]: one.get("valueBoolean") for one in resource.get("extension", ())}


def _given(resource: Json) -> Given:
    """A helper or form that is not known is read as the one that does not count."""
    said = {
        part.get("url"): part.get("valueCode", part.get("valueBoolean"))
        for one in resource.get("extension", ())
        if one.get("url") == GIVEN
        for part in one.get("extension", ())
    }
    form = said.get("form", Form.SIGNATURE)
    return Given(
        form=Form(form) if form in list(Form) else Form.MARK,
        read_aloud=said.get("read-aloud") is True,
        interpreter=_helper(said.get("interpreter")),
        witness=_helper(said.get("witness")),
    )


def _helper(word: object) -> Helper | None:
    if word is None:
        return None
    return Helper(str(word)) if word in list(Helper) else Helper.PRISONER


def _decided_by(resource: Json) -> Iterator[tuple[Decider, str]]:
    contained = {f"#{one.get('id')}": one["resourceType"] for one in resource.get("contained", ())}
    for performer in resource.get("performer", ()):
        reference = performer.get("reference", "")
        type_ = reference.split("/")[-2] if "/" in reference else contained.get(reference, "")
        if type_ in DECIDES:
            yield DECIDES[type_], reference


def _recipients(provision: Json) -> Iterator[str]:
    for actor in provision.get("actor", ()):
        reference = actor.get("reference", {})
        identifier = reference.get("identifier", {})
        if (identifier.get("system"), identifier.get("value")) == (RECIPIENT, ANY_CENTRE):
            yield ANY_CENTRE
        elif "reference" in reference:
            yield reference["reference"]


def _labels(provision: Json) -> frozenset[Label]:
    codes = {(one.get("system"), one.get("code")) for one in provision.get("securityLabel", ())}
    return frozenset(label for label in EVERYTHING if (label.system, str(label)) in codes)
