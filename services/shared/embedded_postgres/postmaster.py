"""PostgreSQL's first process, as its data folder records it in ``postmaster.pid``."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.shared.embedded_postgres.errors import StartFailed
from services.shared.embedded_postgres.home import Home
from services.shared.embedded_postgres.sockets import is_listening

# Lines of postmaster.pid, counted from 0 (PostgreSQL 18, src/include/utils/pidfile.h).
PID_LINE = 0
SOCKET_FOLDER_LINE = 4
STATUS_LINE = 7
READY = "ready"

SYSTEM_PROCESSES = Path("/proc")


@dataclass(frozen=True)
class Postmaster:
    """A PostgreSQL that takes connections."""

    pid: int
    socket_folder: Path


@dataclass(frozen=True)
class Record:
    """What ``postmaster.pid`` says. The process may be gone; the folder is missing until there is a socket."""

    pid: int
    socket_folder: Path | None
    ready: bool


def recorded(home: Home) -> Record | None:
    """The data folder's record, if there is one that can be read."""
    try:
        lines = (home.cluster / "postmaster.pid").read_text(errors="surrogateescape").splitlines()
        pid = abs(int(lines[PID_LINE]))  # negative while PostgreSQL runs for one user only
    except (FileNotFoundError, IndexError, ValueError):
        return None
    lines += [""] * (STATUS_LINE + 1 - len(lines))
    folder = lines[SOCKET_FOLDER_LINE]
    return Record(pid, Path(folder) if folder else None, lines[STATUS_LINE].strip() == READY)


def answering(home: Home) -> Postmaster | None:
    """The home's postmaster, if it takes connections now."""
    record = recorded(home)
    if record is None or not record.ready or record.socket_folder is None:
        return None
    return Postmaster(record.pid, record.socket_folder) if is_listening(record.socket_folder) else None


def living(home: Home) -> Record | None:
    """The record, unless it is certain that its process is gone."""
    record = recorded(home)
    return record if record and may_be_postmaster(record.pid, home.cluster) else None


def remove_stale_record(home: Home) -> None:
    """Remove the record of a postmaster that is gone and whose number another program has by now.

    PostgreSQL itself removes the record of a number that nobody has, and refuses to start over any other.
    To be called by the holder of the cluster's lock only. Raises StartFailed over a living postmaster.
    """
    record = recorded(home)
    if record is None:
        return
    if may_be_postmaster(record.pid, home.cluster):
        raise StartFailed(
            f"A PostgreSQL that this program did not start (process {record.pid}) uses {home.cluster}: "
            f"stop it first (kill -INT {record.pid})."
        )
    if _is_alive(record.pid):
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)


def may_be_postmaster(pid: int, cluster: Path) -> bool:
    """Whether the process may be the postmaster of this data folder; False is certain."""
    if not _is_alive(pid):
        return False
    arguments = _arguments(pid)
    return arguments is None or serves(arguments, cluster)


def serves(arguments: list[str], cluster: Path) -> bool:
    """Whether a command line may be that of the data folder's postmaster; False is certain."""
    # PostgreSQL's other processes call themselves "postgres: checkpointer" and the like.
    if not arguments or arguments[0].startswith("postgres:") or Path(arguments[0]).name != "postgres":
        return False
    if "-D" not in arguments[:-1]:
        return True
    folder = Path(arguments[arguments.index("-D") + 1])
    return not folder.is_absolute() or os.path.realpath(folder) == str(cluster)


def interrupt(pid: int) -> None:
    """Ask for a fast shutdown: sessions are ended, their transactions rolled back, all is written."""
    _signal(pid, signal.SIGINT)


def quit_at_once(pid: int) -> None:
    """End without writing anything; the next start recovers from the log of changes."""
    _signal(pid, signal.SIGQUIT)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's
    return True


def _arguments(pid: int) -> list[str] | None:
    """The command line of a process; None if the system does not tell."""
    if SYSTEM_PROCESSES.joinpath("self").exists():
        try:
            raw = SYSTEM_PROCESSES.joinpath(str(pid), "cmdline").read_bytes()
        except OSError:
            return None
        return os.fsdecode(raw).rstrip("\0").split("\0")
    return _arguments_from_ps(pid)


def _arguments_from_ps(pid: int) -> list[str] | None:
    """macOS prints a command line as one text that cannot be cut safely; the program tells enough."""
    command = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
    program = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return [program] if program else None
