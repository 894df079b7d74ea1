"""In which way a record goes out on the day of release: to a centre, in a sealed letter to the person, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clinical.consent import Consent
from clinical.disclosure.agreement import Agreement, agreement
from clinical.disclosure.house import NO_HOUSE, House
from clinical.disclosure.leaving import Sending, leaving
from fhir_store.json_text import ResourceText


@dataclass(frozen=True)
class Way:
    """How a record goes out. Neither: nothing goes.

    Attributes:
        to: the centre that gets electronically what the person agreed to; None: no centre does.
        sealed_letter: whether the person gets the rest, or all of it, in a sealed letter of their own.
    """

    to: str | None
    sealed_letter: bool


def way_out(
    consents: Iterable[Consent],
    recipient: str | None,
    on: datetime,
    reachable: bool,
    takes_letter: bool = True,
) -> Way:
    """The way out.

    Args:
        consents: all of the person.
        recipient: the literal reference of the centre that goes on with the treatment; None: nobody knows it.
        on: the instant of sending.
        reachable: whether the centre can be sent to electronically.
        takes_letter: whether the person wants one. It is theirs: no Consent is needed, and nobody is made to carry one.
    """
    agreed = Agreement() if recipient is None else agreement(consents, recipient, on)
    to = recipient if agreed.labels and reachable else None
    return Way(to, takes_letter and not (to and agreed.is_for_everything))


@dataclass(frozen=True)
class Queued:
    """Something that waits to be sent, as it was allowed to leave when it was put there."""

    bundle: ResourceText
    recipient: str
    sender: str
    house: House = NO_HOUSE


def at_sending(queued: Queued, consents: Iterable[Consent], at: datetime) -> ResourceText | None:
    """What may still be sent at the instant of sending; None if nothing: a withdrawal beats the queue.

    It is never more than was queued, also if the person agreed to more meanwhile.
    """
    agreed = agreement(consents, queued.recipient, at)
    return leaving(queued.bundle, Sending(agreed, queued.sender, at, queued.house))
