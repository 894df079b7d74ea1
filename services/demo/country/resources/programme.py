"""EpisodeOfCare: on the list of an OAT centre or of the HIV clinic."""

from services.demo.country.days import text
from services.demo.country.facts import Programme
from services.demo.country.resources.codes import OURS, WHO, Json, concept, extension, reference
from services.demo.country.resources.marks import resource

TYPES = {
    "oat": ("oat-programme", concept((f"{OURS}programme", "oat"), (WHO, "HIV.PRV.DE4"))),
    "art": ("hiv-programme", concept((f"{OURS}programme", "hiv"), (WHO, "HIV.H.DE47"))),
}


def programme(one: Programme) -> Json:
    """The EpisodeOfCare of a programme."""
    profile, type_ = TYPES[one.line]
    left = []
    if one.exit:
        left.append(extension("exit-reason", valueCode=one.exit))
    if one.to:
        left.append(extension("transferred-to", valueReference=reference("Organization", one.to)))
    return resource(
        "EpisodeOfCare",
        one.id,
        one.recorded_at,
        profile,
        extension=left or None,
        status="entered-in-error" if one.void else "finished" if one.end else "active",
        type=[type_],
        patient=reference("Patient", one.patient),
        managingOrganization=reference("Organization", one.centre),
        period={"start": text(one.start), **({"end": text(one.end)} if one.end else {})},
    )
