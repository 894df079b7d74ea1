"""The cube counts once for each state of the store, in its own thread, and keeps the last good count."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from zoneinfo import ZoneInfo

import pytest
from log_capture import Log
from resources import a_dose, an_organization

from cascade.plan import last_whole_quarter
from cascade.sources import Changed
from cascade.sources.record_store import ChangingRecordStore
from services.ministry.cube import Cube, Records, Snapshot, take_snapshot, the_time
from services.shared.logs import configure_logging

ZONE = "Europe/Podgorica"
KEY = b"sixteen bytes or more"
LONG_S = 60.0
KEPT = TemporaryDirectory()


class Store:
    """A small store of resources that can be slow or broken."""

    def __init__(self, *resources: dict[str, object]) -> None:
        self.resources = list(resources)
        self.position = "1"
        self.readings = 0
        self.at_once = 0
        self.most_at_once = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.broken = False

    def records(self) -> Records:
        return Records(self._open, lambda: self.position)

    @contextmanager
    def _open(self) -> Iterator[ChangingRecordStore]:
        yield ChangingRecordStore(self.read_bodies, lambda: "store", lambda: self.position, self.changes)

    def changes(self, after: str) -> Iterable[Changed]:
        """Whatever changed, everything comes again."""
        self.read_bodies("MedicationAdministration")
        return [Changed(str(one["resourceType"]), str(one["id"]), json.dumps(one)) for one in self.resources]

    def read_bodies(self, resource_type: str) -> Iterable[str]:
        if resource_type == "MedicationAdministration":
            self.readings += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            assert self.may_go_on.wait(LONG_S)
            self.at_once -= 1
            if self.broken:
                raise ValueError("Djuric4711 cannot be read")
        return [json.dumps(one) for one in self.resources if one["resourceType"] == resource_type]


def today() -> date:
    return datetime.now(ZoneInfo(ZONE)).date()


def a_dose_on(day: date, id_: str = "d1", patient: str = "p1") -> dict[str, object]:
    return a_dose(id_, patient=patient, at=f"{day}T08:00:00+01:00")


def quarters_end() -> date:
    """The last day of the last quarter that is over, on which a dose counts for its census."""
    return last_whole_quarter(today())


def two_quarters(*, patient: str = "p1") -> list[dict[str, object]]:
    """Doses at the beginning and at the end of the last whole quarter: it is whole, and has a census."""
    first = last_whole_quarter(quarters_end()) + timedelta(days=2)
    return [a_dose_on(day, f"{patient}-{n}", patient) for n, day in enumerate((first, quarters_end()))]


def kept() -> Path:
    """A file in a folder of its own, which goes when the test's process does."""
    return Path(mkdtemp(dir=KEPT.name)) / "cascade.duckdb"


def cube_of(store: Store, pause_s: float = 0.0, clock: Callable[[], datetime] = the_time) -> Cube:
    return Cube(store.records(), kept(), zone=ZONE, key=KEY, pause_s=pause_s, now=clock)


def newest(cube: Cube) -> Snapshot:
    """What there is to show when no count is under way."""
    cube.wait(LONG_S)
    snapshot = cube.view().snapshot
    assert snapshot is not None
    return snapshot


def people(cube: Cube) -> int:
    """People on OAT at the end of the last quarter."""
    return census(newest(cube))


def census(snapshot: Snapshot) -> int:
    figures = snapshot.view.figures
    mine = figures[
        (figures["measure"] == "oat_census") & (figures["profile"] == "late_7") & (figures["cut_by"] == "")
    ]
    return int(
        mine[(mine["figure"] == "on_oat") & (mine["last"] == snapshot.view.period_end)]["numerator"].sum()
    )


def test_the_first_view_starts_a_count_and_does_not_wait_for_it() -> None:
    store = Store(*two_quarters())
    store.may_go_on.clear()
    cube = cube_of(store)
    view = cube.view()
    assert (view.snapshot, view.computing, view.failed) == (None, True, False)
    store.may_go_on.set()
    assert people(cube) == 1


def test_nothing_is_counted_again_while_nothing_was_written() -> None:
    store = Store(*two_quarters())
    cube = cube_of(store)
    cube.view()
    assert people(cube) == 1
    readings = store.readings
    for _ in range(3):
        assert not cube.view().computing
    assert store.readings == readings


def test_what_was_written_is_counted_and_the_old_count_is_shown_meanwhile() -> None:
    store = Store(*two_quarters())
    cube = cube_of(store)
    cube.view()
    assert people(cube) == 1

    store.resources += two_quarters(patient="p2")
    store.position = "2"
    store.may_go_on.clear()
    view = cube.view()
    assert view.computing
    assert view.snapshot is not None
    assert view.snapshot.position == "1"
    store.may_go_on.set()
    assert people(cube) == 1 + 1


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def test_a_new_day_in_the_facilities_zone_is_counted_anew_and_may_show_a_new_quarter() -> None:
    # In Podgorica the last day of June 2026 ends at 22:00 in UTC.
    clock = Clock(datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
    doses = [a_dose_on(day, f"d{n}") for n, day in enumerate((date(2026, 1, 2), date(2026, 6, 30)))]
    store = Store(*doses)
    cube = cube_of(store, clock=clock)
    cube.view()
    assert people(cube) == 0
    assert newest(cube).view.period_end == date(2026, 3, 31)
    readings = store.readings

    clock.at = datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)
    assert not cube.view().computing, "the day is not over"
    clock.at = datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert cube.view().computing, "nothing was written, but another day has begun"
    assert people(cube) == 1
    assert newest(cube).view.period_end == date(2026, 6, 30)
    assert store.readings > readings
    assert not cube.view().computing, "once a day is enough"


def test_a_store_that_never_rests_is_counted_only_after_a_pause() -> None:
    store = Store(*two_quarters())
    cube = cube_of(store, pause_s=LONG_S)
    cube.view()
    assert people(cube) == 1
    store.position = "2"
    assert not cube.view().computing


def test_many_readers_at_once_start_one_count() -> None:
    store = Store(*two_quarters())
    store.may_go_on.clear()
    cube = cube_of(store)
    readers = [threading.Thread(target=cube.view) for _ in range(20)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    cube.start()
    store.may_go_on.set()
    assert people(cube) == 1
    assert (store.readings, store.most_at_once) == (1, 1)


def test_a_count_that_fails_leaves_the_last_one_and_is_tried_again() -> None:
    log = Log()
    configure_logging("INFO", log.stream)
    store = Store(*two_quarters())
    store.broken = True
    cube = cube_of(store)
    cube.view()
    cube.wait(LONG_S)
    store.broken = False
    view = cube.view()
    assert view.failed
    assert view.computing
    assert people(cube) == 1
    assert not cube.view().failed
    (line,) = log.events("counting for the ministry failed")
    assert "ValueError" in line["error"] or "InvalidInput" in line["error"]
    assert "Djuric4711" not in log.text


def test_everything_to_the_end_of_the_last_quarter_is_counted() -> None:
    snapshot = take_snapshot(Store(*two_quarters()).records(), kept(), zone=ZONE, key=KEY, now=the_time())
    assert snapshot.view.period_end == quarters_end()
    assert snapshot.view.data_as_of <= datetime.now(UTC)
    assert census(snapshot) == 1


@pytest.mark.parametrize(
    ("day", "period_end"),
    [
        (date(2019, 12, 20), date(2019, 12, 31)),
        (date(2020, 1, 10), date(2020, 3, 31)),
        (date(2020, 9, 30), date(2020, 9, 30)),
    ],
)
def test_records_that_ended_long_ago_are_shown_up_to_the_end_of_their_last_quarter(
    day: date, period_end: date
) -> None:
    doses = [a_dose_on(day - timedelta(days=200), "d0"), a_dose_on(day)]
    snapshot = take_snapshot(
        Store(*doses, an_organization("o1")).records(), kept(), zone=ZONE, key=KEY, now=the_time()
    )
    assert snapshot.view.period_end == period_end
    assert snapshot.view.shown.quarters


def test_a_store_without_events_gives_an_empty_view() -> None:
    snapshot = take_snapshot(
        Store(an_organization("o1")).records(), kept(), zone=ZONE, key=KEY, now=the_time()
    )
    assert snapshot.view.figures.empty
    assert snapshot.view.period_end == quarters_end()
