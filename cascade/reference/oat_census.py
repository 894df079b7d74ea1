"""People on OAT on the last day of the period."""

from collections.abc import Iterator

from cascade.reference import Member, World
from cascade.reference.on_oat import on_oat
from cascade.reference.placing import at_period_end
from cascade.tables import Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person on OAT."""
    for one in on_oat(world, period.last):
        if one.late and profile == "covered":
            continue
        status = "on_oat_late" if one.late else "on_oat_covered"
        yield at_period_end(world, period, one.person_key, None, one.facility_key, status)
