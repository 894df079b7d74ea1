"""Duties that two people sign: what was handed out or poured is counted or put back. Pure.

Somebody who is alone at night signs alone: it is marked, stays open, and somebody else confirms it. Who signed is said in
``Task.output``, by the account.
"""

from collections.abc import Mapping
from typing import Any

from clinical.custody.consequences import Duty
from clinical.custody.encounters import OURS, ours

Json = Mapping[str, Any]

BY_TWO = frozenset({Duty.COUNT_BOTTLES_BY_TWO, Duty.RETURN_POURED_DOSES})

SIGNATURE = "duty-signature"
FIRST, SECOND, ALONE = "first", "second", "alone"


def signed_by_two(task: Json, first: str, second: str) -> Json:
    """Done, by two accounts. ``second`` stood beside, or confirms what ``first`` did alone."""
    output = [*_others(task), _signed(FIRST, first), _signed(SECOND, second)]
    alone = [_signed(ALONE, one)] if (one := alone_by(task)) else []
    return {**task, "status": "completed", "output": [*output, *alone]}


def signed_alone(task: Json, account: str) -> Json:
    """Done by one account that was alone; not closed before somebody else confirms it."""
    return {**task, "status": "in-progress", "output": [*_others(task), _signed(ALONE, account)]}


def alone_by(task: Json) -> str:
    """The account that did it alone; empty if none did."""
    return next((str(one["valueString"]) for one in task.get("output", ()) if _is_signature(one, ALONE)), "")


def _signed(how: str, account: str) -> Json:
    return {"type": ours(SIGNATURE, how), "valueString": account}


def _others(task: Json) -> list[Json]:
    return [one for one in task.get("output", ()) if not _is_signature(one)]


def _is_signature(output: Json, how: str = "") -> bool:
    codings = output.get("type", {}).get("coding", ())
    return any(one.get("system") == f"{OURS}{SIGNATURE}" and how in ("", one.get("code")) for one in codings)
