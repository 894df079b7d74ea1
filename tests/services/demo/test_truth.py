"""What is true of the cases, counted by hand; and what holds of every list of people."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from services.demo.country import places
from services.demo.country.days import at
from services.demo.country.facts import ViralLoad
from services.demo.country.state import Country
from services.demo.country.truth import MEASURES, members, profiles
from services.demo.country.truth.known import Known, known
from services.demo.country.truth.members import Member, Span
from services.demo.country.truth.viral_suppression import Range, copies
from services.demo.country.truth.where import Place, where

DAY = timedelta(days=1)
Counted = Callable[..., list[Member]]


@pytest.fixture(scope="module", name="now")
def _now(country: Country) -> Known:
    """All that is ever known."""
    return known(country, country.calendar.drawn_at)


@pytest.fixture(name="counted")
def _counted(country: Country, now: Known) -> Counted:
    """The members of a measure in the quarter of the cases that are people of one case."""
    quarter = Span(country.calendar.quarter_first, country.calendar.quarter_end)

    def ask(
        measure: str, case: str, profile: str | None = None, span: Span = quarter, of: Known = now
    ) -> list[Member]:
        humans = {human for tag in country.tags if tag.name == case for human in tag.humans}
        assert humans, f"there is no case {case}"
        found = members(measure, of, span, profile or profiles(measure)[0])
        return [one for one in found if one.person in humans]

    return ask


@pytest.mark.parametrize(
    ("case", "statuses"),
    [
        ("two_scripts_linked", ["negative", "negative"]),
        ("same_name_same_birth", ["negative", "negative"]),
        ("refuted_positive", ["positive", "negative"]),
        ("known_positive_retested", ["known_positive"]),
        ("result_next_quarter", []),
        ("result_never", []),
        ("half_past_eleven_on_quarter_end", ["negative"]),
        ("corrected_after_the_close", ["positive"]),
        ("written_down_late", ["negative"]),
    ],
)
def test_hiv_tests(counted: Counted, case: str, statuses: list[str]) -> None:
    assert [one.status for one in counted("hiv_tests", case)] == statuses


def test_a_result_given_in_the_next_quarter_is_counted_there(counted: Counted, country: Country) -> None:
    end = country.calendar.quarter_end
    found = counted("hiv_tests", "result_next_quarter", span=Span(end + DAY, end + 91 * DAY))
    assert [one.status for one in found] == ["negative"]
    assert found[0].day == end - 3 * DAY


def test_what_is_written_down_late_or_corrected_is_not_in_the_count_at_the_close(
    counted: Counted, country: Country
) -> None:
    close = known(country, at(country.calendar.quarter_end + DAY, "00:00"))
    assert counted("hiv_tests", "written_down_late", of=close) == []
    found = counted("hiv_tests", "corrected_after_the_close", of=close)
    assert [one.status for one in found] == ["negative"]


def test_linked_records_are_one_person_and_equal_names_are_two(counted: Counted) -> None:
    linked = counted("hiv_tests", "two_scripts_linked")
    assert {(one.person, len(one.patients)) for one in linked} == {("demo-human-two-scripts-linked-1", 2)}
    assert [one.setting for one in linked] == ["community", "prison"]
    assert {len(one.patients) for one in counted("hiv_tests", "same_national_id")} == {2}
    assert len({one.person for one in counted("hiv_tests", "same_name_same_birth")}) == 2


def test_a_merge_holds_until_it_is_undone(counted: Counted, country: Country) -> None:
    end = country.calendar.quarter_end
    in_between = known(country, at(end + DAY, "00:00"))
    assert len({one.person for one in counted("hiv_tests", "merged_then_unmerged", of=in_between)}) == 1
    assert len({one.person for one in counted("hiv_tests", "merged_then_unmerged")}) == 2


def test_a_test_late_on_the_last_evening_is_in_prison_and_in_the_quarter(counted: Counted) -> None:
    (found,) = counted("hiv_tests", "half_past_eleven_on_quarter_end")
    assert (found.setting, found.facility) == ("prison", places.PRETRIAL_NORTH)
    assert found.legal_status == "pretrial"


@pytest.mark.parametrize(
    ("case", "diagnosed", "new"),
    [
        ("diagnosed_abroad", 1, 0),
        ("art_without_diagnosis", 0, 0),
        ("refuted_positive", 0, 0),
        ("ninety_days", 1, 1),
        ("year_only", 1, 0),
        ("moved_abroad", 0, 0),
        ("deported_with_medicine_in_hand", 0, 1),
        ("died_with_hiv", 0, 1),
        ("stopped_treatment", 1, 0),
    ],
)
def test_diagnoses(counted: Counted, case: str, diagnosed: int, new: int) -> None:
    assert len(counted("diagnosed", case)) == diagnosed
    assert len(counted("new_diagnoses", case)) == new


@pytest.mark.parametrize(
    ("case", "people"),
    [
        ("covered_to_27_days_before", 1),
        ("covered_to_28_days_before", 1),
        ("covered_to_29_days_before", 0),
        ("early_pick_up", 1),
        ("ninety_days", 1),
        ("no_days_of_supply", 1),
        ("directly_observed_only", 1),
        ("statement_only", 1),
        ("silent_transfer", 1),
        ("another_clinic_without_a_break", 1),
        ("art_without_diagnosis", 1),
        ("handed_over", 1),
        ("moved_abroad", 0),
        ("deported_with_medicine_in_hand", 0),
        ("stopped_treatment", 0),
        ("died_with_hiv", 0),
        ("post_exposure", 0),
        ("pre_exposure", 0),
    ],
)
def test_on_art(counted: Counted, case: str, people: int) -> None:
    assert len(counted("on_art", case)) == people


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("ninety_days", "on_art"),
        ("diagnosed_abroad", "on_art"),
        ("art_without_diagnosis", "without_diagnosis"),
    ],
)
def test_on_art_without_a_diagnosis_is_told_apart(counted: Counted, case: str, status: str) -> None:
    assert [one.status for one in counted("on_art", case)] == [status]


@pytest.mark.parametrize(
    ("case", "below_1000", "at_most_1000", "below_200"),
    [
        ("copies_50", "suppressed", "suppressed", "suppressed"),
        ("copies_199", "suppressed", "suppressed", "suppressed"),
        ("copies_200", "suppressed", "suppressed", "unsuppressed"),
        ("copies_999", "suppressed", "suppressed", "unsuppressed"),
        ("copies_1000", "unsuppressed", "suppressed", "unsuppressed"),
        ("below_40_as_text", "suppressed", "suppressed", "suppressed"),
        ("below_1000", "suppressed", "suppressed", "unknown"),
        ("not_detected", "suppressed", "suppressed", "suppressed"),
        ("invalid", "not_tested", "not_tested", "not_tested"),
        ("logarithm", "unsuppressed", "unsuppressed", "unsuppressed"),
        ("amended", "unsuppressed", "unsuppressed", "unsuppressed"),
        ("two_on_one_day", "suppressed", "suppressed", "suppressed"),
        ("collected_before_resulted_after", "suppressed", "suppressed", "suppressed"),
    ],
)
def test_viral_suppression(
    counted: Counted, case: str, below_1000: str, at_most_1000: str, below_200: str
) -> None:
    for profile, status in (
        ("below_1000", below_1000),
        ("at_most_1000", at_most_1000),
        ("below_200", below_200),
    ):
        assert [one.status for one in counted("viral_suppression", case, profile)] == [status]


def test_an_old_viral_load_is_none_and_a_short_treatment_is_not_asked_for_one(counted: Counted) -> None:
    assert [one.status for one in counted("viral_suppression", "thirteen_months_ago")] == ["not_tested"]
    assert counted("viral_suppression", "five_months_on_art") == []


def test_the_dead_are_nowhere(country: Country, now: Known) -> None:
    dead = next(one for one in now.people if "died-in-the-last-week" in one.id)
    died = country.calendar.quarter_end - 3 * DAY
    assert where(dead, at(died - DAY, "12:00")) == Place("community", places.HILL, None)
    assert where(dead, at(died + DAY, "12:00")) is None


def test_a_viral_load_counts_as_what_is_known_of_it(counted: Counted, country: Country) -> None:
    close = known(country, at(country.calendar.quarter_end + DAY, "00:00"))
    assert [one.status for one in counted("viral_suppression", "amended", of=close)] == ["suppressed"]
    found = counted("viral_suppression", "collected_before_resulted_after", of=close)
    assert [one.status for one in found] == ["not_tested"]


def test_a_logarithm_is_copies(country: Country) -> None:
    load = next(
        one for one in country.facts if isinstance(one, ViralLoad) and one.id.startswith("demo-person-loga")
    )
    allowed = copies(load)
    assert allowed == Range(1585, 1585)


@pytest.mark.parametrize(
    ("case", "statuses"),
    [
        ("gap_of_29_days", ["on_oat_covered"]),
        ("depot", ["on_oat_covered"]),
        ("depot_that_says_its_days", ["on_oat_covered"]),
        ("take_home", ["on_oat_covered"]),
        ("two_sites_one_day", ["on_oat_covered"]),
        ("another_centre_without_a_break", ["on_oat_covered"]),
        ("doses_without_orders", ["on_oat_covered"]),
        ("one_dose_from_two_systems", []),
        ("entered_in_error", []),
        ("unplanned_release", ["on_oat_late"]),
        ("deported", []),
        ("died_in_custody", []),
        ("silent_centre", []),
        ("deported_in_the_last_week", []),
        ("died_in_the_last_week", []),
    ],
)
def test_oat_census(counted: Counted, case: str, statuses: list[str]) -> None:
    assert [one.status for one in counted("oat_census", case)] == statuses


def test_a_dose_entered_in_error_counted_until_it_was_taken_back(counted: Counted, country: Country) -> None:
    close = known(country, at(country.calendar.quarter_end + DAY, "00:00"))
    found = counted("oat_census", "entered_in_error", of=close)
    assert [one.status for one in found] == ["on_oat_late"]


@pytest.mark.parametrize(
    ("case", "gap_7", "gap_28"),
    [("gap_of_7_days", 1, 1), ("gap_of_8_days", 2, 1), ("gap_of_28_days", 2, 1), ("gap_of_29_days", 2, 2)],
)
def test_a_gap_ends_an_episode_or_does_not(counted: Counted, case: str, gap_7: int, gap_28: int) -> None:
    for profile, episodes in (("gap_7", gap_7), ("gap_28", gap_28)):
        found = [one.status for one in counted("oat_starts", case, profile)]
        assert found == ["new", "restart"][:episodes]


@pytest.mark.parametrize(
    ("case", "status"), [("retained_182_days", "not_retained"), ("retained_183_days", "retained")]
)
def test_retention(counted: Counted, country: Country, case: str, status: str) -> None:
    first = next(tag.days["first"] for tag in country.tags if tag.name == case)
    assert [one.status for one in counted("oat_retention", case, span=Span(first, first))] == [status]
    assert counted("oat_retention", case, span=Span(first + DAY, first + 90 * DAY)) == []


@pytest.mark.parametrize(
    ("case", "statuses"),
    [
        ("missed_by_the_institution", {"given": 5, "missed_institution": 5}),
        ("missed_by_the_person", {"given": 5, "missed_patient": 5}),
        ("held_by_a_clinician", {"given": 7}),
        ("withheld_without_a_hold", {"given": 8}),
        ("nothing_written_down", {"given": 8, "not_recorded": 2}),
        ("split_dose", {"given": 21}),
        ("dose_given_again", {"given": 21}),
        ("two_sites_one_day", {"given": 31}),
        ("doses_without_orders", {}),
        ("take_home", {"given": 9}),
        ("depot", {"given": 3}),
    ],
)
def test_due_days(counted: Counted, case: str, statuses: dict[str, int]) -> None:
    assert Counter(one.status for one in counted("missed_doses", case)) == statuses


def test_a_day_in_court_is_missed_by_the_institution_in_the_prison(counted: Counted) -> None:
    missed = [one for one in counted("missed_doses", "court_overnight") if one.status != "given"]
    assert [one.status for one in missed] == ["missed_institution"] * 2
    assert {(one.setting, one.facility) for one in missed} == {("prison", places.PRETRIAL_NORTH)}


def test_who_two_prisons_hold_is_in_the_one_that_began_later(counted: Counted) -> None:
    (found,) = counted("oat_census", "double_stay")
    assert (found.setting, found.facility) == ("prison", places.WEST)


@pytest.mark.parametrize(
    ("measure", "case", "before", "after"),
    [
        ("oat_census", "another_centre_without_a_break", places.HILL, places.HARBOUR),
        ("on_art", "another_clinic_without_a_break", places.HIV_CLINIC, places.HOSPITAL),
    ],
)
def test_who_changes_clinic_without_a_break_was_at_the_first_until_then(
    counted: Counted, country: Country, measure: str, case: str, before: str, after: str
) -> None:
    moved = next(tag.days["moved"] for tag in country.tags if tag.name == case)
    for last, facility in ((country.calendar.quarter_end, before), (moved - DAY, before), (moved, after)):
        (found,) = counted(measure, case, span=Span(country.calendar.quarter_first, last))
        assert found.facility == facility


def test_a_sentence_within_a_stay_shows_at_the_end_of_the_quarter(counted: Counted) -> None:
    (found,) = counted("oat_census", "pretrial_to_sentenced")
    assert found.legal_status == "sentenced"


def test_who_was_never_let_out_on_paper_is_in_prison(counted: Counted) -> None:
    (found,) = counted("oat_census", "never_closed")
    assert found.setting == "prison"


@pytest.mark.parametrize("measure", MEASURES)
def test_what_holds_of_every_list(country: Country, now: Known, measure: str) -> None:
    quarter = Span(country.calendar.quarter_first, country.calendar.quarter_end)
    for profile in profiles(measure):
        found = list(members(measure, now, quarter, profile))
        assert found
        assert len({(one.person, one.event) for one in found}) == len(found)
        for one in found:
            assert one.person in country.humans
            assert {country.human_of[patient] for patient in one.patients} == {one.person}
            assert one.day is not None
            assert one.day <= quarter.last
            assert one.facility in now.facilities or one.facility == "unknown"


def test_on_art_is_no_more_than_known_and_suppression_is_of_people_on_art(
    country: Country, now: Known
) -> None:
    quarter = Span(country.calendar.quarter_first, country.calendar.quarter_end)
    on_art = {one.person for one in members("on_art", now, quarter, "late_28")}
    for profile in profiles("viral_suppression"):
        assert {one.person for one in members("viral_suppression", now, quarter, profile)} <= on_art
    covered = {one.person for one in members("oat_census", now, quarter, "covered")}
    assert covered < {one.person for one in members("oat_census", now, quarter, "late_7")}
