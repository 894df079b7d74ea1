"""OAT in prison: started inside or continued from the community."""

from collections.abc import Iterator
from datetime import date

from cascade.reference import Member, World
from cascade.reference.on_oat import on_oat
from cascade.reference.placing import at_period_end
from cascade.tables import Period

STATUS = {"prison": "started_inside", "community": "continued", "unknown": "start_unknown"}


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person on OAT who is in prison at the end of the period."""
    for one in on_oat(world, period.last):
        began = _where_it_began(world, one.person_key, one.last_covered_on)
        member = at_period_end(world, period, one.person_key, None, one.facility_key, STATUS[began])
        if member.setting == "prison":
            yield member


def _where_it_began(world: World, person_key: str, covered_on: date) -> str:
    """The setting at the start of the latest episode that had begun by that day."""
    latest = None
    for one in world.oat_episode:
        mine = one.person_key == person_key and one.profile == "gap_7" and one.first_on <= covered_on
        if mine and (latest is None or one.first_on > latest.first_on):
            latest = one
    return latest.setting_at_start if latest else "unknown"
