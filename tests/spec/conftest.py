"""The one act of a spec chapter: measure this world, expect these numbers."""

from collections.abc import Callable

import pytest
from spec import worlds

from cascade import measures

Check = Callable[..., None]


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
