"""A kept cascade that took changes in is the same as one that was read anew."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from random import Random

import duckdb
import pytest

from cascade.cube import lists_of
from cascade.plan import PLAN, shown
from cascade.refresh import refresh
from cascade.sources import Changed
from cascade.sources.record_store import ChangingRecordStore
from services.demo.country.simulation import simulated
from services.demo.country.writing import RECORDS, write

ZONE = "Europe/Tirane"
KEY = bytes(range(32))
NOW = datetime(2026, 2, 10, 9, tzinfo=UTC)
PERIOD_END = date(2025, 12, 31)


class Records:
    """Resources by type and id, and every change to them in order."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.feed: list[Changed] = []
        self.name = "records"
        for text in texts:
            self.put(json.loads(text))

    def put(self, resource) -> None:
        key = (resource["resourceType"], resource["id"])
        self.kept[key] = json.dumps(resource)
        self.feed.append(Changed(*key, self.kept[key]))

    def delete(self, type_: str, id_: str) -> None:
        del self.kept[type_, id_]
        self.feed.append(Changed(type_, id_, None))

    def get(self, type_: str, id_: str):
        return json.loads(self.kept[type_, id_])

    def ids(self, type_: str) -> list[str]:
        return [id_ for kind, id_ in self.kept if kind == type_]

    def source(self) -> ChangingRecordStore:
        return ChangingRecordStore(
            lambda type_: (text for (kind, _), text in self.kept.items() if kind == type_),
            lambda: self.name,
            lambda: str(len(self.feed)),
            lambda after: self.feed[int(after) :],
        )


@pytest.fixture(scope="module", autouse=True)
def _few_periods() -> Iterator[None]:
    """Two quarters and a year, and every third series but those of time: no more than one needs to count again and again.

    With THROUGHCARE_EXAMPLES every series.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cascade.plan.QUARTERS", 2)
        patch.setattr("cascade.plan.YEARS", 1)
        if "THROUGHCARE_EXAMPLES" not in os.environ:
            measures = {one.measure for one in PLAN}
            few = set(sorted(measures)[::3])
            patch.setattr("cascade.plan.PLAN", tuple(one for one in PLAN if one.measure in few))
        yield


@pytest.fixture(scope="module")
def country(tmp_path_factory) -> list[str]:
    """The records of a small country, the last version of each."""
    folder = tmp_path_factory.mktemp("country")
    write(simulated(2, 24, 3, date(2026, 1, 31)), folder)
    last: dict[tuple[str, str], str] = {}
    for file in sorted((folder / RECORDS).glob("*.ndjson")):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            last[one["resourceType"], one["id"]] = line
    return list(last.values())


@pytest.fixture(scope="module")
def anew(tmp_path_factory):
    """The cascade read anew from records: its file and the account. The same records are read once for all tests."""
    made = {}

    def read(records: Records):
        same = frozenset(records.kept.items())
        if same not in made:
            file = tmp_path_factory.mktemp("kept") / "cascade.duckdb"
            found = refreshed(file, Records(list(records.kept.values())))
            assert found.how == "whole"
            made[same] = file, found.view.account
        return made[same]

    return read


@pytest.fixture(scope="module")
def whole(country, anew) -> Path:
    """The cascade kept from them."""
    return anew(Records(country))[0]


@pytest.fixture
def kept(whole, tmp_path) -> Path:
    """A copy of it that a test may change."""
    file = tmp_path / "cascade.duckdb"
    file.write_bytes(whole.read_bytes())
    return file


@pytest.fixture
def records(country) -> Records:
    return Records(country)


def refreshed(file: Path, records: Records, **other):
    asked = {"period_end": PERIOD_END, "now": NOW, "zone": ZONE, "key": KEY}
    return refresh(file, records.source(), **(asked | other))


def contents(file: Path) -> dict[str, tuple]:
    """What every kept table holds, but for the place in the feed: how many rows, and their hashes in all."""
    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1"
        ).fetchall()
        # One group of the account may be in several rows.
        left_out = ("shown.position", "derived.accounted")
        return {
            name: connection.execute(
                f"SELECT count(*), sum(hash(one::VARCHAR)) FROM {name} AS one"
            ).fetchone()
            for (name,) in names
            if name not in left_out
        }


@pytest.fixture
def taken_in(kept, records):
    """Take the changes in."""

    def take(how: str = "part"):
        found = refreshed(kept, records)
        assert found.how == how
        return found

    return take


@pytest.fixture
def the_same(kept, records, anew, taken_in):
    """Take the changes in; the result must be that of reading everything again."""

    def check(how: str = "part"):
        found = taken_in(how)
        file, account = anew(records)
        one, other = contents(kept), contents(file)
        assert one.keys() == other.keys()
        assert [name for name in one if one[name] != other[name]] == []
        assert found.view.account == account
        return found

    return check


def test_nothing_changed(the_same):
    the_same(how="unchanged")


def a_dose(records: Records, **other):
    id_ = max(records.ids("MedicationAdministration"))
    return records.get("MedicationAdministration", id_) | {"id": "another-dose"} | other


def test_one_change_after_another(records, the_same, taken_in, anew, country):
    """A dose more, one less, one of somebody else, a person who is known elsewhere: each is taken in by itself."""
    gone, wrong = sorted(records.ids("MedicationAdministration"))[-2:]
    identifier = [{"system": "urn:example:dose", "value": "another"}]
    records.put(a_dose(records, effectiveDateTime="2025-12-30T07:00:00+01:00", identifier=identifier))
    found = taken_in()
    assert found.changes == 1
    _, before = anew(Records(country))
    read = [one.read("MedicationAdministration") for one in (before, found.view.account)]
    assert read[1] == read[0] + 1
    records.delete("MedicationAdministration", gone)
    taken_in()
    dose = records.get("MedicationAdministration", wrong)
    other = next(id_ for id_ in records.ids("Patient") if f"Patient/{id_}" != dose["subject"]["reference"])
    records.put(dose | {"subject": {"reference": f"Patient/{other}"}})
    taken_in()
    patients = [records.get("Patient", id_) for id_ in records.ids("Patient")]
    named = next(one for one in patients if any(said.get("type") for said in one.get("identifier", [])))
    records.put(named | {"id": "another-patient"})
    the_same()


def test_what_was_joined_and_parted_again_is_as_before(records, the_same, taken_in):
    """Two people who turn out to be one, and a facility that only one record names: in, and out again."""
    one, other = sorted(records.ids("Patient"))[3:5]
    before = records.get("Patient", one)
    records.put(before | {"link": [{"other": {"reference": f"Patient/{other}"}, "type": "seealso"}]})
    taken_in()
    stay = records.get("Encounter", min(records.ids("Encounter")))
    records.put(stay | {"id": "another-stay", "serviceProvider": {"reference": "Organization/elsewhere"}})
    the_same()
    records.delete("Encounter", "another-stay")
    taken_in()
    records.put(before)
    the_same()


def test_a_record_of_one_person_that_names_a_stay_of_another(records, the_same):
    dose = records.get("MedicationAdministration", max(records.ids("MedicationAdministration")))
    stay = next(
        stay
        for stay in map(json.loads, (text for (kind, _), text in records.kept.items() if kind == "Encounter"))
        if stay["subject"] != dose["subject"]
    )
    records.put(dose | {"context": {"reference": f"Encounter/{stay['id']}"}})
    the_same()
    records.delete("Encounter", stay["id"])
    the_same()


@pytest.mark.parametrize("seed", range(1))
def test_any_changes(records, the_same, seed):
    """Deletions, copies and exchanges of records, some hundred at once."""
    random = Random(seed)
    of_people = [key for key in sorted(records.kept) if key[0] not in EVERYBODYS]
    for type_, id_ in random.sample(of_people, 40):
        resource = records.get(type_, id_)
        if random.random() < 0.5:
            records.delete(type_, id_)
        if random.random() < 0.7:
            records.put(resource | {"id": f"{id_}-copy"})
    the_same()


EVERYBODYS = ("Organization", "Location", "HealthcareService", "Medication", "MeasureReport")


def test_a_change_that_can_touch_anybody_reads_everything(records, the_same):
    prison = records.get("Organization", min(records.ids("Organization")))
    records.put(prison | {"name": "DEMO another name"})
    the_same(how="whole")


class BeginsAgain(Exception):
    """Everything would be read; what comes of that is asked elsewhere."""


@pytest.fixture
def begins_again(monkeypatch) -> None:
    def told(*_: object) -> None:
        raise BeginsAgain

    # The package has a function of this module's name.
    monkeypatch.setattr(import_module("cascade.refresh.refresh"), "_begin_again", told)


@pytest.mark.parametrize(
    "other",
    [
        {"now": datetime(2026, 2, 11, 9, tzinfo=UTC)},
        {"key": bytes(range(1, 33))},
        {"period_end": date(2025, 9, 30)},
    ],
)
def test_another_day_key_or_period_reads_everything(kept, records, begins_again, other):
    with pytest.raises(BeginsAgain):
        refreshed(kept, records, **other)


def test_another_store_reads_everything(kept, records, begins_again):
    records.name = "another"
    with pytest.raises(BeginsAgain):
        refreshed(kept, records)


def test_a_refresh_that_broke_off_is_begun_again(kept, records, the_same, monkeypatch):
    records.put(a_dose(records))
    with monkeypatch.context() as broken:
        broken.setattr("cascade.refresh.part.Part.count", lambda self, plan: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            refreshed(kept, records)
    the_same(how="whole")


def test_only_its_owner_may_read_the_file(kept, records):
    refreshed(kept, records, now=datetime(2026, 2, 12, 9, tzinfo=UTC))
    assert kept.stat().st_mode & 0o077 == 0


def test_a_measure_stands_in_the_plan_once_for_each_reading():
    """Its kept members and figures are told apart by measure and reading alone."""
    plan = shown(date(2026, 3, 31), date(2020, 1, 1), data_as_of=datetime(2026, 7, 1, tzinfo=UTC), zone="UTC")
    listed = [(one.measure, one.profile) for one in lists_of(plan.counted)]
    assert listed
    assert len(listed) == len(set(listed))
