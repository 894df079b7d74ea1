"""PostgreSQL's log in the home folder. It holds no statement and no value (see settings)."""

import os
import re

from services.shared.embedded_postgres.home import Home, open_private_file, owner_of

LARGEST_LOG_BYTES = 10_000_000

_PREFIX = re.compile(r"^\S+ \S+ UTC \[\d+\] ")
_TELLING = re.compile(r"(FATAL:|PANIC:|initdb: error:|.*(error while loading|could not)).*")


def begin(home: Home) -> int:
    """Put a long log aside, and say at which byte the next start's lines begin."""
    try:
        length = home.log.stat().st_size
    except FileNotFoundError:
        return 0
    if length <= LARGEST_LOG_BYTES:
        return length
    home.log.rename(home.log.with_suffix(".log.1"))
    return 0


def opened(home: Home) -> int:
    """A descriptor that appends to the log."""
    return open_private_file(home.log, os.O_WRONLY | os.O_APPEND, owner_of(home))


def telling_line_since(home: Home, offset: int) -> str:
    """The line written after ``offset`` that says best why PostgreSQL ended."""
    try:
        with home.log.open("rb") as file:
            file.seek(offset)
            return telling_line(file.read().decode(errors="replace"))
    except OSError:
        return "it left no message"


def telling_line(text: str) -> str:
    """The first line that speaks of a failure, else the last one, without time and process number."""
    lines = [_PREFIX.sub("", line).strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return "it left no message"
    found = (_TELLING.search(line) for line in lines)
    telling = next((one.group() for one in found if one), lines[-1])
    return " ".join(telling.split())
