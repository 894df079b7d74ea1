"""vread: GET [base]/[type]/[id]/_history/[vid]. http://hl7.org/fhir/R4/http.html#vread"""

from services.exchange.auditing import shown
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.response import version_headers
from services.exchange.shape import shape_of


def vread(asked: Asked) -> Answer:
    """One version of a resource, as it was."""
    asked.require("read")
    shape = shape_of(asked.parameters)
    version = asked.segments["version"]
    found = asked.record.version(asked.type, id_here(asked), version, asked.role_sees)
    return Answer(200, shape.applied(found.text), version_headers(found), events=shown(asked, found))


INTERACTIONS = (Interaction("vread", "GET", "{type}/{id}/_history/{version}", vread, brief=lambda _: True),)
