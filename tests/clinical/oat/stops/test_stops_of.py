"""Every stop at once: what is shown, who releases it, and what everybody gets who is stopped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, HOUR, METHADONE, ONE_DAY, SIX, a_happened, a_law, an_attendance, an_order, on

from clinical.oat.attendance import Attendance, Whereabouts
from clinical.oat.claim import Claim
from clinical.oat.happened import Finding, Kind
from clinical.oat.hold import Hold, HoldReason
from clinical.oat.missed_table import Level, meaning_of
from clinical.oat.order import OrderStatus, Signature, TelephoneOrder
from clinical.oat.release import Release, Releaser, WhyHere
from clinical.oat.stop import CARE, PREGNANT
from clinical.oat.stops import rules, stops_of
from clinical.protocols import NO_PROTOCOL

LAW = a_law()
YESTERDAY = a_happened(at=SIX - ONE_DAY)
HELD = {"holds": (Hold("h", "p", HoldReason.CLINICAL, DAY),)}


def codes(attendance: Attendance) -> list[str]:
    return [stop.code for stop in stops_of(attendance, LAW)]


def test_a_clean_dose_has_no_stop() -> None:
    assert stops_of(an_attendance(YESTERDAY), LAW) == ()


def test_every_stop_is_in_the_list() -> None:
    assert set(rules()) == {
        "already-recorded", "too-soon", "not-awake",
        "missed-days", "held", "no-order", "unsigned", "telephone-order", "unverified-dose", "after-spill",
        "dosed-today",
        "elsewhere",
    }  # fmt: skip


WITHOUT_SLOT = an_attendance(YESTERDAY, orders=())
SPOKEN = an_order(
    signature=Signature.TELEPHONE,
    prescriber="dr-a",
    telephone=TelephoneOrder(SIX, DAY, 1, read_back=False),
)
SPILLED = a_happened(Kind.SPILLED, order="order", slot_day=DAY, part=1)
DRAFT = an_order(status=OrderStatus.DRAFT, signature=Signature.UNSIGNED)
CLAIMS = (Claim("c", "p", SIX - HOUR),)

EACH = {
    "already-recorded": (Releaser.NOBODY, an_attendance(a_happened(order="order", slot_day=DAY), YESTERDAY)),
    "too-soon": (Releaser.NOBODY, an_attendance(a_happened(at=SIX - 8 * HOUR), YESTERDAY)),
    "not-awake": (Releaser.NOBODY, an_attendance(YESTERDAY, found=Finding.SEDATED)),
    "missed-days": (Releaser.PRESCRIBER, an_attendance(a_happened(at=SIX - 4 * ONE_DAY))),
    "held": (Releaser.PRESCRIBER, an_attendance(YESTERDAY, **HELD)),
    "no-order": (Releaser.PRESCRIBER, WITHOUT_SLOT),
    "unsigned": (Releaser.PRESCRIBER, an_attendance(YESTERDAY, order=DRAFT)),
    "telephone-order": (Releaser.PRESCRIBER, an_attendance(YESTERDAY, order=SPOKEN)),
    "unverified-dose": (Releaser.PRESCRIBER, an_attendance(YESTERDAY, claims=CLAIMS)),
    "after-spill": (Releaser.PRESCRIBER, an_attendance(YESTERDAY, SPILLED)),
    "dosed-today": (Releaser.PRESCRIBER, an_attendance(a_happened(order="another", slot_day=DAY), YESTERDAY)),
    "elsewhere": (Releaser.NURSE, an_attendance(YESTERDAY, whereabouts=Whereabouts.COURT)),
}


@pytest.mark.parametrize("code", EACH)
def test_each_stop_says_who_can_release_it(code: str) -> None:
    releaser, attendance = EACH[code]
    (stop,) = [one for one in stops_of(attendance, LAW) if one.code == code]
    assert stop.released_by is releaser
    assert str(stop.says)


@pytest.mark.parametrize("code", EACH)
@pytest.mark.parametrize("by", list(Releaser))
def test_only_who_may_can_release_it_and_only_for_this_slot(code: str, by: Releaser) -> None:
    releaser, attendance = EACH[code]
    release = Release(code, by, SIX, DAY, why=WhyHere.BACK)
    may = (releaser, by) in {
        (Releaser.PRESCRIBER, Releaser.PRESCRIBER),
        (Releaser.NURSE, Releaser.PRESCRIBER),
        (Releaser.NURSE, Releaser.NURSE),
    }

    def stands(*releases: Release) -> bool:
        return code in codes(replace(attendance, releases=releases))

    assert stands(release) is not may
    assert stands(replace(release, day=on(1)))
    assert stands(replace(release, part=2))
    assert stands(replace(release, stop="another"))
    assert stands(replace(release, at=SIX + HOUR))
    assert stands(replace(release, day=on(1)), release) is not may


def test_a_release_of_the_second_dose_of_a_day_is_not_one_of_the_first() -> None:
    first = a_happened(at=SIX - 7 * HOUR, order="order", slot_day=DAY, part=1, day=DAY)
    attendance = an_attendance(YESTERDAY, first, order=an_order(30, 30), part=2, **HELD)
    release = Release("held", Releaser.PRESCRIBER, SIX, DAY, part=2)
    assert codes(attendance) == ["held"]
    assert codes(replace(attendance, releases=(release,))) == []
    assert codes(replace(attendance, releases=(replace(release, part=1),))) == ["held"]


def test_what_nobody_can_release_is_shown_first_then_the_prescribers_then_the_nurses() -> None:
    everything = an_attendance(
        a_happened(at=SIX - 5 * ONE_DAY),
        found=Finding.INTOXICATED,
        whereabouts=Whereabouts.RELEASED,
        order=DRAFT,
        **HELD,
    )
    assert codes(everything) == ["not-awake", "held", "missed-days", "unsigned", "elsewhere"]


@pytest.mark.parametrize("code", EACH)
def test_nobody_is_stopped_and_sent_away(code: str) -> None:
    for stop in stops_of(EACH[code][1], LAW):
        assert stop.do_now[-len(CARE) :] == CARE
        assert len(stop.do_now) >= len(CARE)
        assert stop.escalate_at == SIX + HOUR


def test_the_escalation_is_reckoned_from_when_the_person_was_first_stopped() -> None:
    (stop,) = stops_of(an_attendance(YESTERDAY, stopped_since=SIX - HOUR / 2, **HELD), LAW)
    assert stop.escalate_at == SIX + HOUR / 2


def test_where_nobody_set_how_long_the_escalation_is_at_once() -> None:
    (stop,) = stops_of(an_attendance(YESTERDAY, **HELD), a_law(oat__escalate_within=None))
    assert stop.escalate_at == SIX


def test_a_pregnant_person_is_escalated_at_once() -> None:
    attendance = an_attendance(YESTERDAY, pregnant=True, stopped_since=SIX - HOUR, **HELD)
    (stop,) = stops_of(attendance, LAW)
    assert stop.escalate_at == SIX - HOUR
    assert stop.do_now[0] == PREGNANT
    assert PREGNANT not in stops_of(replace(attendance, pregnant=False), LAW)[0].do_now


def test_with_nothing_set_an_ordinary_dose_is_given_after_a_whole_day() -> None:
    assert [one.code for one in stops_of(an_attendance(YESTERDAY), NO_PROTOCOL)] == []
    sooner = an_attendance(a_happened(at=SIX - ONE_DAY + HOUR))
    assert [one.code for one in stops_of(sooner, NO_PROTOCOL)] == ["too-soon"]


# --- more missed days never less

LEVELS = st.sampled_from(list(Level))


def strength(attendance: Attendance, missed: int, *, pregnant: bool) -> int:
    """How strict the stop for missed days is: by its sentence, as it grows from level to level."""
    stops = [one for one in stops_of(attendance, LAW) if one.code == "missed-days"]
    if not stops:
        return 0
    slot = attendance.slot
    assert slot
    level = meaning_of(missed, METHADONE, LAW, in_induction=slot.order.induction_start is not None).level
    if pregnant and level is Level.AUTO_SUSPENDED:
        level = Level.PRESCRIBER
    return level.strictness


@given(st.integers(0, 12), st.integers(0, 12), st.booleans(), st.booleans())
def test_more_missed_days_never_have_fewer_stops(
    one: int, other: int, induction: bool, pregnant: bool
) -> None:
    fewer, more = sorted((one, other))
    order = an_order(induction_start=on(-13)) if induction else an_order()

    def after(missed: int) -> Attendance:
        return an_attendance(a_happened(at=SIX - (missed + 1) * ONE_DAY), order=order, pregnant=pregnant)

    assert set(codes(after(fewer))) <= set(codes(after(more)))
    assert strength(after(fewer), fewer, pregnant=pregnant) <= strength(after(more), more, pregnant=pregnant)


@given(st.lists(st.sampled_from(sorted(EACH)), max_size=4), st.integers(0, 3))
def test_a_hold_more_never_takes_a_stop_away(names: list[str], days: int) -> None:
    for name in names:
        attendance = EACH[name][1]
        hold = Hold("x", "p", HoldReason.QTC, DAY - timedelta(days=days))
        record = replace(attendance.record, holds=(*attendance.record.holds, hold))
        assert set(codes(attendance)) | {"held"} == set(codes(replace(attendance, record=record)))
