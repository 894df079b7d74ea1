"""The addresses of the register. Nothing in them leads to a patient."""

from uuid import UUID

from clinical.register.entering import Entered

REGISTER = "/register"
BOOK = f"{REGISTER}/book"
ISSUE = f"{REGISTER}/issue"
ENTER = f"{REGISTER}/enter"
CONFIRM = f"{REGISTER}/confirm"
DISCREPANCIES = f"{REGISTER}/discrepancies"
POUR = "/round/pour"
"""Cups are poured by the list of the round, which knows for whom."""
DISCREPANCY = f"{REGISTER}/discrepancy"


def address_of_entry(code: str) -> str:
    """Where something is entered."""
    return f"{ENTER}/{code}"


def address_of_book(book: UUID, number: int | None = None) -> str:
    """A book; at one of its lines, if one is named."""
    at = "" if number is None else f"?line={number}#line-{number}"
    return f"{BOOK}/{book}{at}"


def address_of_outcome(entered: Entered) -> str:
    """What came of an entry."""
    if entered.discrepancies:
        return f"{DISCREPANCY}/{entered.discrepancies[0]}"
    if entered.lines:
        return address_of_book(entered.lines[0].book, entered.lines[0].number)
    return DISCREPANCIES
