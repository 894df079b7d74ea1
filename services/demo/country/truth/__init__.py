"""What is true: who is to be counted, listed from the state alone. One module per measure, of its name.

Each has ``PROFILES`` and ``members(known, span, profile)``. Nothing here reads a resource, or anything of the cascade.
"""

from collections.abc import Iterator
from importlib import import_module

from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span

MEASURES = (
    "hiv_tests",
    "people_tested",
    "testing_steps",
    "new_diagnoses",
    "diagnosed",
    "linked",
    "on_art",
    "viral_load_tested",
    "viral_suppression",
    "art_across_gate",
    "oat_census",
    "oat_starts",
    "oat_started_or_continued",
    "oat_retention",
    "oat_survival",
    "missed_doses",
    "oat_across_gate",
)


def profiles(measure: str) -> tuple[str, ...]:
    """The readings of a measure, the default first."""
    return tuple(import_module(f"{__name__}.{measure}").PROFILES)


def members(measure: str, known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Who is to be counted."""
    found: Iterator[Member] = import_module(f"{__name__}.{measure}").members(known, span, profile)
    return found
