"""What a running program does again and again by itself, in a thread behind the requests."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

log = structlog.get_logger()


@contextmanager
def regularly(works: Sequence[Callable[[], object]], every_s: float, name: str) -> Iterator[None]:
    """Do some works every so many seconds meanwhile. One that fails is said in the log and tried again the next time."""
    stopping = threading.Event()

    def work_on() -> None:
        while not stopping.wait(every_s):
            for work in works:
                try:
                    work()
                except Exception as lost:
                    log.warning("work behind the requests failed", work=name, exc_info=lost)

    thread = threading.Thread(target=work_on, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
