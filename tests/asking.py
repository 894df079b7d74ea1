"""Builds who asks and what about; only what matters is named."""

from datetime import UTC, datetime, timedelta
from typing import Any

from clinical.labels import Label
from services.access.decision import Actor, BreakGlass, Held, Purpose, Subject
from services.access.roles import ROLES

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
OWN, OTHER = "prison", "elsewhere"
CENTRE = frozenset({OWN})
PATIENT = "p1"

SETS: dict[str, frozenset[Label]] = {
    "none": frozenset(),
    "N": frozenset({Label.N}),
    "HIV": frozenset({Label.HIV}),
    "ETH": frozenset({Label.ETH}),
    "ETHUD": frozenset({Label.ETH, Label.ETHUD}),
    "OPIOIDUD": frozenset({Label.ETH, Label.OPIOIDUD}),
    "PSY": frozenset({Label.PSY}),
    "SDV": frozenset({Label.SDV}),
    "R": frozenset({Label.R}),
    "V": frozenset({Label.V}),
    "R and V": frozenset({Label.R, Label.V}),
    "HIV and R": frozenset({Label.HIV, Label.R}),
    "HIV and OPIOIDUD": frozenset({Label.HIV, Label.ETH, Label.OPIOIDUD}),
}

NATURAL = {
    "medical_lead": Purpose.TREATMENT,
    "custody_officer": Purpose.ADMINISTRATION,
    "administrator": Purpose.ADMINISTRATION,
    "ministry_analyst": Purpose.PUBLIC_HEALTH,
    "confidential_recipient": Purpose.PUBLIC_HEALTH,
    "evaluator": Purpose.RESEARCH,
    "auditor": Purpose.OVERSIGHT,
    "inspector": Purpose.OVERSIGHT,
}


def held(role: str, **how: Any) -> Held:
    """A role at the own facility, since yesterday."""
    return Held(ROLES[role], **{"facilities": CENTRE, "since": NOW - timedelta(days=1), **how})


def an_actor(*roles: str, **how: Any) -> Actor:
    """Holds the roles, asks now, for what the first of them usually does, and has given a purpose for HIV data."""
    return Actor(
        **{
            "name": "anna",
            "roles": tuple(held(role) for role in roles),
            "at": NOW,
            "purpose": NATURAL.get(roles[0], Purpose.TREATMENT),
            "purpose_given_for": frozenset({PATIENT}),
            **how,
        }
    )


def a_subject(type_: str = "Observation", relationship: str = "open", **how: Any) -> Subject:
    """A record of the patient, kept by the own facility."""
    return Subject(
        **{
            "type": type_,
            "facility": OWN,
            "patient": PATIENT,
            "open_at": CENTRE if relationship == "open" else frozenset(),
            "closed_at": CENTRE if relationship == "closed" else frozenset(),
            **how,
        }
    )


def opened(**how: Any) -> BreakGlass:
    """The patient's record, opened by the actor a quarter of an hour ago."""
    return BreakGlass(
        **{"opened_by": "anna", "patient": PATIENT, "opened_at": NOW - timedelta(minutes=15), **how}
    )
