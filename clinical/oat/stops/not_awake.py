"""No dose now: the person is sedated or intoxicated, or was when last looked at. WHO, guidelines on opioid dependence, 2009, annex 12."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from clinical.oat.attendance import Attendance
from clinical.oat.happened import Finding, Kind
from clinical.oat.record import CLOCK_AHEAD
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "not-awake"
RECHECK_AFTER = "oat.recheck-after"

SAYS = {
    Finding.SEDATED: N_("Sedated. Nothing is given until the person is awake"),
    Finding.INTOXICATED: N_("Intoxicated. Nothing is given until the person is not any more"),
}

DO_NOW = (
    Sentence(N_("Look at breathing, wakefulness and pupils; keep naloxone at hand")),
    Sentence(N_("Put the person back on the list, to be looked at again")),
)


def stop(attendance: Attendance, protocol: Protocol) -> Stop | None:
    """Until the time to look again; how long not set: for the rest of the day. Raises BadProtocol."""
    if attendance.found:
        return found(attendance.found, _recheck(attendance.at, protocol), protocol)
    last = _last_found(attendance)
    if last is None:
        return None
    until = _recheck(last.at, protocol)
    is_over = last.day != attendance.day if until is None else until <= attendance.at
    return None if is_over else found(last.finding, until, protocol)


class Found(NamedTuple):
    """How somebody was found, when, and on which civil day."""

    finding: Finding
    at: datetime
    day: date | None


def _last_found(attendance: Attendance) -> Found | None:
    """The last time that a dose was withheld because of how the person was, or that reception found them so."""
    ahead = attendance.at + CLOCK_AHEAD
    looks = (one for one in _looks(attendance) if one.at <= ahead)
    return max(looks, key=lambda one: one.at, default=None)


def _looks(attendance: Attendance) -> Iterator[Found]:
    for one in attendance.record.happened:
        if one.kind is Kind.WITHHELD and one.finding:
            yield Found(one.finding, one.occurred_at, one.day)
    if (at := attendance.intoxicated_at) is not None:
        yield Found(Finding.INTOXICATED, at, at.astimezone(attendance.zone).date())


def _recheck(found_at: datetime, protocol: Protocol) -> datetime | None:
    wait = protocol.duration(RECHECK_AFTER)
    return None if wait is None else found_at + wait


def found(finding: Finding, until: datetime | None, protocol: Protocol) -> Stop:
    """The stop of somebody who was found so. Raises BadProtocol."""
    return Stop(
        CODE,
        Sentence(SAYS[finding]),
        Releaser.NOBODY,
        DO_NOW,
        until,
        not_set=protocol.not_set(RECHECK_AFTER),
    )
