"""An emergency access as a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from clinical.people import Identity
from services.access.decision.break_glass import Reason, Verdict
from services.access.emergency import Opening
from services.access.roles import ROLES
from services.clinic.words import REASONS, VERDICTS

NOBODY = Identity("", "", "")

Code = TypeVar("Code", bound=str)


@dataclass(frozen=True)
class Choice:
    """A button: the code that it sends and the words on it, which wait for their translation."""

    code: str
    words: str


def choices(words: Mapping[Code, str]) -> tuple[Choice, ...]:
    """A button for each code that has words, in their order."""
    return tuple(Choice(str(code), said) for code, said in words.items())


REASON_CHOICES = choices(REASONS)
VERDICT_CHOICES = choices(VERDICTS)


@dataclass(frozen=True)
class OpeningLine:
    """What is shown of one. ``identity`` is empty where the reader may not know whose record it was."""

    id: UUID
    patient: str
    identity: Identity = field(repr=False)
    opener: str
    role: str
    facility: str
    opened_at: datetime
    ends_at: datetime
    is_open: bool
    whole: bool
    """Whether the whole record was opened, and not the emergency card alone."""
    reason: str
    """Words that wait for their translation; empty while it was not given."""
    overdue: bool
    verdict: str
    """The same of what was said in the review."""
    judged: bool
    """Whether nothing is left to be said of it."""
    own: bool


def opening_line(
    one: Opening, at: datetime, reader: UUID, identity: Identity, facilities: Mapping[str, str]
) -> OpeningLine:
    """The line of an opening for a reader."""
    return OpeningLine(
        one.id,
        one.patient,
        identity,
        one.opener,
        ROLES[one.role].title,
        facilities.get(one.facility) or one.facility,
        one.opened_at,
        one.closed_at or one.ends_at,
        one.is_open(at),
        one.whole_at is not None,
        REASONS[Reason(one.reason)] if one.reason else "",
        one.reason_is_overdue(at),
        VERDICTS[Verdict(one.verdict)] if one.verdict else "",
        one.verdict in (Verdict.JUSTIFIED, Verdict.NOT_JUSTIFIED),
        one.opened_by == reader,
    )
