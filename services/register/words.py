"""Codes of the register as its pages say them; the words wait for their translation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from clinical.register.correction import CorrectionReason
from clinical.register.cups import CupBack
from clinical.register.destroy import DestroyReason
from clinical.register.discrepancy import FoundBy
from clinical.register.errors import (
    AmountRefused,
    BookChanged,
    ContainerOut,
    CupEmpty,
    CupStands,
    DiscrepancyClosed,
    Expired,
    IssueClosed,
    IssueStillOpen,
    NotACup,
    NotEnough,
    NothingToAccept,
    NothingToConfirm,
    NotMeasurable,
    NotTakenBack,
    NotThere,
    OwnSite,
    RegisterError,
    SamePerson,
    SecondPersonNeeded,
    StillOff,
    TwoStrengths,
)
from clinical.register.expiry import Expiry
from clinical.register.investigation import Cause, Step
from clinical.register.kind import Kind
from clinical.register.product import Form
from clinical.register.spill import SpillReason
from clinical.register.stock import HeldIn
from services.shared.languages import N_

Code = TypeVar("Code", bound=str)


@dataclass(frozen=True)
class Choice:
    """One of a list: the code that is sent, and its words."""

    code: str
    words: str


MEDICINES: Mapping[str, str] = {
    "N07BC02": N_("Methadone"),
    "N07BC01": N_("Buprenorphine"),
    "N07BC51": N_("Buprenorphine with naloxone"),
    "N02AA01": N_("Morphine"),
}
"""By ATC code (WHO Collaborating Centre for Drug Statistics Methodology)."""

FORMS: Mapping[Form, str] = {
    Form.ORAL_SOLUTION: N_("oral solution"),
    Form.SUBLINGUAL_TABLET: N_("sublingual tablet"),
    Form.SUBLINGUAL_FILM: N_("sublingual film"),
    Form.TABLET: N_("tablet"),
    Form.CAPSULE: N_("capsule"),
    Form.SYRINGE: N_("prefilled syringe"),
}

KINDS: Mapping[Kind, str] = {
    Kind.RECEIVE: N_("Received"),
    Kind.ISSUE: N_("Issued to a round"),
    Kind.DOSE: N_("Dose"),
    Kind.RE_DOSE: N_("Re-dose"),
    Kind.SPILL: N_("Spilled"),
    Kind.REMOVE: N_("Dose removed, stock returned"),
    Kind.RETURN: N_("Returned to the safe"),
    Kind.DESTROY: N_("Destroyed"),
    Kind.OVERAGE: N_("Overage"),
    Kind.SHORTAGE: N_("Shortage"),
    Kind.TRANSFER_OUT: N_("Sent to another site"),
    Kind.TRANSFER_IN: N_("Taken in from another site"),
    Kind.COUNT: N_("Counted"),
    Kind.CLOSE: N_("Counted back"),
    Kind.CORRECTION: N_("Correction"),
}

HELD_IN: Mapping[HeldIn, str] = {
    HeldIn.BOTTLE: N_("Doses are drawn from it"),
    HeldIn.CUPS: N_("Cups are poured before the round"),
}

EXPIRIES: Mapping[Expiry, str] = {
    Expiry.SOON: N_("Expires soon"),
    Expiry.OVER: N_("Expired: do not use"),
}

SPILLS: Mapping[SpillReason, str] = {
    SpillReason.KNOCKED_OVER: N_("Knocked over"),
    SpillReason.BROKEN: N_("The container broke"),
    SpillReason.PUMP: N_("The pump or syringe"),
    SpillReason.BY_THE_PERSON: N_("By the person"),
    SpillReason.OTHER: N_("Something else"),
}

DESTROYED: Mapping[DestroyReason, str] = {
    DestroyReason.EXPIRED: N_("Expired"),
    DestroyReason.DAMAGED: N_("Damaged"),
    DestroyReason.RECALLED: N_("Recalled by the maker"),
    DestroyReason.OTHER: N_("Something else"),
}

CUPS_BACK: Mapping[CupBack, str] = {
    CupBack.REFUSED: N_("Refused"),
    CupBack.UNUSED: N_("Not needed"),
    CupBack.ORDER_CHANGED: N_("The order was changed"),
    CupBack.EXPIRED: N_("Expired"),
}

CORRECTIONS: Mapping[CorrectionReason, str] = {
    CorrectionReason.WRONG_AMOUNT: N_("Wrong amount"),
    CorrectionReason.WRONG_BATCH: N_("Wrong batch"),
    CorrectionReason.WRONG_PRODUCT: N_("Wrong medicine or strength"),
    CorrectionReason.TWICE: N_("Entered twice"),
    CorrectionReason.DID_NOT_HAPPEN: N_("It did not happen"),
    CorrectionReason.OTHER: N_("Something else"),
}

REASONS: Mapping[str, str] = {
    one.value: words
    for reasons in (SPILLS, DESTROYED, CUPS_BACK, CORRECTIONS)
    for one, words in reasons.items()
}
"""Of every line that has one: what is the same code has the same words."""

FOUND_BY: Mapping[FoundBy, str] = {
    FoundBy.COUNT: N_("A count of the safe differs from the book"),
    FoundBy.RESIDUE: N_("What was counted back differs from the book"),
    FoundBy.ISSUED: N_("More left the safe than the book says there was"),
    FoundBy.OVERDRAWN: N_("More was drawn from a container than the book says was in it"),
    FoundBy.AFTER_CLOSE: N_("Something was entered of a container that was counted back before"),
    FoundBy.NO_CONTAINER: N_("A dose was given or spilled, and nobody said from which container"),
    FoundBy.NO_AMOUNT: N_(
        "A dose was given or spilled, and so many mg cannot be measured of what is in the container"
    ),
    FoundBy.CUP: N_("A cup was used for something that it was not poured for"),
    FoundBy.TRANSFER: N_("What arrived differs from what was sent"),
    FoundBy.PERSON: N_("Somebody noticed it"),
}

STEPS: Mapping[Step, str] = {
    Step.COUNTED_AGAIN: N_("Counted again"),
    Step.ASKED: N_("Asked those on duty"),
    Step.COMPARED: N_("Compared the doses with the lines"),
    Step.INVOICE: N_("Compared the invoice"),
    Step.REPORTED: N_("Reported to whoever has to know"),
    Step.TAKEN_BACK: N_("The dose was taken back"),
    Step.OTHER: N_("Something else"),
}

CAUSES: Mapping[Cause, str] = {
    Cause.ENTERED_LATE: N_("Entered late"),
    Cause.WRONG_ENTRY: N_("A wrong entry, put right by another"),
    Cause.MEASURING: N_("Measuring"),
    Cause.SPILLED: N_("Spilled, and not entered"),
    Cause.DELIVERY: N_("The delivery"),
    Cause.MISSING: N_("It stays missing, and was reported"),
    Cause.UNKNOWN: N_("Not known"),
}

FLAWS: Mapping[type[RegisterError], str] = {
    AmountRefused: N_("Write an amount such as 6.5: above nothing, with at most three decimals."),
    NotMeasurable: N_("So many mg cannot be measured of this strength. Write how much of it was used."),
    NotThere: N_("This is not there any more, or it was done already. Begin again at the register."),
    NotEnough: N_(
        "The book says that there is not so much. Count it first: a difference becomes a discrepancy."
    ),
    Expired: N_(
        "The last day of this batch is over, so it cannot be issued. Take another batch, and have this one destroyed."
    ),
    ContainerOut: N_(
        "A container of this name is out already. Count it back first, or write the name of another one."
    ),
    TwoStrengths: N_(
        "Another strength of this medicine is out, for this round or another. Count that container back first."
    ),
    IssueClosed: N_("This container was counted back already."),
    IssueStillOpen: N_("The container is still out. Count it back first."),
    SecondPersonNeeded: N_("Two people sign this. Ask a colleague to sign with you."),
    SamePerson: N_("Nobody signs twice. Ask another colleague to sign with you."),
    NotTakenBack: N_(
        "This line cannot be corrected, or it was already. A dose is taken back where it was recorded."
    ),
    NotACup: N_("Cups are poured of what was issued for cups and is still out."),
    CupStands: N_("A cup stands poured for this dose already."),
    CupEmpty: N_("Nothing is left in this cup."),
    OwnSite: N_("Choose another site than your own."),
    DiscrepancyClosed: N_("This discrepancy was closed already."),
    StillOff: N_("The book is still off. Accept the difference, or enter first what explains it."),
    NothingToAccept: N_("There is no difference any more. Close it without an entry."),
    NothingToConfirm: N_(
        "There is nothing to confirm any more: somebody has counted, or something went in or out. Count by two."
    ),
    BookChanged: N_("Somebody wrote in this book meanwhile. Look at the new balances, then sign again."),
}
"""Why something was not entered, and what to do now."""


def choices(words: Mapping[Code, str]) -> tuple[Choice, ...]:
    """A list to choose from, in its order."""
    return tuple(Choice(str(code), text) for code, text in words.items())
