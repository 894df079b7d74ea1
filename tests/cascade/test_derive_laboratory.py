"""Viral loads as intervals of copies/mL, and which of several versions held at the data cut."""

from datetime import UTC, date, datetime
from math import inf

import pytest
from spec.hiv_records import LOINC, OURS, WHO, concept, viral_load


def results(world):
    return world.tables["laboratory"]


def interval(world):
    (row,) = results(world)
    return row["value_lo"], row["value_hi"], row["value_hi_open"]


@pytest.mark.parametrize("copies", [0, 50, 199, 200, 999, 1000, 10_000_000])
def test_a_plain_number_is_itself(derived, copies):
    assert interval(derived(viral_load("1", copies))) == (copies, copies, False)


@pytest.mark.parametrize(
    ("comparator", "copies", "expected"),
    [
        ("<", 40, (0, 40, True)),
        ("<", 1000, (0, 1000, True)),
        ("<=", 1000, (0, 1000, False)),
        (">", 10_000_000, (10_000_000, inf, False)),
        (">=", 200, (200, inf, False)),
        ("ad", 200, (None, None, False)),
    ],
)
def test_a_comparator_bounds_it_on_one_side(derived, comparator, copies, expected):
    assert interval(derived(viral_load("1", copies, comparator=comparator))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<40", (0, 40, True)),
        (" < 40 ", (0, 40, True)),
        ("<40 copies/mL", (0, 40, True)),
        ("≤50", (0, 50, False)),
        ("<= 50", (0, 50, False)),
        (">10000000", (10_000_000, inf, False)),
        ("999", (999, 999, False)),
        ("1000", (1000, 1000, False)),
        ("199.5", (199.5, 199.5, False)),
        ("199,5", (199.5, 199.5, False)),
        ("12 000", (12_000, 12_000, False)),
        ("1 234 567 copies/ml", (1_234_567, 1_234_567, False)),
        ("2.3 log10", (200, 200, False)),
        ("<1.60 log", (0, 40, True)),
        ("log10 3.000", (1000, 1000, False)),
        ("3.301 log10 copies/mL", (2000, 2000, False)),
        ("not detected", (0, 0, False)),
        ("Not Detected", (0, 0, False)),
        ("target not detected", (0, 0, False)),
        ("detected", (0, inf, False)),
        ("10,000", (None, None, False)),
        ("1.000", (None, None, False)),
        ("<40 IU/mL", (None, None, False)),
        ("undetectable", (None, None, False)),
        ("-5", (None, None, False)),
        ("40-100", (None, None, False)),
        ("see report", (None, None, False)),
        ("", (None, None, False)),
    ],
)
def test_a_text_is_read_where_it_can_be_read_in_one_way(derived, text, expected):
    assert interval(derived(viral_load("1", valueString=text))) == expected


@pytest.mark.parametrize(
    ("log10", "comparator", "expected"),
    [
        (2.3, None, (200, 200, False)),
        (2.29, None, (195, 195, False)),
        (3, None, (1000, 1000, False)),
        (1.6, "<", (0, 40, True)),
        (7, ">", (10_000_000, inf, False)),
        (20_000, None, (None, None, False)),
        (-1, None, (None, None, False)),
    ],
)
def test_a_logarithm_is_rounded_to_whole_copies(derived, log10, comparator, expected):
    said = {"value": log10, "unit": "{Log_copies}/mL"} | ({"comparator": comparator} if comparator else {})
    code = concept((WHO, "HIV.D.DE387"), (LOINC, "29541-0"))
    assert interval(derived(viral_load("1", code=code, valueQuantity=said))) == expected


@pytest.mark.parametrize(
    ("code", "unit", "expected"),
    [
        ("29541-0", None, 200),
        ("29541-0", "{copies}/mL", None),
        ("20447-9", "log10", 200),
        ("20447-9", "{Log_copies}/mL", 200),
        ("20447-9", None, 2.3),
        ("20447-9", "1/mL", 2.3),
        ("20447-9", "[IU]/mL", None),
        ("25836-8", "copies/mL", 2.3),
    ],
)
def test_the_code_or_the_unit_says_that_it_is_a_logarithm_but_not_against_each_other(
    derived, code, unit, expected
):
    said = {"value": 2.3} | ({"unit": unit} if unit else {})
    low, high, _ = interval(derived(viral_load("1", code=concept((LOINC, code)), valueQuantity=said)))
    assert (low, high) == (expected, expected)


def test_the_code_of_a_unit_goes_before_its_name(derived):
    said = {"value": 50, "unit": "kopje", "code": "{copies}/mL"}
    assert interval(derived(viral_load("1", valueQuantity=said))) == (50, 50, False)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("not-detected", (0, 0, False)),
        ("detected", (0, inf, False)),
        ("invalid", (None, None, False)),
        ("other", (None, None, False)),
    ],
)
def test_a_result_may_be_a_word(derived, word, expected):
    value = concept((OURS + "laboratory-result", word))
    assert interval(derived(viral_load("1", valueCodeableConcept=value))) == expected


def test_a_whole_number_may_be_an_integer(derived):
    assert interval(derived(viral_load("1", valueInteger=50))) == (50, 50, False)


def test_a_result_without_a_value_is_a_row_without_one(derived):
    assert interval(derived(viral_load("1"))) == (None, None, False)


def test_collected_and_resulted_are_two_dates(derived):
    late = viral_load("1", 50, effectiveDateTime="2025-03-31T09:00:00+02:00", issued="2025-04-02T23:30:00Z")
    (row,) = results(derived(late))
    assert row["collected_at"] == datetime(2025, 3, 31, 7, tzinfo=UTC)
    assert (row["collected_on"], row["result_on"]) == (date(2025, 3, 31), date(2025, 4, 3))


def test_a_year_of_collection_is_a_whole_year(derived):
    (row,) = results(derived(viral_load("1", 50, effectiveDateTime="2024")))
    assert (row["collected_on"], row["collected_lo"], row["collected_hi"]) == (
        None,
        date(2024, 1, 1),
        date(2024, 12, 31),
    )


@pytest.mark.parametrize(
    ("cut", "copies"), [("2025-03-01", []), ("2025-03-10", [1000]), ("2025-03-20", [100])]
)
def test_of_an_amended_result_the_version_that_held_at_the_cut_counts(derived, cut, copies):
    first = viral_load("1", 1000, meta={"lastUpdated": "2025-03-05T00:00:00Z"})
    amended = viral_load("1", 100, status="amended", meta={"lastUpdated": "2025-03-15T00:00:00Z"})
    at = datetime.fromisoformat(cut).replace(tzinfo=UTC)
    world = derived(first, amended, data_as_of=at)
    assert [row["value_lo"] for row in results(world)] == copies
    assert world.account.outcomes("Observation").get("older_version", 0) == 2 - len(copies)


def test_a_result_entered_in_error_later_still_held_before(derived):
    first = viral_load("1", 1000, meta={"lastUpdated": "2025-03-05T00:00:00Z"})
    wrong = viral_load("1", 1000, status="entered-in-error", meta={"lastUpdated": "2025-03-15T00:00:00Z"})
    before = derived(first, wrong, data_as_of=datetime(2025, 3, 10, tzinfo=UTC))
    after = derived(first, wrong)
    assert (len(results(before)), len(results(after))) == (1, 0)


def test_two_results_on_one_day_are_two(derived):
    world = derived(viral_load("1", 50), viral_load("2", 5000))
    assert sorted(row["value_lo"] for row in results(world)) == [50, 5000]


@pytest.mark.parametrize("status", ["preliminary", "registered", "cancelled", "entered-in-error"])
def test_a_result_that_is_not_final_is_none(derived, status):
    world = derived(viral_load("1", 50, status=status))
    assert results(world) == []
    assert world.account.outcomes("Observation") == {f"status_{status}": 1}


def test_a_record_that_stands_for_two_acts_by_its_identifier_is_one(derived):
    sent = {"identifier": [{"system": "urn:example:lab", "value": "7"}]}
    assert len(results(derived(viral_load("1", 50, **sent), viral_load("2", 50, **sent)))) == 1
