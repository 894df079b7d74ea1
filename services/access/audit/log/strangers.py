"""Refusals of those who could not be told: so many are logged and no more, else whoever sends enough fills the disk.

Each is in the log of the program all the same, as a request answered with 401.
"""

import time
from collections.abc import Callable
from threading import Lock

MOST = 60
WITHIN_S = 60.0
"""Proposed, like ``MOST``: enough that somebody trying is seen, few enough that nobody can fill a disk with it."""


class Strangers:
    """Counts the refusals that were logged lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._began = clock()
        self._logged = 0

    def may_be_logged(self) -> bool:
        """Whether one more may be; it then counts."""
        with self._lock:
            if self._clock() - self._began >= WITHIN_S:
                self._began, self._logged = self._clock(), 0
            self._logged += 1
            return self._logged <= MOST
