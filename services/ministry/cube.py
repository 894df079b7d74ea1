"""The view that the ministry's page shows: counted apart from any request, and again when records changed.

A page reads the last ``Snapshot`` and never waits for a country to be counted.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import structlog

from cascade.compute import compute_view
from cascade.confidential_view import ConfidentialView
from cascade.plan import last_whole_quarter
from cascade.sources.record_store import RecordStore

log = structlog.get_logger()

# Records change all the time; counting them need not.
PAUSE_S = 30.0


@dataclass(frozen=True)
class Records:
    """The record store, as far as counting needs it."""

    read_bodies: Callable[[str], Iterable[str]]
    """From a resource type to the JSON texts of its current resources."""

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


class Cube:
    """Keeps the newest snapshot. Counts in a thread of its own, one count at a time."""

    def __init__(self, records: Records, *, zone: str, key: bytes, pause_s: float = PAUSE_S) -> None:
        self._records = records
        self._pause_s = pause_s
        self._zone = zone
        self._key = key
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._snapshot: Snapshot | None = None
        self._failed = False
        self._counted_at = float("-inf")

    def view(self) -> View:
        """The newest snapshot; starts another count if records were written since it was made."""
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
        current = self._snapshot is not None and self._snapshot.position == position and not self._failed
        return not current and time.monotonic() - self._counted_at >= self._pause_s

    def _is_computing(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._count, name="ministry-cube", daemon=True)
        self._thread.start()

    def _count(self) -> None:
        began = time.monotonic()
        try:
            snapshot = take_snapshot(self._records, zone=self._zone, key=self._key)
        except Exception:
            # Whatever it was, the last good count stays and is dated; the next view tries again.
            log.exception("counting for the ministry failed")
            snapshot = None
        with self._lock:
            self._failed = snapshot is None
            self._snapshot = snapshot or self._snapshot
            self._counted_at = time.monotonic()
        log.info("counted for the ministry", ms=round((time.monotonic() - began) * 1000, 1))


def take_snapshot(records: Records, *, zone: str, key: bytes) -> Snapshot:
    """Count every record there is now, up to the end of the last quarter.

    If the records ended a year and more before that, up to the end of their last quarter, so that an old demo or a
    stopped installation still shows what it has. The page names the period.
    """
    position = records.feed_position()
    data_as_of = datetime.now(UTC)

    def count(period_end: date) -> ConfidentialView:
        return compute_view(
            RecordStore(records.read_bodies), period_end=period_end, data_as_of=data_as_of, zone=zone, key=key
        )

    period_end = last_whole_quarter(data_as_of.astimezone(ZoneInfo(zone)).date())
    view = count(period_end)
    newest = _newest_report(view)
    if newest is not None and newest < period_end.replace(year=period_end.year - 1, day=1):
        view = count(last_whole_quarter(_next_quarter(newest)))
    return Snapshot(view, position)


def _newest_report(view: ConfidentialView) -> date | None:
    """The day of the last event in the records."""
    reports = view.facilities["last_report_on"].dropna()
    return None if reports.empty else pd.Timestamp(reports.max()).date()


def _next_quarter(day: date) -> date:
    """The first day of the quarter after a day's."""
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + month // 13, month % 12, 1)
