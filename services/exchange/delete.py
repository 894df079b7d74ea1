"""delete: DELETE [base]/[type]/[id], or [type]?[criteria]. http://hl7.org/fhir/R4/http.html#delete"""

from sqlalchemy import Connection

from fhir_store import conditional
from fhir_store.errors import NotFound
from fhir_store.write import Deletion, save
from services.exchange.auditing import refused
from services.exchange.conditions import version_seen
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.saving import in_transaction


def delete(asked: Asked) -> Answer:
    """Mark a resource as deleted. Its versions stay, and what is not there stays not there."""
    asked.require("delete")
    asked.refuse_parameters()
    return in_transaction(asked, lambda connection: _delete(connection, asked, id_here(asked)))


def conditional_delete(asked: Asked) -> Answer:
    """Mark the one resource that the criteria find as deleted; several are an error, none is not."""
    asked.require("delete")
    asked.require("search")
    condition = asked.condition()

    def work(connection: Connection) -> Answer:
        inside = asked.within(connection)
        conditional.lock(inside.cursor, [condition])
        there = inside.record.the_match(condition, inside.context)
        return _delete(connection, asked, there) if there else Answer(204, events=())

    return in_transaction(asked, work)


def _delete(connection: Connection, asked: Asked, id_: str) -> Answer:
    deletion = Deletion(asked.type, id_, if_match=version_seen(asked.headers.get("if-match")))
    (saved,) = save(connection, asked.exchange.store, [deletion], asked.author)
    headers = {"ETag": f'W/"{saved.version}"'} if saved.version else {}
    nothing_there = refused(asked, NotFound()) if saved.interaction == "unchanged" else ()
    return Answer(204, None, headers, events=nothing_there)


INTERACTIONS = (
    Interaction("delete", "DELETE", "{type}/{id}", delete),
    Interaction("conditional-delete", "DELETE", "{type}", conditional_delete),
)
