"""Every movement in, within and out of custody: what is written, what follows, and when it is none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from resources import a_patient, a_stay, text_of

from clinical.custody.commands import MOVEMENTS
from clinical.custody.consequences import Bottles, Dosing, Duty, Messages, Orders, dues
from clinical.custody.duty_list import duty_row, tasks_of
from clinical.custody.ending import ended_by_death, stopped_messages
from clinical.custody.errors import (
    AheadOnly,
    AwayAlready,
    BeforeItBegan,
    CustodyError,
    DeadAlready,
    HeldHereAlready,
    InTheFuture,
    NotAway,
    NotHeldHere,
    PlaceMissing,
)
from clinical.custody.movement import Asks, Before, Told, Where, moved
from clinical.custody.sealed import is_seal
from clinical.custody.stay import is_stay, stay_row
from clinical.labels import Label, labels_of
from clinical.protocols import NO_PROTOCOL, Parameter, Protocol, Status, protocol_of
from fhir_store.gate import check

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BEGAN = datetime(2026, 1, 5, 13, tzinfo=UTC)
PERSON = a_patient("p1")
STAY = a_stay("s1", location=[{"location": {"reference": "Location/a1"}, "status": "active"}])
ABSENCES = ("court", "hospital", "police", "home-leave")
ENDS = {
    "transfer": "transfer", "release-planned": "release-planned", "release-unplanned": "release-unplanned",
    "house-arrest": "house-arrest", "deportation": "deported", "escape": "escape", "death": "death",
}  # fmt: skip


def an_absence(
    kind: str, status: str = "in-progress", start: str = "2026-03-01T07:00:00+00:00"
) -> dict[str, Any]:
    return {
        "resourceType": "Encounter", "id": "a1", "status": status, "period": {"start": start},
        "class": {"system": "urn:throughcare:code-system:encounter-class", "code": f"absence-{kind}"},
        "subject": {"reference": "Patient/p1"}, "partOf": {"reference": "Encounter/s1"},
    }  # fmt: skip


FREE = Before(PERSON, "north")
HELD = Before(PERSON, "north", STAY)


def away(kind: str) -> Before:
    return Before(PERSON, "north", STAY, an_absence(kind))


def planned(kind: str) -> Before:
    return Before(PERSON, "north", STAY, an_absence(kind, "planned", "2026-03-03T07:00:00+00:00"))


def do(code: str, before: Before, at: datetime = NOW, **told: Any) -> list[Any]:
    """What a movement writes; each passes the gate and, but for a Patient, is restricted."""
    written = moved(MOVEMENTS[code], before, Told(at, NOW, **{"room": "a2", "destination": "south", **told}))
    for one in written:
        check(text_of({"id": "new", **one}).value)
        assert Label.R in labels_of(one)
    return written


def test_every_movement_that_was_asked_for_is_there() -> None:
    asked = {
        "reception", "room", "court-planned", "court", "court-return", "hospital", "hospital-return", "transfer",
        "release-planned", "release-unplanned", "death", "escape", "police", "police-return", "home-leave",
        "home-leave-return", "house-arrest", "deportation",
    }  # fmt: skip
    assert set(MOVEMENTS) == asked


def test_a_reception_begins_a_stay_also_before_custody_says_so() -> None:
    (stay,) = do("reception", FREE, entry="transfer")
    assert is_stay({**stay, "id": "x"})
    assert stay["status"] == "in-progress"
    assert stay["period"] == {"start": "2026-03-02T10:00:00+00:00"}
    assert stay["serviceProvider"] == {"reference": "Organization/north"}
    assert stay["hospitalization"]["admitSource"]["coding"][0]["code"] == "transfer"
    told = [do("reception", FREE, by_custody=one)[0]["extension"][0]["valueCode"] for one in (False, True)]
    assert told == ["clinic", "custody"]


def test_a_move_leaves_the_room_and_enters_another() -> None:
    (stay,) = do("room", HELD)
    rooms = [(one["location"]["reference"], one["status"]) for one in stay["location"]]
    assert rooms == [("Location/a1", "completed"), ("Location/a2", "active")]
    assert stay["status"] == "in-progress"
    row = stay_row(stay, UTC)  # type: ignore[arg-type]
    assert row["place_id"] == "a2"


@pytest.mark.parametrize("kind", ABSENCES)
def test_an_absence_begins_and_ends_and_the_stay_goes_on(kind: str) -> None:
    (gone,) = do(kind, HELD)
    assert gone["class"]["code"] == f"absence-{kind}"
    assert gone["partOf"] == {"reference": "Encounter/s1"}
    assert gone["status"] == "in-progress"
    (back,) = do(f"{kind}-return", away(kind))
    assert (back["id"], back["status"], back["period"]["end"]) == (
        "a1",
        "finished",
        "2026-03-02T10:00:00+00:00",
    )


def test_court_is_planned_and_the_plan_becomes_the_absence() -> None:
    (plan,) = do("court-planned", HELD, NOW + timedelta(days=1), until=NOW + timedelta(days=1, hours=8))
    assert (plan["status"], plan["period"]["end"]) == ("planned", "2026-03-03T18:00:00+00:00")
    (gone,) = do("court", planned("court"))
    assert (gone["id"], gone["status"], gone["period"]) == (
        "a1",
        "in-progress",
        {"start": "2026-03-02T10:00:00+00:00"},
    )
    (other,) = do("hospital", planned("court"))
    assert "id" not in other


@pytest.mark.parametrize("code", ENDS)
@pytest.mark.parametrize(
    "before", [HELD, away("court"), planned("court")], ids=["present", "away", "planned"]
)
def test_an_end_closes_the_stay_and_an_absence_with_it(code: str, before: Before) -> None:
    encounters = [one for one in do(code, before) if one["resourceType"] == "Encounter"]
    stay, *rest = encounters
    assert (stay["id"], stay["status"], stay["period"]["end"]) == (
        "s1",
        "finished",
        "2026-03-02T10:00:00+00:00",
    )
    assert stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == ENDS[code]
    assert stay["location"][0]["status"] == "completed"
    statuses = {None: [], "in-progress": ["finished"], "planned": ["cancelled"]}
    assert [one["status"] for one in rest] == statuses[before.absence and before.absence["status"]]


def test_a_transfer_says_where_to() -> None:
    (stay,) = do("transfer", HELD)
    assert stay["hospitalization"]["destination"] == {"reference": "Organization/south"}


def test_a_death_is_written_on_the_person_and_closes_the_record_wherever_they_were() -> None:
    patient, stay, seal = do("death", HELD)
    assert patient["deceasedDateTime"] == "2026-03-02T10:00:00+00:00"
    assert (stay["resourceType"], is_seal(seal)) == ("Encounter", True)
    assert not is_seal({**seal, "status": "inactive"})
    assert [one["resourceType"] for one in do("death", FREE)] == ["Patient", "Flag"]


@pytest.mark.parametrize(
    ("code", "before", "why"),
    [
        ("reception", HELD, HeldHereAlready),
        *((code, FREE, NotHeldHere) for code in MOVEMENTS if code not in ("reception", "death")),
        *((kind, away("court"), AwayAlready) for kind in ABSENCES),
        *((f"{kind}-return", HELD, NotAway) for kind in ABSENCES),
        ("court-return", away("hospital"), NotAway),
        ("court-return", planned("court"), NotAway),
        *(
            (code, Before(a_patient("p1", deceasedDateTime="2026-01-01"), "north", STAY), DeadAlready)
            for code in MOVEMENTS
        ),
        ("reception", Before(a_patient("p1", deceasedBoolean=True), "north"), DeadAlready),
    ],
)
def test_what_is_no_movement_from_where_somebody_is(
    code: str, before: Before, why: type[CustodyError]
) -> None:
    with pytest.raises(why):
        do(code, before, NOW + timedelta(days=code == "court-planned"))


@pytest.mark.parametrize("code", sorted(set(MOVEMENTS) - {"court-planned"}))
def test_what_has_happened_is_not_ahead_of_now(code: str) -> None:
    movement = MOVEMENTS[code]
    before = {Where.NOT_HELD: FREE, Where.AWAY: away(code.removesuffix("-return"))}.get(movement.where, HELD)
    do(code, before, NOW)
    with pytest.raises(InTheFuture):
        do(code, before, NOW + timedelta(seconds=1))


def test_what_is_planned_is_not_behind() -> None:
    do("court-planned", HELD, NOW)
    with pytest.raises(AheadOnly):
        do("court-planned", HELD, NOW - timedelta(seconds=1))


def test_nothing_is_before_the_beginning_of_what_it_changes() -> None:
    do("escape", HELD, BEGAN)
    with pytest.raises(BeforeItBegan):
        do("escape", HELD, BEGAN - timedelta(seconds=1))
    left = datetime(2026, 3, 1, 7, tzinfo=UTC)
    do("escape", away("court"), left)
    with pytest.raises(BeforeItBegan):
        do("escape", away("court"), left - timedelta(seconds=1))
    do("escape", Before(PERSON, "north", a_stay("s1", period={"start": "2026-01-05"})), BEGAN)


def test_a_move_needs_a_room() -> None:
    with pytest.raises(PlaceMissing):
        do("room", HELD, room="")


# --- what follows


def follows(code: str) -> Any:
    return MOVEMENTS[code].consequences


def due(code: str) -> set[Duty]:
    return set(follows(code).duties)


def test_only_a_death_ends_orders_so_that_nobody_who_stands_at_the_window_goes_without() -> None:
    assert [code for code in MOVEMENTS if follows(code).orders is Orders.END] == ["death"]


def test_a_death_ends_orders_stops_messages_has_bottles_counted_by_two_and_closes_the_record() -> None:
    what = follows("death")
    assert (what.messages, what.bottles, what.dosing, what.sealed) == (
        Messages.STOP, Bottles.COUNTED_BY_TWO, Dosing.ENDS, True,
    )  # fmt: skip
    assert Duty.COUNT_BOTTLES_BY_TWO in due("death")
    assert [code for code in MOVEMENTS if follows(code).sealed] == ["death"]


def test_an_escort_to_court_carries_nothing() -> None:
    assert {follows(code).bottles for code in ("court", "court-planned")} == {Bottles.NOTHING_CARRIED}
    assert Duty.DOSE_AROUND_COURT in due("court")
    assert follows("court").dosing is Dosing.STAYS


@pytest.mark.parametrize("code", ["reception", "hospital-return", "police-return"])
def test_after_a_time_elsewhere_the_last_dose_is_verified(code: str) -> None:
    assert Duty.VERIFY_LAST_DOSE in due(code)


@pytest.mark.parametrize("code", ["transfer", "hospital", "house-arrest"])
def test_the_dosing_site_moves_by_hand_over_only(code: str) -> None:
    assert follows(code).dosing is Dosing.BY_HAND_OVER
    assert Duty.HAND_OVER in due(code)


@pytest.mark.parametrize("code", [code for code in ENDS if code != "death"])
def test_whoever_leaves_for_good_leaves_their_poured_doses_behind(code: str) -> None:
    assert follows(code).bottles is Bottles.BACK
    assert Duty.RETURN_POURED_DOSES in due(code)


def test_a_release_is_followed_up_and_one_without_notice_has_more_to_be_done_at_once() -> None:
    for code in ("release-planned", "release-unplanned"):
        days = [one.within.days for one in dues(follows(code), NO_PROTOCOL) if one.duty is Duty.FOLLOW_UP]
        assert days == [1, 3, 7, 14, 28]
    assert {Duty.NALOXONE, Duty.BRIDGING_PRESCRIPTION, Duty.CALL_COMMUNITY_CENTRE} <= due("release-unplanned")


@pytest.mark.parametrize("code", ["escape", "deportation", "death"])
def test_messages_stop(code: str) -> None:
    assert follows(code).messages is Messages.STOP


def test_what_a_movement_leaves_to_be_done_is_a_task_with_its_time() -> None:
    tasks = tasks_of(follows("transfer"), NO_PROTOCOL, "p1", "north", NOW, NOW, "Encounter/s1")
    for task in tasks:
        check(text_of({"id": "t", **task}).value)
        assert Label.R in labels_of(task)
    rows = [duty_row(task, UTC) for task in tasks]  # type: ignore[arg-type]
    assert [(row["duty"], row["facility_id"], row["due_at"], row["done"]) for row in rows if row] == [
        ("hand-over", "north", NOW + timedelta(hours=4), False),
        ("return-poured-doses", "north", NOW + timedelta(hours=4), False),
    ]
    done, void = ({**tasks[0], "status": status} for status in ("completed", "entered-in-error"))
    assert (duty_row(done, UTC) or {})["done"] is True  # type: ignore[arg-type]
    assert duty_row(void, UTC) is None  # type: ignore[arg-type]
    assert duty_row({**tasks[0], "code": {"coding": [{"code": "hand-over"}]}}, UTC) is None  # type: ignore[arg-type]


def test_the_protocol_says_by_when_and_the_demonstration_says_what_is_proposed() -> None:
    said = {
        "custody.duty-hours.hand-over": Parameter(2, "a test", Status.PROPOSED),
        "custody.follow-up-days": Parameter([2, 5], "a test", Status.PROPOSED),
    }
    hours = {one.within for one in dues(follows("transfer"), Protocol(said)) if one.duty is Duty.HAND_OVER}
    assert hours == {timedelta(hours=2)}
    days = [
        one.within.days
        for one in dues(follows("release-planned"), Protocol(said))
        if one.duty is Duty.FOLLOW_UP
    ]
    assert days == [2, 5]
    demonstration = protocol_of("demonstration")
    for movement in MOVEMENTS.values():
        assert dues(movement.consequences, demonstration) == dues(movement.consequences, NO_PROTOCOL)
    assert {f"custody.duty-hours.{duty}" for duty in Duty if duty is not Duty.FOLLOW_UP} <= set(
        demonstration.parameters
    )


@pytest.mark.parametrize(
    ("status", "ends"),
    [("active", True), ("on-hold", True), ("draft", True), ("completed", False), ("stopped", False), ("cancelled", False), ("entered-in-error", False)],
)  # fmt: skip
def test_which_orders_a_death_ends(status: str, ends: bool) -> None:
    order = {"resourceType": "MedicationRequest", "status": status}
    now = ended_by_death(order, NOW)
    assert (now or {}).get("status") == ("stopped" if ends else None)


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ({"resourceType": "CommunicationRequest", "status": "active"}, "revoked"),
        ({"resourceType": "CommunicationRequest", "status": "completed"}, None),
        ({"resourceType": "Appointment", "status": "booked", "start": "2026-03-02T10:00:01Z"}, "cancelled"),
        ({"resourceType": "Appointment", "status": "booked", "start": "2026-03-02T10:00:00Z"}, None),
        ({"resourceType": "Appointment", "status": "proposed"}, "cancelled"),
        ({"resourceType": "Appointment", "status": "fulfilled", "start": "2026-03-03T10:00:00Z"}, None),
    ],
)
def test_which_messages_stop(resource: dict[str, Any], status: str | None) -> None:
    assert (stopped_messages(resource, NOW) or {}).get("status") == status


def test_every_movement_that_asks_says_what() -> None:
    assert {code for code, one in MOVEMENTS.items() if Asks.DESTINATION in one.asks} == {"transfer"}
    assert {code for code, one in MOVEMENTS.items() if Asks.ROOM in one.asks} == {"room"}
