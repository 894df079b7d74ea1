"""The claimed dose of somebody: what is said, whether it is verified, and the most that may be given until then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from clinical.oat.claim import Claim, Outcome, last_claim
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import situations
from clinical.oat.unverified import CAP, cap_of, is_unverified
from clinical.protocols import Protocol
from clinical.protocols.protocol import Status
from clinical.reception.claimed import TreatedAt, treated_at
from fhir_store.read import Stored, read
from services.clinic.asking import Asking
from services.clinic.consents import law
from services.clinic.reading import Patient, parsed
from services.clinic.sentences import amount
from services.shared.languages import N_

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.NOT_REACHED: N_("Nobody was reached"),
    Outcome.CONFIRMED: N_("Confirmed, just as the person says"),
    Outcome.CORRECTED: N_("Known there, but not so: they say"),
    Outcome.NOT_KNOWN: N_("Nobody of that name is treated there"),
}

MEDICINES: Mapping[str, str] = {
    "methadone-oral-solution": N_("Methadone"),
    "buprenorphine-sublingual": N_("Buprenorphine, under the tongue"),
    "buprenorphine-naloxone-sublingual": N_("Buprenorphine with naloxone, under the tongue"),
    "buprenorphine-depot-weekly": N_("Buprenorphine injection, weekly"),
    "buprenorphine-depot-monthly": N_("Buprenorphine injection, monthly"),
    "morphine-slow-release": N_("Slow-release morphine"),
}


@dataclass(frozen=True)
class Claimed:
    """The claim that counts, as it is kept.

    Attributes:
        claim: the latest.
        stored: its Observation.
        is_unverified: whether it still stands unverified: nobody has confirmed it, and no dose was taken since.
        treated_at: where the person says they were treated.
    """

    claim: Claim
    stored: Stored = field(repr=False)
    is_unverified: bool
    treated_at: TreatedAt


def claimed_by(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, facility: str
) -> Claimed | None:
    """The claimed dose of a person; None: they claim none. Ask before whether the reader may see it."""
    reader = Reader(cursor, asking.keyring, asking.zone)
    record = situations(reader, [patient.id], facility, asking.at)[patient.id].record
    claim = last_claim(record.claims, asking.at)
    if claim is None:
        return None
    stored = read(cursor, asking.keyring, "Observation", claim.id)
    return Claimed(claim, stored, is_unverified(record, asking.at), treated_at(parsed(stored)))


@dataclass(frozen=True)
class CapSaid:
    """The most that a prescriber can order of the claimed medicine. ``mg`` empty: nobody has set it, so nothing."""

    mg: str
    is_proposed: bool


def cap_said(asking: Asking, claim: Claim) -> CapSaid | None:
    """None: it is not known of which medicine."""
    if claim.product is None:
        return None
    protocol = law(asking)
    cap = cap_of(claim.product, protocol)
    return CapSaid(_mg(cap.mg), _is_proposed(protocol, f"{CAP}.{claim.product.code}"))


def _mg(mg: Decimal | None) -> str:
    return "" if mg is None else amount(mg)


def _is_proposed(protocol: Protocol, name: str) -> bool:
    parameter = protocol.parameters.get(name)
    return parameter is not None and parameter.status is Status.PROPOSED


@dataclass(frozen=True)
class CallSaid:
    """A call as a page says it. ``outcome`` waits for its translation."""

    at: datetime
    outcome: str
    place: str
    spoke_with: str = field(repr=False)
    said: str = field(repr=False)
    by: str


def calls_said(claim: Claim, places: Mapping[str, str], writers: Mapping[str, str]) -> tuple[CallSaid, ...]:
    """The call log, the newest first."""
    return tuple(
        CallSaid(
            call.at,
            OUTCOMES[call.outcome],
            places.get(f"Organization/{call.whom}", call.whom or "") if call.whom else call.place,
            call.spoke_with,
            call.said,
            writers.get(call.by or "", ""),
        )
        for call in reversed(claim.calls)
    )
