"""Which cup somebody has in the hand, as they tapped or typed it; nothing is given out of one that stops."""

from typing import Any

from clinical.oat.happened import Kind
from services.clinic.round.cups_shown import cup_in_hand
from services.clinic.round.online_form import YES, Tapped
from services.clinic.round.shown import RoundShown
from services.shared.languages import N_

Json = dict[str, Any]

DRAWS = frozenset({Kind.GIVEN, Kind.PARTIAL, Kind.RE_DOSE, Kind.MOUTH_CHECK_FAILED, Kind.SPILLED})
"""The kinds of event that take something out of a cup."""

SAY_WHICH = N_(
    "Nothing is recorded yet: a cup stands for this dose. Say that it is in your hand, or read its code."
)
NO_SUCH_CUP = N_(
    "Nothing is recorded yet: no cup of this label stands poured. Look at the label, and type it again."
)
NOT_THEIRS = N_(
    "Do not hand it out: this cup is not for this dose. Put it aside and take the cup of this person; nothing is recorded yet."
)


class NotThisCup(Exception):
    """Nothing is given. ``words``: why, and what to do; they wait for their translation."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


def with_cup(shown: RoundShown, row: Json, tapped: Tapped) -> Tapped:
    """What was tapped, with the cup that it came from. What was in fact taken is never refused.

    Raises NotThisCup.
    """
    if tapped.kind not in DRAWS:
        return tapped
    found = cup_in_hand(tapped.cup_read or tapped.in_hand, shown.cups)
    if tapped.kind == Kind.GIVEN and tapped.happened != YES:
        _refuse_another(row, tapped, str(found.cup.id) if found else None)
    if found is None:
        return tapped
    named = {"container": str(found.cup.issue), "cup": str(found.cup.id)}
    if tapped.kind == Kind.GIVEN and tapped.happened != YES and found.product.unit == "mL":
        named["ml"] = format(found.cup.left.normalize(), "f")
    return tapped.model_copy(update=named)


def _refuse_another(row: Json, tapped: Tapped, found: str | None) -> None:
    theirs = {one["id"] for one in row["cups"] if one["good"]}
    if not theirs and not tapped.cup_read:
        return
    if not (tapped.cup_read or tapped.in_hand):
        raise NotThisCup(SAY_WHICH)
    if found is None:
        raise NotThisCup(NO_SUCH_CUP)
    if found not in theirs:
        raise NotThisCup(NOT_THEIRS)
