"""What national law decides about doses. Nothing here has a default: not set is the stricter path, and is told."""

from dataclasses import dataclass

from clinical.protocols import Protocol

SOLE_NURSE = "oat.law.sole-nurse-may-dose"
TELEPHONE_ORDERS = "oat.law.telephone-orders"
PIN = "oat.law.pin-for-each-dose"

DECIDED_BY_LAW = (SOLE_NURSE, TELEPHONE_ORDERS, PIN)
"""For a screen that lists what nobody has set."""


@dataclass(frozen=True)
class Ruling:
    """Whether it is so, and the parameters that nobody set, so that the stricter path was taken."""

    yes: bool
    not_set: tuple[str, ...] = ()


def may_dose_alone(law: Protocol) -> Ruling:
    """Whether one nurse may give a dose without a second person. Not set: no."""
    return _ruling(law, SOLE_NURSE, stricter=False)


def allows_telephone_orders(law: Protocol) -> Ruling:
    """Whether a prescriber may order by telephone. Not set: no."""
    return _ruling(law, TELEPHONE_ORDERS, stricter=False)


def needs_pin(law: Protocol) -> Ruling:
    """Whether who gives or witnesses proves it with the PIN for each dose. Not set: yes."""
    return _ruling(law, PIN, stricter=True)


def _ruling(law: Protocol, name: str, *, stricter: bool) -> Ruling:
    set_to = law.yes_or_no(name)
    return Ruling(stricter, (name,)) if set_to is None else Ruling(set_to)
