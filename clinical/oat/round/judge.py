"""What is remarkable about an event, by what is known of the person. Pure, and asked after the fact: it refuses nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from clinical.oat.happened import TAKEN, Entry, Happened, Kind
from clinical.oat.release import Release, Releaser
from clinical.oat.round.clock import Occurred
from clinical.oat.round.dose_event import DoseEvent
from clinical.oat.round.flags import Flag, Outcome, outcome_of
from clinical.oat.round.round_list import ABOUT_A_DOSE, Now, slots_of, stops
from clinical.oat.round.situation import Situation
from clinical.oat.round.witness import is_second_person_missing
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop
from clinical.oat.volume import agrees

IDENTIFIERS = 2
"""How many have to be checked."""

NOT_DOSES = frozenset({Kind.ENTERED_IN_ERROR, Kind.VOMITED, Kind.RE_DOSE})
TOLD_OF_STOPS = frozenset({Kind.GIVEN, Kind.PARTIAL, Kind.MOUTH_CHECK_FAILED})


@dataclass(frozen=True)
class Circumstances:
    """What is known of an event beside what it says.

    Attributes:
        occurred: when it happened.
        revoked: whether its tablet was shut out.
        held_elsewhere: whether another tablet held the row.
        knows_about: whether what it is about is known here.
    """

    occurred: Occurred
    revoked: bool = False
    held_elsewhere: bool = False
    knows_about: bool = True


@dataclass(frozen=True)
class Judged:
    """What came out.

    Attributes:
        flags: the remarks.
        stops: those in spite of which it was given.
        slot: the planned dose, as it stands in the orders now; None: there is none.
        other: what the other one recorded of the same dose.
    """

    flags: frozenset[Flag]
    stops: tuple[Stop, ...] = ()
    slot: Slot | None = None
    other: Happened | None = None

    @property
    def outcome(self) -> Outcome:
        """What becomes of it."""
        return outcome_of(self.flags)


def judge(event: DoseEvent, about: Circumstances, person: Situation, now: Now) -> Judged:
    """The remarks on an event of a person who is known. ``now`` is when it happened. Raises BadProtocol."""
    slot = _slot(event, person, now)
    other = conflicting(event, about, person, slot)
    found = set(_of_record(event, about))
    stopping: tuple[Stop, ...] = ()
    if event.kind in TAKEN:
        found |= set(_of_dose(event, slot, now))
        # That there is another record of the dose is said by it, and more exactly.
        stopping = tuple(
            one for one in _stops(event, person, slot, now) if other is None or one.until is None
        )
    if stopping:
        found.add(Flag.STOPPED)
    if other is not None:
        found.add(Flag.DOUBLE if _both_taken(event, other) else Flag.CONTRADICTS)
    return Judged(frozenset(found), stopping, slot, other)


def released_by_nurse(event: DoseEvent, person: Situation, now: Now) -> tuple[Release, ...]:
    """What the nurse released at the window by saying why somebody stands there: of the stops that a nurse releases. Raises BadProtocol."""
    slot = _slot(event, person, now)
    if event.why_here is None or event.kind not in TOLD_OF_STOPS or slot is None:
        return ()
    return tuple(
        Release(one.code, Releaser.NURSE, now.at, slot.day, slot.part, str(event.recorded_by), event.why_here, event.person)
        for one in stops(person, slot, now)
        if one.released_by is Releaser.NURSE
    )  # fmt: skip


def conflicting(
    event: DoseEvent, about: Circumstances, person: Situation, slot: Slot | None
) -> Happened | None:
    """What somebody else recorded of the same dose, so that both cannot be true, or both were swallowed.

    Two who swallowed the same dose twice are told whatever order it was of: two orders never give two full slots on one
    day. Who was not here, or refused, and came later is no conflict.
    """
    if event.kind in NOT_DOSES or event.slot is None:
        return None
    named = (event.slot.day, event.slot.part)
    of_it = [
        one
        for one in person.record.happened
        if one.event != str(event.id) and one.kind not in {*ABOUT_A_DOSE, Kind.ENTERED_IN_ERROR, Kind.RE_DOSE}
        and is_of(one, named)
    ]  # fmt: skip
    taken = [one for one in of_it if one.was_taken]
    if event.kind in TAKEN:
        later = [one for one in of_it if not one.was_taken and one.occurred_at > about.occurred.at]
        return next(iter([*taken, *later]), None)
    return next((one for one in taken if one.occurred_at <= about.occurred.at), None)


def is_of(one: Happened, named: tuple[object, int]) -> bool:
    """Whether a record is of a dose, named by its day and number. One that names none was the first of its day."""
    if one.slot_day is None:
        return one.day == named[0] and one.was_taken and named[1] == 1
    return (one.slot_day, one.part or 1) == named


def _both_taken(event: DoseEvent, other: Happened) -> bool:
    return event.kind in TAKEN and other.was_taken


def _slot(event: DoseEvent, person: Situation, now: Now) -> Slot | None:
    if event.slot is None:
        return None
    planned = slots_of(person, event.slot.day, now.protocol)
    return next(
        (one for one in planned if one.key == (event.slot.order, event.slot.day, event.slot.part)), None
    )


def _of_record(event: DoseEvent, about: Circumstances) -> Iterator[Flag]:
    """By how it was recorded."""
    if about.revoked:
        yield Flag.REVOKED_DEVICE
    if event.mistake is not None:
        yield Flag.MISTAKE
    if event.list_expired:
        yield Flag.LIST_EXPIRED
    if about.held_elsewhere:
        yield Flag.TAKEN_OVER if event.spoken else Flag.HELD_BY_ANOTHER
    if about.occurred.surely_by is not None:
        yield Flag.CLOCK_NOT_TRUSTED
    elif about.occurred.corrected:
        yield Flag.CLOCK_CORRECTED
    if event.entry is Entry.PAPER:
        yield Flag.PAPER
    yield from of_hands(event)
    if event.of is not None and not about.knows_about:
        yield Flag.ABOUT_UNKNOWN


def of_hands(event: DoseEvent) -> Iterator[Flag]:
    """By who stood beside."""
    if event.single_handed:
        yield Flag.SINGLE_HANDED
    if event.witness_is_claimed:
        yield Flag.WITNESS_OFFLINE


def _of_dose(event: DoseEvent, slot: Slot | None, now: Now) -> Iterator[Flag]:
    """By what was given, and how."""
    if slot is not None:
        if event.order_version != slot.order.version:
            yield Flag.ORDER_CHANGED
        if event.kind is not Kind.RE_DOSE and (_is_more(event, slot) or _is_less(event, slot)):
            yield Flag.OTHER_AMOUNT
    elif event.kind is not Kind.RE_DOSE:
        yield Flag.NO_SLOT if event.slot is None else Flag.ORDER_OVER
    if not _makes_up(event):
        yield Flag.OTHER_STRENGTH
    if event.awake is not True:
        yield Flag.NOT_ASKED_AWAKE
    if len(event.identity_by) < IDENTIFIERS:
        yield Flag.FEW_IDENTIFIERS
    witnessed = event.witness is not None and event.witness != event.given_by
    if is_second_person_missing(now.protocol, witnessed=witnessed, single_handed=event.single_handed):
        yield Flag.NO_WITNESS


def _is_more(event: DoseEvent, slot: Slot | None) -> bool:
    """Nobody knows how much: it may be more."""
    return event.kind in TAKEN and slot is not None and (event.mg is None or event.mg > slot.mg)


def _is_less(event: DoseEvent, slot: Slot) -> bool:
    return event.kind is not Kind.PARTIAL and event.mg is not None and event.mg < slot.mg


def _makes_up(event: DoseEvent) -> bool:
    """Whether mg, mL and concentration agree; where one of them is not said, nothing contradicts."""
    if event.mg is None or event.ml is None or event.concentration is None:
        return True
    return event.concentration > 0 and agrees(event.mg, event.ml, event.concentration)


def _stops(event: DoseEvent, person: Situation, slot: Slot | None, now: Now) -> tuple[Stop, ...]:
    """Why the button did not work at that time, as far as it is known now: of a planned dose that is still ordered."""
    if event.kind not in TOLD_OF_STOPS or slot is None:
        return ()
    return stops(person, slot, now)
