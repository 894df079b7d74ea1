"""How alike two dates of birth are, each known to the day, the month or the year."""

import re
from enum import Enum, auto

PARTS = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
"""http://hl7.org/fhir/R4/datatypes.html#date"""


class BirthLikeness(Enum):
    """What two dates of birth are to each other."""

    NOT_KNOWN = auto()
    """One of them is not known."""
    SAME = auto()
    """To the day."""
    SWAPPED = auto()
    """Day and month have changed places: 3 May and 5 March."""
    SLIP = auto()
    """One digit differs, or two neighbours have changed places."""
    AS_FAR_AS_KNOWN = auto()
    """Of one of them less than the day is known, and that agrees."""
    OTHER = auto()


def births_alike(one: str, other: str) -> BirthLikeness:
    """How alike two dates are, as FHIR writes them; empty or unreadable is not known."""
    first, second = PARTS.fullmatch(one), PARTS.fullmatch(other)
    if first is None or second is None:
        return BirthLikeness.NOT_KNOWN
    known = [(a, b) for a, b in zip(first.groups(), second.groups(), strict=True) if a and b]
    if all(a == b for a, b in known):
        return BirthLikeness.SAME if len(known) == len(first.groups()) else BirthLikeness.AS_FAR_AS_KNOWN
    if len(known) < len(first.groups()):
        return BirthLikeness.OTHER
    return _of_days(first.groups(), second.groups())


def _of_days(one: tuple[str, ...], other: tuple[str, ...]) -> BirthLikeness:
    (year, month, day), (other_year, other_month, other_day) = one, other
    if (year, month, day) == (other_year, other_day, other_month):
        return BirthLikeness.SWAPPED
    return BirthLikeness.SLIP if _is_slip("".join(one), "".join(other)) else BirthLikeness.OTHER


def _is_slip(one: str, other: str) -> bool:
    differs = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differs) == 1:
        return True
    first, *rest = differs
    swapped = one[first : first + 2] == other[first : first + 2][::-1]
    return rest == [first + 1] and swapped


def swapped(born: str) -> str | None:
    """The same date with day and month the other way round; None if that is no other date."""
    found = PARTS.fullmatch(born)
    if found is None or found[3] is None or found[2] == found[3] or not 1 <= int(found[3]) <= 12:
        return None
    return f"{found[1]}-{found[3]}-{found[2]}"
