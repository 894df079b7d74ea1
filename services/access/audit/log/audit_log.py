"""The audit log of a running program: what requests log into, and a thread that sequences and signs behind them."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import structlog

from fhir_store.sql import Sql
from services.access.audit import head as signed
from services.access.audit.errors import AuditError
from services.access.audit.kinds import AuditEvent
from services.access.audit.log.heads import sign_if_due
from services.access.audit.log.record import Keys, keys_of, parts, ready, record
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.shared_commit import SharedCommit
from services.access.audit.log.strangers import Strangers
from services.shared.database import Database

log = structlog.get_logger()

EVERY_S = 5.0
"""How long an event may wait for its place in the tree, while nobody holds a transaction open."""

TOLD_EVERY_S = 3600.0
"""How often the log of the program says again that something is wrong with this one."""


class AuditLog:
    """Where everything that is looked at and done is logged."""

    def __init__(
        self, database: Database, home: Path, behind: Sequence[Callable[[Database], object]] = ()
    ) -> None:
        """``behind`` is what is to be done after each sequencing, with what has its place in the tree."""
        self.keys: Keys = keys_of(home)
        self._database = database
        self._home = home
        self._behind = behind
        self._shared = SharedCommit(self.keys.subject)
        self._strangers = Strangers()
        self._stopping = threading.Event()
        self._told: dict[str, float] = {}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take events, sequence and sign meanwhile."""
        self._stopping.clear()
        sequencer = threading.Thread(target=self._sequence, name="audit sequencer", daemon=True)
        sequencer.start()
        try:
            with self._shared.running():
                yield
        finally:
            self._stopping.set()
            sequencer.join()

    def record_read(self, cursor: psycopg.Cursor[Any], events: Iterable[AuditEvent]) -> None:
        """Return once events that nothing is written with are durable: only then may what they are about be shown.

        ``cursor`` is of a connection that commits each statement by itself. Raises AuditUnavailable.
        """
        self._shared.record(cursor, events)

    def record_stranger(self, cursor: psycopg.Cursor[Any], event: AuditEvent) -> None:
        """The same of somebody who could not be told, as far as there are not too many of them."""
        if self.may_log_stranger():
            self.record_read(cursor, [event])

    def may_log_stranger(self) -> bool:
        """Whether one more is logged who could not be told; it then counts."""
        return self._strangers.may_be_logged()

    def record_write(self, cursor: psycopg.Cursor[Any], events: Iterable[AuditEvent]) -> None:
        """Log events in the transaction of what they are about."""
        record(cursor, events, self.keys.subject)

    def parts_of(self, events: Iterable[AuditEvent]) -> Mapping[str, Sql]:
        """Events as named parts of the statement that writes what they are about."""
        return parts([ready(event, self.keys.subject) for event in events])

    def _sequence(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                sequence_all(self._database)
                if head := sign_if_due(self._database, self._home):
                    # Where the log of the program is collected elsewhere, this is a copy off the box.
                    log.info("audit head", head=signed.text(head))
            except AuditError as problem:
                self._tell(str(problem))
            except Exception as lost:
                log.warning("the audit log is not sequenced", exc_info=lost)
            self._do_behind()

    def _do_behind(self) -> None:
        for work in self._behind:
            try:
                work(self._database)
            except Exception as lost:
                log.warning("what is done behind the audit log failed", exc_info=lost)

    def _tell(self, problem: str) -> None:
        now = time.monotonic()
        if now - self._told.get(problem, -TOLD_EVERY_S) >= TOLD_EVERY_S:
            self._told[problem] = now
            log.error("audit log", problem=problem)
