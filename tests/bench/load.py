"""A small HTTP/1.1 load: one request again and again over kept-alive connections, for a bounded time."""

import asyncio
import time

HEADERS_END = b"\r\n\r\n"
LENGTH = b"content-length: "


def request_bytes(method: str, path: str, *, token: str = "", body: bytes = b"") -> bytes:
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    if token:
        head.append(f"Authorization: Bearer {token}")
    if body:
        head.append("Content-Type: application/fhir+json")
    return "\r\n".join(head).encode() + HEADERS_END + body


def rate(port: int, request: bytes, *, clients: int, seconds: float, expect: int) -> float:
    """Requests answered per second. Fails on any answer but the expected status."""
    return asyncio.run(_rate(port, request, clients, seconds, str(expect).encode()))


async def _rate(port: int, request: bytes, clients: int, seconds: float, expect: bytes) -> float:
    began = time.perf_counter()
    counts = await asyncio.gather(*(_client(port, request, began + seconds, expect) for _ in range(clients)))
    return sum(counts) / (time.perf_counter() - began)


async def _client(port: int, request: bytes, until: float, expect: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    done = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = (await reader.readuntil(HEADERS_END)).lower()
        assert head[9:12] == expect, f"status {head[9:12]!r}"
        start = head.index(LENGTH) + len(LENGTH)
        await reader.readexactly(int(head[start : head.index(b"\r", start)]))
        done += 1
    writer.close()
    return done
