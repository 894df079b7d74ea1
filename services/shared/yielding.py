"""Code written for a thread, run in the event loop: while it waits for the database, the loop serves others.

To hand a request to a thread and back costs more than a read itself: the threads take the interpreter from each
other at every step. What only reads a few rows therefore runs in the loop, in a greenlet, which is left whenever it
would wait for its connection. SQLAlchemy runs its own code in loops in the same way.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from threading import Lock, local
from typing import Any, ParamSpec, TypeVar

import psycopg
from greenlet import getcurrent, greenlet
from psycopg.waiting import Ready, Wait

Result = TypeVar("Result")
Given = ParamSpec("Given")


async def in_loop(work: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """What ``work`` returns. It must wait for nothing but connections of the kind below."""
    worker = _resting.workers.pop() if _resting.workers else _Worker()
    worker.gr_context = copy_context()
    turn = worker.switch(partial(work, *args, **kwargs))
    while not isinstance(turn, _Ended):
        turn = await _next(worker, turn)
    _resting.workers.append(worker)
    if turn.error:
        raise turn.error
    return turn.result  # type: ignore[no-any-return]


async def _next(worker: greenlet, awaited: Awaitable[Any]) -> Any:
    """What the worker comes back with, once it has got what it waits for, be it an error."""
    try:
        got = await awaited
    except BaseException as error:  # noqa: BLE001
        return worker.throw(error)
    return worker.switch(got)


@dataclass(frozen=True, slots=True)
class _Ended:
    result: Any = None
    error: BaseException | None = None


class _Worker(greenlet):
    """Does one work after another. One for each would cost a stack each time: two calls of the system."""

    def run(self, work: Callable[[], Any]) -> None:
        while True:
            work = self.leave(_ended(work))

    def leave(self, what: "Awaitable[Any] | _Ended") -> Any:
        """Let the loop go on; returns what it comes back with."""
        assert self.parent
        return self.parent.switch(what)


def _ended(work: Callable[[], Any]) -> _Ended:
    try:
        return _Ended(work())
    except BaseException as error:  # noqa: BLE001
        return _Ended(error=error)


class _Resting(local):
    """The workers of a thread that have nothing to do; a greenlet cannot leave its thread."""

    def __init__(self) -> None:
        self.workers: list[_Worker] = []


_resting = _Resting()


class YieldingConnection(psycopg.Connection[Any]):
    """A connection that lets the loop go on while it waits, if it is used by what runs there."""

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """What the generator of a statement returns."""
        current = getcurrent()
        if not isinstance(current, _Worker):
            return super().wait(gen, *args, **kwargs)
        return current.leave(_done(gen, self.fileno()))


async def _done(gen: Any, fileno: int) -> Any:
    """Go on with the generator whenever the socket is ready for what it waits for."""
    try:
        waits_for = next(gen)
        while True:
            waits_for = gen.send(await _ready(fileno, waits_for))
    except StopIteration as end:
        return end.value


async def _ready(fileno: int, waits_for: Wait) -> Ready:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[Ready] = loop.create_future()

    def is_ready(what: Ready) -> None:
        if not ready.done():
            ready.set_result(what)

    reads, writes = waits_for & Wait.R, waits_for & Wait.W
    try:
        if reads:
            loop.add_reader(fileno, is_ready, Ready.R)
        if writes:
            loop.add_writer(fileno, is_ready, Ready.W)
        return await ready
    finally:
        if reads:
            loop.remove_reader(fileno)
        if writes:
            loop.remove_writer(fileno)


class Signal:
    """Given once, by another thread. Whoever made it waits for it, and the loop goes on meanwhile if that runs there."""

    def __init__(self) -> None:
        current = getcurrent()
        self._worker = current if isinstance(current, _Worker) else None
        if self._worker:
            self._loop = asyncio.get_running_loop()
            self._given: asyncio.Future[None] = self._loop.create_future()
        else:
            self._lock = Lock()
            self._lock.acquire()

    def give(self) -> None:
        """Let go whoever waits."""
        if not self._worker:
            self._lock.release()
            return
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._settle)

    def wait(self, longest_s: float) -> bool:
        """Whether it was given in that time."""
        if not self._worker:
            return self._lock.acquire(timeout=longest_s)
        try:
            self._worker.leave(asyncio.wait_for(self._given, longest_s))
        except TimeoutError:
            return False
        return True

    def _settle(self) -> None:
        if not self._given.done():
            self._given.set_result(None)
