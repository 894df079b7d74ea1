"""Have a PostgreSQL that answers: start its supervisor unless there is one, and wait."""

import json
import os
import shutil
import subprocess
import sys
import time

from services.shared.embedded_postgres import errors, locks, log
from services.shared.embedded_postgres.errors import EmbeddedPostgresFailed, StartFailed, StartTookTooLong
from services.shared.embedded_postgres.home import Home
from services.shared.embedded_postgres.postmaster import Postmaster, answering

SUPERVISOR = "services.shared.embedded_postgres.supervisor"
POLL_SECONDS = 0.02
# Making a data folder takes seconds; a slow disk may take minutes.
LAUNCH_SECONDS = 300
# One segment of PostgreSQL's log of changes. On a full disk its own complaint may not have been written.
LEAST_FREE_BYTES = 16 * 2**20


def running(home: Home, wait_seconds: float) -> Postmaster:
    """The home's PostgreSQL, started if need be. Raises EmbeddedPostgresFailed.

    To be called by the holder of the start lock, who also holds the home.
    """
    if locks.is_held(home, home.supervisor_lock):
        postmaster = _wait(home, wait_seconds)
        if postmaster:
            return postmaster
    offset = log.begin(home)
    _start_supervisor(home, offset)
    postmaster = _wait(home, wait_seconds)
    if postmaster is None:
        raise StartFailed(
            f"PostgreSQL ended while it was starting ({log.telling_line_since(home, offset)}): "
            f"{_remedy(home)}, then start again."
        )
    return postmaster


def _wait(home: Home, seconds: float) -> Postmaster | None:
    """The postmaster once it answers; None if its supervisor ends before."""
    deadline = time.monotonic() + seconds
    while locks.is_held(home, home.supervisor_lock):
        postmaster = answering(home)
        if postmaster:
            return postmaster
        if time.monotonic() >= deadline:
            raise StartTookTooLong(
                f"PostgreSQL in {home.folder} does not answer after {seconds:.0f} s, perhaps it is recovering: "
                f"see {home.log}, then start again with a longer wait."
            )
        time.sleep(POLL_SECONDS)
    return None


def _start_supervisor(home: Home, offset: int) -> None:
    written = log.opened(home)
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", SUPERVISOR, str(home.folder)],
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=written,
            start_new_session=True,
        )
    finally:
        os.close(written)
    _understand(_answer(home, process), home, offset)


def _answer(home: Home, process: "subprocess.Popen[bytes]") -> bytes:
    try:
        return process.communicate(timeout=LAUNCH_SECONDS)[0]
    except subprocess.TimeoutExpired:
        raise StartTookTooLong(
            f"The database in {home.folder} is not made after {LAUNCH_SECONDS} s: choose a folder on a faster disk."
        ) from None
    finally:
        if process.stdout:
            process.stdout.close()
        process.wait()


def _understand(answer: bytes, home: Home, offset: int) -> None:
    """Return if PostgreSQL was started; raise what the supervisor raised otherwise."""
    if not answer:
        said = log.telling_line_since(home, offset)
        raise StartFailed(f"PostgreSQL's supervisor ended ({said}): {_remedy(home)}, then start again.")
    outcome = json.loads(answer)
    if "failure" in outcome:
        kind = getattr(errors, outcome["failure"])
        assert issubclass(kind, EmbeddedPostgresFailed)
        raise kind(outcome["message"])


def _remedy(home: Home) -> str:
    if shutil.disk_usage(home.folder).free < LEAST_FREE_BYTES:
        return f"free some space on the disk of {home.folder}"
    return f"see {home.log}"


def _environment() -> dict[str, str]:
    """This program's environment, in which Python finds the same modules as here."""
    places = [os.path.abspath(place) for place in sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
