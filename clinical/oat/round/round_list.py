"""The list of the round: who gets what, and why not. Pure.

A row is a planned dose. Who has none today and should not simply vanish from the list has a row without one: the order
ended some days ago, or cannot be read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from clinical.oat.attendance import Attendance, Whereabouts
from clinical.oat.day_close import last_closed
from clinical.oat.happened import Happened, Kind, Whose
from clinical.oat.induction import nth_day
from clinical.oat.missed import Missed, missed_days
from clinical.oat.order import OatOrder
from clinical.oat.product import Product
from clinical.oat.round.leaving import has_dose_first
from clinical.oat.round.row import Row, State
from clinical.oat.round.session import Session, session_of, sessions
from clinical.oat.round.situation import Situation
from clinical.oat.slot import Slot, slots_on
from clinical.oat.step_down import held_up
from clinical.oat.stop import Stop
from clinical.oat.stops import stops_of
from clinical.oat.unverified import is_unverified
from clinical.oat.window import window_of
from clinical.protocols import Protocol

SHOWN_AFTER_END = timedelta(days=7)
"""So long after the last order ended somebody stays on the list, stopped, with a call to the prescriber. Proposed by
Throughcare, no source."""

ABOUT_A_DOSE = frozenset({Kind.VOMITED})

NUMBERS = re.compile(r"(\D*)(\d*)")


@dataclass(frozen=True)
class Now:
    """The moment of a list, and by which clock and rules.

    Attributes:
        at: the instant.
        zone: the facility's.
        protocol: of the country.
        stopped_since: when the stops of this round were first shown, from which an escalation is reckoned.
    """

    at: datetime
    zone: ZoneInfo
    protocol: Protocol
    stopped_since: datetime | None = None

    @cached_property
    def day(self) -> date:
        """The civil day."""
        return self.at.astimezone(self.zone).date()

    @cached_property
    def closed(self) -> date:
        """The last civil day that has closed. Raises BadProtocol."""
        return last_closed(self.at, self.zone, self.protocol)


def round_list(people: Iterable[Situation], now: Now) -> tuple[Row, ...]:
    """The rows of a civil day, by wing, cell and person; who is told from whom by cell is never moved by what happens.

    First in a wing stands who has the dose before leaving for court, until it is taken.
    """
    rows = (row for person in people for row in rows_of(person, now))
    return tuple(sorted(rows, key=lambda row: _place(row, now.zone)))


def rows_of(person: Situation, now: Now) -> Iterator[Row]:
    """The rows of one person."""
    return (_with_stops(row, person, now) for row in _rows_of_day(person, now))


def row_of(person: Situation, slot: Slot | None, now: Now) -> Row:
    """The row of one planned dose, or of somebody who has none."""
    return _with_stops(_row(person, slot, now), person, now)


def _with_stops(row: Row, person: Situation, now: Now) -> Row:
    found = stops(person, row.slot, now)
    return replace(row, stops=found) if found else row


def _rows_of_day(person: Situation, now: Now) -> tuple[Row, ...]:
    """But for the stops, which the hour changes, rows are the same all day: they are made once for whoever is as they were."""
    day = now.day, now.closed, now.zone
    protocol, rows = person.rows_by_day.get(day, (None, ()))
    if protocol is not now.protocol:
        rows = tuple(_made_rows(person, now))
        person.rows_by_day[day] = now.protocol, rows
    return rows


def _made_rows(person: Situation, now: Now) -> Iterator[Row]:
    if person.presence.whereabouts is Whereabouts.DEAD:
        yield from _given_before_death(person, now)
        return
    planned = slots_of(person, now.day, now.protocol)
    for slot in planned:
        yield _row(person, slot, now)
    if not planned and (_ended_lately(person, now.day) or person.unreadable or _was_here_today(person, now)):
        yield _row(person, None, now)


def _given_before_death(person: Situation, now: Now) -> Iterator[Row]:
    """Nobody waits for a dose of somebody who died: what stands is what was taken today."""
    given = [
        row
        for slot in slots_of(person, now.day, now.protocol)
        if (row := _row(person, slot, now)).state is State.DONE
    ]
    taken = [one for one in person.record.happened if one.was_taken and one.day == now.day]
    if taken and not given:
        latest = max(taken, key=lambda one: (one.occurred_at, one.id))
        given = [replace(_row(person, None, now), done=latest, state=State.DONE)]
    yield from given


def slots_of(person: Situation, day: date, protocol: Protocol) -> tuple[Slot, ...]:
    """The planned doses of a civil day. Raises BadProtocol."""
    orders = orders_on(person, day)
    early = max((window_of(product, protocol).before for product in _depots(person)), default=0)
    return slots_on(orders, day, person.record.runs_out(), early)


def orders_on(person: Situation, day: date) -> tuple[OatOrder, ...]:
    """The orders as they count on a civil day: of somebody who is pregnant no planned step down takes effect by itself."""
    record = person.record
    return held_up(record.orders, record.happened, day) if person.pregnant else record.orders


def _row(person: Situation, slot: Slot | None, now: Now) -> Row:
    among = sessions(now.protocol)
    events = sorted(person.record.happened, key=lambda one: (one.occurred_at, one.id))
    done = _done(slot, events, now) if slot else None
    missed = _missed(person, slot, now)
    return Row(
        patient=person.patient,
        presence=person.presence,
        slot=slot,
        session=(session_of(slot, among) if slot else among[0]).name,
        day=now.day,
        due_at=_due_at(slot, now),
        last=_last(events, done),
        changed_mg=_changed(person, slot, now),
        induction_day=_induction_day(person, slot, now),
        missed=missed.days if missed else 0,
        missed_by_institution=missed.by[Whose.INSTITUTION] if missed else 0,
        done=done,
        about=tuple(one for one in events if done and one.kind in ABOUT_A_DOSE and one.about == done.id),
        recorded=tuple(_recorded(slot, events, now)),
        state=_state(done),
        sedatives=person.sedatives,
        allergies=person.allergies,
        pregnant=person.pregnant,
        unverified=is_unverified(person.record, now.at),
        unreadable=person.unreadable,
    )


def _induction_day(person: Situation, slot: Slot | None, now: Now) -> int | None:
    return nth_day(person.record.inducted(slot.order), now.day, now.protocol) if slot else None


def stops(person: Situation, slot: Slot | None, now: Now) -> tuple[Stop, ...]:
    """Why the Given button does not work now for a planned dose. Raises BadProtocol."""
    attendance = Attendance(
        record=person.record,
        at=now.at,
        zone=now.zone,
        closed=now.closed,
        slot=slot,
        whereabouts=person.presence.whereabouts,
        pregnant=person.pregnant,
        intoxicated_at=person.intoxicated_at,
        stopped_since=now.stopped_since,
        releases=person.releases,
    )
    return stops_of(attendance, now.protocol)


def of_session(rows: Iterable[Row], session: Session) -> list[Row]:
    """Those of one round, and what of earlier ones is still open: the afternoon's list has both."""
    return [row for row in rows if row.session == session.name or row.state is not State.DONE]


def happened_with(slot: Slot, events: Iterable[Happened], day: date) -> list[Happened]:
    """What happened with a planned dose, the latest last. A dose that names none is the first of its day, and so on."""
    of_it = [one for one in events if one.kind not in ABOUT_A_DOSE and one.kind is not Kind.ENTERED_IN_ERROR]
    named = [one for one in of_it if one.slot == slot.key]
    unnamed = [one for one in of_it if one.slot is None and one.day == day and one.was_taken]
    return named if named else unnamed[slot.part - 1 : slot.part]


def _done(slot: Slot, events: list[Happened], now: Now) -> Happened | None:
    """What was taken before what was not: who was not here at six and came at seven has had the dose."""
    found = happened_with(slot, events, now.day)
    latest = [one for one in found if one.was_taken] or found
    return latest[-1] if latest else None


def _recorded(slot: Slot | None, events: list[Happened], now: Now) -> Iterator[Happened]:
    """What is recorded of a planned dose, or where none is planned of the day, with what is about it."""
    for dose in happened_with(slot, events, now.day) if slot else _of_day(events, now):
        yield dose
        yield from (one for one in events if one.kind in ABOUT_A_DOSE and one.about == dose.id)


def _of_day(events: list[Happened], now: Now) -> Iterator[Happened]:
    not_doses = {*ABOUT_A_DOSE, Kind.ENTERED_IN_ERROR}
    return (one for one in events if one.day == now.day and one.kind not in not_doses)


def _state(done: Happened | None) -> State:
    if done is None:
        return State.TO_COME
    return State.DONE if done.was_taken else State.AGAIN


def _last(events: list[Happened], done: Happened | None) -> Happened | None:
    taken = [one for one in events if one.was_taken and one != done]
    return taken[-1] if taken else None


def _due_at(slot: Slot | None, now: Now) -> datetime | None:
    """The hour that the clock on the wall shows; in the night of the clock change the first of two."""
    if slot is None or slot.at is None:
        return None
    return datetime.combine(now.day, slot.at, now.zone)


def _changed(person: Situation, slot: Slot | None, now: Now) -> Decimal | None:
    if slot is None or slot.order.interval_days > 1 or _is_as_ever(person, now.day):
        return None
    before = slots_of(person, now.day - timedelta(days=1), now.protocol)
    same = next((one.mg for one in before if one.part == slot.part), None)
    return None if same is None or same == slot.mg else slot.mg - same


def _is_as_ever(person: Situation, day: date) -> bool:
    """Whether there is one order and it says the same of every day, as for most people."""
    orders = person.record.orders
    return len(orders) == 1 and len(orders[0].steps) == 1 and orders[0].start < day


def _missed(person: Situation, slot: Slot | None, now: Now) -> Missed | None:
    return None if slot is None else missed_days(person.record, slot.order, now.closed, now.protocol)


def _depots(person: Situation) -> set[Product]:
    return {one.product for one in person.record.orders if one.product.is_depot}


def _ended_lately(person: Situation, day: date) -> bool:
    """Whether an order that counted ended today or in the last days, and nobody else gives the doses."""
    ends = [one.end for one in person.record.orders if one.end and one.is_valid_on(one.end)]
    return person.presence.doses_here and any(day - SHOWN_AFTER_END <= end <= day for end in ends)


def _was_here_today(person: Situation, now: Now) -> bool:
    return any(one.was_taken and one.day == now.day for one in person.record.happened)


def _place(row: Row, zone: ZoneInfo) -> tuple[object, ...]:
    slot, where = row.slot, row.presence
    at = slot.at if slot and slot.at else time.min
    is_first = row.state is not State.DONE and has_dose_first(where, row.day, zone)
    return _counted(where.wing), not is_first, _counted(where.cell), row.patient, at


@lru_cache(maxsize=4096)
def _counted(name: str) -> tuple[tuple[str, int], ...]:
    """So that cell 9 comes before cell 10."""
    return tuple((text, int(number or 0)) for text, number in NUMBERS.findall(name))


def by_wing(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """The rows of each wing, in their order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.presence.wing, []).append(row)
    return found
