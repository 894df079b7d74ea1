"""ART across the gate: whether people released on treatment are seen again, or have medicine for so long."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.on_art import on_art_then
from cascade.placing import at_entry
from cascade.releases import releases, with_heard, with_mark
from cascade.tables import Period, Tables

title = "ART across the gate"
source = "Throughcare's own definition; WHO has no indicator of continuity at release"
status = "proposed"
version = "1"
kind = "cohort"
population = "People released from prison on antiretroviral treatment."
unit = "releases"
members = (
    "Each release to liberty in the period of a person who was on ART at the end of the day before (the measure of people on"
    " ART, late by at most 28 days). Day 0 is the day of release. Seen is who was given ART, to take away or watched, in the"
    " window and before the day on which custody begins again: on day 0 by a community facility, from day 1 on by any but a"
    " prison. Medicine in hand is no visit: it is shown apart. The window is complete when its last day had ended at the"
    " data cut. The place is the prison left, and the legal status the one before the release."
)
statuses = {
    "seen": "given ART outside of prison by the last day of the window",
    "covered_by_release_supply": (
        "not seen; and medicine handed over at the release or before covers every day up to the last of the window"
    ),
    "rearrested_first": "not seen; in custody again by the last day",
    "died_first": "not seen; surely died by the last day",
    "receiving_area_silent": (
        "not seen, nor covered; and no community facility that offers or gives ART reported any event after day 0 and up to"
        " the last day, as far as its first and last reports tell"
    ),
    "not_seen": "the window is complete, and nothing of the above",
    "window_open": "the window is not complete, whatever was seen",
}
COMPLETE = (
    "seen",
    "covered_by_release_supply",
    "rearrested_first",
    "died_first",
    "receiving_area_silent",
    "not_seen",
)
figures = {
    "seen": Figure("Seen by a service in the community", ("seen",), COMPLETE),
    "seen_or_covered": Figure("Seen, or with medicine all along", COMPLETE[:2], COMPLETE),
    "covered_by_release_supply": Figure(
        "Not seen, with medicine all along", ("covered_by_release_supply",), COMPLETE
    ),
    "not_seen": Figure("Not seen, and the medicine used up", ("not_seen",), COMPLETE),
    "rearrested_first": Figure("In custody again first", ("rearrested_first",), COMPLETE),
    "died_first": Figure("Died first", ("died_first",), COMPLETE),
    "receiving_area_silent": Figure("Not seen, and nobody reports", ("receiving_area_silent",), COMPLETE),
    "window_open": Figure("Window not complete", ("window_open",)),
}
profiles = {
    "days_28": "28 days: those after which treatment counts as interrupted.",
    "days_7": "7 days: of who left without medicine, the time in which to find a clinic.",
    "days_90": "90 days: who was given medicine for months has to come for more.",
}
look_back = "28 days before the day of release, to know who is late; all of the data for stops."
exclusions = (
    "Transfers between prisons, deaths in custody and deportations: nobody is to be seen afterwards.",
    "People first given ART on the day of release: they started, and did not continue.",
    "Statements that somebody takes ART: they make nobody seen, and by themselves put no medicine in a hand.",
    "Supplies whose day is not known.",
)
variants = (
    "Covered, however: across the gate of OAT, medicine that the prison gave counts as being seen; here it does not.",
    "Leaving out who was arrested again or died: it makes the gate look safer than it is.",
    "Viral suppression after release, which needs a viral load that few have.",
)

WINDOW_DAYS = {"days_28": 28, "days_7": 7, "days_90": 90}
GIVEN = ("dispensed", "release_supply", "administered")
IN_HAND = ("dispensed", "release_supply")


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """Releases of people on ART; `event_key` is the civil day of the release."""
    # Named, so that the statement holds it once.
    release = _treated(releases(tables, period, WINDOW_DAYS[profile]), tables).alias("releases_on_art")
    release = with_mark(release, _seen(release, tables), "seen")
    release = with_mark(release, _in_hand(release, tables), "in_hand")
    release = with_heard(release, _centres(tables))
    return at_entry(_entries(release, tables, period), tables)


def _treated(release: ir.Table, tables: Tables) -> ir.Table:
    """Releases of people who were on ART the day before."""
    release = release.mutate(day=(release.moved_on - ibis.interval(days=1)).cast("date"))
    asked = release.select("person_key", "day").distinct()
    return release.semi_join(on_art_then(asked, tables), ["person_key", "day"])


def _seen(release: ir.Table, tables: Tables) -> ir.Table:
    """Releases after which ART was given outside of prison, in the window and before custody."""
    place = tables.facility.select("facility_key", of_facility="setting")
    supply = _supply(tables, GIVEN).left_join(place, "facility_key")
    supply = supply.select("supplied_on", "supplied_key", "of_facility")
    given = release.join(
        supply,
        [
            release.person_key == supply.supplied_key,
            supply.supplied_on.between(release.moved_on, release.window_to),
            release.next_custody_on.isnull() | (supply.supplied_on < release.next_custody_on),
        ],
    )
    on_the_day = given.supplied_on == given.moved_on
    place = given.of_facility.fill_null("unknown")
    outside = ibis.ifelse(on_the_day, place == "community", place != "prison")
    return given.filter(outside)


def _in_hand(release: ir.Table, tables: Tables) -> ir.Table:
    """Releases of those covered without a break to the end of the window, by what was handed over up to the release."""
    supply = _supply(tables, IN_HAND)
    cover = tables.coverage.filter(tables.coverage.line == "art")
    cover = cover.select("from_on", "to_on", covered_key="person_key")
    held = release.join(cover, [release.person_key == cover.covered_key, cover.to_on >= release.window_to])
    handed_over = supply.supplied_on.between(held.from_on, held.moved_on)
    return held.semi_join(supply, [held.person_key == supply.supplied_key, handed_over])


def _centres(tables: Tables) -> ir.Table:
    """Community facilities that offer or give ART."""
    place = tables.facility
    gives = place.facility_key.isin(_supply(tables, GIVEN).facility_key)
    return place.filter(place.setting == "community", place.art | gives)


def _entries(release: ir.Table, tables: Tables, period: Period) -> ir.Table:
    death = tables.person.select("died_hi", died_key="person_key")
    known = release.left_join(death, release.person_key == death.died_key)
    return known.select(
        "person_key",
        "facility_key",
        "legal_status",
        event_key=known.moved_on.cast("string"),
        on_day="moved_on",
        setting=ibis.literal("prison"),
        status=ibis.cases(
            (known.window_to >= period.cut_day, "window_open"),
            (known.seen, "seen"),
            (known.next_custody_on <= known.window_to, "rearrested_first"),
            (known.died_hi <= known.window_to, "died_first"),
            (known.in_hand, "covered_by_release_supply"),
            (known.heard.isnull(), "receiving_area_silent"),
            else_="not_seen",
        ),
    )


def _supply(tables: Tables, kinds: tuple[str, ...]) -> ir.Table:
    """ART that went to people in one of these ways."""
    supply = tables.supply
    of_kind = supply.filter(supply.line == "art", supply.kind.isin(kinds))
    return of_kind.select("supplied_on", "facility_key", supplied_key="person_key")
