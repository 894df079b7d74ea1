"""Labels for the cups of a tray: cell, initials, amount, time, and a code. No medicine and no name: a cup is carried."""

from pathlib import Path
from typing import Any

from clinical.oat.round.cup_check import day_of, mg_in
from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.register.tray import Standing
from services.clinic.round.actors import OnRound
from services.clinic.round.as_json import initials
from services.clinic.round.pouring import Tray
from services.clinic.round.sheet import qr
from services.shared.formats import amount, moments_in
from services.shared.formats import day as in_words
from services.shared.languages import N_, current_language, gettext
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parents[1] / "sheets" / "cup_labels.typ"

TITLE = N_("Labels")
NONE = N_("No cup stands.")
FOR = N_("For %(when)s")
POURED = N_("Poured %(at)s")


def cup_labels(on: OnRound, found: Tray) -> bytes:
    """The sheet as PDF, in the language of the request."""
    locale = current_language().locale
    return pdf(
        TEMPLATE,
        {
            "lang": locale.language,
            "rtl": locale.text_direction == "rtl",
            "title": gettext(TITLE),
            "none": gettext(NONE),
            "labels": [_label(on, found, one) for one in found.standing],
        },
    )


def _label(on: OnRound, found: Tray, one: Standing) -> dict[str, Any]:
    row = next((row for row in found.shown.rows if row.patient == one.cup.poured.patient), None)
    person = found.shown.persons.get(one.cup.poured.patient)
    poured = moments_in(on.asking.zone)(one.poured_at)
    return {
        "label": one.label,
        "cell": " ".join(filter(None, (row.presence.wing, row.presence.cell))) if row else "",
        "initials": initials(person.identity) if person else "–",
        "amount": _amount(one),
        "when": gettext(FOR) % {"when": _when(found, one)},
        "poured": gettext(POURED) % {"at": poured},
        "qr": qr(str(one.cup.id)),
    }


def _amount(one: Standing) -> str:
    mg = f"{amount(mg_in(one))} mg"
    return f"{mg} = {amount(one.cup.left)} mL" if one.product.unit == "mL" else mg


def _when(found: Tray, one: Standing) -> str:
    """The day and the time of the dose, or the name of the round."""
    slots = (row.slot for row in found.shown.rows if row.patient == one.cup.poured.patient and row.slot)
    at = next((slot.at for slot in slots if "|".join(map(str, slot.key)) == one.cup.poured.slot), None)
    session = gettext(SESSION_WORDS.get(found.issue.session, found.issue.session))
    return f"{in_words(day_of(one))}, {at:%H:%M}" if at else f"{in_words(day_of(one))}, {session}"
