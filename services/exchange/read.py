"""read: GET [base]/[type]/[id], also on condition. http://hl7.org/fhir/R4/http.html#read"""

from services.exchange.auditing import shown
from services.exchange.conditions import is_known
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.response import version_headers
from services.exchange.shape import shape_of


def read(asked: Asked) -> Answer:
    """The newest version of a resource; 304 if the client has it already."""
    seen = asked.seen_to_read()
    shape = shape_of(asked.parameters)
    found = asked.record.read(asked.type, id_here(asked), seen)
    if is_known(asked.headers, found):
        return Answer(304, None, version_headers(found), events=shown(asked, found))
    return Answer(200, shape.applied(found.text), version_headers(found), events=shown(asked, found))


INTERACTIONS = (Interaction("read", "GET", "{type}/{id}", read, brief=lambda _: True),)
