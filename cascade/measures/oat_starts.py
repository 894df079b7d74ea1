"""Starts of opioid agonist treatment: first days of episodes, the person's first apart from later ones."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_entry
from cascade.tables import Period, Tables

title = "OAT started"
source = "Throughcare's own definition; the people of WHO PRV.13's recruitment, and DHIS2's HIV_OAMT_STARTING"
status = "proposed"
version = "1"
kind = "flow"
population = "Everyone with opioid agonist treatment in the record, in prison and in the community."
unit = "episodes"
members = (
    "Each episode of OAT whose first covered day lies in the period. An episode goes on while no more uncovered days"
    " follow one another than the profile allows; transfer, the gate and a change of medicine do not end it. The place"
    " is where the person was at the end of the first day; the facility is the one that gave the first medicine."
)
statuses = {
    "new": "the person's first episode in the data",
    "restart": "a later one",
}
figures = {
    "starts": Figure("Starts", ("new", "restart")),
    "new": Figure("First starts", ("new",), ("new", "restart")),
    "restart": Figure("Restarts", ("restart",), ("new", "restart")),
}
profiles = {
    "gap_7": "More than 7 uncovered days in a row end an episode.",
    "gap_28": "More than 28 uncovered days in a row end an episode.",
}
look_back = (
    "All of the data: a first episode is the first that the records hold, so treatment before they begin makes a restart"
    " look new."
)
exclusions = (
    "Medicine whose day is not known: it covers no day, and starts nothing.",
    "Orders and programme entries without medicine given.",
)
variants = (
    "PRV.13 recruits people at their first start; here restarts are counted too.",
    "DHIS2's HIV_OAMT_RTT asks for 6 months without interruption.",
    "The Treatment Demand Indicator counts a person once a year, by entry to a programme.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """Episodes that began in the period; `event_key` is the number of the episode."""
    episode = tables.oat_episode.filter(tables.oat_episode.profile == profile)
    begun = episode.filter(episode.first_on.between(period.first, period.last))
    entries = begun.select(
        "person_key",
        "facility_key",
        "legal_status",
        event_key=begun.episode.cast("string"),
        on_day="first_on",
        setting="setting_at_start",
        status=ibis.cases((begun.episode == 1, "new"), else_="restart"),
    )
    return at_entry(entries, tables)
