"""Who does the work: this program alone, or worker processes that are given one batch at a time.

Workers are plain programs at the end of a pipe. When this program is killed the pipe ends, and so do they, after
the batch in hand.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self

from fhir_store.key_encryption import KeyEncryptionKeys
from fhir_store.store import Author
from services.exchange.load.loading import Loading
from services.exchange.load.outcome import Outcome

Task = Callable[[Loading], Outcome]
"""Of functions that a worker can import, with arguments that can be pickled."""


class LoadInterrupted(Exception):
    """A worker is gone; what it had in hand is not in, all else is."""


@dataclass(frozen=True)
class Place:
    """What a worker needs to know to make its own ``Loading``."""

    url: str
    zone: str
    encryption: KeyEncryptionKeys
    author: Author
    known: dict[str, str]


class Alone:
    """This program does everything itself."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """The outcome of every task, in their order."""
        return (task(self._loading) for task in tasks)


class Crew:
    """Worker processes."""

    def __init__(self, loading: Loading, count: int) -> None:
        url = loading.database.engine.url.render_as_string(hide_password=False)
        zone = loading.store.zone.key
        self._place = Place(url, zone, loading.store.keyring.encryption, loading.author, dict(loading.known))
        self._count = count
        self._workers: list[tuple[subprocess.Popen[bytes], Connection]] = []

    def __enter__(self) -> Self:
        self._workers = [_worker() for _ in range(self._count)]
        for _, connection in self._workers:
            connection.send(self._place)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for _, connection in self._workers:
            connection.close()
        for process, _ in self._workers:
            process.wait()

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """The outcome of every task, as they come. Raises LoadInterrupted."""
        waiting = iter(tasks)
        idle = [connection for _, connection in self._workers]
        busy: set[Connection] = set()
        while True:
            for connection, task in zip(list(idle), waiting, strict=False):
                _send(connection, task)
                idle.remove(connection)
                busy.add(connection)
            if not busy:
                return
            for ready in wait(list(busy)):
                assert isinstance(ready, Connection)
                busy.remove(ready)
                idle.append(ready)
                yield _received(ready)


def _worker() -> tuple[subprocess.Popen[bytes], Connection]:
    ours, theirs = Pipe()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.exchange.load.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    return process, ours


GONE = "A part of the import ended unexpectedly. Run the same command again: it goes on where it stopped."


def _send(connection: Connection, task: Task) -> None:
    try:
        connection.send(task)
    except OSError:
        raise LoadInterrupted(GONE) from None


def _received(connection: Connection) -> Outcome:
    try:
        answer = connection.recv()
    except (EOFError, OSError):
        raise LoadInterrupted(GONE) from None
    if isinstance(answer, Outcome):
        return answer
    raise LoadInterrupted(str(answer))
