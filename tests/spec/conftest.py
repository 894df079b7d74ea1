"""The one act of a spec chapter: measure this world, expect these numbers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from spec import world, worlds

from cascade import measures
from cascade import monthly_reference as reference
from cascade.compute import compute
from cascade.sources.ndjson import Ndjson

Check = Callable[..., None]


@pytest.fixture(name="measured")
def _measured() -> Check:
    """Contract rows in; both the measure and its reference twin must give the expected numbers."""

    def check(name: str, text: str, *, expect: str, **window: Any) -> None:
        doses, over = world.doses(text), world.window(**window)
        facilities = world.facilities_of(doses)
        result = world.run(name, doses, facilities, over)
        judged = getattr(reference, name)(doses, facilities, over)
        assert world.by_facility(result) == world.expected(expect)
        assert world.by_facility(vars(row) for row in judged) == world.expected(expect)

    return check


@pytest.fixture(name="computed")
def _computed(tmp_path: Path) -> Check:
    """FHIR resources in, through views, derivation and measure."""

    def check(name: str, text: str, *, expect: str, **window: Any) -> None:
        file, over = tmp_path / "bulk.ndjson", world.window(**window)
        file.write_text(world.ndjson(world.treatment(text)), encoding="utf-8")
        outcome = compute(
            Ndjson(file),
            [name],
            period_end=over.period_end,
            months=over.months,
            data_as_of=over.data_as_of,
            zone=over.zone,
            key=bytes(32),
        )
        assert world.by_facility(plain(outcome.frame)) == world.expected(expect)

    return check


def plain(frame: Any) -> list[dict[str, Any]]:
    """The rows of a result frame with Python's dates and None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{**row, "month": _date(row["month"])} for row in rows]


def _date(month: Any) -> date | None:
    return None if month is None else month.date()


@pytest.fixture(name="counted")
def _counted() -> Check:
    """Contract rows in; both the measure and its twin must list the expected members."""

    def check(name: str, *, period: str, expect: str, profile: str | None = None, **tables: str) -> None:
        of, over = worlds.world(**tables), worlds.period(period)
        reading = profile or next(iter(measures.measure(name).profiles))
        result, judged = worlds.measured(name, of, over, reading), worlds.judged(name, of, over, reading)
        headings, wanted = worlds.expected(expect)
        assert worlds.shown(result, headings) == wanted
        assert worlds.ordered(judged) == worlds.ordered(result)

    return check


@pytest.fixture(name="timed")
def _timed() -> Callable[..., list[tuple[int, str]]]:
    """As `counted`, for a measure of time: each member has the days until the status. Returns days and status."""

    def check(
        name: str, *, period: str, expect: str, profile: str | None = None, **tables: str
    ) -> list[tuple[int, str]]:
        of, over = worlds.world(**tables), worlds.period(period)
        reading = profile or next(iter(measures.measure(name).profiles))
        result = worlds.timed(name, of, over, reading)
        (*headings, last), wanted = worlds.expected(expect)
        assert last == "days"
        found = sorted((*worlds.shown([one], headings)[0], str(days)) for one, days in result)
        assert found == wanted
        assert sorted(map(str, worlds.judged_times(name, of, over, reading))) == sorted(map(str, result))
        return [(days, one.status) for one, days in result]

    return check
