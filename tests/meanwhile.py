"""Somebody who is faster: what they write arrives after another has pressed the button and before that is carried out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep

import httpx

from fhir_store.locks import lock_of, take
from fhir_store.write import raw_cursor
from services.access.pages.desk import Desk

WAITS_S = 1.0
"""Time enough for the request to come as far as the lock."""


@contextmanager
def held_up(desk: Desk, *people: str) -> Iterator[None]:
    """Nobody decides on the orders of these people while it lasts."""
    with desk.database.transaction() as connection:
        take(raw_cursor(connection), sorted(lock_of("orders", one) for one in people))
        yield


def sent_and_overtaken(
    desk: Desk, person: str, send: Callable[[], httpx.Response], meanwhile: Callable[[], object]
) -> httpx.Response:
    """The answer to what was sent before somebody else wrote, and carried out after it."""
    with ThreadPoolExecutor(1) as pool:
        with held_up(desk, person):
            answer = pool.submit(send)
            sleep(WAITS_S)
            meanwhile()
        return answer.result()
