"""Retention in opioid agonist treatment: people followed from their first start."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_entry
from cascade.tables import Period, Tables

title = "Retention in OAT"
source = "WHO consolidated HIV strategic information guidelines, PRV.13 (HIV.IND.13)"
status = "proposed"
version = "1"
kind = "cohort"
population = "Everyone whose first OAT in the record begins in the period of recruitment."
unit = "people"
members = (
    "People whose first episode of OAT in the data has its first covered day in the period. With that day as day 1,"
    " follow-up over 183 (365) days is complete when day 184 (366) had begun at the data cut. Retained is whose episode"
    " was covered on day 183 (365) or later, or is still open at the cut, which is to say that its last covered day is"
    " no further back than the gap that ends an episode. Setting and facility are those of the first day and stay."
)
statuses = {
    "retained": "the episode lasts at least 183 (365) days, or is open at the cut",
    "not_retained": "it ended before, by a gap or by death",
    "left_data": "it ended before, because the person emigrated, was deported or went to a centre outside of the data",
    "follow_up_open": "the 183 (365) days are not over at the data cut, whatever became of the episode",
}
FOLLOWED = ("retained", "not_retained", "left_data")
figures = {
    "lower": Figure("Retained, if nobody who left the data was", ("retained",), FOLLOWED),
    "upper": Figure("Retained, if everybody who left the data was", ("retained", "left_data"), FOLLOWED),
    "left_data": Figure("Left the data", ("left_data",), FOLLOWED),
    "follow_up_open": Figure("Follow-up not complete", ("follow_up_open",)),
}
profiles = {
    "days_183": "183 days; more than 7 uncovered days in a row end the episode.",
    "days_365": "365 days; more than 7 uncovered days in a row end the episode.",
    "days_183_gap_28": "183 days; more than 28 uncovered days in a row end the episode.",
    "days_365_gap_28": "365 days; more than 28 uncovered days in a row end the episode.",
}
look_back = "All of the data, to know which episode is the person's first."
exclusions = (
    "Restarts: a person enters once, at the first episode in the data.",
    (
        "From the denominator: people whose follow-up is not complete, also those who already stopped. Else whoever stops"
        " early counts sooner than whoever stays."
    ),
    "Medicine whose day is not known: it covers no day.",
)
variants = (
    (
        "PRV.13's published query looks 6 months past the end of the period, not past the person's start; its text, and this"
        " measure, from the start."
    ),
    "PEPFAR KP_MAT counts 6 months of treatment within the year, and keeps who stopped later.",
    "Kaplan-Meier censors who left the data and uses incomplete follow-up: the measure of OAT survival.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """First episodes that began in the period; `event_key` is NULL."""
    days = 365 if profile.startswith("days_365") else 183
    gap = "gap_28" if profile.endswith("gap_28") else "gap_7"
    episode = tables.oat_episode
    first = episode.filter(
        episode.profile == gap, episode.episode == 1, episode.first_on.between(period.first, period.last)
    )
    over = first.first_on + ibis.interval(days=days)
    entries = first.select(
        "person_key",
        "facility_key",
        "legal_status",
        event_key=ibis.null("string"),
        on_day="first_on",
        setting="setting_at_start",
        status=ibis.cases(
            (over > period.cut_day, "follow_up_open"),
            (
                (first.last_covered_on >= over - ibis.interval(days=1)) | (first.ended_by == "open"),
                "retained",
            ),
            (first.ended_by == "left_data", "left_data"),
            else_="not_retained",
        ),
    )
    return at_entry(entries, tables)
