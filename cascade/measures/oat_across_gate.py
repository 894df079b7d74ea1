"""OAT across the gate: whether people released on treatment have it again in the community, and how soon."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_entry
from cascade.releases import RELEASE, releases, with_found, with_heard
from cascade.tables import GIVEN, Period, Tables

title = "OAT across the gate"
source = "Throughcare's own definition; WHO has no indicator of continuity at release"
status = "proposed"
version = "1"
kind = "cohort"
population = "People released from prison on opioid agonist treatment."
unit = "releases"
members = (
    "Each release to liberty in the period of a person whom OAT covered on the day of release, before it, or on one of"
    " the 7 days before. Day 0 is the day of release. Seen is the first day that OAT covers in the community, before"
    " the day on which custody begins again: on day 0 by a dose after the release, from day 1 on by whatever covers the"
    " day, so take-home doses and a depot given in prison count. A dose on day 0 without an hour is after the release if"
    " a community facility gave it; one that a prison gave never is. The window is complete when day 28 had ended at the"
    " data cut. The place is the prison left, and the legal status the one before the release."
)
statuses = {
    "within_1": "seen on day 0 or 1",
    "within_3": "seen on day 2 or 3",
    "within_7": "seen on day 4 to 7",
    "within_28": "seen on day 8 to 28",
    "rearrested_first": "not seen; in custody again by day 28",
    "died_first": "not seen; surely died by day 28",
    "receiving_area_silent": (
        "not seen; and no community facility that offers or gives OAT reported any event after day 0 and up to day 28, as far as"
        " its first and last reports tell"
    ),
    "not_seen": "28 days complete, and nothing of the above",
    "window_open": "28 days not complete, whatever was seen",
}
SEEN = ("within_1", "within_3", "within_7", "within_28")
COMPLETE = (*SEEN, "rearrested_first", "died_first", "receiving_area_silent", "not_seen")
figures = {
    "within_1": Figure("Seen within 1 day", SEEN[:1], COMPLETE),
    "within_3": Figure("Seen within 3 days", SEEN[:2], COMPLETE),
    "within_7": Figure("Seen within 7 days", SEEN[:3], COMPLETE),
    "within_28": Figure("Seen within 28 days", SEEN, COMPLETE),
    "not_seen": Figure("Not seen", ("not_seen",), COMPLETE),
    "rearrested_first": Figure("In custody again first", ("rearrested_first",), COMPLETE),
    "died_first": Figure("Died first", ("died_first",), COMPLETE),
    "receiving_area_silent": Figure("Not seen, and nobody reports", ("receiving_area_silent",), COMPLETE),
    "window_open": Figure("Window not complete", ("window_open",)),
}
profiles = {"covered_7": "Covered in the last 7 days up to the release."}
look_back = "7 days before the release."
exclusions = (
    "Transfers between prisons, deaths in custody and deportations: nobody is to be seen afterwards.",
    "People whose only OAT on these days is a dose on the day of release, after it: they started, not continued.",
    "Doses whose day is not known: they neither cover nor are seen.",
)
variants = (
    "Seen at a clinic: here take-home doses that the prison gave count, because the person has the medicine.",
    "Seen by the prison's own handover: an appointment made is not a dose.",
    "Leaving out who was arrested again or died: it makes the gate look safer than it is.",
)


WINDOW_DAYS = 28
LOOK_BACK_DAYS = 7
NO = ibis.literal(value=False)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """Releases of people on OAT; `event_key` is the civil day of the release."""
    release = _with_doses_on_the_day(releases(tables, period, WINDOW_DAYS), tables)
    release = _with_next_cover(_treated(release, tables), tables)
    release = with_heard(release, _centres(tables))
    return at_entry(_entries(release, tables, period), tables)


def _with_doses_on_the_day(release: ir.Table, tables: Tables) -> ir.Table:
    """`after`: OAT was given on the day, after the release; `before`: it was given on the day otherwise."""
    place = tables.facility.select("facility_key", of_facility="setting")
    dose = tables.dose.filter(tables.dose.status.isin(GIVEN)).left_join(place, "facility_key")
    dose = dose.select("given_at", "given_on", "of_facility", dose_key="person_key")
    given = release.inner_join(dose, [release.person_key == dose.dose_key, release.moved_on == dose.given_on])
    later = ibis.cases(
        (given.of_facility == "prison", NO),
        (given.given_at.isnull(), given.of_facility == "community"),
        else_=given.given_at >= given.moved_at,
    )
    by_release = given.mutate(later=later).group_by(RELEASE).agg(after=later.any(), before=(~later).any())
    joined = with_found(release, by_release)
    return joined.mutate(after=joined.after.fill_null(NO), before=joined.before.fill_null(NO))


def _treated(release: ir.Table, tables: Tables) -> ir.Table:
    """Releases of people whom OAT covered up to the release."""
    cover = _oat(tables)
    covers = [
        release.person_key == cover.cover_key,
        cover.from_on <= release.moved_on,
        cover.to_on >= release.moved_on - ibis.interval(days=LOOK_BACK_DAYS),
        (cover.from_on < release.moved_on) | release.before | ~release.after,
    ]
    return release.semi_join(cover, covers)


def _with_next_cover(release: ir.Table, tables: Tables) -> ir.Table:
    """`seen_on`: the first day of the window on which the person was seen; NULL: none before custody."""
    cover = _oat(tables).view()
    later = release.inner_join(
        cover,
        [
            release.person_key == cover.cover_key,
            cover.to_on > release.moved_on,
            cover.from_on <= release.window_to,
        ],
    )
    first = ibis.greatest(later.from_on, (later.moved_on + ibis.interval(days=1)).cast("date"))
    joined = with_found(release, later.group_by(RELEASE).agg(covered_on=first.min()))
    seen_on = ibis.ifelse(joined.after, joined.moved_on, joined.covered_on)
    free = joined.next_custody_on.isnull() | (seen_on < joined.next_custody_on)
    return joined.mutate(seen_on=ibis.cases((free, seen_on)))


def _centres(tables: Tables) -> ir.Table:
    """Community facilities that offer or give OAT."""
    place = tables.facility
    return place.filter(place.setting == "community", (place.oat != "none") | place.has_given_oat)


def _entries(release: ir.Table, tables: Tables, period: Period) -> ir.Table:
    death = tables.person.select("died_lo", "died_hi", died_key="person_key")
    known = release.left_join(death, release.person_key == death.died_key)
    days = known.seen_on.delta(known.moved_on, unit="day")
    return known.select(
        "person_key",
        "facility_key",
        "legal_status",
        event_key=known.moved_on.cast("string"),
        on_day="moved_on",
        setting=ibis.literal("prison"),
        status=ibis.cases(
            (known.window_to >= period.cut_day, "window_open"),
            (days <= 1, "within_1"),
            (days <= 3, "within_3"),
            (days <= 7, "within_7"),
            (days <= WINDOW_DAYS, "within_28"),
            (known.next_custody_on <= known.window_to, "rearrested_first"),
            ((known.died_lo >= known.moved_on) & (known.died_hi <= known.window_to), "died_first"),
            (known.heard.isnull(), "receiving_area_silent"),
            else_="not_seen",
        ),
    )


def _oat(tables: Tables) -> ir.Table:
    covered = tables.coverage.filter(tables.coverage.line == "oat")
    return covered.select("from_on", "to_on", cover_key="person_key")
