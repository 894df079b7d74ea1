"""Consent: what is asked, who decides, how it is given, what counts at an instant, and how FHIR says it. Pure."""

from clinical.consent.consent import (
    ANY_CENTRE,
    Answer,
    Consent,
    Form,
    Given,
    Helper,
    check,
    flaw_of,
)
from clinical.consent.errors import (
    AssentMissing,
    ConsentError,
    InterpreterNotAllowed,
    NotConfirmed,
    NotTheDecider,
    RecipientMissing,
    WitnessMissing,
)
from clinical.consent.in_force import decisions_in_force, is_granted, may_be_done
from clinical.consent.law import Decider, Decision, who_decides
from clinical.consent.purpose import NEEDS, Act, Purpose
from clinical.consent.resource import consents_of, resource_of
from clinical.labels import EVERYTHING

__all__ = [
    "ANY_CENTRE",
    "EVERYTHING",
    "NEEDS",
    "Act",
    "Answer",
    "AssentMissing",
    "Consent",
    "ConsentError",
    "Decider",
    "Decision",
    "Form",
    "Given",
    "Helper",
    "InterpreterNotAllowed",
    "NotConfirmed",
    "NotTheDecider",
    "Purpose",
    "RecipientMissing",
    "WitnessMissing",
    "check",
    "consents_of",
    "decisions_in_force",
    "flaw_of",
    "is_granted",
    "may_be_done",
    "resource_of",
    "who_decides",
]
