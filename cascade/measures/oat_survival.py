"""Time on opioid agonist treatment, from the first start to a gap or death: what a Kaplan-Meier curve is drawn of."""

import ibis
import ibis.expr.types as ir

from cascade.measures import MEMBER_COLUMNS, Figure
from cascade.periods import scalar
from cascade.placing import at_entry
from cascade.tables import Period, Tables

title = "Time on OAT until a gap or death"
source = (
    "WHO consolidated HIV strategic information guidelines, PRV.13 (HIV.IND.13), as time to event;"
    " Kaplan and Meier 1958"
)
status = "proposed"
version = "1"
kind = "cohort"
population = "Everyone whose first OAT in the record begins in the period of recruitment."
unit = "people"
members = (
    "People whose first episode of OAT in the data has its first covered day in the period. That day is day 1. An"
    " episode that ended has its event on the first day that it does not cover, so the share without the event after"
    " day 183 is the share whose episode lasted at least 183 days. Who left the data is censored on the last covered day."
    " Follow-up closes as many days before the data cut as make a gap, because what happened since is not decided: who"
    " had no event by then is censored then, with 0 days if treatment began later. Setting and facility are those of the"
    " first day and stay."
)
statuses = {
    "gap": "more uncovered days in a row than the profile allows: the event",
    "death": "died within the gap after the last covered day: the event",
    "left_data": "emigrated, deported or went to a centre outside of the data: censored",
    "open": "still treated when follow-up closes: censored",
}
EVERYONE = ("gap", "death", "left_data", "open")
figures = {
    "gap": Figure("Ended by a gap", ("gap",), EVERYONE),
    "death": Figure("Ended by death", ("death",), EVERYONE),
    "left_data": Figure("Censored: left the data", ("left_data",), EVERYONE),
    "open": Figure("Censored: still treated", ("open",), EVERYONE),
}
profiles = {
    "gap_7": "More than 7 uncovered days in a row are a gap.",
    "gap_28": "More than 28 uncovered days in a row are a gap.",
}
look_back = "All of the data, to know which episode is the person's first."
exclusions = (
    "Restarts: a person enters once, at the first episode in the data.",
    "Medicine whose day is not known: it covers no day.",
)
variants = (
    "Retention in OAT: shares of people whose follow-up is complete, without censoring.",
    "Death as a competing event: here death and gap are one event, the end of treatment.",
)
GAP_DAYS = {"gap_7": 7, "gap_28": 28}


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """First episodes that began in the period; `event_key` is NULL."""
    return duration(tables, period, profile).select(*MEMBER_COLUMNS)


def duration(tables: Tables, period: Period, profile: str) -> ir.Table:
    """The same, with the days from the first (day 1) to the event or the censoring."""
    timed = _timed(tables, period, profile)
    members = at_entry(timed.drop("days"), tables)
    days = timed.select("days", days_key="person_key")
    return members.inner_join(days, members.person_key == days.days_key).select(*MEMBER_COLUMNS, "days")


def _timed(tables: Tables, period: Period, profile: str) -> ir.Table:
    episode = tables.oat_episode
    first = episode.filter(
        episode.profile == profile, episode.episode == 1, episode.first_on.between(period.first, period.last)
    )
    lasted = first.last_covered_on.delta(first.first_on, unit="day") + 1
    followed = scalar(period.cut_day).delta(first.first_on, unit="day") + 1 - GAP_DAYS[profile]
    ends = ibis.cases((first.ended_by == "left_data", lasted), else_=lasted + 1)
    is_open = (first.ended_by == "open") | (ends > followed)
    return first.select(
        "person_key",
        "facility_key",
        "legal_status",
        event_key=ibis.null("string"),
        on_day="first_on",
        setting="setting_at_start",
        status=ibis.cases((is_open, "open"), else_=first.ended_by),
        days=ibis.ifelse(is_open, ibis.greatest(followed, 0), ends),
    )
