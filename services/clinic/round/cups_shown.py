"""Cups as the list and the card show them: a label, an amount, and why one is not handed out. No medicine is named."""

from collections.abc import Iterable, Sequence
from typing import Any

from clinical.oat.release import RELEASER_WORDS, Releaser
from clinical.oat.round.cup_check import DO_NOW, WORDS, Checked, mg_in, stopping
from clinical.oat.round.row import Row
from clinical.register.cup import CupFlaw
from clinical.register.tray import Standing
from services.shared.languages import gettext

Json = dict[str, Any]


def cup_json(one: Checked) -> Json:
    """A cup that stands for somebody. Its id is also what its code says."""
    standing = one.standing
    return {
        "id": str(standing.cup.id),
        "label": standing.label,
        "container": str(standing.cup.issue),
        "left": _number(standing.cup.left),
        "unit": standing.product.unit,
        "mg": _number(mg_in(standing)),
        "strength": _number(standing.product.strength),
        "poured_at": standing.poured_at.isoformat(),
        "good": one.flaw is None,
        "flaw": gettext(WORDS[one.flaw]) if one.flaw else None,
    }


def cup_stops(row: Row, cups: Sequence[Checked]) -> list[Json]:
    """Stops that nobody releases, in the form of those of the dose."""
    return [_stop(flaw) for flaw in stopping(row, cups)]


def cup_in_hand(read: str, cups: Iterable[Standing]) -> Standing | None:
    """The cup of a label that was typed, or of a code that was read; None: no such cup stands."""
    said = read.strip().casefold()
    return next((one for one in cups if said in (one.label.casefold(), str(one.cup.id))), None)


def _stop(flaw: CupFlaw) -> Json:
    return {
        "code": f"cup-{flaw}",
        "words": gettext(WORDS[flaw]),
        "group": "a",
        "releases": gettext(RELEASER_WORDS[Releaser.NOBODY]),
        "do_now": [gettext(one) for one in DO_NOW],
        "until": None,
        "escalate_at": None,
        "not_set": [],
    }


def _number(value: Any) -> str:
    return format(value.normalize(), "f")
