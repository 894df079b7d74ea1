"""What happened is recorded once, whatever it says; what is remarkable about it is flagged, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from at_the_window import ANOTHER, MINUTE, NURSE, OTHER_TABLET, SECOND, TABLET, Window, an_event
from dispensary import Dispensary
from oat import DAY, HOUR, METHADONE, ONE_DAY, SIX, ZONE, a_happened, a_law, an_order, on
from round_prison import OTHER_PRISON, PRISON, a_person, an_absence, put, rows
from sqlalchemy import text

from clinical.oat.happened import Entry, Kind, Reason
from clinical.oat.happened_resource import resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import OrderStatus
from clinical.oat.order_resource import request_of
from clinical.oat.release import Releaser, WhyHere, release_of
from clinical.oat.round import kept
from clinical.oat.round.flags import Flag, Outcome
from clinical.oat.round.kept import OtherContent
from clinical.oat.round.row import State
from clinical.oat.round.witness import WitnessPer, stands_beside
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.shared.database import Database

Json = dict[str, Any]


@pytest.fixture
def window(database: Database, store: Store) -> Window:
    """Two people who had their dose yesterday."""
    put(database, store, [*a_person("p1"), *a_person("p2")])
    return Window(database, store)


def flags(window: Window, event: Json, **how: Any) -> set[Flag]:
    return set(window.send(event, **how).kept.flags)


def doses(window: Window) -> list[str]:
    return [one["id"] for one in window.of("MedicationAdministration") if not one["id"].endswith("-before")]


def tasks(window: Window) -> list[str]:
    return [one["code"]["coding"][0]["code"] for one in window.of("Task")]


# --- once, whatever happens on the way


def test_a_clean_dose_is_in_the_record_as_it_was_given(window: Window) -> None:
    event = an_event(mL="6", concentration="10")
    recorded = window.send(event)
    assert (recorded.kept.outcome, recorded.kept.flags, recorded.again) == (Outcome.STORED, (), False)
    dose = window.happened(event["id"])
    assert dose is not None
    assert (dose.kind, dose.patient, dose.mg, dose.ml, dose.occurred_at) == (Kind.GIVEN, "p1", 60, 6, SIX)
    assert (dose.slot, dose.order_version, dose.event) == (("p1-order", DAY, 1), "1", event["id"])
    assert (dose.given_by, dose.recorded_by, dose.witness) == (str(NURSE), str(NURSE), str(SECOND))
    assert (dose.facility, dose.context, dose.entry) == (PRISON, "Encounter/p1-stay", Entry.LIVE)
    assert (window.of("Task"), window.of("DetectedIssue"), window.to_work_off()) == ([], [], [])


def test_the_same_event_twice_is_one_dose(window: Window) -> None:
    event = an_event()
    first, second = window.send(event), window.send(event, at=SIX + HOUR, by=ANOTHER)
    assert (first.again, second.again) == (False, True)
    assert second.kept == first.kept
    assert doses(window) == [event["id"]]


def test_sixteen_at_once_are_one_dose(window: Window) -> None:
    event = an_event()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: window.send(event), range(16)))
    assert [one.again for one in found].count(False) == 1
    assert doses(window) == [event["id"]]
    assert window.resource("MedicationAdministration", event["id"])["meta"]["versionId"] == "1"


def test_the_same_number_with_another_content_is_told(window: Window) -> None:
    event = an_event()
    window.send(event)
    with pytest.raises(OtherContent):
        window.send({**event, "mg": "80"})
    assert window.happened(event["id"]).mg == 60


def test_the_event_is_kept_as_it_was_sent_and_sealed(window: Window, database: Database) -> None:
    event = an_event(spoken_confirmation={"with": "Mira-in-clear", "at": SIX.isoformat()})
    window.send(event)
    assert '"with": "Mira-in-clear"' in (window.body(event) or "")
    with database.transaction() as connection:
        (raw,) = connection.execute(text("SELECT body FROM clinical.round_event")).one()
    assert b"Mira-in-clear" not in bytes(raw)


def test_what_was_sent_can_neither_be_changed_nor_removed(window: Window, database: Database) -> None:
    window.send(an_event())
    for statement in (
        "UPDATE clinical.round_event SET outcome = 'stored'",
        "DELETE FROM clinical.round_event",
        "UPDATE clinical.round_part SET device = NULL",
        "DELETE FROM clinical.round_witness",
    ):
        with database.cursor() as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(statement)


@pytest.mark.parametrize("fails", ["kept.keep", "enter"])
def test_a_crash_in_between_leaves_nothing(
    window: Window, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    event = an_event()
    with monkeypatch.context() as patched:
        patched.setattr(f"clinical.oat.round.record.{fails}", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            window.send(event)
    assert (doses(window), window.body(event)) == ([], None)
    assert window.send(event).again is False


def _interrupted(*args: Any, **more: Any) -> None:
    raise KeyboardInterrupt


# --- what happened, each kind of it


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("refused", Reason.REFUSED), ("absent", Reason.ABSENT), ("withheld", Reason.CLINICAL), ("spilled", Reason.SPILLED)],
)  # fmt: skip
def test_what_was_not_taken_is_recorded_with_its_reason(window: Window, kind: str, reason: Reason) -> None:
    event = an_event(kind=kind, awake=None, witness=None, identity_by=[])
    assert window.send(event).kept.outcome is Outcome.STORED
    dose = window.happened(event["id"])
    assert (dose.kind, dose.reason, dose.was_taken) == (Kind(kind), reason, False)


def test_the_reason_of_the_institution_is_its_own(window: Window) -> None:
    event = an_event(kind="not-available", reason="court", mg=None)
    window.send(event)
    assert window.happened(event["id"]).reason is Reason.COURT


def test_a_reason_that_does_not_go_with_it_is_left_out(window: Window) -> None:
    event = an_event(kind="given", reason="court")
    window.send(event)
    assert window.happened(event["id"]).reason is None


def test_how_somebody_was_found_puts_them_back_on_the_list_with_a_time(
    window: Window, database: Database, store: Store
) -> None:
    window.send(an_event(kind="withheld", finding="sedated", mg=None))
    (row,) = rows(database, store, "p1", at=SIX + 30 * MINUTE)
    assert (row.state, [one.code for one in row.stops]) == (State.AGAIN, ["not-awake"])
    assert row.stops[0].until == SIX + HOUR


def test_a_part_of_the_dose_is_no_remark(window: Window) -> None:
    event = an_event(kind="partial", mg="40")
    assert flags(window, event) == set()
    assert window.happened(event["id"]).mg == 40


def test_what_was_vomited_hangs_on_the_dose_and_asks_the_prescriber(window: Window) -> None:
    dose = an_event()
    vomited = an_event(kind="vomited", of=dose["id"], mg=None, occurred_at=(SIX + 5 * MINUTE).isoformat())
    window.send(dose)
    assert window.send(vomited, at=SIX + HOUR).kept.outcome is Outcome.STORED
    found = window.happened(vomited["id"])
    assert (found.kind, found.about) == (Kind.VOMITED, dose["id"])
    assert window.happened(dose["id"]).kind is Kind.GIVEN
    assert tasks(window) == ["decide-on-re-dose"]


def test_a_re_dose_is_a_dose_of_its_own_and_no_conflict(window: Window) -> None:
    dose = an_event()
    again = an_event(kind="re-dose", of=dose["id"], mg="30", occurred_at=(SIX + 10 * MINUTE).isoformat())
    window.send(dose)
    assert window.send(again, at=SIX + HOUR).kept.outcome is Outcome.STORED
    found = window.happened(again["id"])
    assert (found.kind, found.about, found.mg) == (Kind.RE_DOSE, dose["id"], 30)


def test_a_mouth_check_that_failed_is_a_dose_given_and_goes_to_the_prescriber(
    window: Window, database: Database, store: Store
) -> None:
    dose = an_event()
    failed = an_event(kind="mouth-check-failed", of=dose["id"], mg=None)
    window.send(dose)
    window.send(failed)
    found = window.happened(dose["id"])
    assert (found.kind, found.was_taken, found.mg) == (Kind.MOUTH_CHECK_FAILED, True, 60)
    assert tasks(window) == ["possible-diversion"]
    assert doses(window) == [dose["id"]]
    (row,) = rows(database, store, "p1", at=SIX + ONE_DAY)
    assert row.stops == (), "tomorrow is not blocked by itself"


def test_a_mouth_check_may_fail_in_the_same_breath(window: Window) -> None:
    event = an_event(kind="mouth-check-failed")
    assert window.send(event).kept.outcome is Outcome.STORED
    assert window.happened(event["id"]).kind is Kind.MOUTH_CHECK_FAILED
    assert tasks(window) == ["possible-diversion"]


# --- undo


def test_a_wrong_tap_is_taken_back_and_never_erased(window: Window, database: Database, store: Store) -> None:
    dose = an_event()
    undo = an_event(kind="entered-in-error", of=dose["id"])
    window.send(dose)
    assert window.send(undo).kept.outcome is Outcome.STORED
    assert window.happened(dose["id"]).kind is Kind.ENTERED_IN_ERROR
    assert window.resource("MedicationAdministration", dose["id"])["meta"]["versionId"] == "2"
    (row,) = rows(database, store, "p1", at=SIX + MINUTE)
    assert (row.state, row.stops) == (State.TO_COME, ())
    assert window.send(an_event(occurred_at=(SIX + MINUTE).isoformat())).kept.outcome is Outcome.STORED


def test_taken_back_twice_is_taken_back_once(window: Window) -> None:
    dose = an_event()
    window.send(dose)
    window.send(an_event(kind="entered-in-error", of=dose["id"]))
    assert flags(window, an_event(kind="entered-in-error", of=dose["id"])) == {Flag.NOT_GIVEN_TWICE}
    assert window.resource("MedicationAdministration", dose["id"])["meta"]["versionId"] == "2"


def test_what_was_taken_back_may_arrive_after_that_it_was(window: Window) -> None:
    dose = an_event()
    undo = an_event(kind="entered-in-error", of=dose["id"])
    assert flags(window, undo) == {Flag.ABOUT_UNKNOWN}
    window.send(dose)
    assert window.happened(dose["id"]).kind is Kind.ENTERED_IN_ERROR


def test_a_mouth_check_may_arrive_before_its_dose(window: Window) -> None:
    dose = an_event()
    window.send(an_event(kind="mouth-check-failed", of=dose["id"]))
    window.send(dose)
    assert window.happened(dose["id"]).kind is Kind.MOUTH_CHECK_FAILED


# --- two tablets


def test_two_tablets_the_same_slot_both_are_kept_and_a_clinician_is_asked(window: Window) -> None:
    put(window.database, window.store, [request_of(an_order(id="p1-order", patient="p1", prescriber="dr"))])
    first = an_event(order_version="2")
    second = an_event(order_version="2", device=str(OTHER_TABLET), occurred_at=(SIX + 3 * MINUTE).isoformat())
    window.send(first)
    recorded = window.send(second, at=SIX + 5 * MINUTE)
    assert recorded.kept.outcome is Outcome.CONFLICT
    assert Flag.DOUBLE in recorded.kept.flags
    assert recorded.other.id == first["id"]
    assert doses(window) == [first["id"], second["id"]]
    assert all(window.happened(one).was_taken for one in doses(window))
    assert set(tasks(window)) == {"possible-double-dose", "dosing-error"}
    task = next(
        one for one in window.of("Task") if one["code"]["coding"][0]["code"] == "possible-double-dose"
    )
    assert task["owner"] == {"reference": "Practitioner/dr"}
    assert task["focus"] == {"reference": f"MedicationAdministration/{second['id']}"}
    assert window.to_work_off() == [second["id"]]
    assert window.send(second).other.id == first["id"], "the answer is the same again"


def test_two_orders_never_give_two_doses_of_one_day_unnoticed(window: Window) -> None:
    put(window.database, window.store, [request_of(an_order(id="new", patient="p1", start=DAY))])
    window.send(an_event())
    slot = {"order": "new", "day": DAY.isoformat(), "part": 1}
    assert Flag.DOUBLE in flags(window, an_event(slot=slot))


@pytest.mark.parametrize("kind", ["absent", "refused", "not-available"])
def test_who_was_not_here_and_came_is_no_conflict(window: Window, kind: str) -> None:
    assert flags(window, an_event(kind=kind, mg=None)) == set()
    later = an_event(occurred_at=(SIX + HOUR).isoformat())
    assert window.send(later, at=SIX + 2 * HOUR).kept.outcome is Outcome.STORED


def test_not_here_after_the_dose_was_given_contradicts_it(window: Window) -> None:
    window.send(an_event())
    absent = an_event(kind="absent", mg=None, occurred_at=(SIX + HOUR).isoformat())
    recorded = window.send(absent, at=SIX + 2 * HOUR)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.CONFLICT, (Flag.CONTRADICTS,))
    assert window.happened(absent["id"]).kind is Kind.ABSENT


def test_a_dose_that_arrives_after_not_here_and_was_before_it_contradicts_it(window: Window) -> None:
    window.send(an_event(kind="absent", mg=None, occurred_at=(SIX + HOUR).isoformat()), at=SIX + 2 * HOUR)
    assert Flag.CONTRADICTS in flags(window, an_event(), at=SIX + 3 * HOUR)


def test_a_dose_from_another_system_on_the_same_day_is_a_possible_double(window: Window) -> None:
    put(window.database, window.store, [resource_of(a_happened(id="foreign", patient="p1", at=SIX - HOUR))])
    recorded = window.send(an_event())
    assert Flag.DOUBLE in recorded.kept.flags
    assert recorded.other.id == "foreign"


def test_a_dose_of_somebody_else_is_nothing_to_this_one(window: Window) -> None:
    window.send(an_event("p1"))
    assert window.send(an_event("p2")).kept.outcome is Outcome.STORED


def test_a_row_that_another_tablet_holds_is_taken_over_by_word(window: Window) -> None:
    window.hold("", OTHER_TABLET)
    spoken = {"with": "Mira", "at": SIX.isoformat()}
    assert flags(window, an_event("p1")) == {Flag.HELD_BY_ANOTHER}
    assert flags(window, an_event("p2", spoken_confirmation=spoken)) == {Flag.TAKEN_OVER}
    window.hold("", TABLET)
    assert flags(window, an_event("p1", kind="refused", mg=None)) == {Flag.CONTRADICTS}


# --- what the list did not know


def test_a_dose_for_somebody_whose_order_ended_is_kept_and_flagged(window: Window) -> None:
    put(window.database, window.store, [request_of(an_order(id="p1-order", patient="p1", end=on(-1)))])
    recorded = window.send(an_event())
    assert (recorded.kept.outcome, Flag.ORDER_OVER in recorded.kept.flags) == (Outcome.FLAGGED, True)
    assert doses(window) == [recorded.kept.resource_id]


def test_an_order_that_was_stopped_meanwhile_is_flagged(window: Window) -> None:
    stopped = an_order(id="p1-order", patient="p1", status=OrderStatus.STOPPED, end=DAY)
    put(window.database, window.store, [request_of(stopped)])
    assert {Flag.ORDER_CHANGED, Flag.STOPPED} <= flags(window, an_event())


def test_an_order_that_was_changed_meanwhile_is_flagged_and_the_dose_stands(window: Window) -> None:
    put(window.database, window.store, [request_of(an_order(50, id="p1-order", patient="p1"))])
    event = an_event()
    recorded = window.send(event)
    assert {Flag.ORDER_CHANGED, Flag.OTHER_AMOUNT} <= set(recorded.kept.flags)
    assert window.happened(event["id"]).mg == 60
    assert tasks(window) == ["dosing-error"], "more than is ordered now"


@pytest.mark.parametrize(("mg", "found"), [("59.99", True), ("60", False), ("60.01", True), (None, True)])
def test_another_amount_than_ordered_is_flagged(window: Window, mg: str | None, found: bool) -> None:
    assert (Flag.OTHER_AMOUNT in flags(window, an_event(mg=mg))) is found


@pytest.mark.parametrize(("ml", "found"), [("5.9", True), ("5.99", True), ("6", False), ("6.004", False), ("6.01", True)])  # fmt: skip
def test_a_wrong_concentration_is_a_dosing_error(window: Window, ml: str, found: bool) -> None:
    recorded = window.send(an_event(mL=ml, concentration="10"))
    assert (Flag.OTHER_STRENGTH in recorded.kept.flags) is found
    assert (tasks(window) == ["dosing-error"]) is found
    assert bool(window.of("DetectedIssue")) is found


def test_a_hold_does_not_turn_away_what_was_swallowed(window: Window) -> None:
    put(window.database, window.store, [flag_of(Hold("h", "p1", HoldReason.QTC, DAY))])
    recorded = window.send(an_event())
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.FLAGGED, (Flag.STOPPED,))


@pytest.mark.parametrize(("why", "remarks"), [("back", set()), (None, {Flag.STOPPED})])
def test_who_is_at_court_and_stands_here_is_let_through_by_the_nurse_who_says_why(
    window: Window, why: str | None, remarks: set[Flag]
) -> None:
    put(window.database, window.store, [an_absence("p1")])
    assert flags(window, an_event(why_here=why)) == remarks
    released = [release_of(one, ZONE) for one in window.of("DetectedIssue")]
    assert [(one.stop, one.by, one.why, one.who) for one in released if one] == (
        [("elsewhere", Releaser.NURSE, WhyHere.BACK, str(NURSE))] if why else []
    )


def test_what_a_prescriber_releases_no_nurse_does_by_saying_why_somebody_stands_here(window: Window) -> None:
    put(window.database, window.store, [flag_of(Hold("h", "p1", HoldReason.QTC, DAY))])
    assert flags(window, an_event(why_here="back")) == {Flag.STOPPED}
    assert not any(release_of(one, ZONE) for one in window.of("DetectedIssue"))


def test_missed_days_do_not_turn_away_what_was_swallowed(database: Database, store: Store) -> None:
    put(database, store, a_person("p1", dosed=False))
    assert flags(Window(database, store), an_event()) == {Flag.STOPPED}


def test_who_is_of_another_prison_is_recorded_all_the_same(database: Database, store: Store) -> None:
    put(database, store, a_person("p1", prison=OTHER_PRISON))
    window = Window(database, store)
    recorded = window.send(an_event())
    assert recorded.kept.flags == (Flag.STOPPED,)
    assert doses(window) == [recorded.kept.resource_id]


def test_a_dose_without_a_planned_one_is_kept(window: Window) -> None:
    event = an_event(slot=None)
    assert flags(window, event) == {Flag.NO_SLOT}
    assert window.happened(event["id"]).product == METHADONE


def test_the_wrong_person_had_it(window: Window) -> None:
    event = an_event("p2", slot=None, mistake="wrong-person")
    recorded = window.send(event)
    assert {Flag.MISTAKE, Flag.NO_SLOT} == set(recorded.kept.flags)
    (task,) = window.of("Task")
    assert [one["type"]["coding"][0]["code"] for one in task["input"]] == [
        "naloxone-ready", "prescriber-called", "patient-told", "observed",
    ]  # fmt: skip
    assert task["restriction"]["period"]["end"] > SIX.isoformat()
    issues = window.of("DetectedIssue")
    assert "wrong-person" in {issue["code"]["coding"][0]["code"] for issue in issues}


def test_of_a_medicine_that_nobody_ordered_the_event_says_what_it_was(
    database: Database, store: Store
) -> None:
    put(database, store, a_person("p1")[:2])
    window = Window(database, store)
    event = an_event(slot=None, product="buprenorphine-sublingual", mg="8")
    window.send(event)
    assert window.happened(event["id"]).product.code == "buprenorphine-sublingual"


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"awake": None}, Flag.NOT_ASKED_AWAKE),
        ({"awake": False}, Flag.NOT_ASKED_AWAKE),
        ({"identity_by": ["photo"]}, Flag.FEW_IDENTIFIERS),
        ({"identity_by": ["photo", "photo"]}, Flag.FEW_IDENTIFIERS),
        ({"list_expired": True}, Flag.LIST_EXPIRED),
    ],
)
def test_what_was_not_checked_is_flagged_and_the_dose_stands(
    window: Window, changes: Json, flag: Flag
) -> None:
    event = an_event(**changes)
    assert flags(window, event) == {flag}
    assert window.happened(event["id"]).was_taken


@pytest.mark.parametrize(
    ("alone", "changes", "found"),
    [
        (False, {"witness": None}, {Flag.NO_WITNESS}),
        (False, {"witness": str(NURSE)}, {Flag.NO_WITNESS}),
        (False, {"witness": None, "single_handed": True}, {Flag.SINGLE_HANDED}),
        (None, {"witness": None}, {Flag.NO_WITNESS}),
        (True, {"witness": None}, set()),
    ],
)
def test_the_second_person_is_as_the_law_says(
    window: Window, alone: bool | None, changes: Json, found: set[Flag]
) -> None:
    window.law = a_law(oat__law__sole_nurse_may_dose=alone)
    event = an_event(**changes)
    assert flags(window, event) == found
    assert window.happened(event["id"]).witness is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"witness_offline": True}, {Flag.WITNESS_OFFLINE}),
        ({"witness_offline": False}, set()),
        ({"witness": None, "witness_offline": True, "single_handed": True}, {Flag.SINGLE_HANDED}),
    ],
)
def test_a_second_person_whom_the_tablet_alone_proved_is_told_and_the_dose_stands(
    window: Window, said: Json, found: set[Flag]
) -> None:
    event = an_event(**said)
    recorded = window.send(event)
    assert (set(recorded.kept.flags), recorded.kept.outcome) == (found, Outcome.STORED)
    back = an_event(kind="entered-in-error", of=event["id"], slot=None, mg=None, **said)
    assert flags(window, back) == found


@pytest.mark.parametrize(
    ("per", "signed_in_for", "wing", "may"),
    [
        ("round", "", "A", True), ("round", "A", "A", True), ("round", "B", "A", False),
        ("wing", "", "A", False), ("wing", "A", "A", True), ("wing", "B", "A", False), ("wing", "", "", True),
        ("dose", "", "A", True), ("dose", "A", "A", True), ("dose", "B", "A", False),
    ],
)  # fmt: skip
def test_for_which_wing_somebody_stands_beside(per: str, signed_in_for: str, wing: str, may: bool) -> None:
    assert stands_beside(WitnessPer(per), signed_in_for=signed_in_for, wing=wing) is may


# --- when it happened


def test_a_clock_that_is_wrong_by_a_day_is_put_right_and_both_are_kept(window: Window) -> None:
    ahead = (SIX + ONE_DAY).isoformat()
    event = an_event(occurred_at=ahead, clock={"server_at": SIX.isoformat(), "device_at": ahead})
    assert flags(window, event) == {Flag.CLOCK_CORRECTED}
    assert window.happened(event["id"]).occurred_at == SIX
    assert ahead in (window.body(event) or "")


def test_a_clock_that_nobody_knows_leaves_the_day_of_the_slot(window: Window) -> None:
    event = an_event(occurred_at=(SIX + ONE_DAY).isoformat())
    assert flags(window, event) == {Flag.CLOCK_NOT_TRUSTED}
    dose = window.happened(event["id"])
    assert (dose.day, dose.slot_day) == (DAY, DAY)
    assert window.resource("MedicationAdministration", event["id"])["effectiveDateTime"] == DAY.isoformat()


def test_from_paper_nothing_is_refused(window: Window) -> None:
    earlier = (SIX - 5 * HOUR).isoformat()
    event = an_event(entry="paper", occurred_at=earlier, list_from=None)
    recorded = window.send(event, at=SIX + 10 * ONE_DAY)
    assert recorded.kept.outcome is Outcome.STORED
    assert set(recorded.kept.flags) == {Flag.PAPER}
    assert window.happened(event["id"]).entry is Entry.PAPER


def test_the_night_of_the_clock_change_keeps_the_slots_apart(database: Database, store: Store) -> None:
    night = date(2026, 10, 25)
    put(database, store, a_person("p1", 40, 30, start=night - ONE_DAY, end=night, dosed=False))
    window = Window(database, store)
    for part, at, mg in ((1, "2026-10-25T02:30:00+02:00", "40"), (2, "2026-10-25T02:30:00+01:00", "30")):
        event = an_event(
            slot={"order": "p1-order", "day": night.isoformat(), "part": part}, mg=mg, occurred_at=at,
            list_from="2026-10-24T20:00:00Z",
        )  # fmt: skip
        recorded = window.send(event, at=datetime(2026, 10, 25, 6, tzinfo=UTC))
        assert Flag.DOUBLE not in recorded.kept.flags
        assert window.happened(event["id"]).day == night
    assert len(doses(window)) == 2


# --- what is kept apart until somebody has looked


def test_a_revoked_tablet_is_quarantined_and_nothing_is_lost(window: Window) -> None:
    event = an_event()
    recorded = window.send(event, revoked=True)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.QUARANTINED, (Flag.REVOKED_DEVICE,))
    assert (doses(window), window.to_work_off()) == ([], [event["id"]])
    assert window.body(event) is not None
    accepted = window.accept(event)
    assert accepted is not None
    assert doses(window) == [event["id"]]
    assert window.happened(event["id"]).recorded_by == str(NURSE)


def test_nobody_of_that_number_is_quarantined(window: Window, database: Database) -> None:
    event = an_event("nobody")
    recorded = window.send(event)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.QUARANTINED, (Flag.UNKNOWN_PERSON,))
    assert window.body(event) is not None
    assert window.accept(event) is None
    with database.transaction() as connection:
        keys = connection.execute(text("SELECT count(*) FROM fhir_store.data_key WHERE patient = 'nobody'"))
        assert keys.scalar() == 0


@pytest.mark.parametrize("changes", [{"kind": "licked"}, {"occurred_at": "soon"}, {"person": None}])
def test_what_is_not_understood_is_quarantined(window: Window, changes: Json) -> None:
    event = an_event(**changes)
    recorded = window.send(event)
    assert (recorded.kept.outcome, recorded.kept.flags) == (Outcome.QUARANTINED, (Flag.NOT_UNDERSTOOD,))
    assert window.send(event).again
    assert window.body(event) is not None


def test_of_no_medicine_that_is_known_it_is_quarantined(database: Database, store: Store) -> None:
    put(database, store, a_person("p1")[:2])
    assert flags(Window(database, store), an_event(slot=None)) == {Flag.NOT_UNDERSTOOD}


# --- the register


@pytest.fixture
def safe(database: Database) -> Dispensary:
    return Dispensary(database, facility=PRISON)


def _balance(database: Database) -> Decimal:
    with database.transaction() as connection:
        return Decimal(connection.execute(text("SELECT sum(balance) FROM clinical.register_book")).scalar())


def test_a_dose_draws_on_what_is_out(window: Window, safe: Dispensary, database: Database) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    window.send(an_event(mL="6", concentration="10", container=str(bottle)))
    assert _balance(database) == 994


def test_what_is_taken_back_goes_back(window: Window, safe: Dispensary, database: Database) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    dose = an_event(mL="6", concentration="10", container=str(bottle))
    window.send(dose)
    window.send(an_event(kind="entered-in-error", of=dose["id"]))
    assert _balance(database) == 1000


def test_what_was_taken_back_before_it_arrived_leaves_the_book_as_it_was(
    window: Window, safe: Dispensary, database: Database
) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    dose = an_event(mL="6", concentration="10", container=str(bottle))
    window.send(an_event(kind="entered-in-error", of=dose["id"]))
    window.send(dose)
    assert _balance(database) == 1000


def test_the_same_event_twice_is_drawn_once(window: Window, safe: Dispensary, database: Database) -> None:
    dose = an_event(mL="6", container=str(safe.issues(safe.receives(1000), 500)))
    window.send(dose)
    window.send(dose)
    assert _balance(database) == 994


@pytest.mark.parametrize(
    "container", ["00000000-0000-0000-0000-0000000000ff", None], ids=["unknown", "not said"]
)
def test_wrong_book_stock_never_blocks_a_dose_in_hand(
    window: Window, safe: Dispensary, container: str | None
) -> None:
    safe.receives(1000)
    event = an_event(mL="6", container=container)
    recorded = window.send(event)
    assert recorded.kept.flags == (Flag.STOCK,)
    assert window.happened(event["id"]).was_taken


def test_more_than_the_book_says_is_left_is_given_and_opens_a_discrepancy(
    window: Window, safe: Dispensary, database: Database
) -> None:
    bottle = safe.issues(safe.receives(1000), 5)
    assert flags(window, an_event(mL="6", container=str(bottle))) == {Flag.STOCK}
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM clinical.register_discrepancy")).scalar() == 1
    assert _balance(database) == 994


def test_a_site_without_a_book_of_the_medicine_enters_nothing(window: Window, database: Database) -> None:
    assert flags(window, an_event()) == set()
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM clinical.register_book")).scalar() == 0


def test_what_is_spilled_is_gone_from_the_bottle_and_nobody_had_it(
    window: Window, safe: Dispensary, database: Database
) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    window.send(an_event(kind="spilled", mL="6", container=str(bottle)))
    assert _balance(database) == 994


def test_a_dose_that_is_given_again_is_a_line_of_its_own(
    window: Window, safe: Dispensary, database: Database
) -> None:
    bottle = safe.issues(safe.receives(1000), 500)
    dose = an_event(mL="6", container=str(bottle))
    window.send(dose)
    window.send(an_event(kind="re-dose", of=dose["id"], mg="30", mL="3", container=str(bottle)))
    assert _balance(database) == 991


# --- worked off


def test_what_was_worked_off_waits_no_more(window: Window, database: Database) -> None:
    event = an_event(awake=None)
    window.send(event)
    assert window.to_work_off() == [event["id"]]
    with database.transaction() as connection:
        id_ = window.send(event).kept.id
        assert kept.settle(connection, id_, ANOTHER, SIX, "looked-at")
        assert not kept.settle(connection, id_, NURSE, SIX, "looked-at")
    assert window.to_work_off() == []


def test_another_facility_does_not_see_what_waits_here(window: Window, database: Database) -> None:
    window.send(an_event(awake=None))
    with database.transaction() as connection:
        assert kept.to_work_off(raw_cursor(connection), OTHER_PRISON, 10) == []


def test_conflicts_come_first(window: Window) -> None:
    flagged, first, second = an_event("p2", awake=None), an_event(), an_event()
    for event in (flagged, first, second):
        window.send(event)
    assert window.to_work_off() == [second["id"], flagged["id"]]


# --- what is about a dose is taken back by itself


def taken_back(of: Json, **changes: Any) -> Json:
    return an_event(kind="entered-in-error", of=of["id"], mg=None, **changes)


@pytest.mark.parametrize("kind", ["vomited", "mouth-check-failed"])
def test_a_wrong_tap_about_a_dose_is_taken_back_and_leaves_the_dose(window: Window, kind: str) -> None:
    dose = an_event()
    about = an_event(kind=kind, of=dose["id"], mg=None)
    window.send(dose)
    window.send(about)
    assert window.send(taken_back(about)).kept.outcome is Outcome.STORED
    assert window.happened(dose["id"]).kind is Kind.GIVEN
    assert [one["status"] for one in window.of("Task")] == ["cancelled"]
    (row,) = rows(window.database, window.store, "p1", at=window.at)
    assert (row.state, [one.kind for one in row.recorded]) == (State.DONE, [Kind.GIVEN])


@pytest.mark.parametrize("order", ["undo-first", "dose-last"])
def test_a_mouth_check_that_was_taken_back_marks_nothing_in_whatever_order_it_arrives(
    window: Window, order: str
) -> None:
    dose = an_event()
    check = an_event(kind="mouth-check-failed", of=dose["id"], mg=None)
    undo = taken_back(check)
    for event in (dose, undo, check) if order == "undo-first" else (check, undo, dose):
        window.send(event)
    assert window.happened(dose["id"]).kind is Kind.GIVEN


def test_what_is_recorded_of_a_dose_is_told_line_by_line(window: Window) -> None:
    dose = an_event()
    window.send(dose)
    later = (SIX + MINUTE).isoformat()
    window.send(an_event(kind="vomited", of=dose["id"], mg=None, occurred_at=later))
    (row,) = rows(window.database, window.store, "p1", at=window.at)
    assert [one.kind for one in row.recorded] == [Kind.GIVEN, Kind.VOMITED]


# --- what is seen to, and who is looked at again


def a_note(kind: str, **changes: Any) -> Json:
    whole = an_event(kind=kind, mg=None, **changes)
    return {name: value for name, value in whole.items() if value is not None}


def open_of(window: Window) -> list[tuple[str, str]]:
    return [(one["code"]["coding"][0]["code"], one["status"]) for one in window.of("Task")]


def test_the_steps_after_a_mistake_are_ticked_off_by_events(window: Window) -> None:
    dose = an_event(mistake="wrong-amount", product="methadone-oral-solution")
    window.send(dose)
    for place, step in enumerate(("naloxone-ready", "prescriber-called", "patient-told", "observed"), 1):
        sent = window.send(a_note("seen-to", of=dose["id"], step=step))
        assert sent.kept.outcome is Outcome.STORED
        assert open_of(window) == [("dosing-error", "completed" if place == 4 else "in-progress")]
    assert window.send(a_note("seen-to", of=dose["id"], step="observed")).saved == ()


def test_who_waits_is_a_task_with_its_time_until_somebody_looked(window: Window) -> None:
    wait = a_note("look-again", minutes=10)
    window.send(wait)
    (task,) = window.of("Task")
    assert (task["id"], task["status"]) == (wait["id"], "requested")
    assert datetime.fromisoformat(task["restriction"]["period"]["end"]) == SIX + 10 * MINUTE
    window.send(a_note("seen-to", task=wait["id"]))
    assert open_of(window) == [("look-again", "completed")]


def test_who_was_looked_at_before_the_waiting_arrives_waits_no_more(window: Window) -> None:
    wait = a_note("look-again", minutes=10)
    window.send(a_note("seen-to", of=wait["id"]))
    window.send(wait)
    assert open_of(window) == [("look-again", "completed")]


def test_what_a_prescriber_decides_and_what_is_of_another_person_is_not_seen_to_by_a_tap(
    window: Window,
) -> None:
    dose = an_event()
    window.send(dose)
    window.send(a_note("vomited", of=dose["id"]))
    window.send(a_note("look-again", minutes=10))
    for task in window.of("Task"):
        person = "p1" if task["code"]["coding"][0]["code"] == "decide-on-re-dose" else "p2"
        window.send(a_note("seen-to", person=person, task=task["id"]))
    assert {status for _, status in open_of(window)} == {"requested"}


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"minutes": 5000}, {"minutes": None}])
def test_a_waiting_that_nobody_understands_is_kept_apart(window: Window, wrong: Json) -> None:
    assert flags(window, a_note("look-again", **wrong)) == {Flag.NOT_UNDERSTOOD}
