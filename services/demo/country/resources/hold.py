"""Flag: days on which an order was held."""

from services.demo.country.facts import Hold
from services.demo.country.resources.codes import Json, ours, reference
from services.demo.country.resources.marks import resource


def hold(one: Hold) -> Json:
    """The Flag of a hold."""
    end = {"end": one.end.isoformat()} if one.end else {}
    return resource(
        "Flag",
        one.id,
        one.recorded_at,
        status="entered-in-error" if one.void else "inactive" if one.end else "active",
        code=ours("hold", one.reason),
        subject=reference("Patient", one.patient),
        period={"start": one.start.isoformat(), **end},
    )
