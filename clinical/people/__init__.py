"""People: who somebody is, as far as a screen needs it, and what tells one from another."""

from clinical.people.age import age_on
from clinical.people.details import Details, details_of, patient_of
from clinical.people.doubt import Doubt
from clinical.people.identity import Identity, identity_of
from clinical.people.numbers import Number, NumberKind

__all__ = [
    "Details",
    "Doubt",
    "Identity",
    "Number",
    "NumberKind",
    "age_on",
    "details_of",
    "identity_of",
    "patient_of",
]
