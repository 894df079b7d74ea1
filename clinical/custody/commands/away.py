"""Leaving for a while and coming back, as every absence does it."""

from clinical.custody.encounters import left, new_absence, over
from clinical.custody.errors import NotAway
from clinical.custody.movement import Act, Before, Json, Told

MOVEMENTS = ()
"""None by itself: what each absence means is in its own file."""


def leaves(kind: str) -> Act:
    """An absence begins; if it was planned, that one does."""

    def act(before: Before, told: Told) -> list[Json]:
        if before.absence is not None and _is(before.absence, kind):
            return [left(before.absence, told.at)]
        return [new_absence(before, told, kind)]

    return act


def plans(kind: str) -> Act:
    """An absence is planned."""

    def act(before: Before, told: Told) -> list[Json]:
        return [new_absence(before, told, kind, status="planned")]

    return act


def returns(kind: str) -> Act:
    """The absence is over. Raises NotAway."""

    def act(before: Before, told: Told) -> list[Json]:
        if before.absence is None or not before.is_away or not _is(before.absence, kind):
            raise NotAway
        return [over(before.absence, told.at)]

    return act


def _is(absence: Json, kind: str) -> bool:
    return bool(absence["class"]["code"] == f"absence-{kind}")
