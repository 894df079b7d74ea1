"""How old somebody is on a day, from a date of birth that may be known only in part."""

from datetime import date


def age_on(born: str, day: date) -> int | None:
    """Years that are surely over on a day; None if nothing is known.

    Args:
        born: as FHIR writes it: a day, a month or a year. Of a part that is not known the latest is taken, since below
            an age the stricter path is taken.
        day: in the person's place.
    """
    if not born:
        return None
    year, *rest = (int(part) for part in born.split("-"))
    month, of_month = (*rest, *(12, 31)[len(rest) :])
    return day.year - year - ((day.month, day.day) < (month, of_month))
