"""Who gave last again: from day to day of each person, whoever gave the last of the day."""

from datetime import UTC, date, datetime

from spec.coverage_twin import Piece, pieces

from cascade.reference import World
from cascade.tables import LastGiver

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def last_givers(world: World, cut_day: date) -> list[LastGiver]:
    """The changes of everybody."""
    found = []
    for (person_key, line), mine in pieces(world, cut_day).items():
        giver = None
        for day in sorted({one.given_on for one in mine}):
            last = max((one for one in mine if one.given_on == day), key=_rank).facility_key
            if last != giver:
                found.append(LastGiver(person_key, line, day, last))
            giver = last
    return sorted(found, key=str)


def _rank(one: Piece) -> tuple[datetime, bool, str]:
    """What gave the last of a day ranks highest."""
    return one.at or BEFORE_ALL, one.facility_key != "unknown", one.facility_key
