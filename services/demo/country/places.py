"""The places of the country, all invented: three prisons, two pre-trial units, four OAT centres, an HIV clinic, a hospital."""

from datetime import timedelta

from services.demo.country.calendar import Calendar
from services.demo.country.days import at
from services.demo.country.facts import Facility, Size

NORTH, SOUTH, WEST = "demo-prison-north", "demo-prison-south", "demo-prison-west"
PRETRIAL_NORTH, PRETRIAL_SOUTH = "demo-pretrial-north", "demo-pretrial-south"
HILL, HARBOUR, RIVER, LAKE = "demo-oat-hill", "demo-oat-harbour", "demo-oat-river", "demo-oat-lake"
HIV_CLINIC, HOSPITAL, AUTHORITY = "demo-hiv-clinic", "demo-hospital", "demo-authority"

PRISONS = (NORTH, SOUTH, WEST)
PRETRIAL_UNITS = (PRETRIAL_NORTH, PRETRIAL_SOUTH)
CENTRES = (HILL, HARBOUR, RIVER)
"""The OAT centres that send what they do; LAKE falls silent."""

WITHOUT_HIV, WITH_THREE = SOUTH, NORTH
"""The prison in which nobody with known HIV is held, and the one with three of them on the last day."""

FACILITIES = (
    Facility(AUTHORITY, "DEMO Health Authority", "authority"),
    Facility(NORTH, "DEMO Prison North", "prison", AUTHORITY, ("oat-initiate", "art", "hts")),
    Facility(SOUTH, "DEMO Prison South", "prison", AUTHORITY, ("oat-continue", "hts")),
    Facility(WEST, "DEMO Prison West", "prison", AUTHORITY, ("oat-initiate", "art", "hts")),
    Facility(PRETRIAL_NORTH, "DEMO Pre-trial Unit North", "pretrial-unit", NORTH, ("oat-continue", "hts")),
    Facility(PRETRIAL_SOUTH, "DEMO Pre-trial Unit South", "pretrial-unit", SOUTH, ("oat-continue",)),
    Facility(HILL, "DEMO OAT Centre Hill", "oat-centre", AUTHORITY, ("oat-initiate", "hts")),
    Facility(HARBOUR, "DEMO OAT Centre Harbour", "oat-centre", AUTHORITY, ("oat-initiate", "hts")),
    Facility(RIVER, "DEMO OAT Centre River", "oat-centre", AUTHORITY, ("oat-initiate",)),
    Facility(LAKE, "DEMO OAT Centre Lake", "oat-centre", AUTHORITY, ("oat-continue",)),
    Facility(HIV_CLINIC, "DEMO HIV Clinic", "hiv-clinic", AUTHORITY, ("art", "hts")),
    Facility(HOSPITAL, "DEMO City Hospital", "hospital", AUTHORITY, ("oat-continue", "art", "hts")),
)


def sizes(calendar: Calendar, people: int) -> list[Size]:
    """What the authority states of the country: estimates of each quarter's end, with their bounds."""
    stated = {"plhiv-estimate": (people // 5, 0.2), "opioid-dependence-estimate": (people * 4, 0.3)}
    return [
        Size(
            f"demo-{kind}-{end.isoformat()}", kind, end, n, at(end + timedelta(days=20), "12:00"),
            low=round(n * (1 - spread)), high=round(n * (1 + spread)),
        )
        for end in calendar.quarter_ends for kind, (n, spread) in stated.items()
    ]  # fmt: skip
