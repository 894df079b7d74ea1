"""What an entry would do: it is made and taken back, by the very command that makes it for good.

So what is looked at before signing is what will be written, and there is no second way of counting.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from services.shared.database import Database

Result = TypeVar("Result")


class _TakenBack(Exception):
    """Carries what was seen out of the transaction that it ends."""

    def __init__(self, seen: Any) -> None:
        super().__init__()
        self.seen = seen


def rehearsed(database: Database, work: Callable[[Connection], Result]) -> Result:
    """What the work gives; nothing of what it wrote is kept."""

    def done_and_taken_back(connection: Connection) -> None:
        raise _TakenBack(work(connection))

    try:
        database.run(done_and_taken_back)
    except _TakenBack as taken:
        seen: Result = taken.seen
        return seen
    raise AssertionError("what is taken back never returns")
