"""MeasureReport: the size of a population, as somebody states it."""

from services.demo.country.facts import Size
from services.demo.country.places import AUTHORITY
from services.demo.country.resources.codes import Json, ours, reference
from services.demo.country.resources.marks import resource


def size(stated: Size) -> Json:
    """The summary that states a size; without a facility it is the country's."""
    bounds = (("n", stated.n), ("low", stated.low), ("high", stated.high))
    return resource(
        "MeasureReport",
        stated.id,
        stated.recorded_at,
        identifier=[{"system": "urn:throughcare:demo:stated-by", "value": stated.facility or AUTHORITY}],
        status="complete",
        type="summary",
        measure=f"urn:throughcare:measure:{stated.kind}",
        reporter=reference("Organization", stated.facility) if stated.facility else None,
        period={"start": stated.on.isoformat(), "end": stated.on.isoformat()},
        group=[
            {
                "population": [
                    {"code": ours("population", name), "count": count}
                    for name, count in bounds
                    if count is not None
                ]
            }
        ],
    )
