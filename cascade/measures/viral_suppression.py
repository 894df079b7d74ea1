"""People on ART for more than six months: what their latest viral load says of suppression."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_period_end
from cascade.tables import Period, Tables
from cascade.viral_load import latest_viral_loads

title = "Viral suppression"
source = (
    "WHO consolidated HIV strategic information guidelines, ART.3 (HIV.IND.29); WHO 2021 guidelines; GAM 2.3;"
    " PEPFAR MER 2.6.1, TX_PVLS; ECDC Dublin Declaration monitoring"
)
status = "proposed"
version = "1"
kind = "stock"
population = (
    "Everyone on ART at the end of the period for more than 6 months, in prison and in the community."
)
unit = "people"
members = (
    "The members of the measure of viral loads tested, each by the latest valid viral load collected in the 12 months up to"
    " the last day of the period. Of two on one day the later by the hour counts; where no hour tells them apart, the higher."
    " A result is the interval of copies/mL that it allows: <40 is any number below 40."
)
statuses = {
    "suppressed": "every number that the result allows is suppressed",
    "unsuppressed": "no number that the result allows is suppressed",
    "unknown": "tested, and the result allows both: <1000 where 200 is the limit",
    "not_tested": "no valid result in the 12 months",
}
TESTED = ("suppressed", "unsuppressed", "unknown")
ALL = (*TESTED, "not_tested")
figures = {
    "suppressed_of_tested": Figure("Suppressed, of those tested", ("suppressed",), TESTED),
    "suppressed_of_all": Figure(
        "Suppressed, of all on ART for more than 6 months: the untested count as not suppressed",
        ("suppressed",),
        ALL,
    ),
    "unsuppressed_of_tested": Figure("Not suppressed, of those tested", ("unsuppressed",), TESTED),
    "unknown_of_tested": Figure("Result does not tell, of those tested", ("unknown",), TESTED),
    "not_tested": Figure("Not tested", ("not_tested",), ALL),
}
profiles = {
    "below_1000": "Suppressed is less than 1000 copies/mL: WHO ART.3, PEPFAR TX_PVLS, GAM 2.3.",
    "at_most_1000": "Suppressed is 1000 copies/mL or less: WHO 2021, for which failure is more than 1000.",
    "below_200": "Suppressed is less than 200 copies/mL: ECDC, Dublin Declaration.",
}
look_back = "12 months for the viral load; all of the data for the first day of ART."
exclusions = (
    "People on ART for 6 months or less.",
    "Invalid and unreadable results: as if the specimen had not been taken.",
    "Specimens of which it is not sure that they were taken in the 12 months; baselines, taken by the first day of ART.",
    "Results that were not known at the data cut.",
)
variants = (
    "The profiles name thresholds. All take people on ART for more than 6 months, which only WHO ART.3 asks for.",
    "PEPFAR TX_PVLS takes those tested after 3 months on ART; its figure is that over tested.",
    "GAM 2.3 and ECDC take all on ART, however short; GAM also all people living with HIV, which is an estimate.",
    "WHO 2021 calls 50 copies/mL or less undetectable: a narrower thing than suppressed, and not shown.",
    "A result above a limit, such as >1000, is held as 1000 or more, and does not tell where 1000 itself is suppressed.",
)

THRESHOLDS = {"below_1000": 1000, "at_most_1000": 1000, "below_200": 200}


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """People on ART for more than 6 months; `event_key` is NULL."""
    people = latest_viral_loads(tables, period.last)
    counted = people.select(
        "person_key",
        "facility_key",
        event_key=ibis.null("string"),
        status=_status(people, THRESHOLDS[profile], at_most=profile.startswith("at_most")),
    )
    return at_period_end(counted, tables, period)


def _status(load: ir.Table, threshold: int, *, at_most: bool) -> ir.StringColumn:
    at_limit_is_below = ibis.literal(value=True) if at_most else load.value_hi_open
    at_limit_is_above = ibis.literal(value=not at_most)
    return ibis.cases(
        (load.value_hi.isnull(), "not_tested"),
        ((load.value_hi < threshold) | ((load.value_hi == threshold) & at_limit_is_below), "suppressed"),
        ((load.value_lo > threshold) | ((load.value_lo == threshold) & at_limit_is_above), "unsuppressed"),
        else_="unknown",
    )
