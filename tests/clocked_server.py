"""``throughcare serve`` as a process of its own whose clock is set by a test, also while it runs (libfaketime)."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import ROOT
from server_process import CLI, wait_until_ready

SUMMER_TIME = "Europe/Podgorica"


def library() -> Path:
    """libfaketime for programs with threads; skips where it is missing."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        pytest.skip("no faketime")
    return found[0]


@dataclass
class BoxClock:
    """The clock of the programs started with ``environment``, as far off the true one as was said last."""

    file: Path
    library: Path
    off: timedelta = field(default=timedelta(0))

    def set_off(self, off: timedelta) -> None:
        """Jump there. Programs that run notice it with their next look at the clock."""
        self.off = off
        new = self.file.with_suffix(".new")
        new.write_text(f"{off.total_seconds():+.3f}\n")
        new.rename(self.file)

    def set_to(self, moment: datetime) -> None:
        """Jump to a moment."""
        self.set_off(moment - datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off

    @property
    def environment(self) -> Mapping[str, str]:
        """With it a program has this clock, and a zone whose clocks change."""
        return {
            "LD_PRELOAD": str(self.library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            # How long something takes is not what a wrong clock changes.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": SUMMER_TIME,
        }


@contextmanager
def served_by_a_process(environment: Mapping[str, str], port: int) -> Iterator[str]:
    """The address of a server that was started with it."""
    process = subprocess.Popen(
        [*CLI, "serve"],
        env={**os.environ, **environment, "PORT": str(port)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(process, port)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)
