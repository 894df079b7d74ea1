"""The folder of PostgreSQL's unix socket: short, private, and never one that somebody else made.

A socket's path may have 107 bytes on Linux and 103 on macOS, and home may be long, so the folder lies
in the system's folder for temporary files, where other users may have put something under the same name.
"""

import hashlib
import os
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from services.shared.embedded_postgres.account import Account
from services.shared.embedded_postgres.errors import StartFailed
from services.shared.embedded_postgres.home import PRIVATE_FOLDER, ROOT, Home

PREFIX = "throughcare-"
SOCKET = ".s.PGSQL.5432"
LOCK = f"{SOCKET}.lock"
LONGEST_PATH_BYTES = 103
FALLBACK = Path("/tmp")  # noqa: S108
OTHER_NAMES = 20
CONNECT_SECONDS = 2
# A folder this young may belong to a PostgreSQL that is just starting.
STALE_SECONDS = 600


def socket_parent() -> Path:
    """The folder for temporary files, unless its path is too long or libpq could not read it."""
    temporary = Path(tempfile.gettempdir()).resolve()
    longest = temporary / f"{PREFIX}{'0' * 15}" / LOCK
    # A comma would begin the next host.
    fits = len(os.fsencode(longest)) <= LONGEST_PATH_BYTES and "," not in str(temporary)
    return temporary if fits else FALLBACK


def socket_folder_for(home: Home, account: Account) -> Path:
    """An empty private folder of ``account`` for the home's socket. Raises StartFailed if none can be had."""
    parent = socket_parent()
    try:
        _remove_stale(parent, account)
        for name in _names(home, account):
            if _taken(parent / name, account):
                return parent / name
    except OSError as refusal:
        raise StartFailed(
            f"No socket folder can be made in {parent} ({refusal.strerror}): set TMPDIR."
        ) from None
    raise StartFailed(f"No socket folder can be made in {parent}: remove what is called {PREFIX}* there.")


def is_listening(folder: Path) -> bool:
    """Whether a PostgreSQL takes connections in the socket folder."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(CONNECT_SECONDS)
        try:
            probe.connect(str(folder / SOCKET))
        except OSError:
            return False
    return True


def remove_socket_folder(folder: Path) -> None:
    """Remove the folder of a PostgreSQL that has ended; leave it if somebody put something else there."""
    try:
        for name in (SOCKET, LOCK):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
    except OSError:
        return


def _names(home: Home, account: Account) -> Iterator[str]:
    """The same names at every start, so that an address stays valid when PostgreSQL is restarted."""
    place = os.fsencode(home.folder) + b"\0" + str(account.uid).encode()
    first = PREFIX + hashlib.sha256(place).hexdigest()[:12]
    yield first
    for number in range(1, OTHER_NAMES):
        yield f"{first}-{number}"


def _taken(folder: Path, account: Account) -> bool:
    """Make the folder, in place of an earlier one of ours that nobody listens in."""
    if _is_ours(folder, account) and not is_listening(folder):
        remove_socket_folder(folder)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        return False
    if os.geteuid() == ROOT:
        os.chown(folder, *account.owner, follow_symlinks=False)
    return True


def _is_ours(folder: Path, account: Account) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    private = stat.S_IMODE(found.st_mode) == PRIVATE_FOLDER
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and private


def _remove_stale(parent: Path, account: Account) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        if _is_ours(folder, account) and _is_old(folder) and not is_listening(folder):
            remove_socket_folder(folder)


def _is_old(folder: Path) -> bool:
    try:
        return time.time() - folder.lstat().st_mtime > STALE_SECONDS
    except FileNotFoundError:
        return False
