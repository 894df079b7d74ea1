"""What may leave the house: by agreement, without it as the law says, and to the person whose record it is. Pure."""

from clinical.disclosure.agreement import NOTHING, WHOLE, Agreement, agreement, may_be_disclosed
from clinical.disclosure.communication import (
    CONTAINED_RECIPIENT,
    communication_of,
    disclosure_of,
    is_disclosure,
    now_told,
)
from clinical.disclosure.hand_over import Queued, Way, at_sending, way_out
from clinical.disclosure.house import NO_HOUSE, House, house_of
from clinical.disclosure.in_words import in_words
from clinical.disclosure.leaving import Sending, leaving, leaving_alone
from clinical.disclosure.own_file import (
    FileEntry,
    Look,
    Looked,
    OwnFile,
    bundle_text,
    file_entries,
    looked,
    own_file,
)
from clinical.disclosure.without_consent import (
    Basis,
    Disclosure,
    NotYet,
    Refusal,
    Told,
    WhyNotTold,
    refusal_of,
    still_to_be_told,
)

__all__ = [
    "CONTAINED_RECIPIENT",
    "NOTHING",
    "NO_HOUSE",
    "WHOLE",
    "Agreement",
    "Basis",
    "Disclosure",
    "FileEntry",
    "House",
    "Look",
    "Looked",
    "NotYet",
    "OwnFile",
    "Queued",
    "Refusal",
    "Sending",
    "Told",
    "Way",
    "WhyNotTold",
    "agreement",
    "at_sending",
    "bundle_text",
    "communication_of",
    "disclosure_of",
    "file_entries",
    "house_of",
    "in_words",
    "is_disclosure",
    "leaving",
    "leaving_alone",
    "looked",
    "may_be_disclosed",
    "now_told",
    "own_file",
    "refusal_of",
    "still_to_be_told",
    "way_out",
]
