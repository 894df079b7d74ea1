"""Disclosure without consent: a court orders it, a law asks for it, an injury is reported, somebody is in danger.

A record of its own, since it is an exception to what the person agreed to and not a part of it: to whom, what exactly,
on which legal basis, who decided, and whether the person was told (Mandela Rules 32 and 33).
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Refusal(StrEnum):
    """Why nothing may be disclosed so."""

    NO_LEGAL_BASIS = "no-legal-basis"
    NO_DECIDER = "no-decider"
    NO_RECIPIENT = "no-recipient"
    NOTHING_SAID = "nothing-said"
    """It says not what is sent."""
    EVERYTHING = "everything"
    """It is not the least that serves: name each record, and not the whole file."""
    NOT_TOLD = "not-told"
    """It says neither when the person was told, nor why not and by when."""
    NEVER_TOLD = "never-told"
    """The day by which the person is to be told is before the disclosure."""


class Basis(StrEnum):
    """On what a disclosure rests."""

    COURT_ORDER = "court-order"
    NOTIFICATION = "notification"
    """Of a disease, to who is named in the law."""
    INJURY_REPORT = "injury-report"
    IMMINENT_THREAT = "imminent-threat"


class WhyNotTold(StrEnum):
    """Why the person was not told yet."""

    WOULD_ENDANGER_SOMEBODY = "would-endanger-somebody"
    COURT_FORBIDS = "court-forbids"
    CANNOT_BE_REACHED = "cannot-be-reached"


@dataclass(frozen=True)
class Told:
    """The person was told."""

    at: datetime


@dataclass(frozen=True)
class NotYet:
    """The person was not told, and has to be by a day."""

    why: WhyNotTold
    tell_by: date


@dataclass(frozen=True)
class Disclosure:
    """One disclosure.

    Attributes:
        patient: literal reference.
        basis: of which kind the legal basis is.
        law: the law with its article, or the order with its court and number.
        recipient: literal reference of who got it.
        sent: literal reference of each record that was sent, and no other: the least that serves.
        decided_by: literal reference of the Practitioner who decided. Proposed: never an officer's.
        at: when it was sent.
        told: whether the person was told.
    """

    patient: str
    basis: Basis
    law: str
    recipient: str
    sent: tuple[str, ...]
    decided_by: str
    at: datetime
    told: Told | NotYet | None


DECIDES = frozenset({"Practitioner", "PractitionerRole"})

WHOLES = frozenset({"Bundle", "Composition", "Group", "List", "Patient"})
"""Types of which one stands for many records, or for the person as a whole."""


def refusal_of(disclosure: Disclosure, record: AbstractSet[str]) -> Refusal | None:
    """Why a disclosure may not be made so; None if it may.

    Args:
        disclosure: as it is meant to be made.
        record: literal references of all that the house has of the person.
    """
    if not disclosure.law.strip():
        return Refusal.NO_LEGAL_BASIS
    if _type_of(disclosure.decided_by) not in DECIDES:
        return Refusal.NO_DECIDER
    if not disclosure.recipient:
        return Refusal.NO_RECIPIENT
    return _of_content(disclosure.sent, record) or _of_telling(disclosure)


def still_to_be_told(disclosures: Iterable[Disclosure], on: date) -> list[Disclosure]:
    """The disclosures of which the person should have been told by a day, the longest due first."""
    due = [
        (one.told.tell_by, one)
        for one in disclosures
        if isinstance(one.told, NotYet) and one.told.tell_by <= on
    ]
    return [one for _, one in sorted(due, key=lambda pair: pair[0])]


def _of_content(sent: tuple[str, ...], record: AbstractSet[str]) -> Refusal | None:
    if not sent:
        return Refusal.NOTHING_SAID
    if any(_is_whole(one) for one in sent) or (len(record) > 1 and record <= set(sent)):
        return Refusal.EVERYTHING
    return None


def _is_whole(reference: str) -> bool:
    return _type_of(reference) in WHOLES or "$" in reference or "?" in reference or "/" not in reference


def _of_telling(disclosure: Disclosure) -> Refusal | None:
    match disclosure.told:
        case None:
            return Refusal.NOT_TOLD
        case NotYet(tell_by=tell_by) if tell_by < disclosure.at.date():
            return Refusal.NEVER_TOLD
    return None


def _type_of(reference: str) -> str:
    return reference.partition("/_history/")[0].rpartition("/")[0].rpartition("/")[2]
