"""The demonstration country: always the same, valid, marked, and with every case in it."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fhir_store.gate import issues_of
from fhir_store.json_text import parse
from services.demo.country import cases, facts, places
from services.demo.country.days import at, first_day
from services.demo.country.resources import SHAPES, resources
from services.demo.country.simulation import simulated
from services.demo.country.state import Country
from services.demo.country.writing import LATER, OTHER_SOURCE, RECORDS, TRUTH, write

Json = dict[str, Any]

SAMPLE = 300


@pytest.fixture(scope="module", name="written")
def _written(country: Country) -> Mapping[str, list[Json]]:
    """Every resource, by type."""
    found = defaultdict(list)
    for resource in (*resources(country), *resources(country.other)):
        found[resource["resourceType"]].append(resource)
    return found


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def countries() -> dict[str, Country]:
    """Two of one seed, and one of another."""
    return {
        name: simulated(40, 18, seed, date(2026, 6, 30))
        for name, seed in (("one", 7), ("same", 7), ("other", 8))
    }


@pytest.mark.parametrize("compressed", [False, True])
def test_one_seed_gives_the_same_bytes_and_another_seed_others(
    countries: Mapping[str, Country], tmp_path: Path, compressed: bool
) -> None:
    folders = [tmp_path / name for name in countries]
    for folder, country in zip(folders, countries.values(), strict=True):
        write(country, folder, compressed=compressed)
    one, same, other = map(everything, folders)
    assert one == same
    assert {name for name in one if LATER not in name} == {name for name in other if LATER not in name}
    assert one != other
    ending = ".ndjson.gz" if compressed else ".ndjson"
    assert {f"{RECORDS}/Patient{ending}", f"{OTHER_SOURCE}/Patient{ending}", TRUTH} <= one.keys()


def test_the_gate_lets_everything_in(written: Mapping[str, list[Json]]) -> None:
    chosen = random.Random(1)
    for type_, listed in written.items():
        by_hand = [one for one in listed if one["id"].count("-") > 4]
        sample = [*by_hand[:SAMPLE], *chosen.sample(listed, min(SAMPLE, len(listed)))]
        found = [issues_of(parse(json.dumps(one)).value) for one in sample]
        assert not any(found), (type_, [one for one in found if one][:3])


def test_every_profile_of_ours_is_claimed_and_would_refuse_a_resource_without_its_person(
    written: Mapping[str, list[Json]],
) -> None:
    claimed = {
        profile: one
        for listed in written.values()
        for one in listed
        for profile in one["meta"].get("profile", ())
    }
    assert {name.rpartition(":")[2] for name in claimed} == {
        "custody-stay", "custody-absence", "oat-dose", "oat-order", "oat-take-home", "oat-programme",
        "hiv-programme", "hiv-test", "hiv-diagnosis", "viral-load", "art-dispense",
    }  # fmt: skip
    for one in claimed.values():
        nobody = {
            name: value for name, value in one.items() if name not in ("subject", "patient", "medicationX")
        }
        assert issues_of(parse(json.dumps(nobody)).value), one["meta"]["profile"]


def test_everything_is_marked_as_invented(written: Mapping[str, list[Json]]) -> None:
    for listed in written.values():
        for one in listed:
            assert one["id"].startswith("demo-")
            assert "HTEST" in [tag["code"] for tag in one["meta"]["tag"]]
    families = {name["family"] for one in written["Patient"] for name in one["name"]}
    assert {family.partition(" ")[0] for family in families} == {"DEMO", "ДЕМО"}
    for one in (*written["Organization"], *written["HealthcareService"]):
        assert one["name"].startswith("DEMO ")


def test_ids_fit_and_every_reference_leads_somewhere(written: Mapping[str, list[Json]]) -> None:
    there = {f"{one['resourceType']}/{one['id']}" for listed in written.values() for one in listed}
    pointed = set()
    for listed in written.values():
        for one in listed:
            assert len(one["id"]) <= 64
            pointed |= set(references(one))
    assert pointed <= there


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [found for part in value.values() for found in references(part)]
    return [found for part in value for found in references(part)] if isinstance(value, list) else []


def test_nothing_is_written_down_before_it_happened(country: Country) -> None:
    for fact in country.facts:
        for name in ("start", "on", "performed", "collected", "resulted", "returned", "end", "died"):
            when = getattr(fact, name, None)
            if isinstance(when, datetime):
                assert when.timestamp() <= fact.recorded_at.timestamp(), (fact.id, name)
            elif isinstance(when, date) and not isinstance(fact, facts.PatientRecord):
                assert first_day(when) <= fact.recorded_at.date(), (fact.id, name)


def test_versions_follow_one_another(country: Country) -> None:
    seen: dict[str, tuple[int, str]] = {}
    for one in resources(country):
        name, meta = f"{one['resourceType']}/{one['id']}", one["meta"]
        before = seen.get(name, (0, ""))
        assert int(meta["versionId"]) == before[0] + 1
        assert meta["lastUpdated"] > before[1]
        seen[name] = (int(meta["versionId"]), meta["lastUpdated"])
    assert max(version for version, _ in seen.values()) > 2


def test_one_in_ten_is_written_down_late_and_some_is_corrected_after_the_close(country: Country) -> None:
    doses = [one for one in country.facts if isinstance(one, facts.Dose)]
    days_late = [(one.recorded_at.date() - first_day(one.on)).days for one in doses]
    late = sum(days >= 1 for days in days_late) / len(days_late)
    assert 0.08 < late < 0.12
    assert max(days_late) <= 92 + 40 + 90
    versions = Counter(one.id for one in doses)
    assert sum(count > 1 for count in versions.values()) > len(versions) / 1000


def test_every_case_is_there_with_its_people(country: Country) -> None:
    tagged = {(tag.family, tag.name) for tag in country.tags}
    made = {
        (family.__name__.rpartition(".")[2], case.__name__)
        for family in cases.FAMILIES
        for case in family.CASES
    }
    assert tagged == made
    written = {fact.patient for fact in country.facts}
    for tag in country.tags:
        assert tag.says.endswith("."), tag.name
        assert tag.humans, tag.name
        for human in tag.humans:
            patients = [one for one, whose in country.human_of.items() if whose == human]
            assert human in country.humans
            assert patients or human in country.other.human_of.values()
            assert written.issuperset(patients)


def test_every_kind_of_fact_has_a_shape_and_is_there(country: Country) -> None:
    assert {type(fact) for fact in country.facts} == set(SHAPES)


def test_two_systems_have_a_patient_of_one_id_and_they_are_two_people(country: Country) -> None:
    assert country.human_of["demo-1"] != country.other.human_of["demo-1"]


def test_so_many_people_are_on_opioid_treatment_on_the_last_day(country: Country) -> None:
    last = country.calendar.end - timedelta(days=28)
    given = {
        country.human_of[fact.patient]
        for fact in country.recorded()
        if isinstance(fact, facts.Dose) and fact.status == "given" and first_day(fact.on) > last
    }
    assert len(given) >= 60


def test_one_prison_holds_nobody_with_hiv_and_one_holds_three_people(country: Country) -> None:
    known = country.known(country.calendar.drawn_at).values()
    hiv = {
        country.human_of[one.patient]
        for one in known
        if isinstance(one, facts.Diagnosis) and (one.condition, one.certainty) == ("hiv", "confirmed")
    }
    stays = [one for one in country.facts if isinstance(one, facts.Stay)]
    ever = {country.human_of[one.patient] for one in stays if one.prison == places.WITHOUT_HIV}
    now = {
        country.human_of[one.patient]
        for one in known
        if isinstance(one, facts.Stay) and one.prison == places.WITH_THREE and one.end is None
    }
    assert hiv & ever == set()
    assert len(hiv & now) == 3


def test_the_silent_centre_wrote_before_and_writes_nothing_in_the_last_two_quarters(country: Country) -> None:
    silent = country.calendar.silent_from
    named = [
        fact for fact in country.facts if places.LAKE in (fact_place(fact), getattr(fact, "centre", None))
    ]
    assert named
    for fact in named:
        when = getattr(fact, "on", None) or fact.start
        assert first_day(when) < silent, fact.id


def fact_place(fact: facts.Fact) -> str | None:
    return getattr(fact, "facility", None)


def test_most_people_are_never_tested(country: Country) -> None:
    tested = {country.human_of[one.patient] for one in country.facts if isinstance(one, facts.HivTest)}
    assert 0.05 < len(tested) / len(country.humans) < 0.5


def test_the_calendar_of_the_cases(country: Country) -> None:
    calendar = country.calendar
    assert (calendar.first, calendar.end) == (date(2024, 7, 1), date(2026, 6, 30))
    assert (calendar.quarter_first, calendar.quarter_end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert calendar.silent_from == date(2026, 1, 1)
    night = at(calendar.clock_change, "01:30"), at(calendar.clock_change, "03:30")
    assert night[1].timestamp() - night[0].timestamp() == 3600
