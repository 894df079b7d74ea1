"""Conditional update: PUT [base]/[type]?[criteria]. http://hl7.org/fhir/R4/http.html#cond-update"""

from sqlalchemy import Connection

from fhir_store import conditional
from fhir_store.gate import check
from fhir_store.json_text import ResourceText
from fhir_store.write import Write
from services.exchange.conditions import only_if_absent, version_seen
from services.exchange.identities import kept_id, localized
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.problems import OtherId
from services.exchange.response import saved_answer
from services.exchange.saving import in_transaction, save_and_follow


def conditional_update(asked: Asked) -> Answer:
    """Save a new version of the one resource that the criteria find, or a new resource if they find none."""
    asked.require("update")
    asked.require("search")
    resource = asked.resource()
    check(resource.value)
    condition = asked.condition()

    def work(connection: Connection) -> Answer:
        inside = asked.within(connection)
        conditional.lock(inside.cursor, [condition])
        there = inside.record.the_match(condition, inside.context)
        write = Write(
            localized(asked, resource),
            id=id_of_update(asked, resource, there),
            if_match=version_seen(asked.headers.get("if-match")),
            # What the criteria do not find is not to be overwritten because it has that id.
            if_none_match=there is None or only_if_absent(asked.headers.get("if-none-match")),
        )
        (saved,) = save_and_follow(connection, asked, [write])
        return saved_answer(asked, saved)

    return in_transaction(asked, work)


def id_of_update(asked: Asked, resource: ResourceText, there: str | None) -> str | None:
    """The id to write under: what was found, else what the resource says. Raises OtherId if they differ."""
    said = resource.value.get("id")
    own = None if said is None else kept_id(asked, said)
    if there is not None and own not in (None, there):
        raise OtherId
    return there or own


INTERACTIONS = (Interaction("conditional-update", "PUT", "{type}", conditional_update),)
