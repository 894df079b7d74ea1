"""What every resource passes on its way in, beside what the standard library takes to read the same text."""

import json
import time
import timeit
from collections.abc import Callable
from zoneinfo import ZoneInfo

from figures import Figure, medians
from posting import DOSE
from setting import ZONE

from fhir_store.compartments import patients_of
from fhir_store.gate import check
from fhir_store.json_text import parse, with_members
from fhir_store.search_values import index_values

GATE_BAR = "at most 50 µs"


def pipeline() -> list[Figure]:
    """Microseconds of processor time for one dose."""
    raw = json.dumps(DOSE).encode()
    read, zone = parse(raw), ZoneInfo(ZONE)
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "parse one dose": (lambda: parse(raw), ""),
        "check one dose (the gate)": (lambda: check(read.value), GATE_BAR),
        "set its id and meta": (lambda: with_members(read, id="a", version_id="2", last_updated="b"), ""),
        "its index values": (lambda: index_values(read.value, zone), ""),
        "its compartments": (lambda: patients_of(read.value), ""),
    }
    return [_figure(title, step, bar, raw) for title, (step, bar) in steps.items()]


def _figure(title: str, step: Callable[[], object], bar: str, raw: bytes) -> Figure:
    ours, floor = medians(lambda: _microseconds(step), lambda: _microseconds(lambda: json.loads(raw)))
    return Figure(title, f"{ours:.0f} µs", f"json.loads {floor:.0f} µs", f"{ours / floor:.1f} x", bar)


def _microseconds(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=200, repeat=10, timer=time.process_time)) / 200 * 1e6
