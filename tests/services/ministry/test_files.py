"""The files: how they may be handled in the first line, the numbers of the page below."""

import csv
import io
from dataclasses import replace

import pytest
from ministry_views import view

from services.ministry.figures import figures
from services.ministry.files import everything_csv, section_csv
from services.ministry.numbers import Numbers
from services.ministry.section import Absent, Column, Section, Table

CONFIDENTIAL = "\ufeff# Confidential, full counts, not for publication"
DEMO = f"{CONFIDENTIAL}. DEMO: every person and number here is invented"


@pytest.mark.parametrize("name", [*(one.name for one in figures()), "everything"])
@pytest.mark.parametrize(("demo", "first"), [(True, DEMO), (False, CONFIDENTIAL)])
def test_every_file_says_in_its_first_line_how_it_may_be_handled(name: str, demo: bool, first: str) -> None:
    assert _file(name, demo=demo).splitlines()[0] == first


def _file(name: str, *, demo: bool) -> str:
    if name == "everything":
        return everything_csv(view(), demo=demo)
    found = next(one for one in figures() if one.name == name)
    return section_csv(found.section(Numbers(view())), demo=demo)


def a_section(*rows: tuple[str | int | float, ...]) -> Section:
    columns = (Column("place", "Place", "name"), Column("n", "n", "count"), Column("share", "Share", "share"))
    return Section("x", "X", "", "", Table("Caption", columns, rows), ())


def test_a_file_has_english_names_numbers_and_words_for_what_is_not_there() -> None:
    lines = section_csv(a_section(("Sjever, Đurići", 3, 0.123456), ("Jug", 0, Absent("below 20"))), demo=True)
    assert lines.splitlines()[1:] == [
        "# Caption",
        "place,n,share",
        '"Sjever, Đurići",3,0.1235',
        "Jug,0,below 20",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_name_cannot_become_a_formula(name: str) -> None:
    assert f"'{name},3," in section_csv(a_section((name, 3, 0.5)), demo=True)
    named = view()
    named.facilities.loc[named.facilities["facility_key"] == "n", "name"] = name
    written = list(csv.reader(io.StringIO(everything_csv(replace(named), demo=True))))
    assert {row[-2] for row in written[2:] if row[7] == "n"} == {f"'{name}"}


def test_everything_is_every_row_of_the_plan_in_whole_numbers() -> None:
    rows = list(csv.DictReader(io.StringIO(everything_csv(view(), demo=True).split("\n", 1)[1])))
    assert len(rows) == len(view().figures)
    tested = [row for row in rows if (row["measure"], row["figure"]) == ("testing_steps", "tested")]
    numbers = {(row["legal_status"], row["numerator"], row["denominator"]) for row in tested}
    assert numbers == {("all", "208", "342"), ("pretrial", "150", "252"), ("sentenced", "58", "90")}
    assert {row["denominator"] for row in rows if row["figure"] == "on_oat"} == {""}
    late = {row["last"] for row in rows if row["provisional"]}
    assert late == {"2026-06-30", "2026-09-30"}
    assert all(not row["facility"] for row in rows if row["measure"] == "diagnosed")
