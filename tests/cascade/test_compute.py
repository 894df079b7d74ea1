"""The whole chain, from NDJSON to a frame and an account."""

import gzip
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spec import world
from spec.conftest import plain
from spec.world import ATC, administration, episode_of_care, organization

from cascade.compute import Outcome, compute, open_database
from cascade.errors import UnknownMeasure, UnknownZone, WeakKey, WrongWindow
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import RecordStore

SHARED = Path(os.environ.get("THROUGHCARE_SHARED", Path(__file__).parents[2] / ".." / "shared"))
CONFORMANCE = SHARED / "conformance"
needs_shared = pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="no ../shared")


def counted(*paths: Path, **other) -> Outcome:
    asked = {
        "period_end": date(2025, 3, 31),
        "months": 3,
        "data_as_of": datetime(2025, 4, 10, tzinfo=UTC),
        "zone": "Europe/Tirane",
        "key": b"sixteen bytes or more",
    }
    return compute(other.pop("source", Ndjson(*paths)), ["people_given_oat"], **(asked | other))


def people(outcome: Outcome) -> dict[tuple[str | None, str], int]:
    told = world.by_facility(plain(outcome.frame))
    return {(month and f"{month:%Y-%m}", facility): number for (month, facility), number in told.items()}


def a_small_country() -> list[world.Json]:
    """Twelve people, a prison, a treatment centre in town, and what goes wrong in real records.

    ana      doses in prison on 1 to 31 January, released; in town from 3 February to 31 March
    bora     one dose in prison on 31 January at 23:30, which is 22:30 in UTC
    cela     one dose in prison on 1 February at 00:15, which is 31 January in UTC
    drita    refused in prison on 5 March: not given
    elira    in town on 10 February; the record was entered in error
    fatmir   in town on 10 March, sent twice with one identifier
    gent     in town in March, day not known
    hana     in town in 2025, month not known
    ilir     on 20 March, the record does not say where
    jeta     paracetamol in prison on 20 March
    kujtim   methadone in town on 20 March under a code of a national register
    luan     in prison on 15 March, recorded on 11 April, after the data cut
    """
    doses = [
        *(_dose("ana", "prison", f"2025-01-{day:02}T08:00:00+01:00") for day in range(1, 32)),
        *(_dose("ana", "town", f"2025-02-{day:02}T09:00:00+01:00") for day in range(3, 29)),
        *(_dose("ana", "town", f"2025-03-{day:02}T09:00:00+01:00") for day in range(1, 32)),
        _dose("bora", "prison", "2025-01-31T22:30:00Z"),
        _dose("cela", "prison", "2025-01-31T23:15:00Z"),
        _dose("drita", "prison", "2025-03-05T08:00:00+01:00", status="not-done", mg=None),
        _dose("elira", "town", "2025-02-10T09:00:00+01:00", status="entered-in-error"),
        _dose("fatmir", "town", "2025-03-10T09:00:00+01:00", identifier="f-1"),
        _dose("fatmir", "town", "2025-03-10T09:00:00+01:00", identifier="f-1"),
        _dose("gent", "town", "2025-03"),
        _dose("hana", "town", "2025"),
        _dose("ilir", None, "2025-03-20T09:00:00+01:00"),
        _dose("jeta", "prison", "2025-03-20T08:00:00+01:00", code="N02BE01"),
        _dose(
            "kujtim",
            "town",
            "2025-03-20T09:00:00+01:00",
            medicationCodeableConcept={"coding": [{"system": "urn:example:register", "code": "4711"}]},
        ),
        _dose("luan", "prison", "2025-03-15T08:00:00+01:00", meta={"lastUpdated": "2025-04-11T08:00:00Z"}),
    ]
    numbered = [dose | {"id": f"dose-{number}"} for number, dose in enumerate(doses)]
    episodes = [
        episode_of_care(f"{person}-{place}", person, place)
        for person in (
            "ana",
            "bora",
            "cela",
            "drita",
            "elira",
            "fatmir",
            "gent",
            "hana",
            "jeta",
            "kujtim",
            "luan",
        )
        for place in ("prison", "town")
    ]
    return [organization("prison"), organization("town"), *episodes, *numbered]


def _dose(person: str, place: str | None, effective: str, **other) -> world.Json:
    return administration(
        "", person=person, episode=place and f"{person}-{place}", effective=effective, **other
    )


COUNTED_BY_HAND = {
    ("2025-01", "prison"): 2,  # ana, bora
    ("2025-02", "prison"): 1,  # cela
    ("2025-03", "prison"): 0,  # drita refused, jeta had no OAT, luan was not yet recorded
    ("2025-02", "town"): 1,  # ana; elira was a mistake
    ("2025-03", "town"): 3,  # ana, fatmir once, gent; kujtim's code is not known
    ("2025-03", "unknown"): 1,  # ilir
    ("2025-01", "all"): 2,
    ("2025-02", "all"): 2,
    ("2025-03", "all"): 4,
    (None, "town"): 1,  # hana
    (None, "all"): 1,
}


def test_a_small_country_is_as_counted_by_hand(ndjson):
    outcome = counted(ndjson(a_small_country()))
    assert people(outcome) == COUNTED_BY_HAND


def test_the_record_store_gives_the_same_numbers(ndjson):
    resources = a_small_country()

    def bodies(type_):
        return (json.dumps(resource) for resource in resources if resource["resourceType"] == type_)

    assert people(counted(source=RecordStore(bodies))) == COUNTED_BY_HAND


def test_everything_read_is_in_the_account_once(ndjson):
    outcome = counted(ndjson(a_small_country()))
    assert outcome.account.outcomes("MedicationAdministration") == {
        "used": 31 + 26 + 31 + 2 + 1 + 1 + 3,
        "older_version": 1,
        "duplicate_identifier": 1,
        "status_entered-in-error": 1,
        "unmapped": 2,
    }
    unmapped = {(one.system, one.code) for one in outcome.account.lines if one.outcome == "unmapped"}
    assert unmapped == {(ATC, "N02BE01"), ("urn:example:register", "4711")}
    assert outcome.account.outcomes("Organization") == {"looked_up": 2}
    assert outcome.account.read("EpisodeOfCare") == 11 * 2


def test_a_later_data_cut_sees_what_was_recorded_in_between(ndjson):
    cut = datetime(2025, 4, 11, 8, tzinfo=UTC)
    later = people(counted(ndjson(a_small_country()), data_as_of=cut))
    assert later == COUNTED_BY_HAND | {("2025-03", "prison"): 0 + 1, ("2025-03", "all"): 4 + 1}


def test_the_frame_says_which_months_had_ended(ndjson):
    file = ndjson(a_small_country())
    frame = counted(file, data_as_of=datetime(2025, 3, 20, tzinfo=UTC)).frame
    complete = {row["month"] and row["month"].month: row["complete"] for row in plain(frame)}
    assert complete == {1: True, 2: True, 3: False, None: False}


def test_the_same_key_gives_the_same_frame_and_another_key_the_same_numbers(ndjson):
    file = ndjson(a_small_country())
    pd.testing.assert_frame_equal(counted(file).frame, counted(file).frame)
    other = counted(file, key=b"another sixteen bytes")
    assert people(other) == COUNTED_BY_HAND
    assert set(other.frame["facility_key"]) & set(counted(file).frame["facility_key"]) == {"all", "unknown"}


def test_the_order_of_lines_and_files_does_not_matter(tmp_path):
    resources = a_small_country()
    forward, backward = tmp_path / "forward", tmp_path / "backward"
    for folder, ordered in ((forward, resources), (backward, resources[::-1])):
        folder.mkdir()
        for part in range(3):
            (folder / f"{part}.ndjson").write_text(world.ndjson(ordered[part::3]), encoding="utf-8")
    pd.testing.assert_frame_equal(counted(forward).frame, counted(backward).frame)


def test_nothing_read_gives_an_empty_frame_with_every_column(tmp_path):
    outcome = counted(tmp_path)
    assert len(outcome.frame) == 0
    assert list(outcome.frame) == ["measure", "month", "facility_key", "facility_name", "people", "complete"]
    assert outcome.account.lines == ()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"key": b"short"}, WeakKey),
        ({"zone": "Tirana"}, UnknownZone),
        ({"period_end": date(2025, 3, 30)}, WrongWindow),
    ],
)
def test_a_parameter_that_cannot_be_right_is_refused(tmp_path, wrong, refusal):
    with pytest.raises(refusal):
        counted(tmp_path, **wrong)


def test_asking_for_no_measure_is_refused(tmp_path):
    window = {"period_end": date(2025, 3, 31), "months": 1, "data_as_of": datetime(2025, 4, 10, tzinfo=UTC)}
    with pytest.raises(UnknownMeasure):
        compute(Ndjson(tmp_path), [], zone="UTC", key=bytes(16), **window)


def test_a_run_too_large_for_memory_stops_and_writes_nothing_to_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_database("UTC") as connection:
        connection.execute("SET memory_limit = '30MB'")
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(
                "CREATE TABLE large AS SELECT hash(i)::VARCHAR AS id FROM range(5_000_000) r(i)"
            )
    assert list(tmp_path.iterdir()) == []


odd = st.sampled_from(
    [
        None,
        0,
        -1,
        1e400,
        "",
        " infinity ",
        "2025-13-45",
        "9999-12-31T23:59:59Z",
        "0000",
        "Patient/1",
        [],
        [[]],
        {},
    ]
)


@settings(max_examples=20, derandomize=True, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(administration("1", identifier="a"))), odd), min_size=1)
)
def test_no_odd_value_stops_a_run_and_every_line_is_accounted_for(tmp_path_factory, changes):
    file = tmp_path_factory.mktemp("odd") / "bulk.ndjson"
    doses = [administration(str(n), identifier="a") | change for n, change in enumerate(changes)]
    file.write_text(world.ndjson(doses), encoding="utf-8")
    account = counted(file).account
    assert sum(line.resources for line in account.lines) == len(doses)


@needs_shared
def test_a_bulk_export_without_oat_runs_through_and_is_counted():
    folder = CONFORMANCE / "synthea-bulk-10"
    outcome = counted(folder)
    lines = sum(len(gzip.decompress(file.read_bytes()).splitlines()) for file in folder.glob("*.ndjson.gz"))
    assert len(outcome.frame) == 0
    assert sum(line.resources for line in outcome.account.lines) == lines
    assert outcome.account.outcomes("Procedure") == {"no_view": outcome.account.read("Procedure")}
    assert outcome.account.outcomes("Patient") == {"looked_up": outcome.account.read("Patient")}
    assert outcome.account.read(None) == 0


@needs_shared
def test_the_resources_of_collection_bundles_run_through_and_all_medicines_are_unmapped(tmp_path):
    entries = []
    for file in sorted((CONFORMANCE / "synthea-bundles").glob("*.json.gz")):
        entries += [entry["resource"] for entry in json.loads(gzip.decompress(file.read_bytes()))["entry"]]
    (tmp_path / "bulk.ndjson").write_text(world.ndjson(entries), encoding="utf-8")
    outcome = counted(tmp_path)
    given = [entry for entry in entries if entry["resourceType"] == "MedicationAdministration"]
    assert outcome.account.outcomes("MedicationAdministration") == {"unmapped": len(given)}
    assert sum(line.resources for line in outcome.account.lines) == len(entries)
    assert len(outcome.frame) == 0
