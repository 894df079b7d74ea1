"""HIV testing after reception into prison: who was offered a test, tested, given the result, and positive."""

import ibis
import ibis.expr.types as ir

from cascade.first_diagnosis import first_diagnoses
from cascade.measures import Figure
from cascade.placing import at_entry
from cascade.tables import UNKNOWN_FACILITY, Period, Tables

title = "Steps of HIV testing after reception"
source = "Throughcare's own definition; WHO and GAM 1.7 count tests in prisons, not who was reached of those received"
status = "proposed"
version = "1"
kind = "flow"
population = "People received into prison from liberty."
unit = "receptions"
members = (
    "Each reception from liberty in the period. What is done counts from the reception up to day 28, the day of reception"
    " being day 0, or up to the release, if that comes first. A test with an hour counts between the hours of"
    " reception and release. Else an offer or a test on the day of reception or of release counts if a prison recorded it;"
    " on the days between, whoever did. A result counts up to the last day. Dates that are not known to the day count when"
    " every day they can have been counts. A step takes the ones before it along: who was tested was offered it. The window"
    " is complete when its last day had ended at the data cut. The place is the prison entered."
)
statuses = {
    "not_offered": "no offer and no test",
    "refused": "offered, always refused, not tested",
    "offered": "offered and taken, but not tested",
    "tested": "tested; no result returned",
    "returned": "a result returned, none positive",
    "positive": "a positive result returned",
    "known_positive": (
        "HIV confirmed on a day surely before the reception; or the only tests are of somebody said to be known to have it"
    ),
    "window_open": "window not complete, whatever was done",
}
RECEIVED = ("not_offered", "refused", "offered", "tested", "returned", "positive")
OFFERED, TESTED, RETURNED, POSITIVE = RECEIVED[1:], RECEIVED[3:], RECEIVED[4:], RECEIVED[5:]
figures = {
    "offered": Figure("Offered a test, of those received", OFFERED, RECEIVED),
    "tested": Figure("Tested, of those received", TESTED, RECEIVED),
    "returned": Figure("Result returned, of those received", RETURNED, RECEIVED),
    "positive": Figure("Positive, of those received", POSITIVE, RECEIVED),
    "refused": Figure("Refused, of those offered", ("refused",), OFFERED),
    "tested_of_offered": Figure("Tested, of those offered", TESTED, OFFERED),
    "returned_of_tested": Figure("Result returned, of those tested", RETURNED, TESTED),
    "positive_of_returned": Figure("Positive, of those with a result", POSITIVE, RETURNED),
    "known_positive": Figure("Received with known HIV", ("known_positive",)),
    "window_open": Figure("Window not complete", ("window_open",)),
}
profiles = {"days_28": "Up to day 28 after the reception, or the release."}
look_back = "All of the data, for a confirmed diagnosis before the reception."
exclusions = (
    "Transfers between prisons, and returns from court or hospital: nobody is received from liberty.",
    "Self-tests, and tests to verify a diagnosis before ART.",
    "Single assays: only the outcome of the whole algorithm is a test, so a lone reactive assay is never positive.",
    "From the denominators: people received with known HIV, who need no test.",
)
variants = (
    "Counting people, not receptions: who is received twice in the period is to be offered a test twice.",
    "Counting only tests at the reception screening itself; many are done, or returned, in the weeks after.",
    "Leaving out who was released within days: it hides whom a slow service misses.",
)

WINDOW_DAYS = 28
"""Days after a reception within which testing counts. Proposed: the two weeks to a month that a result sent to a reference
laboratory and back takes, and the window that OAT across the gate has."""
RECEPTION = ("person_key", "moved_at")
"""What tells one reception from another."""
NO = ibis.literal(value=False)


def expression(tables: Tables, period: Period, profile: str) -> ir.Table:
    """Receptions of the period; `event_key` is the civil day of the reception."""
    received = _with_known(_receptions(tables, period), tables)
    received = _joined(received, _offers(received, tables))
    received = _joined(received, _tests(received, tables))
    offered, tested, returned, positive, said_known = (
        received[name].fill_null(NO) for name in ("taken", "tested", "returned", "positive", "said_known")
    )
    entries = received.select(
        "person_key",
        "facility_key",
        "legal_status",
        event_key=received.moved_on.cast("string"),
        on_day="moved_on",
        setting=ibis.literal("prison"),
        status=ibis.cases(
            (received.window_to >= period.cut_day, "window_open"),
            (received.known | (said_known & ~tested), "known_positive"),
            (positive, "positive"),
            (returned, "returned"),
            (tested, "tested"),
            (offered, "offered"),
            (received.taken.notnull(), "refused"),
            else_="not_offered",
        ),
    )
    return at_entry(entries, tables)


def _receptions(tables: Tables, period: Period) -> ir.Table:
    """Receptions of the period, with `released_at` and `released_on` (NULL: not yet) and the last day of their window."""
    move = tables.transition
    received = move.filter(move.kind == "reception", move.moved_on.between(period.first, period.last))
    freed = move.filter(move.kind == "release").select(
        freed_key="person_key", freed_at="moved_at", freed_on="moved_on"
    )
    later = received.inner_join(
        freed, [received.person_key == freed.freed_key, freed.freed_at > received.moved_at]
    )
    first = later.group_by(RECEPTION).agg(released_at=later.freed_at.min(), released_on=later.freed_on.min())
    with_end = _joined(received, first)
    return with_end.select(
        *RECEPTION,
        "moved_on",
        "legal_status",
        "released_at",
        "released_on",
        facility_key=with_end.to_facility_key.fill_null(UNKNOWN_FACILITY),
        window_to=ibis.least(
            (with_end.moved_on + ibis.interval(days=WINDOW_DAYS)).cast("date"), with_end.released_on
        ),
    )


def _with_known(received: ir.Table, tables: Tables) -> ir.Table:
    """With `known`: HIV was confirmed on a day surely before the reception."""
    first = first_diagnoses(tables).select("diagnosed_hi", known_key="person_key")
    joined = received.left_join(first, received.person_key == first.known_key)
    return joined.mutate(known=(joined.diagnosed_hi < joined.moved_on).fill_null(NO)).drop(
        "known_key", "diagnosed_hi"
    )


def _offers(received: ir.Table, tables: Tables) -> ir.Table:
    """`taken`: an offer in the window was; no row: there was none."""
    offer = tables.test_offer.select(
        "facility_key", "accepted", act_key="person_key", act_lo="offered_lo", act_hi="offered_hi"
    )
    made = _by_day(received, offer, tables)
    return made.group_by(RECEPTION).agg(taken=made.accepted.any())


def _tests(received: ir.Table, tables: Tables) -> ir.Table:
    """What came of the tests in the window: `tested`, `returned`, `positive`, `said_known`."""
    test = tables.hiv_test
    test = test.filter(~test.self_test, test.purpose != "verification").select(
        "facility_key",
        "outcome",
        "purpose",
        "performed_at",
        "returned_hi",
        act_key="person_key",
        act_lo="performed_lo",
        act_hi="performed_hi",
    )
    without_hour = _by_day(received, test.filter(test.performed_at.isnull()), tables)
    done = _by_hour(received, test).union(without_hour)
    counts = done.purpose != "known_positive"
    back = counts & (done.returned_hi <= done.window_to)
    return done.group_by(RECEPTION).agg(
        tested=counts.any(),
        returned=back.any(),
        positive=(back & (done.outcome == "positive")).any(),
        said_known=(~counts).any(),
    )


def _by_hour(received: ir.Table, acts: ir.Table) -> ir.Table:
    """Receptions and the acts with an hour between those of reception and release."""
    return received.inner_join(
        acts.drop("facility_key"),
        [
            received.person_key == acts.act_key,
            acts.performed_at >= received.moved_at,
            received.released_at.isnull() | (acts.performed_at < received.released_at),
            acts.act_hi <= received.window_to,
        ],
    )


def _by_day(received: ir.Table, acts: ir.Table, tables: Tables) -> ir.Table:
    """Receptions and the acts known by day in their window; on the days of the moves only those of a prison."""
    place = tables.facility.select("facility_key", of_facility="setting")
    acts = acts.left_join(place, "facility_key").drop("facility_key", "facility_key_right")
    inside = (acts.act_lo > received.moved_on) & (
        received.released_on.isnull() | (acts.act_hi < received.released_on)
    )
    within = [
        received.person_key == acts.act_key,
        acts.act_lo >= received.moved_on,
        acts.act_hi <= received.window_to,
        inside | (acts.of_facility == "prison"),
    ]
    return received.inner_join(acts, within).drop("of_facility")


def _joined(received: ir.Table, more: ir.Table) -> ir.Table:
    joined = received.left_join(more, RECEPTION)
    return joined.drop(*(f"{key}_right" for key in RECEPTION))
