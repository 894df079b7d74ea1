"""What is remarkable about an event, and what follows from it. Nothing of it turns an event away."""

from enum import StrEnum

from clinical.words import N_


class Flag(StrEnum):
    """One remark. The code is stored: never changed."""

    DOUBLE = "double"
    CONTRADICTS = "contradicts"
    MISTAKE = "mistake"
    STOPPED = "stopped"
    OTHER_AMOUNT = "other-amount"
    OTHER_STRENGTH = "other-strength"
    ORDER_OVER = "order-over"
    ORDER_CHANGED = "order-changed"
    NO_SLOT = "no-slot"
    NOT_ASKED_AWAKE = "not-asked-awake"
    FEW_IDENTIFIERS = "few-identifiers"
    NO_WITNESS = "no-witness"
    WITNESS_OFFLINE = "witness-offline"
    HELD_BY_ANOTHER = "held-by-another"
    LIST_EXPIRED = "list-expired"
    CLOCK_NOT_TRUSTED = "clock-not-trusted"
    ABOUT_UNKNOWN = "about-unknown"
    NOT_GIVEN_TWICE = "not-given-twice"
    NOT_DECIDED = "not-decided"
    CLOCK_CORRECTED = "clock-corrected"
    PAPER = "paper"
    SINGLE_HANDED = "single-handed"
    TAKEN_OVER = "taken-over"
    STOCK = "stock"
    NOT_IN_REGISTER = "not-in-register"
    REVOKED_DEVICE = "revoked-device"
    UNKNOWN_PERSON = "unknown-person"
    NOT_UNDERSTOOD = "not-understood"
    NOT_PERMITTED = "not-permitted"
    ORDERED_TWICE = "ordered-twice"
    NOT_BY_TELEPHONE = "not-by-telephone"


WORDS = {
    Flag.DOUBLE: N_("Possibly a double dose: another one is recorded for this dose"),
    Flag.CONTRADICTS: N_("Another tablet recorded something else of this dose"),
    Flag.MISTAKE: N_("Recorded as a mistake by who gave it"),
    Flag.STOPPED: N_("Given in spite of a stop"),
    Flag.OTHER_AMOUNT: N_("Not the amount that was ordered"),
    Flag.OTHER_STRENGTH: N_("The volume and the strength do not make up the amount"),
    Flag.ORDER_OVER: N_("The order gives no dose on this day"),
    Flag.ORDER_CHANGED: N_("The order was changed after the list was fetched"),
    Flag.NO_SLOT: N_("No planned dose"),
    Flag.NOT_ASKED_AWAKE: N_("It is not recorded that the person was awake"),
    Flag.FEW_IDENTIFIERS: N_("Fewer than two identifiers were checked"),
    Flag.NO_WITNESS: N_("No second person"),
    Flag.WITNESS_OFFLINE: N_("The second person was proved by the tablet alone, without the network"),
    Flag.HELD_BY_ANOTHER: N_("Another tablet held this row"),
    Flag.LIST_EXPIRED: N_("The list was too old"),
    Flag.CLOCK_NOT_TRUSTED: N_("The clock of the tablet was wrong, and the time is not known exactly"),
    Flag.ABOUT_UNKNOWN: N_("What it is about has not arrived yet"),
    Flag.NOT_GIVEN_TWICE: N_("It was taken back already"),
    Flag.NOT_DECIDED: N_("Given again before a prescriber decided it, or more than that"),
    Flag.CLOCK_CORRECTED: N_("The clock of the tablet was wrong; the time was put right"),
    Flag.PAPER: N_("Entered afterwards, from paper"),
    Flag.SINGLE_HANDED: N_("Single-handed: the next shift confirms the count"),
    Flag.TAKEN_OVER: N_("Taken over from another tablet, as spoken"),
    Flag.STOCK: N_("The register does not fit: a discrepancy is open"),
    Flag.NOT_IN_REGISTER: N_("It could not be entered in the register: see which book it belongs in"),
    Flag.REVOKED_DEVICE: N_("From a tablet that was shut out"),
    Flag.UNKNOWN_PERSON: N_("Nobody with this number is known here"),
    Flag.NOT_UNDERSTOOD: N_("Sent by another version of the program"),
    Flag.NOT_PERMITTED: N_("Whoever sent it may not record this"),
    Flag.ORDERED_TWICE: N_("There is another telephone order for this dose"),
    Flag.NOT_BY_TELEPHONE: N_(
        "By law or protocol it could not be ordered so. The prescriber has to look at it"
    ),
}

QUARANTINING = frozenset(
    {
        Flag.REVOKED_DEVICE,
        Flag.UNKNOWN_PERSON,
        Flag.NOT_UNDERSTOOD,
        Flag.NOT_PERMITTED,
        Flag.ORDERED_TWICE,
        Flag.NOT_BY_TELEPHONE,
    }
)
"""With one of these it is kept, and no record is made of it before a clinician has looked."""

CONFLICTING = frozenset({Flag.DOUBLE, Flag.CONTRADICTS})

TO_KNOW = frozenset(
    {
        Flag.CLOCK_CORRECTED,
        Flag.PAPER,
        Flag.SINGLE_HANDED,
        Flag.WITNESS_OFFLINE,
        Flag.TAKEN_OVER,
        Flag.STOCK,
        Flag.NOT_GIVEN_TWICE,
    }
)
"""Nobody has to work these off here: a count of the register, or nothing, does."""


class Outcome(StrEnum):
    """What became of an event."""

    STORED = "stored"
    FLAGGED = "flagged"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


def outcome_of(flags: frozenset[Flag]) -> Outcome:
    """What becomes of an event with these remarks."""
    if flags & QUARANTINING:
        return Outcome.QUARANTINED
    if flags & CONFLICTING:
        return Outcome.CONFLICT
    return Outcome.FLAGGED if flags - TO_KNOW else Outcome.STORED
