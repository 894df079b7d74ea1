"""The findings, drawings and tables of the page, from views made by hand."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import plotly.graph_objects as go
import pytest
from ministry_views import COUNTRY, END, PERIODS, empty, view, with_curve, without, without_sizes

from cascade.confidential_view import ConfidentialView
from cascade.plan import Shown
from services.ministry.drawing.palette import PALETTE
from services.ministry.figures import figures
from services.ministry.numbers import Count, Numbers
from services.ministry.page import all_sections
from services.ministry.section import Absent, Section, Table

HIV_MEASURES = {
    *("hiv_tests", "people_tested", "new_diagnoses", "diagnosed", "linked", "testing_steps"),
    *("on_art", "viral_load_tested", "viral_suppression", "art_across_gate"),
}


def section(name: str, found: ConfidentialView | None = None) -> Section:
    return next(one.section(Numbers(found or view())) for one in figures() if one.name == name)


def column(table: Table, name: str) -> list[Any]:
    at = [one.name for one in table.columns].index(name)
    return [row[at] for row in table.rows]


def plots(one: Section) -> list[Any]:
    assert one.drawing is not None
    return [one.drawing.wide, one.drawing.narrow]


def texts(plot: Any) -> str:
    return " | ".join(re.sub("<br>", " ", note["text"]) for note in plot["layout"]["annotations"])


def test_the_page_tells_its_story_in_this_order() -> None:
    assert [one.name for one in all_sections(view())] == [
        "testing-steps",
        "hiv-cascade",
        "oat-in-custody",
        "oat-retention",
        "oat-survival",
        "missed-doses",
        "oat-across-gate",
        "art-across-gate",
        "prison-services",
    ]


HEADLINES = {
    "testing-steps": (
        "Of those received into prison in 2025, 208 of 342 (61%) were tested for HIV. 42 were never offered a test."
    ),
    "hiv-cascade": (
        "On 31 December 2025, 41 of 49 (84%) people diagnosed with HIV were on ART. Of 39 on ART for more than six months,"
        " 26 had a viral load and 24 are known to be suppressed."
    ),
    "oat-in-custody": (
        "On 30 September 2026, 159 people in prison were on OAT: 29.0 per 100 in custody. 69 of them started inside, 90"
        " brought it from the community."
    ),
    "missed-doses": (
        "In Q3 2026, 5.0 doses were missed for each 100 due days in prison, 3.3 of them because of the institution. In the"
        " community: 4.2."
    ),
    "oat-across-gate": (
        "Of those released on OAT, Q4 2025 to Q3 2026, 120 of 200 (60%) had it again in the community within 7 days. 36"
        " were not seen within 28 days, and nobody knows why."
    ),
    "art-across-gate": (
        "Of those released on ART in 2025, 6 of 8 were given it again in the community within 28 days, or had medicine all"
        " along. 2 were not seen and had used up what they had, and nobody knows why."
    ),
    "prison-services": (
        "Of the prisons, 1 of 3 may start people on OAT, 1 of 3 give ART, 2 of 3 test for HIV."
    ),
}


@pytest.mark.parametrize("name", HEADLINES)
def test_the_headline_is_the_finding_with_its_number(name: str) -> None:
    assert section(name).headline == HEADLINES[name]


def test_the_key_sentences_are_few_and_begin_with_the_number() -> None:
    keys = [one.key for one in all_sections(view()) if one.key]
    assert [key.number for key in keys] == ["61%", "41 of 49", "29.0", "5.0", "60%"]


@pytest.mark.parametrize("one", all_sections(view()), ids=lambda one: one.name)
def test_a_figure_is_one_that_plotly_can_draw_in_colours_that_the_night_can_change(one: Section) -> None:
    if one.drawing is None:
        return
    for plot in plots(one):
        # The library checks every name and value of the figure.
        go.Figure(json.loads(json.dumps(plot)))
        colours = set(re.findall(r'"(#[0-9a-fA-F]{6})"', json.dumps(plot)))
        assert colours
        assert colours <= set(PALETTE)
        assert {trace["type"] for trace in plot["data"]} <= {"bar", "scatter"}


@pytest.mark.parametrize("one", all_sections(view()), ids=lambda one: one.name)
def test_every_figure_has_its_numbers_as_a_table_with_every_cell(one: Section) -> None:
    for table in (one.table, *one.more_tables):
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert len({name.name for name in table.columns}) == len(table.columns)
    assert one.drawing is None or one.table.rows


def test_no_percentage_is_given_of_fewer_than_twenty_and_the_page_says_why() -> None:
    few = {key: (n, of and min(of, 19)) for key, (n, of) in COUNTRY.items()}
    found = view({**few, ("testing_steps", "tested"): (9, 19), ("testing_steps", "offered"): (12, 19)})
    one = section("testing-steps", found)
    assert "9 of 19 were tested" in one.headline
    assert "%" not in one.headline + "".join(texts(plot) for plot in plots(one))
    assert any("No percentage is shown" in note for note in one.notes)
    shares = column(one.table, "share_of_received")
    assert all(isinstance(cell, Absent) or cell == "" for cell in shares)


def test_in_prison_few_people_are_counted_but_get_no_percentage() -> None:
    one = section("hiv-cascade")
    assert column(one.table, "prison")[1:3] == [6, 5]
    assert all(isinstance(cell, str) for cell in column(one.table, "prison_share"))
    assert column(one.table, "community_share")[2] == pytest.approx(36 / 43)


def rows(one: Section) -> dict[str, dict[str, str]]:
    return {aside.title: dict(aside.rows) for aside in one.asides}


def test_who_was_tested_is_told_by_legal_status_and_beside_everyone_tested() -> None:
    assert rows(section("testing-steps")) == {
        "Tested, of those received, by legal status": {
            "Pre-trial": "150 of 252 (60%)",
            "Sentenced": "58 of 90 (64%)",
        },
        "Everyone tested with a result, 2025": {
            "Prison": "230 people, 4 positive",
            "Community": "470 people, 11 positive",
        },
    }
    by_status, everyone = section("testing-steps").more_tables
    assert column(by_status, "received") == [252, 90]
    assert column(by_status, "tested") == [150, 58]
    assert column(everyone, "all")[:2] == [700, 15]
    assert column(everyone, "prison")[4] == 260
    assert column(everyone, "community_share")[1] == pytest.approx(11 / 470)


def test_another_legal_status_is_told_only_where_somebody_was_received_with_it() -> None:
    found = view()
    of_pretrial = found.figures["legal_status"] == "pretrial"
    found.figures.loc[of_pretrial, "legal_status"] = "unknown"
    said = rows(section("testing-steps", found))["Tested, of those received, by legal status"]
    assert said == {
        "Pre-trial": "nobody received",
        "Sentenced": "58 of 90 (64%)",
        "Legal status not said": "150 of 252 (60%)",
    }


def test_of_few_received_with_a_legal_status_there_is_no_percentage_and_the_page_says_why() -> None:
    found = view()
    sentenced = found.figures["legal_status"] == "sentenced"
    found.figures.loc[sentenced, ["numerator", "denominator"]] = [3, 19]
    one = section("testing-steps", found)
    assert rows(one)["Tested, of those received, by legal status"]["Sentenced"] == "3 of 19"
    assert any("No percentage is shown" in note for note in one.notes)
    assert not any("No percentage is shown" in note for note in section("testing-steps").notes)


def test_new_diagnoses_lead_to_art_out_of_those_whose_90_days_are_complete() -> None:
    one = section("hiv-cascade")
    assert rows(one) == {
        "New diagnoses in 2025, and how soon on ART": {
            "Newly diagnosed": "14",
            "of them in prison": "4",
            "On ART within 7 days": "6 of 12",
            "On ART within 30 days": "9 of 12",
            "On ART within 90 days": "10 of 12",
            "Not on ART within 90 days": "2",
            "90 days not complete": "1",
        }
    }
    (table,) = one.more_tables
    followed = dict(zip(column(table, "line"), column(table, "all"), strict=True))
    assert followed["Newly diagnosed, followed for 90 days"] == 12
    assert followed["Day of diagnosis not known"] == 1
    assert "unknown" not in [place.name for place in table.columns]
    assert isinstance(column(table, "all_share")[4], Absent), "12 are fewer than 20"


def test_linkage_has_a_percentage_from_twenty_on() -> None:
    enough = view({("linked", name): (15, 20) for name in ("within_7", "within_30", "within_90")})
    said = rows(section("hiv-cascade", enough))["New diagnoses in 2025, and how soon on ART"]
    assert said["On ART within 30 days"] == "15 of 20 (75%)"


def test_a_country_without_new_diagnoses_has_no_windows() -> None:
    none = {
        ("new_diagnoses", "new"): (0, None),
        **{("linked", name): (0, 0) for name in ("within_7", "within_30", "within_90", "not_linked")},
    }
    said = rows(section("hiv-cascade", view(none)))["New diagnoses in 2025, and how soon on ART"]
    assert said == {"Newly diagnosed": "nobody"}


def test_those_diagnosed_where_nobody_knows_get_a_column() -> None:
    found = view()
    prison = (found.figures["measure"] == "new_diagnoses") & (found.figures["setting"] == "prison")
    found.figures.loc[prison, "setting"] = "unknown"
    (table,) = section("hiv-cascade", found).more_tables
    assert (column(table, "prison")[0], column(table, "unknown")[0]) == (0, 4)


@pytest.mark.parametrize(
    ("name", "measure"),
    [("testing-steps", "people_tested"), ("hiv-cascade", "new_diagnoses")],
)
def test_what_is_not_counted_beside_a_figure_is_left_out_and_the_figure_stays(
    name: str, measure: str
) -> None:
    one = section(name, without(measure))
    assert one.drawing is not None
    assert len(one.asides) == len(section(name).asides) - 1
    assert len(one.more_tables) == len(section(name).more_tables) - 1


def test_an_estimate_is_hatched_and_has_its_bounds_and_prison_has_none() -> None:
    one = section("hiv-cascade")
    country, *settings = plots(one)[0]["data"]
    assert country["marker"]["pattern"]["shape"][0] == "/"
    assert "between 64 and 96" in texts(plots(one)[0])
    assert all("/" not in trace["marker"]["pattern"]["shape"] for trace in settings)
    assert any("for the community the first 95 is not computable" in note for note in one.notes)
    assert "95" not in texts(plots(one)[0])


def test_without_an_estimate_the_first_95_is_not_computed() -> None:
    one = section("hiv-cascade", without_sizes())
    assert any("no estimate of people living with HIV is stated" in note for note in one.notes)
    assert isinstance(column(one.table, "all_share")[1], Absent)
    assert "living with HIV" not in texts(plots(one)[0])


def test_bars_of_other_people_are_not_joined() -> None:
    for plot in plots(section("hiv-cascade")):
        links = [shape for shape in plot["layout"]["shapes"] if shape["type"] == "path"]
        # Diagnosed to on ART; on ART for long to tested, tested to suppressed: in each of three panels.
        assert len(links) == 3 * 3
        begin = {float(link["path"].split(" ")[1].split(",")[1]) for link in links if link["xref"] == "x"}
        estimate, diagnosed, on_art, long_on_art, tested, suppressed = (y + 9 for y in plot["data"][0]["y"])
        assert {diagnosed, long_on_art, tested} <= begin
        assert not {estimate, on_art, suppressed} & begin


def test_the_untested_are_not_called_unsuppressed() -> None:
    said = texts(plots(section("hiv-cascade"))[0])
    assert "13 untested, so not known" in said
    assert "8 not on ART" in said
    assert "and 2 on ART without a diagnosis" in said


def hatches(plot: Any) -> Iterator[list[str]]:
    for trace in plot["data"]:
        shape = trace["marker"].get("pattern", {}).get("shape")
        if shape and trace.get("orientation") != "h":
            yield shape


@pytest.mark.parametrize("name", ["oat-in-custody", "missed-doses", "oat-retention"])
def test_the_last_two_quarters_are_hatched_and_named(name: str) -> None:
    one = section(name)
    for plot in plots(one):
        drawn = list(hatches(plot))
        assert drawn
        assert all(shape == ["", "", "", "", "", "", "/", "/"] for shape in drawn)
        assert "provisional" in texts(plot)
    assert column(one.table, "state")[:3] == ["provisional", "provisional", ""]


def test_releases_of_the_last_two_quarters_are_the_hatched_part_of_a_bar() -> None:
    settled, late = plots(section("oat-across-gate"))[0]["data"]
    assert (settled["x"][0], late["x"][0]) == (100, 100)
    assert late["base"] == settled["x"]
    assert set(late["marker"]["pattern"]["shape"]) == {"/"}


def test_where_nobody_was_lost_at_the_gate_nobody_is_said_to_be() -> None:
    everyone = view({("art_across_gate", "not_seen"): (0, 8), ("art_across_gate", "seen_or_covered"): (8, 8)})
    assert section("art-across-gate", everyone).headline.endswith("had medicine all along.")


def test_each_number_at_the_gate_is_a_line_and_each_period_a_column() -> None:
    table = section("oat-across-gate").table
    assert [one.name for one in table.columns][:3] == ["line", "2026-09-30", "2026-09-30_share"]
    assert table.columns[1].heading == "Q3 2026, provisional"
    assert table.columns[5].heading == "Q1 2026"
    lines = {row[0]: row[1:3] for row in table.rows}
    assert lines["Released on treatment"] == (50, "")
    assert lines["Seen within 7 days"] == (30, 0.6)
    assert lines["Window not complete"] == (3, "")


def heights(name: str, panel: int) -> list[float]:
    """Where the bold numbers of a panel stand."""
    notes = plots(section(name))[0]["layout"]["annotations"]
    mine = [
        note for note in notes if note["xref"] == ("x2" if panel else "x") and note["yanchor"] == "bottom"
    ]
    return [note["y"] for note in mine if note["font"].get("weight") and note["x"] != -0.5]


def test_a_number_stands_on_the_part_of_the_column_that_it_is_of() -> None:
    # In prison 5.0 were missed, and of 4.0 nobody knows; of the 3% who left the data there is no room for a number.
    assert heights("missed-doses", 0) == [pytest.approx(5.0)] * 8
    assert heights("oat-retention", 0) == [pytest.approx(100 * 24 / 33)] * 8
    assert heights("oat-in-custody", 1) == [159] * 8


def test_two_facilities_of_one_name_are_told_apart() -> None:
    found = view()
    found.facilities.loc[found.facilities["facility_key"] == "n", "name"] = "DEMO Prison South"
    by_prison = section("oat-in-custody", found).more_tables[0]
    assert column(by_prison, "prison") == ["DEMO Prison South (n)", "DEMO Prison South (s)", "Facility w"]


def test_where_all_the_untested_refused_that_is_said() -> None:
    refused = view({("testing_steps", "refused"): (92, 300)})
    assert "92 not tested: all of them refused" in texts(plots(section("testing-steps", refused))[0])
    assert "92 not tested, 60 of them refused" in texts(plots(section("testing-steps"))[0])


def test_a_provisional_year_is_hatched_and_named() -> None:
    found = replace(view(), period_end=date(2026, 3, 31))
    for name in ("testing-steps", "hiv-cascade"):
        one = section(name, found)
        assert one.period.endswith("provisional")
        assert all(
            set(trace["marker"]["pattern"]["shape"]) == {"/"} for plot in plots(one) for trace in plot["data"]
        )
        assert any("provisional and hatched" in note for note in one.notes)


def test_a_census_is_never_added_up_over_quarters() -> None:
    one = section("oat-in-custody")
    assert column(one.table, "on_oat") == [159] * len(PERIODS.quarters)
    assert "159 people" in one.headline


def test_people_in_custody_are_those_of_the_prisons_that_state_them() -> None:
    one = section("oat-in-custody")
    assert column(one.table, "in_custody")[0] == 143 + 12
    assert column(one.table, "on_oat_where_custody_is_stated")[0] == 43 + 2
    assert all(isinstance(cell, Absent) for cell in column(one.table, "per_100_in_custody")[1:])
    assert any(note.startswith("2 of 3 prisons state") for note in one.notes)


def test_without_a_stated_size_there_is_no_number_per_100_in_custody() -> None:
    one = section("oat-in-custody", without_sizes())
    assert "per 100" not in one.headline
    assert any("No prison states how many people it held" in note for note in one.notes)
    assert all("Per 100 in custody" not in texts(plot) for plot in plots(one))


def test_facilities_are_in_the_order_of_their_names_whatever_their_results() -> None:
    (by_prison,) = section("oat-in-custody").more_tables
    assert column(by_prison, "prison") == ["DEMO Prison North", "DEMO Prison South", "Facility w"]
    assert column(by_prison, "on_oat") == [43, 2, 0]
    assert isinstance(column(by_prison, "per_100_in_custody")[1], Absent), "12 people are held there"
    assert column(section("prison-services").table, "prison") == column(by_prison, "prison")


def test_a_curve_is_drawn_only_while_ten_are_at_risk() -> None:
    one = section("oat-survival", with_curve([(day, "gap") for day in range(10, 310, 10)]))
    for plot in plots(one):
        assert max(max(trace["x"]) for trace in plot["data"]) == 210, "of 30, 10 are at risk on day 210"
        counted = [note["text"] for note in plot["layout"]["annotations"]]
        assert "30" in counted, "the number at risk is below the curve"
    assert isinstance(one.table.rows[-1][4], Absent)


def test_of_fewer_than_ten_there_is_no_curve() -> None:
    one = section("oat-survival", with_curve([(day, "gap") for day in range(10, 100, 10)]))
    assert one.drawing is None
    assert one.headline == "Too few people are followed to say how long OAT lasts."


def test_a_cohort_is_drawn_once_everybody_was_followed_to_the_end() -> None:
    open_ = view({("oat_retention", "follow_up_open"): (3, None)})
    one = section("oat-retention", open_)
    assert one.drawing is None
    assert one.headline == "No quarter's starters of OAT have been followed to the end yet."
    assert set(column(one.table, "lower_share")) == {""}


def test_missed_doses_are_told_by_reason_and_what_is_not_recorded_apart() -> None:
    one = section("missed-doses")
    plot = plots(one)[0]
    names = [trace["name"] for trace in plot["data"][:3]]
    assert names == ["Institution's reason", "Patient's reason", "Not recorded"]
    assert "pattern" not in plot["data"][2]["marker"], "what nobody recorded is hollow"
    assert column(one.table, "missed")[0] == 30
    assert column(one.table, "not_recorded")[0] == 24


def test_no_figure_of_hiv_is_by_facility() -> None:
    for one in all_sections(view()):
        names = [
            place.name
            for table in (one.table, *one.more_tables)
            for place in table.columns
            if place.kind == "name"
        ]
        if HIV_MEASURES & set(one.measures):
            assert names == []
    by_facility = view().figures.query("cut_by == 'facility_key'")
    assert not HIV_MEASURES & set(by_facility["measure"])


@pytest.mark.parametrize("one", all_sections(empty()), ids=lambda one: one.name)
def test_with_nothing_in_the_records_every_section_says_so(one: Section) -> None:
    assert one.drawing is None
    assert one.headline
    assert one.key is None
    assert not re.search(r"\d", one.headline)


@pytest.mark.parametrize("measure", ["testing_steps", "on_art", "oat_started_or_continued", "missed_doses"])
def test_a_measure_without_rows_leaves_its_own_section_empty_and_no_other(measure: str) -> None:
    sections = all_sections(without(measure))
    assert [one.measures for one in sections if measure in one.measures and one.drawing] == []
    assert sum(one.drawing is not None for one in sections) >= 6


def test_a_prison_with_nobody_on_oat_is_zero_and_not_missing() -> None:
    nobody = {
        ("oat_started_or_continued", name): (0, of)
        for name, of in (("on_oat", None), ("started_inside", 0), ("continued", 0))
    }
    assert (
        section("oat-in-custody", view(nobody)).headline
        == "Nobody in prison was on OAT on 30 September 2026."
    )


def test_a_country_without_hiv_says_so() -> None:
    none = {
        ("diagnosed", "diagnosed"): (0, None),
        ("on_art", "on_art"): (0, None),
        ("on_art", "without_diagnosis"): (0, 0),
    }
    one = section("hiv-cascade", view(none))
    assert one.headline == "No one is recorded as diagnosed with HIV or on ART on 31 December 2025."


def test_a_value_that_nobody_is_in_is_zero_and_a_measure_that_is_not_counted_is_nothing() -> None:
    numbers = Numbers(view())
    year = PERIODS.years[-1]
    assert numbers.count("diagnosed", "diagnosed", year, by="setting", value="unknown") == Count(0)
    assert numbers.count("on_art", "without_diagnosis", year, by="setting", value="unknown") == Count(0, 0)
    assert numbers.count("no_such_measure", "x", year) is None
    assert Numbers(empty()).count("diagnosed", "diagnosed", year) is None


def test_a_view_without_a_whole_year_has_no_hiv_yet() -> None:
    one = section("hiv-cascade", view(periods=Shown((), PERIODS.quarters)))
    assert one.headline == "The HIV cascade is not counted yet."
    assert PERIODS.quarters[-1].last == END
