"""The state as FHIR R4: one file per shape of ``fhir/shapes.md``."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from services.demo.country import facts
from services.demo.country.days import at
from services.demo.country.resources.custody import absence, screening, stay
from services.demo.country.resources.diagnosis import diagnosis
from services.demo.country.resources.dose import dose
from services.demo.country.resources.facility import facility
from services.demo.country.resources.hold import hold
from services.demo.country.resources.order import order, prescription
from services.demo.country.resources.patient import patient
from services.demo.country.resources.programme import programme
from services.demo.country.resources.size import size
from services.demo.country.resources.supply import supply
from services.demo.country.resources.testing import assay, hiv_test, offer
from services.demo.country.resources.viral_load import viral_load
from services.demo.country.state import Country

SHAPES: dict[type[facts.Fact], Callable[[Any], dict[str, Any]]] = {
    facts.PatientRecord: patient,
    facts.Stay: stay,
    facts.Absence: absence,
    facts.Screening: screening,
    facts.Programme: programme,
    facts.Order: order,
    facts.Prescription: prescription,
    facts.Hold: hold,
    facts.Dose: dose,
    facts.Supply: supply,
    facts.HivTest: hiv_test,
    facts.Assay: assay,
    facts.Offer: offer,
    facts.Diagnosis: diagnosis,
    facts.ViralLoad: viral_load,
}


def resources(country: Country) -> Iterator[dict[str, Any]]:
    """Every resource in every version, in the order in which they were written down."""
    founded = at(country.calendar.first - timedelta(days=90), "08:00")
    versions: Counter[str] = Counter()
    for place in country.facilities:
        yield from (_numbered(one, versions) for one in facility(place, founded))
    drawn = country.calendar.drawn_at
    for stated in country.sizes:
        if stated.recorded_at <= drawn:
            yield _numbered(size(stated), versions)
    for fact in country.recorded():
        yield _numbered(SHAPES[type(fact)](fact), versions)


def _numbered(resource: dict[str, Any], versions: Counter[str]) -> dict[str, Any]:
    versions[resource["id"]] += 1
    resource["meta"] = {"versionId": str(versions[resource["id"]]), **resource["meta"]}
    return resource
