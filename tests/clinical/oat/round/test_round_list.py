"""The list of the round: what is planned, what was done, what changed, and why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from oat import DAY, FIRST, HOUR, ONE_DAY, SIX, WEEKLY, ZONE, a_happened, a_law, an_order, mg, on

from clinical.oat.attendance import Whereabouts
from clinical.oat.happened import Happened, Kind, Reason
from clinical.oat.hold import Hold, HoldReason
from clinical.oat.order import OatOrder, OrderStatus, Part, Step
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Release, Releaser, WhyHere
from clinical.oat.round.cautions import Caution, Found
from clinical.oat.round.leaving import BEFORE
from clinical.oat.round.round_list import Now, of_session, round_list
from clinical.oat.round.row import Row, State
from clinical.oat.round.session import NOT_SET, SESSIONS, sessions
from clinical.oat.round.situation import Leaving, Presence, Situation, Unreadable
from clinical.protocols import NO_PROTOCOL, BadProtocol, Parameter, Protocol, Status, protocol_of

PROTOCOL = protocol_of("demonstration")
YESTERDAY = a_happened(id="before", at=SIX - ONE_DAY, order="order", slot_day=DAY - ONE_DAY, part=1)


def a_situation(
    *happened: Happened, orders: tuple[OatOrder, ...] | None = None, patient: str = "p", **changes: Any
) -> Situation:
    given = {name: changes.pop(name) for name in ("holds", "claims", "take_home") if name in changes}
    record = TreatmentRecord(orders=(an_order(),) if orders is None else orders, happened=happened, **given)
    return Situation(patient, record, **{"presence": Presence(), **changes})


def listed(*people: Situation, at: datetime = SIX, protocol: Protocol = PROTOCOL, zone: ZoneInfo = ZONE) -> tuple[Row, ...]:  # fmt: skip
    return round_list(people, Now(at, zone, protocol))


def only(*happened: Happened, at: datetime = SIX, **changes: Any) -> Row:
    (row,) = listed(a_situation(*happened, **changes), at=at)
    return row


def given(kind: Kind = Kind.GIVEN, at: datetime = SIX, **changes: Any) -> Happened:
    """Of the slot of the day."""
    return a_happened(kind, at, **{"order": "order", "slot_day": DAY, "part": 1, **changes})


# --- what is planned


def test_who_had_the_dose_yesterday_gets_it_today() -> None:
    row = only(YESTERDAY)
    assert (row.slot.key, row.slot.mg, row.state) == (("order", DAY, 1), 60, State.TO_COME)
    assert (row.last, row.missed, row.stops, row.changed_mg) == (YESTERDAY, 0, (), None)


def test_a_split_dose_has_two_rows_each_in_its_round() -> None:
    rows = listed(a_situation(YESTERDAY, orders=(an_order(40, 30),)))
    assert [(row.slot.part, row.slot.mg, row.session) for row in rows] == [(1, 40, "morning"), (2, 30, "late")]  # fmt: skip


def test_a_dose_with_a_time_is_in_the_round_of_that_time() -> None:
    steps = (Step(on(-30), None, (Part(Decimal(40), time(6)), Part(Decimal(30), time(12)))),)
    rows = listed(a_situation(YESTERDAY, orders=(an_order(steps=steps),)))
    assert [(row.session, row.due_at) for row in rows] == [
        ("morning", datetime(2026, 3, 10, 5, tzinfo=UTC)),
        ("late", datetime(2026, 3, 10, 11, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(("yesterday", "changed"), [(50, Decimal(10)), (60, None), (80, Decimal(-20))])
def test_a_change_since_yesterday_is_told(yesterday: int, changed: Decimal | None) -> None:
    steps = (Step(on(-30), on(-1), mg(yesterday)), Step(DAY, None, mg(60)))
    assert only(YESTERDAY, orders=(an_order(steps=steps),)).changed_mg == changed


def test_what_changed_earlier_is_no_change_since_yesterday() -> None:
    before_yesterday = an_order(steps=(Step(on(-30), on(-2), mg(60)), Step(on(-1), None, mg(65))))
    assert only(orders=(before_yesterday,)).changed_mg is None


def test_a_new_order_is_compared_with_the_one_before_it_and_a_depot_with_none() -> None:
    before, now = an_order(60, id="a", end=on(-1)), an_order(65, id="b", start=DAY)
    depot = an_order(24, id="d", product=WEEKLY, start=on(-60), end=on(-40))
    assert only(orders=(before, now)).changed_mg == 5
    assert only(orders=(before, now, depot)).changed_mg == 5
    rises = an_order(
        product=WEEKLY, start=on(-7), steps=(Step(on(-7), on(-1), mg(24)), Step(DAY, None, mg(32)))
    )
    (row,) = listed(a_situation(orders=(rises,)), protocol=NO_PROTOCOL)
    assert (row.slot and row.slot.mg, row.changed_mg) == (32, None)
    each_second = (Step(on(-2), on(-1), mg(60)), Step(DAY, None, mg(65)))
    assert only(orders=(an_order(start=on(-2), interval_days=2, steps=each_second),)).changed_mg is None


def test_the_first_day_is_no_change() -> None:
    assert only(orders=(an_order(start=DAY),)).changed_mg is None


@pytest.mark.parametrize(("start", "day"), [(DAY, 1), (on(-4), 5), (None, None)])
def test_the_day_of_induction_is_told(start: date | None, day: int | None) -> None:
    assert only(YESTERDAY, orders=(an_order(induction_start=start),)).induction_day == day


@pytest.mark.parametrize(("days", "day"), [(12, 13), (13, 14), (14, None), (199, None)])
def test_an_induction_is_over_when_the_protocol_has_it_over(days: int, day: int | None) -> None:
    row = only(YESTERDAY, orders=(an_order(start=on(-days), induction_start=on(-days)),))
    assert (row.induction_day, row.is_in_induction) == (day, day is not None)


def test_a_changed_order_goes_on_with_the_days_of_the_induction() -> None:
    before = an_order(id="before", start=on(-3), end=on(-1), induction_start=on(-3))
    row = only(YESTERDAY, orders=(before, an_order(start=DAY, prior="before")))
    assert row.induction_day == 4


def test_a_weekly_depot_is_on_the_list_while_it_may_be_given() -> None:
    depot = a_happened(id="d", at=SIX - 7 * ONE_DAY, product=WEEKLY, order="order", slot_day=on(-7), part=1)
    order = an_order(16, product=WEEKLY, start=on(-14))
    days = {n: len(listed(a_situation(depot, orders=(order,)), at=SIX + n * ONE_DAY)) for n in (-3, -2, 0, 2)}
    assert days == {-3: 0, -2: 1, 0: 1, 2: 1}


def test_the_order_of_the_list_is_that_of_the_cells_and_nothing_moves() -> None:
    def of(patient: str, wing: str, cell: str, *happened: Happened) -> Situation:
        return a_situation(*happened, patient=patient, presence=Presence(wing=wing, cell=cell))

    people = [of("a", "B", "2"), of("b", "A", "10"), of("c", "A", "9"), of("d", "A", "9", given())]
    assert [row.patient for row in listed(*people)] == ["c", "d", "b", "a"]


def test_who_has_the_dose_before_leaving_stands_first_in_the_wing_until_it_is_taken() -> None:
    def of(patient: str, cell: str, leaving: Leaving | None = None, *happened: Happened) -> Situation:
        where = Presence(wing="A", cell=cell, leaving=leaving)
        return a_situation(*happened, patient=patient, presence=where)

    def leaves(after: timedelta, plan: str | None = BEFORE) -> Leaving:
        return Leaving("court", SIX + after, plan)

    people = [
        of("a", "1"), of("undecided", "2", leaves(HOUR, None)), of("late", "3", leaves(HOUR, "late-round")),
        of("tomorrow", "4", leaves(ONE_DAY)), of("first", "5", leaves(HOUR)), of("had", "6", leaves(HOUR), given()),
    ]  # fmt: skip
    listed_now = [row.patient for row in listed(*people)]
    assert listed_now == ["first", "a", "undecided", "late", "tomorrow", "had"]


# --- what was done


def test_what_was_given_is_done() -> None:
    row = only(YESTERDAY, given(), at=SIX + HOUR)
    assert (row.state, row.done, row.last) == (State.DONE, given(), YESTERDAY)
    assert [one.code for one in row.stops] == ["already-recorded", "too-soon"]


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ABSENT, Kind.WITHHELD, Kind.NOT_AVAILABLE, Kind.SPILLED])
def test_what_was_not_taken_stays_open_until_the_day_closes(kind: Kind) -> None:
    row = only(YESTERDAY, given(kind, mg=None), at=SIX + HOUR)
    assert (row.state, row.done.kind) == (State.AGAIN, kind)


def test_who_was_not_here_and_came_has_had_the_dose() -> None:
    row = only(YESTERDAY, given(Kind.ABSENT, mg=None), given(at=SIX + HOUR), at=SIX + 2 * HOUR)
    assert (row.state, row.done.kind) == (State.DONE, Kind.GIVEN)


def test_an_error_leaves_the_dose_to_come() -> None:
    row = only(YESTERDAY, given(Kind.ENTERED_IN_ERROR), at=SIX + HOUR)
    assert (row.state, row.done, row.stops) == (State.TO_COME, None, ())


def test_a_dose_that_names_no_slot_is_the_first_of_the_day() -> None:
    row = only(YESTERDAY, a_happened(id="foreign"), at=SIX + HOUR)
    assert (row.state, row.done.id) == (State.DONE, "foreign")


def test_doses_that_name_no_slot_are_the_first_and_the_second_of_their_own_day() -> None:
    morning, noon = (
        a_happened(id=id_, at=at, order=None, slot_day=None, part=None)
        for id_, at in (("a", SIX), ("b", SIX + 6 * HOUR))
    )
    rows = listed(a_situation(morning, noon, orders=(an_order(30, 30),)), at=SIX + 7 * HOUR)
    assert [row.done and row.done.id for row in rows] == ["a", "b"]
    yesterday = a_happened(at=SIX - ONE_DAY, order=None, slot_day=None, part=None)
    assert only(yesterday).state is State.TO_COME


def test_what_was_vomited_stays_given_and_is_told() -> None:
    vomited = a_happened(Kind.VOMITED, SIX + HOUR, id="v", about=given().id, product=None, mg=None)
    row = only(YESTERDAY, given(), vomited, at=SIX + 2 * HOUR)
    assert (row.state, row.about) == (State.DONE, (vomited,))


def test_the_afternoon_has_what_is_open_of_the_morning() -> None:
    late = NOT_SET[1]
    people = [
        a_situation(YESTERDAY, given(Kind.ABSENT, mg=None), patient="open", orders=(an_order(40),)),
        a_situation(YESTERDAY, given(), patient="done", orders=(an_order(40),)),
        a_situation(YESTERDAY, given(), patient="split", orders=(an_order(40, 30),)),
    ]
    rows = of_session(listed(*people, at=SIX + 8 * HOUR), late)
    assert [row.key for row in rows] == [("open", "order", 1), ("split", "order", 2)]


# --- why not


@pytest.mark.parametrize(("days", "stopped"), [(2, False), (3, False), (4, True)])
def test_days_that_nobody_knows_of_count_as_missed(days: int, stopped: bool) -> None:
    last = a_happened(id="last", at=SIX - days * ONE_DAY)
    row = only(last)
    assert row.missed == days - 1
    assert [one.code for one in row.stops] == (["missed-days"] if stopped else [])


def test_a_hold_stops_and_a_prescriber_lets_it_go_ahead() -> None:
    hold = Hold("h", "p", HoldReason.QTC, DAY)
    (stop,) = only(YESTERDAY, holds=(hold,)).stops
    assert (stop.code, stop.released_by) == ("held", Releaser.PRESCRIBER)
    release = Release("held", Releaser.PRESCRIBER, SIX, DAY, patient="p")
    assert only(YESTERDAY, holds=(hold,), releases=(release,)).stops == ()
    assert only(YESTERDAY, holds=(hold,), releases=(replace(release, part=2),)).stops


def test_who_stands_here_though_the_stay_says_otherwise_is_let_go_ahead_by_the_nurse() -> None:
    away = Presence(Whereabouts.COURT)
    (stop,) = only(YESTERDAY, presence=away).stops
    assert (stop.code, stop.released_by) == ("elsewhere", Releaser.NURSE)
    release = Release("elsewhere", Releaser.NURSE, SIX, DAY, why=WhyHere.NOT_LEFT_YET, patient="p")
    assert only(YESTERDAY, presence=away, releases=(release,)).stops == ()


def test_who_is_pregnant_is_seen_to_at_once() -> None:
    found = (Found(Caution.PREGNANCY, SIX, "Observation", "o"),)
    row = only(YESTERDAY, holds=(Hold("h", "p", HoldReason.QTC, DAY),), cautions=found)
    (stop,) = row.stops
    assert (stop.escalate_at, row.pregnant) == (SIX, True)


@pytest.mark.parametrize(("days", "there"), [(1, True), (7, True), (8, False)])
def test_whose_order_ended_stays_on_the_list_for_a_week_with_a_call_to_the_prescriber(
    days: int, there: bool
) -> None:
    order = an_order(end=on(-days))
    rows = listed(a_situation(a_happened(id="x", at=SIX - days * ONE_DAY), orders=(order,)))
    assert bool(rows) is there
    if there:
        assert (rows[0].slot, [one.code for one in rows[0].stops]) == (None, ["no-order"])


def test_an_order_that_never_counted_keeps_nobody_on_the_list_and_one_that_ends_today_does() -> None:
    assert listed(a_situation(orders=(an_order(end=on(-1), status=OrderStatus.ENTERED_IN_ERROR),))) == ()
    no_dose_today = an_order(end=DAY, steps=(Step(on(-30), on(-1), mg(60)),))
    assert len(listed(a_situation(orders=(no_dose_today,)))) == 1


def test_a_row_without_a_dose_is_in_the_first_round_of_the_day() -> None:
    (row,) = listed(a_situation(orders=(an_order(end=on(-1)),)))
    assert (row.day, row.session, row.missed, row.missed_by_institution) == (DAY, "morning", 0, 0)


def test_rows_of_one_person_stand_by_the_time_of_the_dose() -> None:
    parts = (Part(Decimal(20), time(18)), Part(Decimal(40), time(6)))
    rows = listed(a_situation(orders=(an_order(steps=(Step(on(-30), None, parts),)),)))
    assert [row.slot and row.slot.mg for row in rows] == [40, 20]


def test_whose_doses_another_place_gives_is_not_asked_for() -> None:
    gone = a_situation(YESTERDAY, orders=(an_order(end=on(-1)),), presence=Presence(doses_here=False))
    assert listed(gone) == ()


def test_an_order_that_cannot_be_read_is_on_the_list() -> None:
    row = only(orders=(), unreadable=(Unreadable("r", "dosageInstruction"),))
    assert (row.slot, row.unreadable[0].order) == (None, "r")


def test_who_got_a_dose_without_an_order_is_on_the_list() -> None:
    row = only(a_happened(id="x"), orders=(), at=SIX + HOUR)
    assert row.slot is None


def test_an_order_that_was_stopped_today_is_on_the_list_and_stopped() -> None:
    row = only(YESTERDAY, orders=(an_order(status=OrderStatus.STOPPED, end=DAY),))
    assert [one.code for one in row.stops] == ["no-order"]


def test_what_has_to_be_known_beside_the_dose_is_on_the_row() -> None:
    found = (
        Found(Caution.SEDATIVE, SIX, "MedicationRequest", "m"),
        Found(Caution.ALLERGY, SIX, "AllergyIntolerance", "a"),
    )
    row = only(YESTERDAY, cautions=found)
    assert (row.sedatives, row.allergies, row.pregnant) == (True, ("a",), False)


def test_a_reason_of_the_institution_counts_as_missed_too() -> None:
    court = [
        given(Kind.NOT_AVAILABLE, SIX - n * ONE_DAY, id=f"c{n}", mg=None, reason=Reason.COURT, slot_day=on(-n))
        for n in (1, 2, 3)
    ]  # fmt: skip
    row = only(a_happened(id="last", at=SIX - 4 * ONE_DAY), *court)
    assert (row.missed, [one.code for one in row.stops]) == (3, ["missed-days"])
    assert row.missed_by_institution == 3


# --- days and hours

BELGRADE = ZoneInfo("Europe/Belgrade")
NIGHT = date(2026, 10, 25)
"""The clock goes back from 3 to 2."""


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), NIGHT),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), NIGHT),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), NIGHT),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), NIGHT),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_night_of_the_clock_change_has_its_slots_on_the_right_days(at: datetime, day: date) -> None:
    order = an_order(40, 30, start=date(2026, 10, 1), end=date(2026, 10, 31))
    rows = listed(a_situation(orders=(order,)), at=at, zone=BELGRADE)
    assert [row.slot.key for row in rows] == [("order", day, 1), ("order", day, 2)]


def test_a_dose_before_the_clock_change_is_a_day_before_the_one_after_it() -> None:
    before = datetime(2026, 10, 24, 4, 0, tzinfo=UTC)
    order = an_order(start=date(2026, 10, 1), end=date(2026, 10, 31))
    taken = a_happened(id="x", at=before, order="order", slot_day=date(2026, 10, 24), part=1)
    taken = replace(taken, day=date(2026, 10, 24))
    # Six on the clock is 25 hours later, and no day was missed.
    (row,) = listed(a_situation(taken, orders=(order,)), at=before + timedelta(hours=25), zone=BELGRADE)
    assert (row.slot.day, row.missed, row.stops) == (NIGHT, 0, ())


# --- the rounds of a day


def _law(value: object) -> Protocol:
    return Protocol({SESSIONS: Parameter(value, "x", Status.PROPOSED)})


def test_the_rounds_are_as_the_protocol_says() -> None:
    three = [{"name": "a", "from": "05:00"}, {"name": "b", "from": "11:30"}, {"name": "c", "from": "18:00"}]
    assert [one.name for one in sessions(_law(three))] == ["a", "b", "c"]
    assert sessions(NO_PROTOCOL) == NOT_SET


@pytest.mark.parametrize(
    "value",
    [
        [{"name": "a", "from": "soon"}],
        [{"from": "05:00"}],
        [{"name": "b", "from": "12:00"}, {"name": "a", "from": "05:00"}],
        [{"name": "a", "from": "05:00"}, {"name": "a", "from": "12:00"}],
    ],
)
def test_rounds_that_nobody_could_tell_apart_are_refused(value: object) -> None:
    with pytest.raises(BadProtocol):
        sessions(_law(value))


def test_a_protocol_without_the_time_after_a_dose_takes_the_longer_wait() -> None:
    law = a_law(oat__time_after__methadone_oral_solution=None)
    (row,) = listed(a_situation(a_happened(id="x", at=SIX - 23 * HOUR)), protocol=law)
    assert [one.code for one in row.stops] == ["too-soon"]


def test_somebody_sees_to_it_by_a_time_that_is_reckoned_from_when_the_stop_was_first_shown() -> None:
    person = a_situation(YESTERDAY, holds=(Hold("h", "p", HoldReason.CLINICAL, DAY),))
    by = []
    for since in (None, SIX - HOUR):
        (row,) = round_list([person], Now(SIX, ZONE, PROTOCOL, since))
        by.append(row.stops[0].escalate_at)
    assert by[0] is not None
    assert by[1] is not None
    assert by[0] - by[1] == HOUR


# --- what is remembered of somebody


LATE = a_law(oat__day_closes="26 h")
"""A day closes at two in the night."""

MIDNIGHT = datetime(2026, 3, 10, tzinfo=ZONE)


def _rounds(*names: str) -> Protocol:
    return Protocol(
        {
            **PROTOCOL.parameters,
            SESSIONS: Parameter(
                [{"name": name, "from": f"{5 + n:02}:00"} for n, name in enumerate(names)],
                "x",
                Status.PROPOSED,
            ),
        }
    )


MOMENTS = [
    Now(SIX, ZONE, PROTOCOL),
    Now(SIX + HOUR, ZONE, PROTOCOL),
    Now(SIX + ONE_DAY, ZONE, PROTOCOL),
    Now(SIX, ZoneInfo("Europe/London"), PROTOCOL),
    Now(SIX, ZONE, _rounds("early", "late")),
    Now(SIX, ZONE, _rounds("first", "second")),
    Now(SIX, ZONE, PROTOCOL, SIX - HOUR),
    # Of one protocol only the day differs, then only what has closed.
    Now(MIDNIGHT - HOUR, ZONE, LATE),
    Now(MIDNIGHT + HOUR, ZONE, LATE),
    Now(MIDNIGHT + 3 * HOUR, ZONE, LATE),
]


@pytest.mark.parametrize(
    "person",
    [
        partial(a_situation, YESTERDAY),
        partial(a_situation, a_happened(id="long ago", at=SIX - 9 * ONE_DAY)),
        partial(a_situation, YESTERDAY, given()),
        partial(a_situation, YESTERDAY, holds=(Hold("h", "p", HoldReason.CLINICAL, DAY),)),
        partial(a_situation, orders=(an_order(end=DAY - ONE_DAY),)),
        partial(a_situation, a_happened(id="just", at=SIX - HOUR), orders=(an_order(30, 30),)),
        partial(
            a_situation,
            YESTERDAY,
            orders=(an_order(steps=(Step(FIRST, None, (Part(Decimal(60), time(7)),)),)),),
        ),
    ],
)
def test_whoever_was_listed_before_is_listed_as_if_for_the_first_time(
    person: Callable[[], Situation],
) -> None:
    known = person()
    for now in (*MOMENTS, *reversed(MOMENTS)):
        assert round_list([known], now) == round_list([person()], now)


def test_whose_day_is_as_it_was_keeps_the_row() -> None:
    person = a_situation(YESTERDAY)
    (first,) = listed(person)
    (again,) = listed(person, at=SIX + HOUR)
    assert again is first
