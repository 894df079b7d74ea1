"""``throughcare serve`` as a process of its own."""

import subprocess
import sys
import time

import httpx

CLI = [sys.executable, "-m", "services.cli"]


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Return once it serves."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server did not become ready")
