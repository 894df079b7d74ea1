"""Missed doses of opioid agonist treatment: what became of each day on which a person should have had one."""

import ibis
import ibis.expr.types as ir

from cascade.measures import Figure
from cascade.placing import at_event
from cascade.tables import Period, Tables

title = "Missed OAT doses per 100 due days"
source = "Throughcare's own definition; neither WHO nor PEPFAR has one"
status = "proposed"
version = "1"
kind = "flow"
population = "Everyone with an order of opioid agonist treatment, in prison and in the community."
unit = "due days"
members = (
    "Each day of the period on which a person should have had a dose: a day of a valid daily order, or the day on which"
    " a depot falls due. Two orders on one day are one due day. Days suspended because of missed doses stay due, else"
    " the worst cases vanish. A dose given at any site counts as given. The facility is where the person was due; the"
    " setting is the person's at noon of the day, and that of the facility where no stay tells."
)
statuses = {
    "given": "given at any site, in full, in part or again",
    "missed_patient": "missed for the patient's reason: refused, absent",
    "missed_institution": (
        "missed for the institution's reason: at court, in hospital, released, lockdown, no stock, no nurse, no order."
        " Whoever moves, locks, staffs, stocks and orders can see to the dose; the patient cannot"
    ),
    "missed_other": "recorded as missed, for another reason or none",
    "not_recorded": "nothing recorded: neither given nor missed",
}
MISSED = ("missed_patient", "missed_institution", "missed_other")
DUE = ("given", *MISSED, "not_recorded")
figures = {
    "due": Figure("Due days", DUE),
    "missed": Figure("Missed, per 100 due days", MISSED, DUE),
    "missed_patient": Figure("Missed for the patient's reason, per 100 due days", ("missed_patient",), DUE),
    "missed_institution": Figure(
        "Missed for the institution's reason, per 100 due days", ("missed_institution",), DUE
    ),
    "missed_other": Figure("Missed for another reason, per 100 due days", ("missed_other",), DUE),
    "not_recorded": Figure("Not recorded, per 100 due days", ("not_recorded",), DUE),
}
profiles = {"due_days": "Every due day that had ended at the data cut."}
look_back = "None."
exclusions = (
    "Days on which a clinician held the order.",
    "Days that take-home doses cover, and the days between two depots.",
    "Days after which the dose can still be given: the day of the data cut and later ones.",
)
variants = (
    "Missed doses over doses planned: a split dose is two there and one due day here.",
    "Counting days after a suspension as not due: it makes the facility that suspends look best.",
    "Counting what is not recorded as missed.",
)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """Due days of the period; `event_key` is the day."""
    due = tables.due_day
    over = due.filter(due.due_on.between(period.first, period.last), due.due_on < period.cut_day)
    events = over.select(
        "person_key",
        "facility_key",
        event_key=over.due_on.cast("string"),
        at="noon_at",
        on_day="due_on",
        status=ibis.cases(
            (over.outcome.isin(["given", "not_recorded"]), over.outcome),
            (over.outcome.isin(["refused", "absent"]), "missed_patient"),
            (over.outcome == "other", "missed_other"),
            else_="missed_institution",
        ),
    )
    return at_event(events, tables)
