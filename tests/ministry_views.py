"""Confidential views made by hand: every measure of the plan with a number, and what a test changes of it."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd

from cascade import cube, curves, measures
from cascade.account import AccountLine, ReadAccount
from cascade.confidential_view import ConfidentialView
from cascade.plan import Shown, shown
from cascade.survival import kaplan_meier
from cascade.tables import Period
from services.ministry.cube import Cube, Snapshot

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
END = date(2026, 9, 30)
ZONE = "Europe/Tirane"
PERIODS = shown(END, date(2024, 10, 1), data_as_of=AS_OF, zone=ZONE)
ACCOUNT = ReadAccount(
    (
        AccountLine("MedicationAdministration", None, None, "used", 90),
        AccountLine("MedicationAdministration", None, None, "unmapped", 5),
    )
)
Numbers = Mapping[tuple[str, str], tuple[int, int | None]]
"""From measure and figure to numerator and denominator."""

COUNTRY: Numbers = {
    ("testing_steps", "offered"): (300, 342),
    ("testing_steps", "tested"): (208, 342),
    ("testing_steps", "returned"): (200, 342),
    ("testing_steps", "positive"): (4, 342),
    ("testing_steps", "tested_of_offered"): (208, 300),
    ("testing_steps", "returned_of_tested"): (200, 208),
    ("testing_steps", "positive_of_returned"): (4, 200),
    ("testing_steps", "refused"): (60, 300),
    ("testing_steps", "known_positive"): (8, None),
    ("testing_steps", "window_open"): (0, None),
    ("people_tested", "tested"): (700, None),
    ("people_tested", "positive"): (15, 700),
    ("people_tested", "inconclusive"): (1, 700),
    ("people_tested", "known_positive"): (2, None),
    ("hiv_tests", "tests"): (820, None),
    ("hiv_tests", "positive"): (16, 820),
    ("new_diagnoses", "new"): (14, None),
    ("new_diagnoses", "unknown_place"): (1, 14),
    ("new_diagnoses", "abroad"): (1, None),
    ("linked", "within_7"): (6, 12),
    ("linked", "within_30"): (9, 12),
    ("linked", "within_90"): (10, 12),
    ("linked", "not_linked"): (2, 12),
    ("linked", "died_first"): (0, 12),
    ("linked", "left_first"): (0, 12),
    ("linked", "art_before"): (0, None),
    ("linked", "day_unknown"): (1, None),
    ("linked", "window_open"): (1, None),
    ("diagnosed", "diagnosed"): (49, None),
    ("on_art", "on_art"): (43, None),
    ("on_art", "without_diagnosis"): (2, 43),
    ("viral_load_tested", "tested"): (26, 39),
    ("viral_suppression", "suppressed_of_tested"): (24, 26),
    ("viral_suppression", "suppressed_of_all"): (24, 39),
    ("oat_census", "on_oat"): (159, None),
    ("oat_started_or_continued", "on_oat"): (159, None),
    ("oat_started_or_continued", "started_inside"): (69, 159),
    ("oat_started_or_continued", "continued"): (90, 159),
    ("oat_retention", "lower"): (23, 33),
    ("oat_retention", "upper"): (24, 33),
    ("oat_retention", "left_data"): (1, 33),
    ("oat_retention", "follow_up_open"): (0, None),
    ("missed_doses", "due"): (1000, None),
    ("missed_doses", "missed"): (47, 1000),
    ("missed_doses", "missed_institution"): (20, 1000),
    ("missed_doses", "missed_patient"): (27, 1000),
    ("missed_doses", "missed_other"): (0, 1000),
    ("missed_doses", "not_recorded"): (64, 1000),
    ("oat_across_gate", "within_1"): (20, 50),
    ("oat_across_gate", "within_3"): (25, 50),
    ("oat_across_gate", "within_7"): (30, 50),
    ("oat_across_gate", "within_28"): (35, 50),
    ("oat_across_gate", "not_seen"): (9, 50),
    ("oat_across_gate", "rearrested_first"): (4, 50),
    ("oat_across_gate", "died_first"): (1, 50),
    ("oat_across_gate", "receiving_area_silent"): (1, 50),
    ("oat_across_gate", "window_open"): (3, None),
    ("art_across_gate", "seen"): (5, 8),
    ("art_across_gate", "seen_or_covered"): (6, 8),
    ("art_across_gate", "covered_by_release_supply"): (1, 8),
    ("art_across_gate", "not_seen"): (2, 8),
    ("art_across_gate", "rearrested_first"): (0, 8),
    ("art_across_gate", "died_first"): (0, 8),
    ("art_across_gate", "receiving_area_silent"): (0, 8),
    ("art_across_gate", "window_open"): (0, None),
}
"""The country's numbers, the same in every period."""

PRISON: Numbers = {
    ("people_tested", "tested"): (230, None),
    ("people_tested", "positive"): (4, 230),
    ("hiv_tests", "tests"): (260, None),
    ("hiv_tests", "positive"): (4, 260),
    ("new_diagnoses", "new"): (4, None),
    ("linked", "within_7"): (1, 3),
    ("linked", "within_30"): (2, 3),
    ("linked", "within_90"): (2, 3),
    ("linked", "not_linked"): (1, 3),
    ("diagnosed", "diagnosed"): (6, None),
    ("on_art", "on_art"): (5, None),
    ("on_art", "without_diagnosis"): (0, 5),
    ("viral_load_tested", "tested"): (5, 5),
    ("viral_suppression", "suppressed_of_tested"): (5, 5),
    ("viral_suppression", "suppressed_of_all"): (5, 5),
    ("missed_doses", "due"): (600, None),
    ("missed_doses", "missed"): (30, 600),
    ("missed_doses", "missed_institution"): (20, 600),
    ("missed_doses", "missed_patient"): (10, 600),
    ("missed_doses", "missed_other"): (0, 600),
    ("missed_doses", "not_recorded"): (24, 600),
}
"""Those of prison."""

COMMUNITY: Numbers = {
    ("people_tested", "tested"): (470, None),
    ("people_tested", "positive"): (11, 470),
    ("hiv_tests", "tests"): (560, None),
    ("hiv_tests", "positive"): (12, 560),
    ("new_diagnoses", "new"): (10, None),
    ("linked", "within_7"): (5, 9),
    ("linked", "within_30"): (7, 9),
    ("linked", "within_90"): (8, 9),
    ("linked", "not_linked"): (1, 9),
    ("diagnosed", "diagnosed"): (43, None),
    ("on_art", "on_art"): (38, None),
    ("on_art", "without_diagnosis"): (2, 38),
    ("viral_load_tested", "tested"): (21, 34),
    ("viral_suppression", "suppressed_of_tested"): (19, 21),
    ("viral_suppression", "suppressed_of_all"): (19, 34),
    ("missed_doses", "due"): (400, None),
    ("missed_doses", "missed"): (17, 400),
    ("missed_doses", "missed_institution"): (0, 400),
    ("missed_doses", "missed_patient"): (17, 400),
    ("missed_doses", "missed_other"): (0, 400),
    ("missed_doses", "not_recorded"): (40, 400),
}
PRETRIAL: Numbers = {
    ("testing_steps", "offered"): (220, 252),
    ("testing_steps", "tested"): (150, 252),
    ("testing_steps", "returned"): (145, 252),
    ("testing_steps", "positive"): (3, 252),
}
SENTENCED: Numbers = {
    ("testing_steps", "offered"): (80, 90),
    ("testing_steps", "tested"): (58, 90),
    ("testing_steps", "returned"): (55, 90),
    ("testing_steps", "positive"): (1, 90),
}
NORTH: Numbers = {("oat_census", "on_oat"): (43, None), ("missed_doses", "missed"): (9, 300)}
SOUTH: Numbers = {("oat_census", "on_oat"): (2, None)}

FACILITIES = (
    ("s", "DEMO Prison South", "prison", "continue_only", False, True, True, date(2026, 4, 6)),
    ("n", "DEMO Prison North", "prison", "initiate", True, True, True, date(2026, 10, 30)),
    ("w", None, "prison", "none", False, False, True, None),
    ("c", "DEMO OAT Centre", "community", "initiate", False, True, True, date(2026, 10, 30)),
    ("unknown", None, "unknown", "none", False, False, True, date(2026, 1, 1)),
)
SIZES = (
    ("n", date(2026, 9, 30), "custody_census", 143.0, None, None),
    ("s", date(2026, 9, 30), "custody_census", 12.0, None, None),
    ("all", date(2025, 12, 31), "plhiv_estimate", 80.0, 64.0, 96.0),
)


def view(country: Numbers | None = None, *, periods: Shown = PERIODS) -> ConfidentialView:
    """A view with the numbers above, some of the country's replaced."""
    figures = [
        *_rows({**COUNTRY, **(country or {})}, periods),
        *_rows(PRISON, periods, "setting", "prison"),
        *_rows(COMMUNITY, periods, "setting", "community"),
        *_rows(PRETRIAL, periods, "legal_status", "pretrial"),
        *_rows(SENTENCED, periods, "legal_status", "sentenced"),
        *_rows(NORTH, periods, "facility_key", "n"),
        *_rows(SOUTH, periods, "facility_key", "s"),
    ]
    return ConfidentialView(
        figures=pd.DataFrame(figures, columns=list(cube.COLUMNS)),
        curves=_curves(),
        facilities=pd.DataFrame(
            [(*one[:7], date(2024, 10, 1), one[7]) for one in FACILITIES],
            columns=[
                *("facility_key", "name", "setting", "oat", "art", "hts", "expected_reporter"),
                *("first_report_on", "last_report_on"),
            ],
        ),
        sizes=pd.DataFrame(
            [(*one, None) for one in SIZES],
            columns=["facility_key", "on_day", "kind", "n", "low", "high", "source"],
        ),
        account=ACCOUNT,
        shown=periods,
        period_end=END,
        data_as_of=AS_OF,
    )


def empty() -> ConfidentialView:
    """A view of records that hold nothing."""
    made = view(periods=Shown((), ()))
    return replace(
        made,
        figures=made.figures[:0],
        curves=made.curves[:0],
        facilities=made.facilities[:0],
        sizes=made.sizes[:0],
    )


def without_sizes() -> ConfidentialView:
    """A view of a country in which nobody states any size."""
    made = view()
    return replace(made, sizes=made.sizes[:0])


def without(measure: str) -> ConfidentialView:
    """A view in which a measure has no rows."""
    made = view()
    return replace(made, figures=made.figures[made.figures["measure"] != measure])


def with_curve(lasted: list[tuple[int, str]]) -> ConfidentialView:
    """A view in which people stayed on OAT for these days."""
    return replace(view(), curves=_curves(lasted))


def _rows(
    numbers: Numbers, periods: Shown, cut_by: str = "", value: str = cube.ALL
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for (measure, figure), (n, of) in numbers.items():
        for profile in measures.measure(measure).profiles:
            for every, period in _periods(measure, periods):
                cuts = [value if name == cut_by else cube.ALL for name in cube.DIMENSIONS]
                place = (measure, profile, every, period.first, period.last, cut_by)
                rows.append((*place, *cuts, figure, n, of))
    return rows


def _periods(measure: str, periods: Shown) -> list[tuple[str, Period]]:
    if measure.startswith(("oat", "missed")):
        return [("quarter", period) for period in periods.quarters]
    return [("year", period) for period in periods.years]


def _curves(lasted: list[tuple[int, str]] | None = None) -> pd.DataFrame:
    lasted = lasted or [(day, "gap" if day % 3 else "open") for day in range(10, 400, 5)]
    rows = [
        {
            "measure": "oat_survival",
            "profile": "gap_7",
            "first": PERIODS.quarters[0].first,
            "last": END,
            "setting": setting,
            **vars(step),
        }
        for setting in ("all", "prison")
        for step in kaplan_meier(lasted)
    ]
    return pd.DataFrame(rows, columns=list(curves.COLUMNS))


def put_in(cube: Cube, found: ConfidentialView) -> None:
    """Let the page show a view as if it had been counted of the records there are."""
    cube.start()
    cube.wait(60)
    counted = cube.view().snapshot
    assert counted is not None
    shown_now = {"_snapshot": Snapshot(found, counted.position), "_pause_s": float("inf")}
    vars(cube).update(shown_now, _counted_at=time.monotonic())
