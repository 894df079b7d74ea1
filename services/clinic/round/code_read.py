"""Whose card was read, or whose number typed, of somebody who could be taken for another; what was in fact done is recorded."""

from typing import Any

from clinical.oat.happened import Kind
from services.clinic.round.online_form import YES, Tapped
from services.shared.languages import N_

Json = dict[str, Any]

READ = "read"
"""What the form carries where somebody is told by what is read; never recorded as it stands."""

NOT_THEIRS = N_(
    "Nothing is recorded yet: it is not the code and not the number of this person. Read it again, or say that neither is at hand."
)


class NotThisCode(Exception):
    """Nothing is given. ``words``: why, and what to do; they wait for their translation."""

    words = NOT_THEIRS


def with_code(row: Json, tapped: Tapped) -> Tapped:
    """What was tapped, with by what the person was told from others. What was in fact taken is never refused.

    Raises NotThisCode.
    """
    if tapped.identity != READ and not tapped.code_read:
        return tapped
    by = _by(row, tapped.code_read.strip().lower())
    if not by and tapped.kind == Kind.GIVEN and tapped.happened != YES:
        raise NotThisCode
    if tapped.identity not in ("", READ):
        return tapped
    return tapped.model_copy(update={"identity": f"{by} name-birth" if by else ""})


def _by(row: Json, text: str) -> str:
    """By what a text is theirs; empty: it is not."""
    if text and text == row["code"].lower():
        return "qr"
    return "number" if text and text == row["number"].lower() else ""
