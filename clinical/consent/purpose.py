"""What somebody is asked to agree to, and which acts need that they did.

Care itself does not rest on a paper: an emergency, the safety set and the file that moves with a person from one prison
to the next (Mandela Rules 26) need no Consent. What does need one is asked for one by one; no answer is an answer to two.
"""

from collections.abc import Mapping
from enum import StrEnum


class Purpose(StrEnum):
    """One question, with one answer."""

    TREATMENT = "treatment"
    HIV_TEST = "hiv-test"
    HEPATITIS_B_TEST = "hepatitis-b-test"
    HEPATITIS_C_TEST = "hepatitis-c-test"
    HAND_OVER = "hand-over"
    """The record goes to a named centre, or any, in the community. Asked at reception, for the sudden release."""
    PROGRAMME_DATA = "programme-data"


class Act(StrEnum):
    """What is about to be done."""

    EXAMINATION = "examination"
    """At reception and on request, which a person may still decline."""
    EMERGENCY = "emergency"
    OAT = "oat"
    ART = "art"
    HIV_TEST = "hiv-test"
    HEPATITIS_B_TEST = "hepatitis-b-test"
    HEPATITIS_C_TEST = "hepatitis-c-test"
    TRANSFER_BETWEEN_PRISONS = "transfer-between-prisons"
    """From health service to health service."""
    HAND_OVER = "hand-over"
    PROGRAMME_DATA = "programme-data"


NEEDS: Mapping[Act, Purpose | None] = {
    Act.EXAMINATION: None,
    Act.EMERGENCY: None,
    Act.OAT: Purpose.TREATMENT,
    Act.ART: Purpose.TREATMENT,
    Act.HIV_TEST: Purpose.HIV_TEST,
    Act.HEPATITIS_B_TEST: Purpose.HEPATITIS_B_TEST,
    Act.HEPATITIS_C_TEST: Purpose.HEPATITIS_C_TEST,
    Act.TRANSFER_BETWEEN_PRISONS: None,
    Act.HAND_OVER: Purpose.HAND_OVER,
    Act.PROGRAMME_DATA: Purpose.PROGRAMME_DATA,
}
"""The Consent that each act needs. None: it needs none. Proposed: treatment is agreed to once, by who begins it."""
