"""OAT started."""

from collections.abc import Iterator

from cascade.reference import Member, World
from cascade.reference.placing import at_entry
from cascade.tables import Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each episode that began in the period."""
    for one in world.oat_episode:
        if one.profile != profile or not period.first <= one.first_on <= period.last:
            continue
        yield at_entry(
            world,
            one.person_key,
            str(one.episode),
            one.first_on,
            one.facility_key,
            one.setting_at_start,
            one.legal_status,
            "new" if one.episode == 1 else "restart",
        )
