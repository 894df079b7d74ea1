"""What does not fit in memory is put aside on disk, in a folder that only its owner can read and that goes with the run."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

MEMORY = "500MB"
"""What DuckDB may take. The program itself takes about 200 MB besides."""

PREFIX, LOCK, DOOR = "aside-", "lock", "door"


@contextmanager
def folder_aside(within: Path) -> Iterator[Path]:
    """A folder of this run alone, which is gone afterwards. What a killed run left is removed by the next one.

    Args:
        within: where to make it; made itself, readable by its owner alone, if it is not there.
    """
    within.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        # Between its making and its lock a folder looks abandoned: nobody looks while the door is shut.
        with _locked(within / DOOR):
            for left in within.glob(f"{PREFIX}*"):
                _remove_if_abandoned(left)
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
            stack.enter_context(_locked(folder / LOCK))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield folder


@contextmanager
def _locked(file: Path) -> Iterator[IO[str]]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _remove_if_abandoned(folder: Path) -> None:
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder, ignore_errors=True)
