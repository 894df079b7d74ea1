"""Of all that somebody ever answered, what counts at an instant. Where two answers contend, the stricter counts.

For each purpose the latest answer counts, and no older one comes back when it ends. What was entered in error never
counts. A grant that is dated later, begins later or is over does not count; a refusal or withdrawal counts at once and
without end, whatever it names. Of answers of one instant, and where only a day is known, a withdrawal comes last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce

from clinical.consent.consent import Answer, Consent, flaw_of
from clinical.consent.purpose import NEEDS, Act, Purpose

STRICTNESS = (Answer.GRANTED, Answer.LACKS_CAPACITY, Answer.REFUSED, Answer.WITHDRAWN)
"""From the mildest on."""


def decisions_in_force(consents: Iterable[Consent], on: datetime) -> Mapping[Purpose, Consent]:
    """Of each purpose that was asked, the answer that counts. A grant among them may be over: ``is_granted`` tells.

    Args:
        consents: of one person.
        on: the instant, with its zone.
    """
    by_purpose: dict[Purpose, list[Consent]] = {}
    for one in consents:
        if not one.wrong and _has_begun(one, on):
            by_purpose.setdefault(one.purpose, []).append(one)
    return {purpose: _strictest(_latest(asked)) for purpose, asked in by_purpose.items()}


def is_granted(consent: Consent | None, on: datetime) -> bool:
    """Whether an answer that is in force agrees."""
    return (
        consent is not None
        and consent.answer is Answer.GRANTED
        and (consent.end is None or on < consent.end)
        and flaw_of(consent) is None
    )


def may_be_done(act: Act, consents: Iterable[Consent], on: datetime) -> bool:
    """Whether an act has the Consent that it needs. Whether somebody may decline it is another question: always."""
    purpose = NEEDS[act]
    return purpose is None or is_granted(decisions_in_force(consents, on).get(purpose), on)


def _has_begun(consent: Consent, on: datetime) -> bool:
    begins = begins_at(consent)
    return begins is None or begins <= on


def begins_at(consent: Consent) -> datetime | None:
    """From when on a grant counts; anything else counts at once."""
    if consent.answer is not Answer.GRANTED:
        return None
    return max(consent.surely_by or consent.at, consent.start or consent.at)


def _latest(consents: list[Consent]) -> list[Consent]:
    last = max(map(said_at, consents))
    return [one for one in consents if said_at(one) == last]


def said_at(consent: Consent) -> datetime:
    """Of a grant the earliest moment at which it may have been given, of anything else the latest."""
    return consent.at if consent.answer is Answer.GRANTED else consent.surely_by or consent.at


def _strictest(consents: list[Consent]) -> Consent:
    """Of answers of one instant; of several grants, what they have in common."""
    answer = max((one.answer for one in consents), key=STRICTNESS.index)
    return reduce(_in_common, [one for one in consents if one.answer is answer])


def _in_common(one: Consent, other: Consent) -> Consent:
    if flaw_of(other) is not None:
        return other
    ends = [end for end in (one.end, other.end) if end is not None]
    return replace(
        one,
        recipients=_recipients_in_common(one, other),
        labels=one.labels & other.labels,
        end=min(ends, default=None),
    )


def _recipients_in_common(one: Consent, other: Consent) -> frozenset[str]:
    if one.names_any:
        return other.recipients
    return one.recipients if other.names_any else one.recipients & other.recipients
