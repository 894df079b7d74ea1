"""create: POST [base]/[type], also on condition (``If-None-Exist``). http://hl7.org/fhir/R4/http.html#create"""

from sqlalchemy import Connection

from fhir_store import conditional
from fhir_store.gate import check
from fhir_store.json_text import ResourceText
from fhir_store.write import Saved, Write, save_new
from services.exchange.identities import localized
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.response import saved_answer
from services.exchange.saving import in_transaction, save_and_follow
from services.shared.database import again


def create(asked: Asked) -> Answer:
    """Save a new resource under an id given by this server, unless If-None-Exist finds one."""
    asked.require("create")
    asked.refuse_parameters()
    resource = asked.resource()
    check(resource.value)
    resource = localized(asked, resource)
    if "if-none-exist" in asked.headers:
        return in_transaction(asked, lambda connection: _unless_there(connection, asked, resource))
    if "idempotency-key" in asked.headers or asked.type in asked.exchange.followed:
        return in_transaction(asked, lambda connection: _new(connection, asked, resource))
    # A single statement is a transaction too, and may lose against another one.
    saved = again(lambda: save_new(asked.cursor, asked.exchange.store, resource, asked.author))
    return saved_answer(asked, saved)


def _new(connection: Connection, asked: Asked, resource: ResourceText) -> Answer:
    (saved,) = save_and_follow(connection, asked, [Write(resource)])
    return saved_answer(asked, saved)


def _unless_there(connection: Connection, asked: Asked, resource: ResourceText) -> Answer:
    """http://hl7.org/fhir/R4/http.html#ccreate: one match is answered with 200, several are an error."""
    asked.require("search")
    asked = asked.within(connection)
    condition = conditional.condition_of(asked.type, asked.headers["if-none-exist"])
    conditional.lock(asked.cursor, [condition])
    there = asked.record.the_match(condition, asked.context)
    if there is None:
        return _new(connection, asked, resource)
    found = asked.record.read(asked.type, there)
    saved = Saved(found.type, found.id, found.version, found.last_updated, "unchanged", None)
    return saved_answer(asked, saved, unchanged=found)


INTERACTIONS = (Interaction("create", "POST", "{type}", create),)
