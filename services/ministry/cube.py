"""The view that the ministry's page shows: counted apart from any request, and again when records changed or a day began.

A page reads the last ``Snapshot`` and never waits for a country to be counted.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from cascade.confidential_view import ConfidentialView
from cascade.plan import last_whole_quarter
from cascade.refresh import refresh
from cascade.sources import ChangingSource

log = structlog.get_logger()

# Records change all the time; counting them need not.
PAUSE_S = 30.0


@dataclass(frozen=True)
class Records:
    """The record store, as far as counting needs it."""

    open: Callable[[], AbstractContextManager[ChangingSource]]
    """One moment of the whole store."""

    feed_position: Callable[[], str]
    """Where the change feed stands: another text once anything was written."""


@dataclass(frozen=True)
class Snapshot:
    """One count of the whole record store."""

    view: ConfidentialView
    position: str


@dataclass(frozen=True)
class View:
    """What there is to show now."""

    snapshot: Snapshot | None
    computing: bool
    failed: bool


def the_time() -> datetime:
    """Now."""
    return datetime.now(UTC)


class Cube:
    """Keeps the newest snapshot. Counts in a thread of its own, one count at a time.

    A count is of a civil day in the facilities' ``zone``: with the next day the data cut is another, windows close, and
    a quarter may be over.
    """

    def __init__(
        self,
        records: Records,
        file: Path,
        *,
        zone: str,
        key: bytes,
        pause_s: float = PAUSE_S,
        now: Callable[[], datetime] = the_time,
    ) -> None:
        self._records = records
        self._file = file
        self._pause_s = pause_s
        self._zone = zone
        self._now = now
        self._key = key
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._snapshot: Snapshot | None = None
        self._failed = False
        self._counted_at = float("-inf")

    def view(self) -> View:
        """The newest snapshot; starts another count if records were written, or a civil day began, since it was made."""
        position = self._records.feed_position()
        with self._lock:
            if self._is_due(position):
                self._start()
            return View(self._snapshot, self._is_computing(), self._failed)

    def start(self) -> None:
        """Begin the first count."""
        with self._lock:
            if not self._is_computing():
                self._start()

    def wait(self, timeout_s: float) -> None:
        """Return when no count is under way, at the latest after the timeout."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _is_due(self, position: str) -> bool:
        if self._is_computing():
            return False
        return not self._is_current(position) and time.monotonic() - self._counted_at >= self._pause_s

    def _is_current(self, position: str) -> bool:
        snapshot = self._snapshot
        if snapshot is None or self._failed:
            return False
        counted_on, today = (_civil_day(at, self._zone) for at in (snapshot.view.data_as_of, self._now()))
        return snapshot.position == position and counted_on == today

    def _is_computing(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._count, name="ministry-cube", daemon=True)
        self._thread.start()

    def _count(self) -> None:
        began = time.monotonic()
        try:
            snapshot = take_snapshot(
                self._records, self._file, zone=self._zone, key=self._key, now=self._now()
            )
        except Exception:
            # Whatever it was, the last good count stays and is dated; the next view tries again.
            log.exception("counting for the ministry failed")
            snapshot = None
        with self._lock:
            self._failed = snapshot is None
            self._snapshot = snapshot or self._snapshot
            self._counted_at = time.monotonic()
        log.info("counting for the ministry ended", ms=round((time.monotonic() - began) * 1000, 1))


def take_snapshot(records: Records, file: Path, *, zone: str, key: bytes, now: datetime) -> Snapshot:
    """Bring the kept cascade up to date with every record there is ``now``, up to the end of the last whole quarter."""
    position = records.feed_position()
    period_end = last_whole_quarter(_civil_day(now, zone))
    with records.open() as source:
        refreshed = refresh(file, source, period_end=period_end, now=now, zone=zone, key=key)
    log.info("counted for the ministry", how=refreshed.how, changes=refreshed.changes)
    return Snapshot(refreshed.view, position)


def _civil_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
