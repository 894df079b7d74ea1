"""Joining the records of one person by links, and taking them apart; and whose doses are laid side by side."""

from datetime import date
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resources import a_dose, a_patient, text_of

from clinical.people.dose_days import DAYS, DoseDay, Given, dose_days, side_by_side
from clinical.people.merge import SameRecord, merged, parted
from clinical.people.same_person import linked, same_person_projection
from fhir_store.gate import check

ZONE = ZoneInfo("Europe/Podgorica")
REFER = {"other": {"reference": "Patient/elsewhere"}, "type": "refer"}
SEEALSO = {"other": {"reference": "Patient/theirs"}, "type": "seealso"}


def person(id_: str, **more: Any) -> dict[str, Any]:
    return a_patient(id_, active=True, **more)


def join(going_on: str, *records: Any) -> dict[str, Any]:
    versions = merged(next(one for one in records if one["id"] == going_on), list(records))
    for one in versions:
        check(text_of(dict(one)).value)
    return {one["id"]: one for one in versions}


def types(record: Any) -> dict[str, str]:
    return {one["other"]["reference"].removeprefix("Patient/"): one["type"] for one in record.get("link", ())}


def test_each_record_names_the_other_and_one_goes_on() -> None:
    now = join("a", person("a"), person("b"))
    assert types(now["a"]) == {"b": "replaces"}
    assert types(now["b"]) == {"a": "replaced-by"}
    assert [now[one]["active"] for one in "ab"] == [True, False]


def test_records_that_are_joined_already_come_along_and_all_name_all() -> None:
    first = join("a", person("a"), person("b"))
    now = join("c", *first.values(), person("c"))
    assert types(now["c"]) == {"a": "replaces", "b": "replaces"}
    assert types(now["a"]) == {"b": "seealso", "c": "replaced-by"}
    assert types(now["b"]) == {"a": "seealso", "c": "replaced-by"}
    assert [now[one]["active"] for one in "abc"] == [False, False, True]


def test_nothing_else_of_a_record_is_touched() -> None:
    before = person(
        "a", birthDate="1984", link=[REFER, SEEALSO], identifier=[{"system": "urn:x", "value": "1"}]
    )
    now = join("a", before, person("b"))["a"]
    assert now["link"][:2] == [REFER, SEEALSO]
    assert {**now, "link": None} == {**before, "link": None}


@pytest.mark.parametrize("records", [[person("a")], [person("b"), person("c")], [person("a"), person("a")]])
def test_one_record_is_not_joined_with_itself(records: list[Any]) -> None:
    with pytest.raises(SameRecord):
        merged(person("a"), records)


@given(st.permutations("abcd"), st.permutations("abcd"))
def test_taken_apart_one_after_the_other_each_is_as_it_was(order: list[str], apart: list[str]) -> None:
    records: dict[str, Any] = {order[0]: person(order[0])}
    for one in order[1:]:
        records = join(one, *records.values(), person(one))
    out = []
    for one in apart[:-1]:
        rest = [record for id_, record in records.items() if id_ != one]
        now = {record["id"]: record for record in parted(records[one], rest)}
        out.append(now.pop(one))
        records = now
        assert sum(record["active"] for record in records.values()) == 1
    for record in [*out, *records.values()]:
        assert record == person(record["id"])


def test_a_link_of_another_kind_to_the_same_record_stays() -> None:
    refer = {"other": {"reference": "Patient/b"}, "type": "refer"}
    now = join("a", person("a", link=[refer]), person("b"))
    assert now["a"]["link"] == [refer, {"other": {"reference": "Patient/b"}, "type": "replaces"}]
    alone, _ = parted(now["a"], [now["b"]])
    assert alone["link"] == [refer]


def test_apart_the_links_of_others_stay() -> None:
    now = join("a", person("a", link=[REFER]), person("b"))
    alone, rest = parted(now["a"], [now["b"]])
    assert alone["link"] == [REFER]
    assert "link" not in rest


@pytest.mark.parametrize(
    ("link", "names"),
    [("replaces", {"b"}), ("replaced-by", {"b"}), ("seealso", {"b"}), ("refer", set())],
)
def test_which_links_say_that_it_is_one_person(link: str, names: set[str]) -> None:
    one = person("a", link=[{"other": {"reference": "Patient/b"}, "type": link}])
    assert linked(one) == names
    assert [row["other_id"] for row in same_person_projection().rows(one)] == sorted(names)


def test_a_link_to_oneself_or_to_a_relative_says_nothing() -> None:
    links = [
        {"other": {"reference": one}, "type": "seealso"}
        for one in ("Patient/a", "RelatedPerson/b", "https://x.example/Patient/b")
    ]
    assert linked(person("a", link=links)) == set()


# --- doses side by side


def test_a_day_is_the_facilitys_and_says_what_was_given() -> None:
    found = dose_days(
        [
            a_dose(at="2026-03-01T23:30:00+00:00"),
            a_dose(at="2026-03-01T06:00:00+01:00", status="not-done"),
            a_dose(at="2026-03-03T06:00:00+01:00", status="not-done"),
            a_dose(at="2026-03-04T06:00:00+01:00", status="entered-in-error"),
            a_dose(at="2026-03-05T06:00:00+01:00", medicationCodeableConcept={"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AR27"}]}),
        ],
        ZONE,
    )  # fmt: skip
    assert found == {
        date(2026, 3, 2): DoseDay(Given.GIVEN, ("60 mg",)),
        date(2026, 3, 1): DoseDay(Given.NOT_GIVEN),
        date(2026, 3, 3): DoseDay(Given.NOT_GIVEN),
    }


def test_two_doses_of_one_day_are_one_day_in_whatever_order() -> None:
    doses = [a_dose(), a_dose(status="not-done"), a_dose()]
    for order in permutations(doses):
        assert dose_days(order, ZONE) == {date(2026, 3, 1): DoseDay(Given.GIVEN, ("60 mg", "60 mg"))}


def test_days_on_which_both_were_given_are_told() -> None:
    one, other = (
        dose_days([a_dose()], ZONE),
        dose_days([a_dose(), a_dose(at="2026-02-28T06:00:00+01:00")], ZONE),
    )
    days = side_by_side(one, other, date(2026, 3, 2))
    assert len(days) == DAYS
    assert [day.on for day in days[:3]] == [date(2026, 3, 2), date(2026, 3, 1), date(2026, 2, 28)]
    assert [day.in_both for day in days[:3]] == [False, True, False]
    assert not any(
        day.in_both
        for day in side_by_side(one, dose_days([a_dose(status="not-done")], ZONE), date(2026, 3, 2))
    )
