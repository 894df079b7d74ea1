"""A kept cascade that took changes in is the same as one that was read anew."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import duckdb
import pytest

from cascade.cube import lists_of
from cascade.plan import shown
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
    """Two quarters and a year: every kind of series, and no more than one needs to be counted again and again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cascade.plan.QUARTERS", 2)
        patch.setattr("cascade.plan.YEARS", 1)
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
def the_same(kept, records, anew):
    """Take the changes in; the result must be that of reading everything again."""

    def check(how: str = "part"):
        found = refreshed(kept, records)
        assert found.how == how
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


def test_a_new_dose(records, the_same, anew, country):
    identifier = [{"system": "urn:example:dose", "value": "another"}]
    records.put(a_dose(records, effectiveDateTime="2025-12-30T07:00:00+01:00", identifier=identifier))
    found = the_same()
    assert found.changes == 1
    _, before = anew(Records(country))
    read = [one.read("MedicationAdministration") for one in (before, found.view.account)]
    assert read[1] == read[0] + 1


def test_a_dose_that_is_gone(records, the_same):
    records.delete("MedicationAdministration", max(records.ids("MedicationAdministration")))
    the_same()


def test_a_dose_that_turns_out_to_be_of_somebody_else(records, the_same):
    dose = records.get("MedicationAdministration", max(records.ids("MedicationAdministration")))
    other = next(id_ for id_ in records.ids("Patient") if f"Patient/{id_}" != dose["subject"]["reference"])
    records.put(dose | {"subject": {"reference": f"Patient/{other}"}})
    the_same()


def test_two_people_who_turn_out_to_be_one_and_two_again(records, the_same):
    one, other = sorted(records.ids("Patient"))[3:5]
    before = records.get("Patient", one)
    records.put(before | {"link": [{"other": {"reference": f"Patient/{other}"}, "type": "seealso"}]})
    the_same()
    records.put(before)
    the_same()


def test_a_new_person_with_a_national_identifier_that_is_known(records, the_same):
    named = next(
        patient
        for patient in map(
            json.loads, (text for (kind, _), text in records.kept.items() if kind == "Patient")
        )
        if any(one.get("type") for one in patient.get("identifier", []))
    )
    records.put(named | {"id": "another-patient"})
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


def test_a_facility_that_only_this_record_names(records, the_same):
    stay = records.get("Encounter", min(records.ids("Encounter")))
    records.put(stay | {"id": "another-stay", "serviceProvider": {"reference": "Organization/elsewhere"}})
    the_same()
    records.delete("Encounter", "another-stay")
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


@pytest.mark.parametrize(
    "other",
    [
        {"now": datetime(2026, 2, 11, 9, tzinfo=UTC)},
        {"key": bytes(range(1, 33))},
        {"period_end": date(2025, 9, 30)},
    ],
)
def test_another_day_key_or_period_reads_everything(kept, records, other):
    assert refreshed(kept, records, **other).how == "whole"


def test_another_store_reads_everything(kept, records):
    records.name = "another"
    assert refreshed(kept, records).how == "whole"


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
