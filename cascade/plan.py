"""What the confidential view shows, and nothing beside it: a fixed list, so that no question over people can be asked.

HIV for the country and by setting, each year; by sex or by age for the country only; never by facility. OAT by facility,
each quarter. No two of these are crossed.
"""

from dataclasses import dataclass

COUNTRY: tuple[str, ...] = ()

HIV = (
    "hiv_tests",
    "people_tested",
    "new_diagnoses",
    "diagnosed",
    "linked",
    "on_art",
    "viral_load_tested",
    "viral_suppression",
    "art_across_gate",
)
OAT = ("oat_census", "oat_starts", "oat_retention", "missed_doses", "oat_across_gate")
PRISON = ("testing_steps",)


@dataclass(frozen=True)
class Series:
    """One measure, in all its profiles, each year or quarter, cut by one dimension or none."""

    measure: str
    every: str
    by: tuple[str, ...]


PLAN: tuple[Series, ...] = (
    *(
        Series(measure, "year", by)
        for measure in HIV
        for by in (COUNTRY, ("setting",), ("sex",), ("age_band",))
    ),
    *(Series(measure, "year", by) for measure in PRISON for by in (COUNTRY, ("legal_status",))),
    *(Series(measure, "quarter", by) for measure in OAT for by in (COUNTRY, ("setting",), ("facility_key",))),
)
