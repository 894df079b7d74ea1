"""What is to be done after a dose, as the list tells it: the steps after a dosing error, and who is to be looked at again."""

from collections.abc import Iterable
from typing import Any

from clinical.oat.dosing_error import OBSERVE
from clinical.oat.product import products
from clinical.oat.round.follow_up import STEP_WORDS, RoundTask, Step
from clinical.oat.round.tasks import OpenTask
from clinical.protocols import Protocol
from services.shared.languages import gettext

Json = dict[str, Any]

SHOWN = frozenset({RoundTask.DOSING_ERROR, RoundTask.LOOK_AGAIN})
"""What the row of a person is marked with until it is worked off."""


def after_error_json(law: Protocol) -> Json:
    """What follows on any dosing error, also where no server can be asked; ``observe_s`` null: until a prescriber ends it."""
    watched = {code: law.duration(f"{OBSERVE}.{code}") for code in products()}
    return {
        "steps": [{"code": step, "words": gettext(STEP_WORDS[step])} for step in Step],
        "observe_s": {code: None if one is None else int(one.total_seconds()) for code, one in watched.items()},
    }  # fmt: skip


def to_do_json(tasks: Iterable[OpenTask], patient: str) -> list[Json]:
    """What is open of somebody."""
    return [
        {
            "task": one.id,
            "what": one.what,
            "focus": one.focus,
            "due_at": one.due_at.isoformat() if one.due_at else None,
            "steps": [
                {"code": step, "words": gettext(STEP_WORDS[step]), "done": step in one.steps_done}
                for step in one.steps
            ],
        }
        for one in tasks
        if one.patient == patient
    ]
