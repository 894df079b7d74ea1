"""People on OAT in prison: who began inside, and who brought their treatment in."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.on_oat import on_oat
from cascade.placing import at_period_end
from cascade.tables import Period, Tables

title = "OAT in prison: started inside or continued from the community"
source = "Throughcare's own definition; GAM 1.7 (people in prison on OAMT) by where treatment began"
status = "proposed"
version = "1"
kind = "stock"
population = "People in prison at the end of the last day of the period."
unit = "people"
members = (
    "People in prison at the end of the last day of the period who are on OAT as in the census: covered on that day, or"
    " at most 7 days before it and treatment not left since. The status is where they were at the end of the first day"
    " of the episode that holds their last covered day (gap of 7 days)."
)
statuses = {
    "started_inside": "the episode began in prison, in this stay or an earlier one",
    "continued": "the episode began in the community and was continued in prison",
    "start_unknown": "where the person was when the episode began is not known",
}
figures = {
    "on_oat": Figure("People on OAT in prison", ("started_inside", "continued", "start_unknown")),
    "started_inside": Figure(
        "Started inside", ("started_inside",), ("started_inside", "continued", "start_unknown")
    ),
    "continued": Figure(
        "Continued from the community", ("continued",), ("started_inside", "continued", "start_unknown")
    ),
}
profiles = {"late_7": "Covered on the day, or last covered at most 7 days before it."}
look_back = "To the first day of the running episode, however long ago."
exclusions = (
    "People on OAT in the community on that day, and whose place no stay tells.",
    "Everyone whom the census of people on OAT excludes.",
    "What happened to people who came in on OAT and lost it: they are not on OAT, so not here.",
)
variants = (
    "A flow of receptions on OAT, with the share continued: that asks about admissions, this about who is inside.",
    "Whether OAT was ever taken before prison: an earlier episode that ended does not make this one continued.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People on OAT in prison on the last day; `event_key` is NULL."""
    people = on_oat(tables, period.last)
    running = _running(tables, people)
    joined = people.left_join(running, people.person_key == running.running_key)
    counted = joined.select(
        "person_key",
        "facility_key",
        event_key=ibis.null("string"),
        status=ibis.cases(
            (joined.began == "prison", "started_inside"),
            (joined.began == "community", "continued"),
            else_="start_unknown",
        ),
    )
    placed = at_period_end(counted, tables, period)
    return placed.filter(placed.setting == "prison")


def _running(tables: Tables, people: ir.Table) -> ir.Table:
    """Where each person's last episode that began by the last covered day began."""
    episode = tables.oat_episode.filter(tables.oat_episode.profile == "gap_7")
    until = people.select(on_oat_key="person_key", covered_on="last_covered_on")
    begun = episode.inner_join(
        until, [episode.person_key == until.on_oat_key, episode.first_on <= until.covered_on]
    )
    return begun.group_by(running_key="person_key").agg(began=begun.setting_at_start.argmax(begun.first_on))
