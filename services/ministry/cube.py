"""The counts that the ministry's pages show: computed apart from any request, and again when records changed.

A page reads the last ``Snapshot`` and never waits for a country to be counted.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import structlog

from cascade.account import ReadAccount
from cascade.compute import Outcome, compute
from cascade.sources.record_store import RecordStore

log = structlog.get_logger()

MEASURE = "people_given_oat"

# A year, and the month a year before its last one, so that the two can be compared.
MONTHS = 13
# How far back the newest month is looked for when the last year holds nothing.
MONTHS_LOOKED_BACK = 240
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

    frame: pd.DataFrame
    account: ReadAccount
    first_month: date
    last_month: date
    data_as_of: datetime
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
    """Count every record there is now, for the year to the end of last month.

    If that year holds nothing, for the year to the newest month that holds something, so that an old demo or
    a stopped installation still shows what it has. The page names the period.
    """
    position = records.feed_position()
    data_as_of = datetime.now(UTC)

    def count(period_end: date, months: int) -> Outcome:
        return compute(
            RecordStore(records.read_bodies),
            [MEASURE],
            period_end=period_end,
            months=months,
            data_as_of=data_as_of,
            zone=zone,
            key=key,
        )

    period_end = _before(data_as_of.astimezone(ZoneInfo(zone)).date().replace(day=1))
    outcome = count(period_end, MONTHS)
    newest = _newest_month(outcome.frame) or _newest_month(count(period_end, MONTHS_LOOKED_BACK).frame)
    if newest and _newest_month(outcome.frame) is None:
        period_end = _before((newest + timedelta(days=31)).replace(day=1))
        outcome = count(period_end, MONTHS)
    first_month, last_month = _months(period_end)
    return Snapshot(outcome.frame, outcome.account, first_month, last_month, data_as_of, position)


def _before(day: date) -> date:
    return day - timedelta(days=1)


def _months(period_end: date) -> tuple[date, date]:
    last = period_end.replace(day=1)
    number = last.year * 12 + last.month - MONTHS
    return date(number // 12, number % 12 + 1, 1), last


def _newest_month(frame: pd.DataFrame) -> date | None:
    months = frame["month"].dropna()
    return None if months.empty else months.max().date()
