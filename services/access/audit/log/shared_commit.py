"""Reads are logged durably before they are answered: one commit, shared by all who wait for one at that moment.

Whoever comes while nobody commits does so at once, for all that wait, by one statement on their own connection. Those
who come meanwhile wait together, and one of them goes next: a commit serves the more requests the more of them there
are, and nobody waits for more than two. There is no thread in between: to wake one and be woken by it costs more than
all the rest, and what runs in the event loop stays there.

Nothing is answered that could not be logged: if the statement fails, everyone it was for gets AuditUnavailable, and
so does who has waited too long. Events whose request failed may still have been written.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import psycopg
import structlog
from psycopg.pq import TransactionStatus

from services.access.audit.errors import AuditError
from services.access.audit.event import fresh_salts
from services.access.audit.kinds import AuditEvent
from services.access.audit.log.errors import AuditUnavailable
from services.access.audit.log.record import Ready, insert, ready
from services.shared.yielding import Signal

log = structlog.get_logger()

LONGEST_WAIT_S = 10.0
"""How long a request waits for somebody else's commit before it fails. Proposed."""

MOST_WAITING = 2_000
"""Requests that may wait at once; more are refused at once. Proposed."""

MOST_TOGETHER = 500
"""Requests that share one commit."""

GATHERED_S = 0.001
"""How long a commit is put off while fewer wait for it than lately did. Those who were just served come again together;
without that they would fall into two halves, each waiting for the other's commit before its own."""


class _Waiting:
    """Events that somebody waits for."""

    __slots__ = ("commits", "error", "events", "turn")

    def __init__(self, events: Sequence[AuditEvent]) -> None:
        self.events = events
        self.turn = Signal()
        """Given when the events are settled, or when it is for this one to commit."""
        self.commits = False
        self.error: Exception | None = None


def usual_after(usual: int, came: int) -> int:
    """How many come together usually, after so many came: halfway there, and at last all the way, up as well as down.

    Who is alone again after a rush would else wait for somebody each time.
    """
    return (usual + came + (came > usual)) // 2


class SharedCommit:
    """Makes events durable, many requests at a time. From any thread, and from what runs in the event loop."""

    def __init__(self, key: bytes, *, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._key = key
        self._longest_wait_s = longest_wait_s
        self._lock = Lock()
        self._running = False
        self._waiting: list[_Waiting] = []
        self._somebody_commits = False
        self._usual = 1
        self._enough: Signal | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take events meanwhile. Who waits at the end is still served."""
        self._running = True
        try:
            yield
        finally:
            self._running = False

    def record(self, cursor: psycopg.Cursor[Any], events: Iterable[AuditEvent]) -> None:
        """Return once these events are durable. ``cursor`` is of a connection that commits each statement by itself.

        Raises AuditUnavailable, SubjectInClear, NotCanonical.
        """
        one = _Waiting(list(events))
        if one.events:
            self._join(one)
            if not one.commits:
                self._wait(one)
            if one.commits:
                self._commit_for_all(cursor)
            if one.error:
                raise one.error

    def _join(self, one: _Waiting) -> None:
        with self._lock:
            if not self._running or len(self._waiting) >= MOST_WAITING:
                raise AuditUnavailable
            self._waiting.append(one)
            if not self._somebody_commits:
                self._somebody_commits = one.commits = True
            if self._enough and len(self._waiting) >= self._usual:
                self._enough.give()
                self._enough = None

    def _wait(self, one: _Waiting) -> None:
        try:
            came = one.turn.wait(self._longest_wait_s)
        except BaseException:  # the request was called off
            self._leave(one)
            raise
        if not came and not self._may_commit(one):
            raise AuditUnavailable

    def _may_commit(self, one: _Waiting) -> bool:
        """Whether it has just become the turn of one that has waited long enough; if not, it waits no longer."""
        with self._lock:
            if not one.commits and one in self._waiting:
                self._waiting.remove(one)
            return one.commits

    def _leave(self, one: _Waiting) -> None:
        with self._lock:
            if one in self._waiting:
                self._waiting.remove(one)
        if one.commits:
            self._pass_on()

    def _commit_for_all(self, cursor: psycopg.Cursor[Any]) -> None:
        batch: list[_Waiting] = []
        try:
            self._gather()
            batch = self._taken()
            self._commit(cursor, batch)
        except BaseException:
            for one in batch:
                one.error = AuditUnavailable()
            raise
        finally:
            self._pass_on()
            for one in batch:
                if not one.commits:
                    one.turn.give()

    def _gather(self) -> None:
        with self._lock:
            enough = self._enough = Signal() if len(self._waiting) < self._usual else None
        if enough:
            enough.wait(GATHERED_S)

    def _taken(self) -> list[_Waiting]:
        with self._lock:
            self._enough = None
            batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            self._usual = usual_after(self._usual, len(batch))
        return batch

    def _pass_on(self) -> None:
        """Let the next one commit, if anyone waits."""
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._somebody_commits = following is not None
            if following:
                following.commits = True
        if following:
            following.turn.give()

    def _commit(self, cursor: psycopg.Cursor[Any], batch: Sequence[_Waiting]) -> None:
        """Make the events durable, or leave with each why they are not."""
        sealed = self._sealed(batch)
        assert cursor.connection.autocommit, "the connection commits each statement by itself"
        assert cursor.connection.info.transaction_status is TransactionStatus.IDLE, (
            "others wait for this commit"
        )
        try:
            # Without a transaction around it the statement is one: when it returns, it is on the disk.
            insert(cursor, sealed)
        except psycopg.Error as lost:
            log.warning("the audit log could not be written", exc_info=lost)
            for one in batch:
                # One for each: a traceback grows on an exception that several raise.
                one.error = one.error or AuditUnavailable()

    def _sealed(self, batch: Sequence[_Waiting]) -> list[Ready]:
        """The events of all. Who has one that cannot be sealed gets the reason, and harms nobody else.

        Done here and not where each came from, because it is several times faster one after the other.
        """
        salts = fresh_salts(sum(len(event.subjects) for one in batch for event in one.events))
        sealed = list[Ready]()
        for one in batch:
            try:
                sealed += [
                    ready(event, self._key, [salts.pop() for _ in event.subjects]) for event in one.events
                ]
            except AuditError as refused:
                one.error = refused
        return sealed
