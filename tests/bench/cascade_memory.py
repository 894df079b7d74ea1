"""Peak memory of the cascade over five million resources, and how its time grows: a part of ``make bench-full``.

    python tests/bench/cascade_memory.py

An invented country of about a million resources is written once, and then again under other ids: to count them is the
same work as to count so many people more, and they take minutes instead of an hour to write. Each run is a process of its
own, so that its peak is its own.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from figures import Figure, show

from cascade.aside import folder_aside
from cascade.compute import compute
from cascade.refresh import refresh
from cascade.request import Request
from cascade.sources import Changed
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import ChangingRecordStore
from services.demo.country.simulation import simulated
from services.demo.country.writing import RECORDS, write

PEOPLE = 1_800
COPIES = (1, 5)
END, PERIOD_END = date(2026, 6, 30), date(2026, 3, 31)
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
ZONE = "Europe/Podgorica"
KEY = bytes(range(32))
BAR = "under 1,000 MiB"


def memory() -> Iterator[Figure]:
    """Peak and time of counting every measure for eight quarters, and of making the kept cascade."""
    with tempfile.TemporaryDirectory(prefix="throughcare-bench-") as written:
        folder = Path(written)
        write(simulated(PEOPLE, 24, 1, END), folder / "once")
        for copies in COPIES:
            records = folder / f"{copies}-times"
            count = _multiply(folder / "once" / RECORDS, records, copies)
            for act in (count_all, keep):
                seconds, peak = _alone(act.__name__, records, folder / f"{act.__name__}-{copies}")
                yield Figure(
                    f"{TITLES[act.__name__]}, {count:,} resources",
                    f"{seconds:.0f} s",
                    "",
                    f"{peak:,.0f} MiB",
                    BAR,
                )


TITLES = {
    "count_all": "compute: every measure and profile, 8 quarters, by setting and facility",
    "keep": "refresh: the kept cascade made whole",
}


def count_all(records: Path, home: Path) -> None:
    """As ``throughcare cascade compute`` does."""
    asked = Request(PERIOD_END, NOW, ZONE, periods=8, by=("setting", "facility"))
    with folder_aside(home) as aside:
        compute(Ndjson(records), asked, key=KEY, aside=aside)


def keep(records: Path, home: Path) -> None:
    """As ``throughcare cascade refresh`` does the first time."""
    source = ChangingRecordStore(
        lambda type_: _texts(records, type_), lambda: "bench", lambda: "0", _no_changes
    )
    refresh(home / "cascade.duckdb", source, period_end=PERIOD_END, now=NOW, zone=ZONE, key=KEY)


def _texts(records: Path, type_: str) -> Iterator[str]:
    for file in sorted(records.rglob(f"{type_}.ndjson")):
        with file.open(encoding="utf-8") as lines:
            yield from lines


def _no_changes(after: str) -> tuple[Changed, ...]:
    return ()


def _multiply(once: Path, into: Path, copies: int) -> int:
    """Write the records so many times, each time under other ids and identifiers; how many there are."""
    count = 0
    for copy in range(copies):
        folder = into / str(copy)
        folder.mkdir(parents=True)
        for file in sorted(once.glob("*.ndjson")):
            with (
                file.open(encoding="utf-8") as lines,
                (folder / file.name).open("w", encoding="utf-8") as renamed,
            ):
                for line in lines:
                    renamed.write(line.replace("demo-", f"demo{copy}-").replace('"DEMO-', f'"DEMO{copy}-'))
                    count += 1
    return count


def _alone(act: str, records: Path, home: Path) -> tuple[float, float]:
    """Seconds and peak MiB of one act in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, act, str(records), str(home)], check=True, capture_output=True, text=True
    )
    seconds, peak = json.loads(done.stdout)
    return float(seconds), float(peak)


def _peak() -> float:
    """MiB that this program has held at most. What ``getrusage`` says begins with what its parent held."""
    status = Path("/proc/self/status").read_text()
    (kilobytes,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(kilobytes) / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        began = time.perf_counter()
        {"count_all": count_all, "keep": keep}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
        print(json.dumps([time.perf_counter() - began, _peak()]))
    else:
        show("The cascade over five million resources", list(memory()))
