"""Reading, checking and indexing are on the way of every resource: what each may cost.

Processor time, the best of many runs, against what the standard library takes to read the same text on the same
machine. Measured on 2 cores (AMD EPYC, Python 3.11) for 800 bytes: json.loads 7 us, parse 12, check 25,
with_members 13 (more if meta comes last, as here), index_values 24, patients_of 3.5.
"""

import json
import timeit
from collections.abc import Callable
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from resources import a_dose

from fhir_store.compartments import patients_of
from fhir_store.gate import check
from fhir_store.json_text import parse, with_members
from fhir_store.search_values import index_values

ZONE = ZoneInfo("Europe/Tirane")
DOSE = json.dumps(
    a_dose(
        "a1b2c3d4-0000-4000-8000-000000000001",
        patient="7f3c1e52-1111-4222-8333-444455556666",
        at="2026-01-02T08:01:02+01:00",
        meta={"versionId": "1", "lastUpdated": "2026-01-02T07:01:02.123Z"},
        identifier=[{"system": "urn:throughcare:dose", "value": "order-17/2026-01-02/1"}],
        context={"reference": "Encounter/7f3c1e52-1111-4222-8333-444455556677"},
        performer=[{"actor": {"reference": "Practitioner/7f3c1e52-1111-4222-8333-444455556688"}}],
        request={"reference": "MedicationRequest/7f3c1e52-1111-4222-8333-444455556699"},
    ),
    separators=(",", ":"),
).encode()
READ = parse(DOSE)


def cost(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=200, repeat=30, timer=process_time))


# About twice what was measured, so that a change of the code shows and a busy machine does not.
@pytest.mark.parametrize(
    ("work", "times_json"),
    [
        pytest.param(lambda: parse(DOSE), 4, id="parse"),
        pytest.param(
            lambda: with_members(READ, id="a", version_id="2", last_updated="b"), 9, id="with_members"
        ),
        pytest.param(lambda: check(READ.value), 8, id="check"),
        pytest.param(lambda: index_values(READ.value, ZONE), 8, id="index_values"),
        pytest.param(lambda: patients_of(READ.value), 2, id="patients_of"),
    ],
)
def test_no_step_costs_many_times_the_reading(work: Callable[[], object], times_json: int) -> None:
    work()
    assert cost(work) < times_json * cost(lambda: json.loads(DOSE))
