"""When the log was last verified, and what came of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from services.access.audit.log.whole_log import Verified

KEEP = text("""
INSERT INTO access.audit_verification (verified_by, intact, entries, unsequenced, heads_given)
VALUES (:by, :intact, :entries, :unsequenced, :given)
""")
LAST = text("""
SELECT verified_at, verified_by, intact, entries, heads_given FROM access.audit_verification
ORDER BY number DESC LIMIT 1
""")


class Verification(NamedTuple):
    """A verification of the whole log."""

    verified_at: datetime
    verified_by: str
    intact: bool
    entries: int
    heads_given: int
    """Heads from off the box: without one, all of it could have been written anew."""


def keep_verification(connection: Connection, verified: Verified, by: str) -> None:
    """Keep what was found, in the caller's transaction."""
    values = {
        "by": by,
        "intact": verified.report.intact,
        "entries": verified.report.entries,
        "unsequenced": verified.unsequenced,
        "given": verified.given,
    }
    connection.execute(KEEP, values)


def last_verification(connection: Connection) -> Verification | None:
    """The last one; None if nobody has verified the log yet."""
    row = connection.execute(LAST).one_or_none()
    return None if row is None else Verification(*row)
