"""The process that keeps PostgreSQL for as long as a program holds the home, and stops it afterwards.

    python -m services.shared.embedded_postgres.supervisor HOME

It belongs to no program: it leaves the one that started it, and learns only from the kernel's locks that
the last holder is gone. It says on standard output how the start went, in one line of JSON.
"""

import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from services.shared.embedded_postgres import locks
from services.shared.embedded_postgres.errors import EmbeddedPostgresFailed, StartTookTooLong
from services.shared.embedded_postgres.home import Home, usable
from services.shared.embedded_postgres.launch import Launched, launch
from services.shared.embedded_postgres.postmaster import Record, interrupt, living, quit_at_once
from services.shared.embedded_postgres.sockets import remove_socket_folder

# An earlier supervisor may be a moment away from its end.
PREDECESSOR_SECONDS = 10
FAST_SHUTDOWN_SECONDS = 60
# PostgreSQL that has only just been started does not hear yet that it is to end.
SAY_AGAIN_SECONDS = 0.5

# Before PostgreSQL that ended by itself is started again; a full disk may need several tries.
PAUSE_SECONDS = 1.0

STANDARD_OUTPUT = 1


@dataclass
class Watched:
    """PostgreSQL's first process at present, and whether it has been told to end."""

    pid: int
    told: threading.Event = field(default_factory=threading.Event)

    def end(self) -> None:
        """Have it end, and not be started again."""
        self.told.set()
        interrupt(self.pid)

    def replace(self, pid: int) -> None:
        """Go on with another process."""
        self.pid = pid
        if self.told.is_set():
            interrupt(pid)


def supervise(home: Home) -> None:
    """Start PostgreSQL, or adopt one whose supervisor was killed, and stay until no process of it is left.

    If it ends by itself while a program holds the home it is started again.
    """
    with usable(home), locks.held(_sole_supervisor(home)):
        adopted = adoptable(home)
        if adopted:
            watched = Watched(adopted.pid)
            _say({})
            _end_with_the_holders(home, watched)
            _wait_for_the_end(home, adopted.socket_folder)
        else:
            launched = launch(home)
            watched = Watched(launched.process.pid)
            _say({})
            _end_with_the_holders(home, watched)
            _wait_for(home, launched)
        _start_again(home, watched)


def _start_again(home: Home, watched: Watched) -> None:
    """Again and again, unless it was told to end, or a program that is starting would rather do so itself."""
    while not locks.is_held(home, home.start_lock) and not watched.told.wait(PAUSE_SECONDS):
        try:
            with usable(home):
                launched = launch(home)
        except EmbeddedPostgresFailed:
            continue
        watched.replace(launched.process.pid)
        _wait_for(home, launched)


def _sole_supervisor(home: Home) -> int:
    try:
        return locks.exclusive(home, home.supervisor_lock, PREDECESSOR_SECONDS)
    except locks.LockBusy:
        raise StartTookTooLong(
            f"An earlier supervisor of {home.folder} does not end: end it, then start again."
        ) from None


def adoptable(home: Home) -> Record | None:
    """A living postmaster that an earlier supervisor started: its processes have the cluster's lock."""
    return living(home) if locks.is_held(home, home.cluster_lock) else None


def _end_with_the_holders(home: Home, watched: Watched) -> None:
    signal.signal(signal.SIGTERM, lambda *_: watched.end())
    threading.Thread(target=_stop_after_the_last_holder, args=(home, watched), daemon=True).start()


def _wait_for(home: Home, launched: Launched) -> None:
    _wait_for_the_end(home, launched.socket_folder)
    launched.process.wait()


def _wait_for_the_end(home: Home, socket_folder: Path | None) -> None:
    os.close(locks.exclusive_at_last(home, home.cluster_lock))
    if socket_folder:
        remove_socket_folder(socket_folder)


def _stop_after_the_last_holder(home: Home, watched: Watched) -> None:
    """The lock is kept to the end of this process, so that a newcomer waits until PostgreSQL is down."""
    locks.exclusive_at_last(home, home.holders_lock)
    have_end(watched)


def have_end(watched: Watched) -> None:
    """Tell PostgreSQL to end until it has; after ``FAST_SHUTDOWN_SECONDS`` it is ended the hard way."""
    deadline = time.monotonic() + FAST_SHUTDOWN_SECONDS
    while time.monotonic() < deadline:
        watched.end()
        time.sleep(SAY_AGAIN_SECONDS)
    quit_at_once(watched.pid)


def _say(outcome: dict[str, str]) -> None:
    """Tell the starter, once, and let go of its pipe."""
    os.write(STANDARD_OUTPUT, json.dumps(outcome).encode() + b"\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STANDARD_OUTPUT)
    os.close(nowhere)


def main(arguments: list[str]) -> None:
    """Leave the starter, which waits for its child only until here, and supervise the home."""
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        supervise(Home(Path(arguments[0])))
    except EmbeddedPostgresFailed as failure:
        _say({"failure": type(failure).__name__, "message": str(failure)})


if __name__ == "__main__":
    main(sys.argv[1:])
