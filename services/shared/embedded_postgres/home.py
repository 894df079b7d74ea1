"""The home folder: what lies in it, and whether this user may use it."""

import errno
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.shared.embedded_postgres.errors import HomeOfAnotherUser, HomeUnusable

ROOT = 0

# A folder that root makes may be walked through, since PostgreSQL runs as another user, but not listed.
# The files in it are for their owner alone.
MODE_OF_ROOTS_FOLDER = 0o711
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600

ADVICE = {
    errno.ENOSPC: "free some space on that disk",
    errno.EDQUOT: "free some space within your quota",
    errno.EFBIG: "raise the limit on file sizes",
    errno.ENOTDIR: "a file is in the way, choose another folder",
    errno.EEXIST: "a file is in the way, choose another folder",
    errno.ENOLCK: "choose a folder on a local disk",
    errno.ENOTSUP: "choose a folder on a local disk",
}


@dataclass(frozen=True)
class Home:
    """The places inside one home folder."""

    folder: Path

    @classmethod
    def at(cls, path: Path) -> "Home":
        """The home at ``path``, wherever symbolic links lead."""
        return cls(Path(os.path.realpath(path)))

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "postgres"

    @property
    def unfinished_cluster(self) -> Path:
        """Where a data folder is made before it is renamed into place."""
        return self.folder / "postgres.unfinished"

    @property
    def log(self) -> Path:
        """What PostgreSQL says; never a statement or a value."""
        return self.folder / "postgres.log"

    @property
    def passwords(self) -> Path:
        """The passwords of the database roles, for this user alone."""
        return self.folder / "postgres-passwords.json"

    @property
    def locks(self) -> Path:
        """The folder of the lock files."""
        return self.folder / "postgres-locks"

    @property
    def start_lock(self) -> Path:
        """Held exclusively by the program that is starting or attaching: one at a time."""
        return self.locks / "start"

    @property
    def holders_lock(self) -> Path:
        """Shared by every program that uses the home; exclusive means nobody does."""
        return self.locks / "holders"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.locks / "supervisor"

    @property
    def cluster_lock(self) -> Path:
        """Held by PostgreSQL itself, inherited by each of its processes: free means none is left."""
        return self.locks / "cluster"


def prepare(home: Home) -> None:
    """Make what is missing of the home's folders. Raises HomeUnusable; changes no folder that was there."""
    with usable(home):
        _make_home(home.folder)
        _refuse_another_owner(home)
        make_private_folder(home.locks, owner_of(home))


def make_private_folder(folder: Path, owner: tuple[int, int]) -> None:
    """Make a folder for one user alone, if it is missing."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        if stat.S_ISDIR(folder.lstat().st_mode):  # and not a link, which might lead root anywhere
            return
        raise
    if os.geteuid() == ROOT:
        os.chown(folder, *owner)


def open_private_file(path: Path, flags: int, owner: tuple[int, int]) -> int:
    """A descriptor of a file for one user alone; no other program started from here inherits it."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    if os.geteuid() == ROOT and os.fstat(descriptor).st_uid == ROOT != owner[0]:
        os.fchown(descriptor, *owner)
    return descriptor


def owner_of(home: Home) -> tuple[int, int]:
    """User and group of the home folder, to whom files that root makes there are given."""
    found = home.folder.stat()
    return found.st_uid, found.st_gid


@contextmanager
def usable(home: Home) -> Iterator[None]:
    """Turn a refusal of the operating system into HomeUnusable."""
    try:
        yield
    except OSError as refusal:
        reason = (refusal.strerror or "refused").lower()
        remedy = ADVICE.get(refusal.errno or 0, "choose a folder you may write to")
        belongs = f"; {_belongs(home.folder)}" if isinstance(refusal, PermissionError) else ""
        raise HomeUnusable(
            f"The folder {home.folder} cannot be used ({reason}{belongs}): {remedy}."
        ) from None


def user_name(uid: int) -> str:
    """The user's name, else the number."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user number {uid}"


def _make_home(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    mode = MODE_OF_ROOTS_FOLDER if os.geteuid() == ROOT else PRIVATE_FOLDER
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        if folder.is_dir():  # another program made it just now
            return
        raise
    folder.chmod(mode)  # the umask may have narrowed what root's folder needs


def _refuse_another_owner(home: Home) -> None:
    if os.geteuid() == ROOT:
        return
    for place in (home.cluster, home.locks, home.passwords):
        if place.exists() and place.stat().st_uid != os.geteuid():
            owner = user_name(place.stat().st_uid)
            raise HomeOfAnotherUser(
                f"{place} belongs to {owner}, who used this folder first: "
                f"run as {owner} or as root, or choose another folder."
            )


def _belongs(folder: Path) -> str:
    for place in (folder, *folder.parents):
        try:
            return f"{place} belongs to {user_name(place.stat().st_uid)}"
        except OSError:
            continue
    return f"{folder} is hidden"
