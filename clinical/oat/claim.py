"""What somebody says they had elsewhere before they came, and whether anybody there has confirmed it.

A claimed dose is never given: until it is confirmed, a prescriber orders the protocol's capped first dose.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.happened import Happened, Kind
from clinical.oat.product import Product, medication_of, product_of
from clinical.oat.shapes import (
    OURS,
    Json,
    When,
    code_in,
    extension,
    extensions,
    id_in,
    mg_in,
    moment,
    ours,
    part_of,
    parts,
    quantity,
    reference,
    said_of,
    value_of,
    when,
    without_none,
    written,
)

CODE = "claimed-dose"
STATUSES = frozenset({"preliminary", "final", "amended", "corrected"})


class Outcome(StrEnum):
    """What came of a call to whoever is said to have treated the person."""

    NOT_REACHED = "not-reached"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    """Known there, but not as claimed: what was confirmed stands in the claim now."""
    NOT_KNOWN = "not-known"
    """Nobody of that name is treated there."""


CONFIRMING = frozenset({Outcome.CONFIRMED, Outcome.CORRECTED})


@dataclass(frozen=True)
class Call:
    """One try to confirm it.

    Attributes:
        at: when.
        outcome: what came of it.
        whom: the id of the Organization that was called; None: not said, or it has no record here.
        by: the id of the Practitioner who called; None: not said.
        place: in words who was called, if it has no record here.
        spoke_with: who answered there.
        said: what they said.
    """

    at: datetime
    outcome: Outcome
    whom: str | None = None
    by: str | None = None
    place: str = ""
    spoke_with: str = field(default="", repr=False)
    said: str = field(default="", repr=False)


@dataclass(frozen=True)
class Claim:
    """What was said of the last dose.

    Attributes:
        id: of the Observation; empty if it is not stored yet.
        patient: the id of the Patient.
        said_at: when it was said.
        product: what of; None: the person does not know.
        mg: how much; None: the person does not know.
        last_taken_at: when; None: the person does not know.
        surely_by: where only a day or less of that is known, the first moment behind it.
        last_taken_on: its civil day; None: only a month or year is known.
        calls: the call log, in the order of the calls.
    """

    id: str
    patient: str
    said_at: datetime
    product: Product | None = None
    mg: Decimal | None = None
    last_taken_at: datetime | None = None
    surely_by: datetime | None = None
    last_taken_on: date | None = None
    calls: tuple[Call, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Whether who treated the person has confirmed it, with the time of the last dose; the last call that was answered counts."""
        confirmed = self.answer in CONFIRMING
        return confirmed and self.last_taken_at is not None and self.mg is not None

    @property
    def answer(self) -> Outcome | None:
        """What came of the last call that was answered; None: none was."""
        answered = [call.outcome for call in self.calls if call.outcome is not Outcome.NOT_REACHED]
        return answered[-1] if answered else None

    @property
    def dose(self) -> Happened | None:
        """The dose that was claimed, as one taken elsewhere; None: no time is known, or nobody there knows the person."""
        if self.last_taken_at is None or self.answer is Outcome.NOT_KNOWN:
            return None
        return Happened(
            id=self.id,
            patient=self.patient,
            kind=Kind.GIVEN,
            occurred_at=self.last_taken_at,
            surely_by=self.surely_by,
            day=self.last_taken_on,
            product=self.product,
            mg=self.mg,
        )


def last_claim(claims: Iterable[Claim], at: datetime) -> Claim | None:
    """The latest that was said by an instant."""
    return max(
        (one for one in claims if one.said_at <= at), key=lambda one: (one.said_at, one.id), default=None
    )


def claim_of(observation: Json, zone: ZoneInfo) -> Claim | None:
    """The claim that an Observation is; None if it is another one, or an error."""
    patient, issued = id_in(observation.get("subject", {}), "Patient"), observation.get("issued")
    is_claim = code_in(observation.get("code", {}), f"{OURS}observation") == CODE
    if not is_claim or patient is None or issued is None or observation.get("status") not in STATUSES:
        return None
    medicine = value_of(observation, "oat-product", "valueCodeableConcept")
    taken = _taken(observation.get("effectiveDateTime"), zone)
    return Claim(
        id=observation.get("id", ""),
        patient=patient,
        said_at=moment(issued, zone),
        product=product_of({"medicationCodeableConcept": medicine}) if medicine else None,
        mg=mg_in(observation.get("valueQuantity", {})),
        last_taken_at=taken.at if taken else None,
        surely_by=taken.surely_by if taken else None,
        last_taken_on=taken.day if taken else None,
        calls=tuple(_calls(observation, zone)),
    )


def _taken(said: str | None, zone: ZoneInfo) -> When | None:
    return None if said is None else when(said, zone)


def _calls(observation: Json, zone: ZoneInfo) -> Iterator[Call]:
    for said in extensions(observation, "verification-call"):
        at, outcome = part_of(said, "at", "valueDateTime"), part_of(said, "outcome", "valueCode")
        if at is not None and outcome in list(Outcome):
            yield Call(
                moment(at, zone),
                Outcome(outcome),
                id_in(part_of(said, "whom", "valueReference") or {}, "Organization"),
                id_in(part_of(said, "by", "valueReference") or {}, "Practitioner"),
                *(str(part_of(said, name, "valueString") or "") for name in ("place", "spoke-with", "said")),
            )


def observation_of(claim: Claim) -> dict[str, Any]:
    """The Observation: preliminary until it is verified."""
    product = claim.product
    return without_none(
        {
            "resourceType": "Observation",
            "id": claim.id,
            "extension": [
                *([extension("oat-product", valueCodeableConcept=medication_of(product))] if product else []),
                *(_call_extension(call) for call in claim.calls),
            ],
            "status": "final" if claim.is_verified else "preliminary",
            "code": ours("observation", CODE),
            "subject": reference("Patient", claim.patient),
            "issued": written(claim.said_at),
            "effectiveDateTime": _said(claim),
            "valueQuantity": quantity(claim.mg, "mg") if claim.mg is not None else None,
        }
    )


def _said(claim: Claim) -> str | None:
    at = claim.last_taken_at
    return None if at is None else said_of(at, claim.surely_by, claim.last_taken_on)


def _call_extension(call: Call) -> dict[str, Any]:
    whom, by = call.whom, call.by
    return extension(
        "verification-call",
        extension=parts(
            at={"valueDateTime": written(call.at)},
            outcome={"valueCode": str(call.outcome)},
            whom={"valueReference": reference("Organization", whom)} if whom else None,
            by={"valueReference": reference("Practitioner", by)} if by else None,
            place={"valueString": call.place} if call.place else None,
            spoke_with={"valueString": call.spoke_with} if call.spoke_with else None,
            said={"valueString": call.said} if call.said else None,
        ),
    )
