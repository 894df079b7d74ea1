"""Serve an application on a free port of this machine, in a thread."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import uvicorn
from fastapi import FastAPI

TICK_S = 0.01

# Below the ports that the system gives out by itself, and for each worker its own: one that is free stays so.
PORTS = count(20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))


def free_port() -> int:
    """A port of this machine that nobody listens on, nor will until whoever asked does."""
    for port in PORTS:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise AssertionError("no port is free")


class _Server(uvicorn.Server):
    """One that notices within a hundredth of a second, and not a tenth, that it is to stop: a thousand tests wait for it."""

    async def main_loop(self) -> None:
        while not await self.on_tick(int(time.monotonic() / TICK_S)):
            await asyncio.sleep(TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(TICK_S)
        await self.lifespan.shutdown()


@contextmanager
def serving(application: FastAPI, port: int = 0) -> Iterator[str]:
    """The address of the application while it is served, on a free port if none is said."""
    server = _Server(uvicorn.Config(application, log_config=None, access_log=False, server_header=False))
    listener = socket.create_server(("127.0.0.1", port))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        _wait(server)
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _wait(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the application did not start"
        time.sleep(0.01)
