"""A file that a command writes: it appears whole or not at all, and is for its owner alone."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.commands.failure import CommandFailed


@contextmanager
def new_file(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yields where to write; what is there at the end without a failure gets the name asked for.

    The place is tried out at once, so that long work is not begun for a file that cannot be written.

    Raises:
        CommandFailed: the file exists and may not be overwritten, or cannot be written.
    """
    _refuse(path, overwrite=overwrite)
    try:
        opened, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(opened)
    except OSError as failure:
        raise CommandFailed(
            f"{path} cannot be written: {failure.strerror}. Name a file in a folder that you may write to."
        ) from failure
    part = Path(name)
    try:
        yield part
        _refuse(path, overwrite=overwrite)  # somebody may have written it meanwhile
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse(path: Path, *, overwrite: bool) -> None:
    if path.exists() and not path.is_file():
        raise CommandFailed(f"{path} is not a file. Name a file to write to.")
    if path.exists() and not overwrite:
        raise CommandFailed(f"{path} exists already. Name another file, or say --overwrite.")
