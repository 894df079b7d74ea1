"""Encounter: stays in custody, absences from them, and the screening at reception."""

from services.demo.country.days import text
from services.demo.country.facts import Absence, Screening, Stay
from services.demo.country.resources.codes import OURS, Json, extension, ours, reference
from services.demo.country.resources.marks import resource

AMBULATORY = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}


def stay(one: Stay) -> Json:
    """The Encounter of a stay in one prison."""
    return resource(
        "Encounter",
        one.id,
        one.recorded_at,
        "custody-stay",
        extension=[_legal(status, text(since)) for status, since in one.legal] or None,
        status=_status(one.void, one.end is not None),
        **{"class": {"system": f"{OURS}encounter-class", "code": "custody"}},
        subject=reference("Patient", one.patient),
        period=_period(one),
        hospitalization=_gate(one),
        serviceProvider=reference("Organization", one.prison),
    )


def absence(one: Absence) -> Json:
    """The Encounter of an absence, part of the stay."""
    return resource(
        "Encounter",
        one.id,
        one.recorded_at,
        "custody-absence",
        status=_status(one.void, one.end is not None),
        **{"class": {"system": f"{OURS}encounter-class", "code": f"absence-{one.kind}"}},
        subject=reference("Patient", one.patient),
        period=_period(one),
        serviceProvider=reference("Organization", one.prison),
        partOf=reference("Encounter", one.stay),
    )


def screening(one: Screening) -> Json:
    """The Encounter of a screening at reception."""
    return resource(
        "Encounter",
        one.id,
        one.recorded_at,
        None,
        status=_status(one.void, True),
        **{"class": AMBULATORY},
        type=[ours("visit", "reception-screen")],
        subject=reference("Patient", one.patient),
        period={"start": text(one.on)},
        serviceProvider=reference("Organization", one.facility),
    )


def _status(void: bool, ended: bool) -> str:
    return "entered-in-error" if void else "finished" if ended else "in-progress"


def _period(one: Stay | Absence) -> Json:
    return {"start": text(one.start), **({"end": text(one.end)} if one.end else {})}


def _gate(one: Stay) -> Json:
    gate: Json = {"admitSource": ours("entry-reason", one.entry)}
    if one.to:
        gate["destination"] = reference("Organization", one.to)
    if one.exit:
        gate["dischargeDisposition"] = ours("exit-reason", one.exit)
    return gate


def _legal(status: str, since: str) -> Json:
    parts = [{"url": "status", "valueCode": status}, {"url": "from", "valueDateTime": since}]
    return extension("legal-status", extension=parts)
