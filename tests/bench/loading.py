"""``throughcare import`` and ``export`` of many records, with the memory that all their processes take."""

import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from figures import Figure
from records import EACH, write_records
from setting import Setting, environment_of

PEOPLE = 800


def loading(setting: Setting, people: int = PEOPLE) -> list[Figure]:
    """Resources a second from files into an empty store and out again, start of the program included."""
    files, exported = setting.home / "records", setting.home / "exported"
    count = write_records(files, people)
    took, memory = run(setting, "import", str(files))
    out_took, out_memory = run(setting, "export", str(exported))
    assert sum(1 for file in exported.glob("*.ndjson") for _ in file.open("rb")) >= count
    title = f"{count:,} resources ({people} people, {EACH} each)"
    return [
        _figure(f"import {title}", count / took, memory, "at least 3,000/s"),
        _figure(f"export {title}", count / out_took, out_memory, "at least 20,000/s"),
    ]


def _figure(title: str, rate: float, memory: float, bar: str) -> Figure:
    return Figure(title, f"{rate:,.0f}/s", f"peak memory {memory / 1e6:,.0f} MB", "", bar)


def run(setting: Setting, *arguments: str) -> tuple[float, float]:
    """Seconds and peak bytes of a command, its own processes added up; PostgreSQL is not among them."""
    environment = environment_of(setting.urls, setting.home)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", *arguments],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
    )
    peak = _Peak(process.pid)
    peak.start()
    assert process.wait() == 0
    took = time.perf_counter() - began
    peak.join()
    return took, peak.bytes


class _Peak(threading.Thread):
    """Adds the memory of a process and its children up, again and again, and keeps the most."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.bytes = 0.0

    def run(self) -> None:
        while self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE:
            with suppress(psutil.Error):
                everyone = [self.process, *self.process.children(recursive=True)]
                self.bytes = max(self.bytes, sum(_private_bytes(one) for one in everyone))
            time.sleep(0.2)


def _private_bytes(process: psutil.Process) -> float:
    """What would be freed if it ended; pages shared among forked processes count for none of them."""
    return float(process.memory_full_info().uss)
