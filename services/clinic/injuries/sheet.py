"""The form on injuries on paper: for the person, and for whoever gets it by a disclosure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinical.injuries.form import CONSISTENCIES, STATEMENTS, InjuryForm
from clinical.injuries.injury import COLOURS, KINDS, Injury
from clinical.injuries.region import BY_CODE, SIDES, Side
from clinical.people import Identity
from services.clinic.injuries.chart import on_paper
from services.shared.formats import moments_in
from services.shared.languages import N_, current_language, gettext
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parents[1] / "sheets" / "injuries.typ"

WORDS: Mapping[str, str] = {
    "title": N_("Injuries"),
    "medical": N_("Medical document in confidence. It goes to no one in custody."),
    "name": N_("Name"),
    "number": N_("Number"),
    "statement": N_("1. What the person says"),
    "findings": N_("2. What was found"),
    "nothing": N_("The whole body was looked at, and no injury was found."),
    "opinion": N_("3. Opinion: how what was found fits what is said"),
    "where": N_("Where"),
    "kind": N_("Kind"),
    "size": N_("Size"),
    "colour": N_("Colour"),
    "description": N_("Description"),
    "photo": N_("a photograph is in the record"),
    "signed": N_("Signed by"),
    "version": N_("Version"),
    "reason": N_("Why there is another version"),
}


def injuries_sheet(
    form: InjuryForm, identity: Identity, signed_by: str, version: tuple[int, int], zone: ZoneInfo
) -> bytes:
    """The signed form as PDF, in the language of the request. ``version``: which of how many."""
    language = current_language()
    nth, of = version
    assert form.signed_at is not None, "only what is signed is printed"
    return pdf(
        TEMPLATE,
        {
            "lang": language.locale.language,
            "rtl": language.locale.text_direction == "rtl",
            "person": {"name": identity.name, "number": identity.number},
            "statement": gettext(STATEMENTS[form.statement]) if form.statement else "",
            "words": form.words,
            "nothing": form.nothing_found,
            "injuries": [_row(nth, one) for nth, one in enumerate(form.injuries, start=1)],
            "figures": [
                {"words": gettext(SIDES[side]), "svg": on_paper(form.injuries, side)} for side in Side
            ],
            "consistency": gettext(CONSISTENCIES[form.consistency]) if form.consistency else "",
            "opinion": form.opinion,
            "signed-by": signed_by,
            "signed-at": moments_in(zone)(form.signed_at),
            "version": f"{nth} / {of}",
            "reason": form.reason,
            "texts": {name: gettext(words) for name, words in WORDS.items()},
        },
    )


def _row(nth: int, one: Injury) -> dict[str, Any]:
    return {
        "nth": str(nth),
        "where": gettext(BY_CODE[one.region].words) if one.region in BY_CODE else "",
        "kind": gettext(KINDS[one.kind]),
        "size": size_of(one),
        "colour": ", ".join(gettext(COLOURS[colour]) for colour in one.colours),
        "note": one.note,
        "photo": bool(one.photo),
    }


def size_of(one: Injury) -> str:
    """Length and width in mm; empty if neither was measured."""
    measured = [str(value) for value in (one.length_mm, one.width_mm) if value is not None]
    return f"{' x '.join(measured)} mm" if measured else ""
