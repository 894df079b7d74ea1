"""The whole chain, from records to figures and an account."""

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
from spec.custody_records import custody
from spec.hiv_records import INCONCLUSIVE, LOINC, NEGATIVE, POSITIVE, concept, hiv_test
from spec.oat_records import order
from spec.world import administration, episode_of_care, organization, reference

from cascade import measures
from cascade.compute import Outcome, compute, open_database
from cascade.errors import CodesUnreadable, WeakKey
from cascade.request import Request
from cascade.result import COLUMNS, value_of
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import RecordStore
from cascade.sources.several import Several
from examples import examples

SHARED = Path(os.environ.get("THROUGHCARE_SHARED", Path(__file__).parents[2] / ".." / "shared"))
CONFORMANCE = SHARED / "conformance"
needs_shared = pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="no ../shared")

MEASURES = ("hiv_tests", "oat_census", "missed_doses")
KEY = b"sixteen bytes or more"


def asked(**other) -> Request:
    known = {
        "measures": MEASURES,
        "period_end": date(2025, 3, 31),
        "data_as_of": datetime(2025, 4, 10, tzinfo=UTC),
        "zone": "Europe/Tirane",
        "by": ("facility", "setting"),
    }
    return Request(**(known | other))


def counted(*paths: Path, source=None, key=KEY, **other) -> Outcome:
    return compute(source or Ndjson(*paths), asked(**other), key=key)


def told(outcome: Outcome, profile: str | None = None) -> dict[tuple[str, str], int]:
    """The numerators that are not nought, by figure and facility (or `all`), under the first reading of each measure."""
    found = {}
    for row in outcome.frame.to_dict("records"):
        first = next(iter(measures.measure(row["measure"]).profiles))
        if row["by"] in ("all", "facility") and row["profile"] == (profile or first) and row["numerator"]:
            figure, value = f"{row['measure']}.{row['figure']}", value_of(row).removeprefix("DEMO ")
            found[figure, value] = row["numerator"]
    return found


def a_small_country() -> list[world.Json]:
    """A prison, a treatment centre in town, and what goes wrong in real records.

    HIV tests of the first quarter of 2025:
    amina    negative, in prison on 10 January
    besa     positive, in town on 31 March at 23:30, which is 21:30 in UTC
    cela     negative, in town on 1 April at 00:30, which is 31 March in UTC: of the next quarter
    drita    positive, in town; the record was entered in error
    edona    positive, in town, sent twice with one identifier
    flora    inconclusive, the record does not say where
    gent     blood sugar, in town
    hana     positive, in town, under a code of a national register
    ilir     negative, in prison in March, recorded on 11 April: after the data cut
    jeta     negative, in prison, said to be of https://other.example/fhir/Patient/jeta: Patient/jeta
    luan     negative, in prison, of somebody who has an identifier and no Patient: nobody knows who
    kaltrina a line of two hours before was replaced: negative, then positive, in town

    Methadone, ordered every day from 1 March in town:
    amina    given from 1 to 31 March
    besa     given from 1 to 24 March: late by 7 days on the 31st
    cela     given from 1 to 23 March: late by 8
    drita    refused on each day of March
    edona    given on 31 March at 23:30, sent twice with one identifier, ordered for that day alone
    flora    an order and nothing else, for 31 March alone
    """
    return [
        organization("prison", type=[concept(("urn:throughcare:code-system:facility-kind", "prison"))]),
        organization("town", type=[concept(("urn:throughcare:code-system:facility-kind", "oat-centre"))]),
        custody("stay-1", person="amina", prison="prison", start="2025-01-05T14:00:00+01:00", end="2025-02-05T10:00:00+01:00"),
        *hiv_tests(),
        *treatment(),
    ]  # fmt: skip


def _test(id_: str, person: str, place: str | None, at: str, outcome: str = NEGATIVE, **other) -> world.Json:
    where = [reference("Organization", place)] if place else None
    said = {
        "subject": reference("Patient", person),
        "effectiveDateTime": at,
        "issued": at,
        "performer": where,
    }
    return hiv_test(id_, outcome, **(said | other))


def hiv_tests() -> list[world.Json]:
    march = "2025-03-05T09:00:00+01:00"
    twice = {"identifier": [{"system": "urn:example:test", "value": "e-1"}]}
    register = concept(("urn:example:register", "4711"))
    elsewhere = {"reference": "https://other.example/fhir/Patient/jeta"}
    return [
        _test("t1", "amina", "prison", "2025-01-10T09:00:00+01:00"),
        _test("t2", "besa", "town", "2025-03-31T21:30:00Z", POSITIVE),
        _test("t3", "cela", "town", "2025-03-31T22:30:00Z"),
        _test("t4", "drita", "town", march, POSITIVE, status="entered-in-error"),
        _test("t5", "edona", "town", march, POSITIVE, **twice),
        _test("t6", "edona", "town", march, POSITIVE, **twice),
        _test("t7", "flora", None, march, INCONCLUSIVE),
        _test("t8", "gent", "town", march, code=concept((LOINC, "2339-0"))),
        _test("t9", "hana", "town", march, POSITIVE, code=register),
        _test("t10", "ilir", "prison", march, meta={"lastUpdated": "2025-04-11T08:00:00Z"}),
        _test("t11", "jeta", "prison", march, subject=elsewhere),
        _test("t13", "luan", "prison", march, subject={"identifier": {"value": "7"}}),
        _test("t12", "kaltrina", "town", march, meta={"lastUpdated": "2025-03-05T10:00:00Z"}),
        _test("t12", "kaltrina", "town", march, POSITIVE, meta={"lastUpdated": "2025-03-05T12:00:00Z"}),
    ]


def treatment() -> list[world.Json]:
    last = "2025-03-31T23:30:00+02:00"
    given = [
        *(_dose("amina", f"2025-03-{day:02}") for day in range(1, 32)),
        *(_dose("besa", f"2025-03-{day:02}") for day in range(1, 25)),
        *(_dose("cela", f"2025-03-{day:02}") for day in range(1, 24)),
        *(_dose("drita", f"2025-03-{day:02}", status="not-done", mg=None, statusReason=REFUSED) for day in range(1, 32)),
        *(_dose("edona", last, identifier="e-1") for _ in range(2)),
    ]  # fmt: skip
    ordered = {"amina": "2025-03-01", "besa": "2025-03-01", "cela": "2025-03-01", "drita": "2025-03-01"}
    return [
        *(dose | {"id": f"dose-{number}"} for number, dose in enumerate(given)),
        *(episode_of_care(f"of-{person}", person, "town") for person in (*ordered, "edona")),
        *(_order(person, start) for person, start in ordered.items()),
        *(_order(person, "2025-03-31") for person in ("edona", "flora")),
    ]


REFUSED = [concept(("urn:throughcare:code-system:dose-reason", "refused"))]


def _dose(person: str, effective: str, **other) -> world.Json:
    return administration("", person=person, effective=effective, episode=f"of-{person}", **other)


def _order(person: str, start: str) -> world.Json:
    return order(f"order-{person}", person=person, start=start, end="2025-03-31", requester="town")


COUNTED_BY_HAND = {
    ("hiv_tests.tests", "prison"): 2,  # amina, jeta
    ("hiv_tests.tests", "town"): 3,  # besa, edona once, kaltrina
    ("hiv_tests.tests", "unknown"): 1,  # flora
    ("hiv_tests.tests", "all"): 2 + 3 + 1,
    ("hiv_tests.positive", "town"): 3,
    ("hiv_tests.positive", "all"): 3,
    ("oat_census.on_oat", "town"): 3,  # amina, besa, edona
    ("oat_census.on_oat", "all"): 3,
    ("oat_census.covered", "town"): 2,
    ("oat_census.covered", "all"): 2,
    ("oat_census.late", "town"): 1,  # besa
    ("oat_census.late", "all"): 1,
    ("missed_doses.due", "town"): 4 * 31 + 2,
    ("missed_doses.due", "all"): 4 * 31 + 2,
    ("missed_doses.missed", "town"): 31,  # drita
    ("missed_doses.missed", "all"): 31,
    ("missed_doses.missed_patient", "town"): 31,
    ("missed_doses.missed_patient", "all"): 31,
    ("missed_doses.not_recorded", "town"): 7 + 8 + 1,  # besa, cela, flora
    ("missed_doses.not_recorded", "all"): 7 + 8 + 1,
}


def test_a_small_country_is_as_counted_by_hand(ndjson):
    assert told(counted(ndjson(a_small_country()))) == COUNTED_BY_HAND


def test_the_stricter_reading_is_counted_beside_the_first(ndjson):
    strict = told(counted(ndjson(a_small_country()), measures=("oat_census",)), "covered")
    assert strict["oat_census.on_oat", "all"] == COUNTED_BY_HAND["oat_census.covered", "all"]


def test_the_record_store_gives_the_same_numbers(ndjson):
    resources = a_small_country()

    def bodies(type_):
        return (json.dumps(resource) for resource in resources if resource["resourceType"] == type_)

    assert told(counted(source=RecordStore(bodies))) == COUNTED_BY_HAND


def test_a_person_is_placed_where_the_stay_says_and_the_facility_is_who_tested(ndjson):
    in_custody = _test("t20", "amina", "town", "2025-01-20T09:00:00+01:00")
    frame = counted(ndjson([*a_small_country(), in_custody]), measures=("hiv_tests",)).frame
    tests = frame[frame["figure"] == "tests"]
    by_setting = tests[tests["by"] == "setting"]
    assert dict(zip(by_setting["setting"], by_setting["numerator"], strict=True)) == {
        "prison": 2 + 1,
        "community": 3,
        "unknown": 1,
    }
    in_town = tests[tests["facility_name"] == "DEMO town"]
    assert list(in_town["numerator"]) == [3 + 1]


def test_everything_read_is_in_the_account_once(ndjson):
    resources = a_small_country()
    outcome = counted(ndjson(resources))
    assert sum(line.resources for line in outcome.account.lines) == len(resources)
    assert outcome.account.outcomes("Observation") == {
        "used": 7,
        "older_version": 2,
        "duplicate_identifier": 1,
        "status_entered-in-error": 1,
        "unmapped": 2,
        "no_person": 1,
    }
    unmapped = {(one.system, one.code) for one in outcome.account.lines if one.outcome == "unmapped"}
    assert unmapped == {(LOINC, "2339-0"), ("urn:example:register", "4711")}
    assert outcome.account.outcomes("MedicationAdministration") == {
        "used": 31 + 24 + 23 + 31 + 1,
        "duplicate_identifier": 1,
    }
    assert outcome.account.outcomes("Organization") == {"looked_up": 2}


def test_a_later_data_cut_sees_what_was_recorded_in_between(ndjson):
    cut = datetime(2025, 4, 11, 8, tzinfo=UTC)
    later = told(counted(ndjson(a_small_country()), data_as_of=cut))
    more = {("hiv_tests.tests", "prison"): 2 + 1, ("hiv_tests.tests", "all"): 6 + 1}
    assert later == COUNTED_BY_HAND | more


def test_an_earlier_data_cut_sees_the_version_that_held_then(ndjson):
    versions = [resource for resource in hiv_tests() if resource["id"] == "t12"]
    (april,) = (
        _test(
            "t13",
            "kaltrina",
            "town",
            "2025-04-01T09:00:00+02:00",
            meta={"lastUpdated": "2025-04-01T08:00:00Z"},
        ),
    )
    written = [versions[0], versions[1] | {"meta": {"lastUpdated": "2025-04-02T12:00:00Z"}}, april]
    file = ndjson([organization("town"), *written])
    before, after = (
        told(counted(file, measures=("hiv_tests",), data_as_of=datetime(2025, 4, day, 12, tzinfo=UTC)))
        for day in (1, 2)
    )
    assert ("hiv_tests.positive", "all") not in before
    assert before["hiv_tests.tests", "all"] == after["hiv_tests.tests", "all"] == 1
    assert after["hiv_tests.positive", "all"] == 1


def test_periods_follow_one_another(ndjson):
    frame = counted(ndjson(a_small_country()), measures=("hiv_tests",), every="month", periods=3, by=()).frame
    tests_ = frame[frame["figure"] == "tests"]
    assert list(zip(tests_["first"], tests_["last"], tests_["numerator"], strict=True)) == [
        (date(2025, 1, 1), date(2025, 1, 31), 1),
        (date(2025, 2, 1), date(2025, 2, 28), 0),
        (date(2025, 3, 1), date(2025, 3, 31), 5),
    ]


def test_the_frame_has_titles_names_and_the_order_asked_for(ndjson):
    frame = counted(ndjson(a_small_country()), measures=("oat_census", "hiv_tests"), profiles=()).frame
    assert list(frame) == list(COLUMNS)
    assert list(dict.fromkeys(frame["measure"])) == ["oat_census", "hiv_tests"]
    assert list(dict.fromkeys(frame["by"])) == ["all", "facility", "setting"]
    of_town = frame[frame["facility_name"] == "DEMO town"]
    assert set(of_town["by"]) == {"facility"}
    assert not {"all", "unknown", "town"} & set(of_town["facility_key"])
    census = measures.measure("oat_census")
    shown = frame[
        (frame["measure"] == "oat_census") & (frame["profile"] == "late_7") & (frame["by"] == "all")
    ]
    assert list(shown["figure_title"]) == [figure.title for figure in census.figures.values()]
    assert set(shown["measure_title"]) == {census.title}
    assert list(shown["denominator"].isna()) == [figure.among is None for figure in census.figures.values()]


def test_age_bands_are_in_order_of_age_and_unknown_last(ndjson):
    ages = {"amina": "2021-01-01", "besa": "2018-01-01", "edona": "1960-01-01"}
    people = [{"resourceType": "Patient", "id": id_, "birthDate": born} for id_, born in ages.items()]
    frame = counted(ndjson([*people, *a_small_country()]), measures=("hiv_tests",), by=("age_band",)).frame
    bands = frame[frame["by"] == "age_band"]["age_band"]
    assert list(dict.fromkeys(bands)) == ["0-4", "5-9", "50+", "unknown"]


def test_the_same_key_gives_the_same_frame_and_another_key_the_same_numbers(ndjson):
    file = ndjson(a_small_country())
    pd.testing.assert_frame_equal(counted(file).frame, counted(file).frame)
    other = counted(file, key=b"another sixteen bytes")
    assert told(other) == COUNTED_BY_HAND
    assert set(other.frame["facility_key"]) & set(counted(file).frame["facility_key"]) == {"all", "unknown"}


def test_the_order_of_lines_and_files_does_not_matter(tmp_path):
    resources = a_small_country()
    forward, backward = tmp_path / "forward", tmp_path / "backward"
    for folder, ordered in ((forward, resources), (backward, resources[::-1])):
        folder.mkdir()
        for part in range(3):
            (folder / f"{part}.ndjson").write_text(world.ndjson(ordered[part::3]), encoding="utf-8")
    pd.testing.assert_frame_equal(counted(forward).frame, counted(backward).frame)


def test_gzipped_files_with_broken_lines_give_the_same_numbers(tmp_path):
    lines = world.ndjson(a_small_country()).splitlines()
    broken = ["not JSON", '{"resourceType": "Patient"', "[1]", '{"id": "x"}']
    for part in range(2):
        with gzip.open(tmp_path / f"{part}.ndjson.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join([*broken[part::2], *lines[part::2]]))
    outcome = counted(tmp_path)
    assert told(outcome) == COUNTED_BY_HAND
    assert outcome.account.read(None) == len(broken)


def test_the_same_ids_of_two_servers_are_two_people_and_two_places(ndjson, tmp_path):
    file = ndjson(a_small_country())
    outcome = counted(source=Several(Ndjson(file), {"there": Ndjson(file)}))
    assert told(outcome) == COUNTED_BY_HAND | {
        key: 2 * number for key, number in COUNTED_BY_HAND.items() if key[1] in ("all", "unknown")
    }
    towns = outcome.frame[outcome.frame["facility_name"] == "DEMO town"]
    assert towns["facility_key"].nunique() == 2


def test_nothing_read_gives_nought_for_the_country_and_no_other_line(tmp_path):
    outcome = counted(tmp_path)
    assert set(outcome.frame["by"]) == {"all"}
    assert set(outcome.frame["numerator"]) == {0}
    assert outcome.account.lines == ()


def test_every_measure_can_be_counted_at_once(ndjson):
    outcome = counted(ndjson(a_small_country()), measures=(), by=())
    assert list(dict.fromkeys(outcome.frame["measure"])) == list(measures.names())


def test_what_is_done_is_told_step_by_step(ndjson):
    steps = []
    compute(
        Ndjson(ndjson(a_small_country())), asked(periods=2), key=KEY, told=lambda *step: steps.append(step)
    )
    lists = sum(len(measures.measure(name).profiles) for name in MEASURES)
    assert [done for done, _, _ in steps] == list(range(1 + lists + 1))
    assert {of for _, of, _ in steps} == {1 + lists}
    assert [doing for *_, doing in steps][:2] == ["reading", "counting hiv_tests"]


class NeverRead:
    """A source that fails the test if it is read."""

    def load(self, connection):
        raise AssertionError("it was read")


def test_a_weak_key_is_refused_before_anything_is_read():
    with pytest.raises(WeakKey):
        counted(source=NeverRead(), key=b"short")


def test_codes_that_cannot_be_read_are_refused_before_anything_else_is(tmp_path):
    file = tmp_path / "codes.toml"
    file.write_text("not TOML")
    with pytest.raises(CodesUnreadable):
        counted(source=NeverRead(), code_files=(file,))


def test_a_senders_codes_are_counted_where_a_file_maps_them(ndjson, tmp_path):
    codes = tmp_path / "codes.toml"
    codes.write_text(
        '[[list]]\nname = "observation"\nsystems = ["urn:example:register"]\n[list.code.4711]\nvalue = "hiv_test"\n'
    )
    more = told(counted(ndjson(a_small_country()), code_files=(codes,)))
    hana = {("hiv_tests.tests", "all"): 7, ("hiv_tests.positive", "all"): 4}
    assert more == COUNTED_BY_HAND | hana | {
        ("hiv_tests.tests", "town"): 4,
        ("hiv_tests.positive", "town"): 4,
    }


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


@settings(max_examples=examples(6), derandomize=True, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(administration("1", identifier="a"))), odd), min_size=1)
)
def test_no_odd_value_stops_a_run_and_every_line_is_accounted_for(tmp_path_factory, changes):
    file = tmp_path_factory.mktemp("odd") / "bulk.ndjson"
    doses = [administration(str(n), identifier="a") | change for n, change in enumerate(changes)]
    file.write_text(world.ndjson(doses), encoding="utf-8")
    account = counted(file, by=()).account
    assert sum(line.resources for line in account.lines) == len(doses)


@needs_shared
def test_a_bulk_export_without_our_codes_runs_through_and_is_counted():
    folder = CONFORMANCE / "synthea-bulk-10"
    outcome = counted(folder)
    lines = sum(len(gzip.decompress(file.read_bytes()).splitlines()) for file in folder.glob("*.ndjson.gz"))
    assert sum(line.resources for line in outcome.account.lines) == lines
    assert set(outcome.frame["numerator"]) == {0}
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
    given_ = [entry for entry in entries if entry["resourceType"] == "MedicationAdministration"]
    assert outcome.account.outcomes("MedicationAdministration") == {"unmapped": len(given_)}
    assert sum(line.resources for line in outcome.account.lines) == len(entries)
    assert set(outcome.frame["numerator"]) == {0}
