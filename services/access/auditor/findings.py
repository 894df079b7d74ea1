"""The worklist of unusual access: what waits to be handled, and what came of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.shared.languages import N_

EXPLAINED, PASSED_ON = "explained", "passed-on"

REASONS: Mapping[str, Mapping[str, str]] = {
    EXPLAINED: {
        "duty": N_("On duty, on call or standing in for somebody"),
        "task": N_("The task needs it, such as a transfer or a transport"),
        "emergency": N_("An emergency that was recorded"),
        "technical": N_("A fault of the program or of a device"),
    },
    PASSED_ON: {
        "medical-lead": N_("To the medical lead"),
        "protection-officer": N_("To the data protection officer"),
        "inspection": N_("To the body that inspects prisons"),
    },
}
"""What may come of a finding, and why, as codes: a free text would end up telling of a patient. Proposed."""

MOST = 100
"""Findings that a page shows, the oldest first."""

COLUMNS = "number, rule, actor, facility, day, first_at, last_at, people, events"
MINE = "(CAST(:facilities AS varchar[]) IS NULL OR facility = ANY(:facilities)) AND actor <> :me"
OPEN = text(f"""
SELECT {COLUMNS} FROM access.unusual_access
WHERE handled_at IS NULL AND due_at <= :now AND {MINE} ORDER BY due_at, number LIMIT {MOST}
""")  # noqa: S608 - our own text
COUNT = text(f"""
SELECT count(*) FROM access.unusual_access WHERE handled_at IS NULL AND due_at <= :now AND {MINE}
""")  # noqa: S608 - our own text
ONE = text(f"""
SELECT {COLUMNS} FROM access.unusual_access
WHERE number = :number AND handled_at IS NULL AND due_at <= :now AND {MINE} FOR UPDATE
""")  # noqa: S608 - our own text
HANDLED = text(f"""
SELECT {COLUMNS}, result, reason, handled_by, handled_at FROM access.unusual_access
WHERE handled_at IS NOT NULL AND result <> 'resolved' AND {MINE} ORDER BY handled_at DESC, number LIMIT 20
""")  # noqa: S608 - our own text
HANDLE = text("""
UPDATE access.unusual_access SET result = :result, reason = :reason, handled_by = :by, handled_at = :now
WHERE number = :number
""")


class Sight(NamedTuple):
    """What an auditor may see of the worklist: of their facilities, and nothing about themselves."""

    facilities: frozenset[str] | None
    me: str
    now: datetime

    @property
    def values(self) -> dict[str, Any]:
        """As the statements ask for it."""
        facilities = None if self.facilities is None else sorted(self.facilities)
        return {"facilities": facilities, "me": self.me, "now": self.now}


class Finding(NamedTuple):
    """Unusual access by somebody on a day."""

    number: int
    rule: str
    actor: str
    facility: str
    day: date
    first_at: datetime
    last_at: datetime
    people: int
    events: list[int]


class Handled(NamedTuple):
    """A finding, and what came of it."""

    finding: Finding
    result: str
    reason: str
    handled_by: UUID
    handled_at: datetime


def open_findings(connection: Connection, sight: Sight) -> list[Finding]:
    """What waits, the oldest first."""
    return [Finding(*row) for row in connection.execute(OPEN, sight.values)]


def how_many_open(connection: Connection, sight: Sight) -> int:
    """How much waits."""
    return int(connection.execute(COUNT, sight.values).scalar_one())


def handled_findings(connection: Connection, sight: Sight) -> list[Handled]:
    """What was handled last, the newest first."""
    return [Handled(Finding(*row[:9]), *row[9:]) for row in connection.execute(HANDLED, sight.values)]


def open_finding(connection: Connection, sight: Sight, number: int) -> Finding | None:
    """A finding that waits, kept from others until the transaction ends; None if it is not there for this auditor."""
    row = connection.execute(ONE, {**sight.values, "number": number}).one_or_none()
    return None if row is None else Finding(*row)


def handle(
    connection: Connection, finding: Finding, result: str, reason: str, by: UUID, sight: Sight
) -> None:
    """Keep what came of it. ``finding`` was asked for by ``open_finding`` in this transaction."""
    values = {"number": finding.number, "result": result, "reason": reason, "by": by, "now": sight.now}
    connection.execute(HANDLE, values)
