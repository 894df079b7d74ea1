"""A prescriber releases: days were missed, so that tolerance may have fallen."""

from clinical.oat.attendance import Attendance
from clinical.oat.induction import is_in_induction
from clinical.oat.missed import Missed, missed_days
from clinical.oat.missed_table import Level, Meaning, meaning_of, suggested_mg
from clinical.oat.release import Releaser
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "missed-days"

SAYS = {
    Level.REDUCED: N_("Days missed in a row: %(days)s. The dose has to be reduced by a prescriber"),
    Level.PRESCRIBER: N_("Days missed in a row: %(days)s. A prescriber has to see the person first"),
    Level.RE_INDUCTION: N_("Days missed in a row: %(days)s. Treatment has to be begun anew"),
    Level.AUTO_SUSPENDED: N_(
        "Days missed in a row: %(days)s. The order is suspended; treatment has to be begun anew"
    ),
}

SUGGESTED = N_("The protocol's dose for the prescriber to consider: %(mg)s mg")


def stop(attendance: Attendance, protocol: Protocol) -> Stop | None:
    """By the protocol's table of the product, in induction by the stricter one. A dose of today ends the row.

    Raises BadProtocol.
    """
    slot = attendance.slot
    if slot is None or any(dose.day == attendance.day for dose in attendance.record.known_doses):
        return None
    missed = missed_days(attendance.record, slot.order, attendance.closed, protocol)
    meaning = meaning_today(missed, attendance, slot, protocol)
    if meaning.level is Level.NORMAL:
        return None
    return Stop(
        CODE,
        Sentence(SAYS[meaning.level], {"days": missed.days}),
        Releaser.PRESCRIBER,
        _suggestion(slot, meaning),
        not_set=meaning.not_set,
    )


def meaning_today(missed: Missed, attendance: Attendance, slot: Slot, protocol: Protocol) -> Meaning:
    """What the missed days mean for a slot today. Of a pregnant person no order is suspended by itself. Raises BadProtocol."""
    order = attendance.record.inducted(slot.order)
    in_induction = is_in_induction(order, attendance.day, protocol)
    meaning = meaning_of(missed.days, slot.order.product, protocol, in_induction=in_induction)
    if attendance.pregnant and meaning.level is Level.AUTO_SUSPENDED:
        return Meaning(Level.PRESCRIBER, not_set=meaning.not_set)
    return meaning


def _suggestion(slot: Slot, meaning: Meaning) -> tuple[Sentence, ...]:
    mg = suggested_mg(slot.mg, meaning)
    return () if mg is None else (Sentence(SUGGESTED, {"mg": mg}),)
