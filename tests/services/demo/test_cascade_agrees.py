"""Over a country of which everything is known, the cascade lists exactly the people that are to be counted.

The truth is told from the generator's state, the cascade reads the FHIR records that were written of it: neither has seen
the other's way. Each list is compared in full: who, which event, what status, where, how old, of what sex.
"""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from cascade import measures
from cascade.sources.ndjson import Ndjson
from services.demo.country import truth
from services.demo.country.calendar import Calendar
from services.demo.country.days import at
from services.demo.country.simulation import simulated
from services.demo.country.truth.known import known
from services.demo.country.writing import RECORDS, write
from tests.services.demo.listed import (
    Asked,
    by_cascade,
    by_truth,
    computed,
    names_of,
    times_by_cascade,
    times_by_truth,
)

END = date(2026, 6, 30)
SIZES = ((4, 12), (8, 18), (20, 18))
"""People on OAT on the last day, and months of records; everybody else and every case comes on top."""
SEEDS = (1, 2, 3, 4, 5)

COMPARED = sorted(set(measures.names()) & set(truth.MEASURES))


def cuts(calendar: Calendar) -> tuple[date, ...]:
    """Days at whose first instant the records are looked at: when they were drawn, at the close, and while some is late."""
    close = calendar.quarter_end + timedelta(days=1)
    return (calendar.end + timedelta(days=1), close, close + timedelta(days=20))


def spans(calendar: Calendar, kind: str) -> tuple[tuple[date, date], ...]:
    """The year that ends with the quarter on which the cases turn; of what is counted on its last day, the quarter before."""
    last = calendar.quarter_end
    before = calendar.quarter_first - timedelta(days=1)
    year = (date(last.year - 1, last.month + 1, 1), last)
    return (year, (date(before.year, before.month - 2, 1), before)) if kind == "stock" else (year,)


def asked(calendar: Calendar, cut: date) -> list[Asked]:
    """Every measure under every profile in each period."""
    return [
        Asked(measure.name, profile, first, last, at(cut, "06:00"))
        for measure in map(measures.measure, COMPARED)
        for profile in measure.profiles
        for first, last in spans(calendar, measure.kind)
    ]


WHOLE_GRID = [(size, seed) for size in range(len(SIZES)) for seed in SEEDS]
# With THROUGHCARE_EXAMPLES every size with every seed; else each size, and each seed, at least once.
GRID = WHOLE_GRID if "THROUGHCARE_EXAMPLES" in os.environ else [(0, 1), (0, 4), (1, 2), (1, 5), (2, 3)]


@pytest.mark.parametrize(("size", "seed"), GRID)
def test_the_cascade_lists_whom_the_truth_lists(tmp_path: Path, size: int, seed: int) -> None:
    people, months = SIZES[size]
    country = simulated(people, months, seed, END)
    write(country, tmp_path)
    cut = cuts(country.calendar)[(size + seed) % 3]
    then = known(country, at(cut, "06:00"))
    with computed(Ndjson(tmp_path / RECORDS), then.data_as_of, names_of(country)) as of:
        for one in asked(country.calendar, cut):
            found, true = by_cascade(of, one), by_truth(then, one)
            wrong, missing = sorted(set(found) - set(true)), sorted(set(true) - set(found))
            assert (wrong[:3], missing[:3]) == ([], []), (one, len(wrong), len(missing))
            assert found == true, one
            if one.measure == "oat_survival":
                assert times_by_cascade(of, one) == times_by_truth(then, one), one


def test_every_measure_has_a_truth() -> None:
    assert set(measures.names()) == set(COMPARED)
    for measure in COMPARED:
        assert tuple(measures.measure(measure).profiles) == truth.profiles(measure)


def test_no_list_that_is_compared_is_empty() -> None:
    country = simulated(*SIZES[-1], SEEDS[0], END)
    (cut, *_) = cuts(country.calendar)
    now = known(country, at(cut, "06:00"))
    for one in asked(country.calendar, cut):
        assert by_truth(now, one), one
