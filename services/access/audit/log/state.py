"""The state of the log, for whoever watches over it: what is signed, what is not in the tree yet, the last verification."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, text

from services.access.audit import head as signed
from services.access.audit.errors import HeadNotUnderstood
from services.access.audit.head import SignedHead
from services.access.audit.log.verifications import Verification, last_verification

LAST_HEAD = text("SELECT line FROM access.audit_head ORDER BY number DESC LIMIT 1")
# By the index of the feed, from the end of the tree on.
IN_TREE = text("""
SELECT t.size, (
    SELECT count(*) FROM access.audit_event e WHERE (e.epoch, e.xid, e.seq) > (t.epoch, t.xid, t.seq)
) FROM access.audit_tree t
""")


@dataclass(frozen=True)
class LogState:
    """How the log stands."""

    entries: int
    """Events with a place in the tree."""
    unsequenced: int
    """Events that wait for one: nothing shows if one of them goes."""
    head: SignedHead | None
    """The last that was signed."""
    verification: Verification | None

    @property
    def uncovered(self) -> int:
        """Events in the tree that no head covers yet."""
        return self.entries - (self.head.size if self.head else 0)


def log_state(connection: Connection) -> LogState:
    """The state at this moment."""
    entries, unsequenced = connection.execute(IN_TREE).one()
    return LogState(entries, unsequenced, last_head(connection), last_verification(connection))


def last_head(connection: Connection) -> SignedHead | None:
    """The last head that was signed here and can be read."""
    line = connection.execute(LAST_HEAD).scalar()
    with suppress(HeadNotUnderstood):
        return None if line is None else signed.parse(line)
    return None
