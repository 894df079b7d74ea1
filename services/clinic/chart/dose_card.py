"""The person's own card: product, dose, where, and when next. In their language; theirs to keep, and to show whom they want."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinical.chart.next_dose import next_dose
from clinical.oat.happened import Happened
from clinical.oat.record import TreatmentRecord
from clinical.people import Identity
from clinical.protocols import Protocol
from services.clinic.sentences import amount
from services.shared.formats import day as day_words
from services.shared.formats import moments_in
from services.shared.languages import N_, Language, current_language, gettext, in_language
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parents[1] / "sheets" / "dose_card.typ"

DEMO = N_("DEMO: an invented person")
WORDS = {
    "title": N_("My medicine"),
    "foot": N_(
        "If you feel very sleepy or breathe with difficulty, call for help at once. Keep this card for yourself."
    ),
}
MEDICINE, DOSE, WHERE = N_("Medicine"), N_("Dose"), N_("Where")
LAST, NEXT = N_("Last dose"), N_("Next dose")
NO_ORDER = N_("No order: ask your doctor")
NONE_KNOWN = N_("none known")
PRINTED = N_("Printed %(at)s")


@dataclass(frozen=True)
class CardFor:
    """What the card says is worked out of.

    Attributes:
        where: the name of whoever gives the doses; empty: nobody is known to.
    """

    identity: Identity = field(repr=False)
    record: TreatmentRecord = field(repr=False)
    where: str
    day: date
    law: Protocol
    zone: ZoneInfo
    at: datetime
    demo: bool


def dose_card(card: CardFor, language: Language) -> bytes:
    """The card as PDF. Raises BadProtocol."""
    with in_language(language):
        return pdf(TEMPLATE, _values(card))


def _values(card: CardFor) -> dict[str, Any]:
    locale = current_language().locale
    return {
        "lang": locale.language,
        "rtl": locale.text_direction == "rtl",
        "name": card.identity.name,
        "born": card.identity.born,
        "lines": [{"what": gettext(what), "says": says} for what, says in _lines(card)],
        "printed": gettext(PRINTED) % {"at": moments_in(card.zone)(card.at)},
        "demo": gettext(DEMO) if card.demo else "",
        "words": {name: gettext(words) for name, words in WORDS.items()},
    }


def _lines(card: CardFor) -> Iterator[tuple[str, str]]:
    ahead = next_dose(card.record, card.day, card.law)
    if ahead is None:
        yield MEDICINE, gettext(NO_ORDER)
    else:
        on, slot = ahead
        yield MEDICINE, gettext(slot.order.product.name)
        yield DOSE, f"{amount(slot.mg)} mg"
        yield NEXT, day_words(on)
    yield WHERE, card.where or gettext(NONE_KNOWN)
    taken = [one for one in card.record.taken(card.at) if not card.record.unverified(one)]
    yield LAST, _last(card, taken[-1]) if taken else gettext(NONE_KNOWN)


def _last(card: CardFor, dose: Happened) -> str:
    when = day_words(dose.day) if dose.day else moments_in(card.zone)(dose.occurred_at)
    return f"{when}, {amount(dose.mg)} mg" if dose.mg is not None else when
