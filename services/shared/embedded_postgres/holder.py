"""A program that uses a home's PostgreSQL: the first holder starts it, it stops after the last."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.shared.embedded_postgres import locks, passwords
from services.shared.embedded_postgres.errors import StartTookTooLong
from services.shared.embedded_postgres.home import Home, prepare, usable
from services.shared.embedded_postgres.server import RunningServer
from services.shared.embedded_postgres.starting import running

# How long a crash's recovery may take.
WAIT_SECONDS = 60.0
# Whoever started a moment ago may be making the data folder.
EARLIER_START_SECONDS = 60.0


class EmbeddedPostgres:
    """The private PostgreSQL of one home folder, shared by all programs that hold the home.

    A forked child holds the home too, until it ends; a program started from here does not.
    """

    def __init__(self, home: Path, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._home = Home.at(home)
        self._wait_seconds = wait_seconds
        self._held: int | None = None

    @contextmanager
    def running(self) -> Iterator[RunningServer]:
        """Hold the home for the length of a ``with``. Raises EmbeddedPostgresFailed."""
        server = self.start()
        try:
            yield server
        finally:
            self.release()

    def start(self) -> RunningServer:
        """Hold the home, and start its PostgreSQL unless it runs. Raises EmbeddedPostgresFailed."""
        assert self._held is None, "this holder has started already"
        prepare(self._home)
        with usable(self._home), locks.held(self._patiently(locks.exclusive, self._home.start_lock)):
            held = self._patiently(locks.shared, self._home.holders_lock)
            try:
                server = self._server()
            except BaseException:
                os.close(held)
                raise
            self._held = held
            return server

    def release(self) -> None:
        """Let go of the home. Returns at once; PostgreSQL stops a moment later if nobody else holds it."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def wait_until_stopped(self, within: float = WAIT_SECONDS) -> None:
        """Return once no process of the home's PostgreSQL is left. Raises StartTookTooLong after ``within`` s.

        For who copies or removes the folder; to be called after ``release``.
        """
        prepare(self._home)
        deadline = time.monotonic() + within
        with usable(self._home):
            while any(locks.is_held(self._home, lock) for lock in self._process_locks()):
                if time.monotonic() >= deadline:
                    raise StartTookTooLong(
                        f"PostgreSQL in {self._home.folder} still runs: end the programs that use it."
                    )
                time.sleep(locks.POLL_SECONDS)

    def _process_locks(self) -> tuple[Path, Path]:
        return self._home.cluster_lock, self._home.supervisor_lock

    def _patiently(self, take: Callable[[Home, Path, float], int], lock: Path) -> int:
        try:
            return take(self._home, lock, self._wait_seconds + EARLIER_START_SECONDS)
        except locks.LockBusy:
            raise StartTookTooLong(
                f"Another program is starting or stopping PostgreSQL in {self._home.folder} and does not finish: "
                "end it, then start again."
            ) from None

    def _server(self) -> RunningServer:
        # Imported late, since the supervisor imports this package, and needs no driver.
        from services.shared.embedded_postgres.roles import ensure_roles

        kept = passwords.made_once(self._home)
        postmaster = running(self._home, self._wait_seconds)
        server = RunningServer(self._home.folder, postmaster.socket_folder, postmaster.pid, kept)
        ensure_roles(server)
        return server
