"""The stops, one file each: adding one is adding a file with ``CODE`` and ``stop(attendance, protocol)``.

(a) *No dose now*, which nobody releases: already_recorded, too_soon, not_awake. (b) *A prescriber releases*: missed, held,
dosed_today, no_order, unsigned, telephone_order, unverified_dose, after_spill. (c) *The nurse releases with a reason*: elsewhere.

They act on the Given button and never on the record: no function that records a dose asks them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clinical.oat.attendance import Attendance
from clinical.oat.release import Releaser
from clinical.oat.stop import CARE, PREGNANT, Stop, escalate_at
from clinical.protocols import Protocol

Rule = Callable[[Attendance, Protocol], Stop | None]

ORDER = (Releaser.NOBODY, Releaser.PRESCRIBER, Releaser.NURSE)
"""The order in which they are shown."""


@cache
def rules() -> Mapping[str, Rule]:
    """Every stop by its code."""
    found = (import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__))
    return {module.CODE: module.stop for module in found}


def stops_of(attendance: Attendance, protocol: Protocol) -> tuple[Stop, ...]:
    """Why the Given button does not work now, what nobody can release first; none: it works.

    Raises:
        BadProtocol: a parameter is of the wrong kind.
    """
    found = [stop for rule in rules().values() if (stop := rule(attendance, protocol))]
    standing = [stop for stop in found if not _is_released(stop, attendance)]
    return tuple(
        _with_care(stop, attendance, protocol)
        for stop in sorted(standing, key=lambda stop: (ORDER.index(stop.released_by), stop.code))
    )


def _is_released(stop: Stop, attendance: Attendance) -> bool:
    """For this slot only; where there is none, for the day."""
    slot = attendance.slot
    day, part = (slot.day, slot.part) if slot else (attendance.day, 1)
    of_slot = (one for one in attendance.releases if (one.day, one.part) == (day, part))
    return any(one.lets(stop.code, stop.released_by, attendance.at) for one in of_slot)


def _with_care(stop: Stop, attendance: Attendance, protocol: Protocol) -> Stop:
    """Nobody is stopped and sent away."""
    first = (PREGNANT,) if attendance.pregnant else ()
    return replace(
        stop,
        do_now=(*first, *stop.do_now, *CARE),
        escalate_at=escalate_at(attendance, protocol),
    )
